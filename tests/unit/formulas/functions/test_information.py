"""Information functions against values from outside."""

import pytest

from mcdesk.formulas.functions.information.cell_information import format_text
from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate, value_of, workbook_of

CASES = read_cases("""
=INFO("System") | "pcdos" | Excel documentation, Windows
=INFO("release") | "16.0" | Excel since 2016
=INFO("memused") | #N/A | Excel documentation
=INFO("osversion") | #N/A | differs from computer to computer
=INFO("x") | #VALUE! | Excel
=INFO(H1) | #DIV/0! | error
=ISNUMBER(A1) | TRUE | definition
=ISTEXT(B1) | TRUE | definition
=ISNONTEXT(B4) | TRUE | a blank is no text
=ISLOGICAL(B5) | TRUE | definition
=ISBLANK(B4) | TRUE | definition
=ISBLANK("") | FALSE | empty text is not blank
=ISERROR(H1) | TRUE | definition
=ISERR(H1) | TRUE | definition
=ISERR(H2) | FALSE | definition
=ISNA(H2) | TRUE | definition
=ISREF(A1) | TRUE | definition
=ISREF(5) | FALSE | definition
=ISOMITTED(5) | FALSE | definition
=ISEVEN(2.5) | TRUE | Excel documentation
=ISEVEN("4") | TRUE | numeric text
=ISODD(-1) | TRUE | Excel documentation
=ISODD("x") | #VALUE! | excel.md 7
=ERROR.TYPE(H1) | 2 | Excel documentation
=ERROR.TYPE(A1) | #N/A | no error
=N(A1) | 2 | definition
=N(B1) | 0 | text
=N(B5) | 1 | logical value
=N(H1) | #DIV/0! | error
=N(7) | 7 | definition
=N({5,6}) | 5 | first element
=T(B1) | "apple" | definition
=T(A1) | "" | number
=T(H1) | #DIV/0! | error
=TYPE(A1) | 1 | Excel documentation
=TYPE("x") | 2 | Excel documentation
=TYPE(TRUE) | 4 | Excel documentation
=TYPE(H1) | 16 | Excel documentation
=TYPE({1,2}) | 64 | Excel documentation
=TYPE(LAMBDA(x,x)) | 128 | Excel documentation
=NA() | #N/A | definition
=__XLUDF.DUMMYFUNCTION("GOOGLEFINANCE(A1)") | #NAME? | Excel has no such function
=IFERROR(__xludf.DUMMYFUNCTION("GOOGLEFINANCE(A1)"),12.5) | 12.5 | how Google Sheets saves its own functions
=CELL("address",C3)="$C$3" | TRUE | Excel documentation
=CELL("row",A20) | 20 | Excel documentation, example
=CELL("COL",C3:D9) | 3 | the first cell
=CELL("row") | 999 | the cell itself
=CELL("contents",A2) | 4 | Excel documentation
=CELL("contents",Z1) | 0 | a blank cell
=CELL("type",B1)="l" | TRUE | Excel documentation: label
=CELL("type",A1)="v" | TRUE | Excel documentation: value
=CELL("type",Z1)="b" | TRUE | Excel documentation: blank
=CELL("format",A1)="G" | TRUE | Excel documentation: General
=CELL("color",A1) | 0 | Excel documentation
=CELL("parentheses",A1) | 0 | Excel documentation
=CELL("width",A1) | 8 | the width of new sheets
=MID(CELL("filename",A1),FIND("]",CELL("filename",A1))+1,255)="Sheet1" | TRUE | the usual way
=CELL("nonsense",A1) | #VALUE! | Excel documentation
=CELL("row",5) | #VALUE! | no reference
=CELL("row",1/0) | #DIV/0! | error
=SUMPRODUCT(N({1,"2",TRUE})) | 2 | an array element by element
=N({5,6}) | 5 | the first is shown
=CONCAT(T({"a",1,"b"})) | "ab" | an array element by element
=SUMPRODUCT(N(A1:A3)) | 2 | of a range its first cell
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_an_information_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"


@pytest.mark.parametrize(
    ("code", "expected"),
    # the table of CELL's documentation
    [
        ("General", "G"), ("0", "F0"), ("#,##0", ",0"), ("0.00", "F2"), ("#,##0.00", ",2"),
        ("$#,##0_)", "C0"), ("$#,##0.00_)", "C2"), ("0%", "P0"), ("0.00%", "P2"), ("0.00E+00", "S2"),
        ("# ?/?", "G"), ("# ??/??", "G"), ("m/d/yy", "D4"), ("m/d/yy h:mm", "D4"), ("mm/dd/yy", "D4"),
        ("d-mmm-yy", "D1"), ("dd-mmm-yy", "D1"), ("d-mmm", "D2"), ("dd-mmm", "D2"), ("mmm-yy", "D3"),
        ("mm/dd", "D5"), ("h:mm AM/PM", "D7"), ("h:mm:ss AM/PM", "D6"), ("h:mm", "D9"), ("h:mm:ss", "D8"),
    ],
)  # fmt: skip
def test_that_a_number_format_has_the_text_of_the_documentation(code: str, expected: str) -> None:
    assert format_text(code) == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("A1", 8.0), ("B1", 5.0), ("D9", 5.0), ("E1", 8.0), ("F1", 0.0), ("XFD1", 20.0)]
)
def test_that_the_width_of_a_column_is_that_of_its_run(cell: str, expected: float) -> None:
    tail = (
        '<cols><col min="2" max="4" width="5.7"/><col min="6" max="6" width="5" hidden="1"/>'
        '<col min="16384" max="16384" width="20"/></cols>'
    )
    workbook = workbook_of({"S": {"G1": f'=CELL("width",{cell})'}}, sheet_tails={"S": tail})

    assert value_of(workbook, "G1") == expected
