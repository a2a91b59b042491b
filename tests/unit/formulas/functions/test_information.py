"""Information functions against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
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
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_an_information_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
