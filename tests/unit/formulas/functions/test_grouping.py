"""GROUPBY and PIVOTBY, and functions as values, against values from outside."""

import pytest

from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import CellContent, StoredFormula
from tests.unit.formulas.functions.case_tables import Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate, value_of, workbook_of

# Region, product, amount with a head; the tests of EPPlus, which follow Excel, have the same shapes.
_TABLE = (
    ("Region", "Product", "Amount"),
    ("West", "Pear", 1.0),
    ("East", "Pear", 2.0),
    ("EAST", "Apple", 4.0),
    ("West", "Apple", 8.0),
    ("West", "Pear", 16.0),
)
CELLS: dict[str, CellContent] = {
    f"{column}{row}": value
    for row, values in enumerate(_TABLE, 1)
    for column, value in zip("ABC", values, strict=True)
}
CASES = read_cases("""
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,SUM),1) | "{"East",6;"West",25;"Total",31}" | EPPlus
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,_xleta.AVERAGE,,0),1) | "{"East",3;"West",8.33333333333333}" | EPPlus
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,LAMBDA(x,SUM(x*2/3)),,-1,-1),1) | "{"Total",20.6666666666667;"West",16.6666666666667;"East",4}" | EPPlus
=ARRAYTOTEXT(GROUPBY(A1:A6,C1:C6,SUM,,0),1) | "{"East",6;"West",25}" | a head is found and not shown
=ARRAYTOTEXT(GROUPBY(A1:A6,C1:C6,SUM,3,0),1) | "{"Region","Amount";"East",6;"West",25}" | a head is shown
=ARRAYTOTEXT(GROUPBY(A1:A6,C1:C6,SUM,1,0),1) | "{"East",6;"West",25}" | a head is hidden
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,SUM,2,0),1) | "{"Row Field 1","Value 1";"East",6;"West",25}" | a head is made
=ARRAYTOTEXT(GROUPBY(A2:B4,C2:C4,SUM),1) | "{"East","Apple",4;"East","Pear",2;"West","Pear",1;"Total","",7}" | EPPlus: no subtotals unless asked for
=ARRAYTOTEXT(GROUPBY(A1:B6,C1:C6,SUM,,2),1) | "{"Region","Product","Amount";"East","Apple",4;"East","Pear",2;"East","",6;"West","Apple",8;"West","Pear",17;"West","",25;"Grand Total","",31}" | EPPlus, documentation of headers
=ARRAYTOTEXT(GROUPBY(A2:B6,C2:C6,SUM,0,-2,{-1,2}),1) | "{"Grand Total","",31;"West","",25;"West","Apple",8;"West","Pear",17;"East","",6;"East","Apple",4;"East","Pear",2}" | EPPlus
=ARRAYTOTEXT(GROUPBY(A2:B6,C2:C6,SUM,0,0,-3),1) | "{"West","Pear",17;"West","Apple",8;"East","Apple",4;"East","Pear",2}" | by the amount, within groups
=ARRAYTOTEXT(GROUPBY(A2:B6,C2:C6,SUM,0,0,-3,,1),1) | "{"West","Pear",17;"West","Apple",8;"EAST","Apple",4;"East","Pear",2}" | by the amount, as a table
=ARRAYTOTEXT(GROUPBY(A2:B6,C2:C6,SUM,0,0,2,,1),1) | "{"EAST","Apple",4;"West","Apple",8;"East","Pear",2;"West","Pear",17}" | by the second field, as a table
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,SUM,,0,,B2:B6="Pear"),1) | "{"East",2;"West",17}" | a filter
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,PERCENTOF,,1),1) | "{"East",0.193548387096774;"West",0.806451612903226;"Total",1}" | definition
=ARRAYTOTEXT(GROUPBY(A2:A6,B2:C6,COUNTA,,0),1) | "{"East",2,2;"West",3,3}" | two columns of values
=ARRAYTOTEXT(GROUPBY(A2:A6,C2:C6,HSTACK(COUNT,LAMBDA(x,MAX(x))),,0),1) | "{"","COUNT","CUSTOM";"East",2,4;"West",3,16}" | EPPlus
=ARRAYTOTEXT(TAKE(GROUPBY(A1:A6,C1:C6,HSTACK(SUM,LAMBDA(x,1),LAMBDA(x,2)),3),2),1) | "{"","SUM","CUSTOM1","CUSTOM2";"Region","Amount","Amount","Amount"}" | EPPlus
=ARRAYTOTEXT(GROUPBY(A1:A6,C1:C6,VSTACK(COUNT,SUM),3,0),1) | "{"Region","","Amount";"East","COUNT",2;"East","SUM",6;"West","COUNT",3;"West","SUM",25}" | EPPlus
=ARRAYTOTEXT(GROUPBY(D2:D3,C2:C3,SUM,,0),1) | "{"",3}" | blank fields
=GROUPBY(A2:A6,C2:C5,SUM) | #VALUE! | unequal sizes
=GROUPBY(A2:A6,C2:C6,5) | #VALUE! | no function
=GROUPBY(A2:A6,C2:C6,SUM,4) | #VALUE! | domain
=GROUPBY(A2:A6,C2:C6,SUM,,2) | #VALUE! | documentation: subtotals need two fields
=GROUPBY(A2:B6,C2:C6,SUM,,2,,,1) | #VALUE! | documentation: no subtotals of a table
=GROUPBY(A2:A6,C2:C6,SUM,,,0) | #VALUE! | domain
=GROUPBY(A2:A6,C2:C6,SUM,,,3) | #VALUE! | no such column
=GROUPBY(A2:A6,C2:C6,SUM,,,,B2:B3="x") | #VALUE! | documentation: lengths must match
=GROUPBY(A2:A6,C2:C6,SUM,,,,C2:C6>99) | #CALC! | nothing left
=GROUPBY(A2:A6,C2:C6,SUM,1/0) | #DIV/0! | error
=INDEX(GROUPBY(A2:A6,C2:C6,LAMBDA(x,x)),1,2) | #CALC! | no scalar
=INDEX(GROUPBY(A2:A6,C2:C6,HSTACK(SUM,5)),1,2) | #VALUE! | no functions
=ARRAYTOTEXT(PIVOTBY(A2:A6,B2:B6,C2:C6,SUM),1) | "{"","Apple","Pear","Total";"East",4,2,6;"West",8,17,25;"Total",12,19,31}" | EPPlus
=ARRAYTOTEXT(PIVOTBY(A2:A6,B2:B6,C2:C6,SUM,,0,-1,0,-1),1) | "{"","Pear","Apple";"West",17,8;"East",2,4}" | EPPlus
=ARRAYTOTEXT(PIVOTBY(A2:A4,B2:B4,C2:C4,SUM,,0,,0),1) | "{"","Apple","Pear";"East",4,2;"West","",1}" | no data where they meet
=ARRAYTOTEXT(PIVOTBY(A2:A6,A2:B6,C2:C6,SUM,,0,,2),1) | "{"","East","East","East","West","West","West","Grand Total";"","Apple","Pear","","Apple","Pear","","";"East",4,2,6,"","","",6;"West","","","",8,17,25,25}" | EPPlus
=ARRAYTOTEXT(PIVOTBY(A1:A6,B1:B6,C1:C6,SUM,3,0,,0),1) | "{"Product","Apple","Pear";"Region","Amount","Amount";"East",4,2;"West",8,17}" | documentation of headers
=ARRAYTOTEXT(PIVOTBY(A2:A6,B2:B6,C2:C6,PERCENTOF,,0,,0,,,2),1) | "{"","Apple","Pear";"East",0.129032258064516,0.0645161290322581;"West",0.258064516129032,0.548387096774194}" | of the grand total
=ROUND(INDEX(PIVOTBY(A2:A6,B2:B6,C2:C6,PERCENTOF),2,2),4) | 0.3333 | of the column
=ROUND(INDEX(PIVOTBY(A2:A6,B2:B6,C2:C6,PERCENTOF,,,,,,,1),2,2),4) | 0.6667 | of the row
=ROUND(INDEX(PIVOTBY(A2:A6,A2:B6,C2:C6,PERCENTOF,,0,,0,,,3),4,4),2) | 0.32 | of the column around
=ROUND(INDEX(PIVOTBY(A2:B6,A2:A6,C2:C6,PERCENTOF,,0,,0,,,4),2,3),4) | 0.6667 | of the row around
=ARRAYTOTEXT(PIVOTBY(A2:A6,B2:B6,C2:C6,HSTACK(COUNT,SUM),,0,,0),1) | "{"","Apple","Apple","Pear","Pear";"","COUNT","SUM","COUNT","SUM";"East",1,4,1,2;"West",1,8,2,17}" | functions side by side
=ARRAYTOTEXT(PIVOTBY(A2:A6,B2:B6,C2:C6,VSTACK(COUNT,SUM),,0,,0),1) | "{"","","Apple","Pear";"East","COUNT",1,1;"East","SUM",4,2;"West","COUNT",1,2;"West","SUM",8,17}" | functions below each other
=ARRAYTOTEXT(PIVOTBY(A2:A6,B2:B6,C2:C6,SUM,,0,,0,,B2:B6="Pear"),1) | "{"","Pear";"East",2;"West",17}" | a filter
=PIVOTBY(A2:A6,B2:B5,C2:C6,SUM) | #VALUE! | unequal sizes
=PIVOTBY(A2:A6,B2:B6,C2:C6,SUM,,,,,,,5) | #VALUE! | domain
=PIVOTBY(A2:A6,B2:B6,C2:C6,SUM,,,3) | #VALUE! | no such column
=SUM(MAP({-1,2},_xleta.ABS)) | 3 | a function as a value
=REDUCE(0,{1,2,3},SUM) | 6 | with two arguments
=LET(f,MAX,f(1,5,3)) | 5 | bound to a name
=INDEX(BYROW({1,2;3,4},SUM),2) | 7 | for each row
=SUM | #CALC! | a function in a cell
=LET(v,HSTACK(SUM,MAX),v(1)) | #VALUE! | several functions
=INDEX(MAP({1},NA),1) | #VALUE! | too many arguments
""")  # noqa: E501


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_summary_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"


def test_that_a_summary_spills() -> None:
    formula = StoredFormula("_xlfn.GROUPBY(A2:A6,C2:C6,_xleta.SUM)", None, 't="array" ref="F1:G3"', 'cm="1"')
    workbook = workbook_of({"S": {**CELLS, "F1": formula, "H1": "=SUM(F1#)"}})

    found: list[Scalar] = [value_of(workbook, cell) for cell in ("F1", "G2", "F3", "H1")]  # type: ignore[misc]

    assert found == ["East", 25.0, "Total", 62.0]


def test_that_a_defined_name_hides_a_function() -> None:
    workbook = workbook_of({"S": {"A1": "=MAP({1},ABS)"}}, names={"ABS": "LAMBDA(x,x+1)"})

    assert value_of(workbook, "A1") == 2.0


def test_that_a_name_that_is_no_function_is_unknown() -> None:
    assert evaluate("=MAP({1},NOTHING)") is ErrorCode.VALUE
