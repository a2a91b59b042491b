"""What the report says of the functions of add-ins in a workbook."""

import pytest

from mcdesk.formulas.conversion_report import Conversion
from mcdesk.formulas.parity import compare_workbook
from mcdesk.model.workbook import Workbook
from tests.builders_xlsx import StoredFormula
from tests.unit.formulas.small_workbooks import workbook_of


def reported(workbook: Workbook) -> tuple[Conversion, ...]:
    return compare_workbook(workbook).conversions


@pytest.mark.parametrize(
    ("formula", "meaning"),
    [
        ('RiskNormal(10,A2,RiskName("x"),RiskStatic(9))', 'normal(10, A2) named "x"'),
        ("_xll.RiskPert(1,2,3,_xll.RiskTruncate(1.5,2.5),_xll.RiskShift(1))",
         "pert(1, 2, 3) truncate(1.5, 2.5) shift(1)"),
        ("_xlfn.PsiUniform(0,1)", "uniform(0, 1)"),
        ("[1]!VoseNormal(0,1,0.5)", "normal(0, 1) at the probability 0.5"),
        ("CB.Triangular(0,1,2)", "triangular(0, 1, 2)"),
        ("RiskNormal(0,1,RiskCorrmat($D$1:$E$2,2))", "normal(0, 1) correlated by $D$1:$E$2, place 2"),
        ("RiskNormal(0,1,RiskSeed(1,2))", "normal(0, 1) without the seed of RISKSEED"),
        ("RiskNormal(0,1,RiskTruncate(,3))", "normal(0, 1) truncate(, 3)"),
        ("RiskOutput()", "marks an output"),
        ('VoseInput("x")', "names an input"),
        ("RAND()", "a number from 0 to 1"),
        ("RANDBETWEEN(1,6)", "a whole number of a range"),
    ],
)  # fmt: skip
def test_that_what_is_understood_is_said_in_our_words(formula: str, meaning: str) -> None:
    (found,) = reported(workbook_of({"S": {"A1": f"={formula}"}}))

    assert (found.cells, found.meaning, found.reason) == ("S!A1", meaning, "")
    assert found.is_understood


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("RiskFoo(1)", "uses RISKFOO"),
        ("RiskMean(A2)", "uses RISKMEAN"),
        ("PsiNormal(1)", "with fewer than 2 parameters"),
        ("RiskNormal(0,1,RiskCopula(A1,2))", "the property RISKCOPULA"),
    ],
)
def test_that_what_is_not_understood_is_said_with_its_reason(formula: str, words: str) -> None:
    (found,) = reported(workbook_of({"S": {"A1": f"={formula}"}}))

    assert not found.is_understood
    assert words in found.reason
    assert found.meaning == ""


def test_that_each_call_of_a_formula_has_its_line() -> None:
    cells = {"B2": "=RiskNormal(RiskUniform(0,1),1)*RAND()+IF(RiskFoo(1)>0,1,2)", "A1": "=RiskOutput()+B2"}

    found = reported(workbook_of({"My sheet": cells}))

    assert [(each.cells, each.function) for each in found] == [
        ("'My sheet'!A1", "RISKOUTPUT()"),
        ("'My sheet'!B2", "RISKNORMAL(RISKUNIFORM(0,1),1)"),
        ("'My sheet'!B2", "RISKUNIFORM(0,1)"),
        ("'My sheet'!B2", "RAND()"),
        ("'My sheet'!B2", "RISKFOO(1)"),
    ]


def test_that_alike_cells_share_a_line() -> None:
    cells = {f"A{row}": f"=RiskNormal(B{row},1)" for row in range(2, 10)}

    assert reported(workbook_of({"S": cells})) == (
        Conversion("S!A2:A9", "RISKNORMAL(B2,1)", "normal(B2, 1)"),
    )


def test_that_an_array_of_random_numbers_is_listed() -> None:
    formula = StoredFormula("=_xlfn.RANDARRAY(2)", 0.5, 't="array" ref="A1:A2"', 'cm="1"')

    (found,) = reported(workbook_of({"S": {"A1": formula, "A2": 0.5}}))

    assert (found.cells, found.meaning) == ("S!A1:A2", "an array of numbers")


def test_that_a_workbook_without_uncertainty_has_an_empty_report() -> None:
    assert reported(workbook_of({"S": {"A1": "=SUM(1,2)", "A2": "=MINE(1)"}})) == ()
