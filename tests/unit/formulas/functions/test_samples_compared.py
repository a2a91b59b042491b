"""Tests of samples and curves of growth against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=T.TEST({3,4,5,8,9,1,2,4,5},{6,19,3,2,14,4,5,17,1},2,1) | 0.196016 | page
=TTEST({3,4,5,8,9,1,2,4,5},{6,19,3,2,14,4,5,17,1},1,1) | 0.098008 | half of the page's
=T.TEST({3,4,5,8,9,1,2,4,5},{6,19,3,2,14,4,5,17,1},2,2) | 0.191995887 | scipy.stats.ttest_ind
=T.TEST({3,4,5,8,9,1,2,4,5},{6,19,3,2,14,4,5,17,1},2.9,3.9) | 0.202293923 | scipy.stats.ttest_ind, unequal
=T.TEST(A1:A8,{1,2,3},1,3) | 0.006748700 | scipy.stats.ttest_ind, unequal
=T.TEST({1,2},{1,2,3},2,1) | #N/A | counts
=T.TEST({1,2,3},{2,3,4},2,1) | #DIV/0! | no spread
=T.TEST({1},{2,3,4},2,2) | #DIV/0! | one number
=T.TEST({1,1},{1,1},2,3) | #DIV/0! | no spread
=T.TEST({1,2},{1,3},3,1) | #NUM! | tails
=T.TEST({1,2},{1,3},1,4) | #NUM! | kind
=T.TEST(A1:A8,H1:H2,1,2) | #DIV/0! | error
=F.TEST({6,7,9,15,21},{20,28,31,38,40}) | 0.648317847 | page
=FTEST({20,28,31,38,40},{6,7,9,15,21}) | 0.648317847 | the same the other way
=F.TEST({1},{1,2}) | #DIV/0! | one number
=F.TEST({1,1},{1,2}) | #DIV/0! | no spread
=F.TEST(A1:A8,H1) | #DIV/0! | error
=Z.TEST({3,6,7,8,6,5,4,2,1,9},4) | 0.090574 | page
=ZTEST({3,6,7,8,6,5,4,2,1,9},6) | 0.863043 | page
=Z.TEST({3,6,7,8,6,5,4,2,1,9},4,) | 0.090574 | an empty argument
=Z.TEST({1,2,3},2,1) | 0.5 | closed form
=Z.TEST(B1:B3,4) | #N/A | no numbers
=Z.TEST({1},4) | #DIV/0! | one number
=Z.TEST({1,2},4,0) | #NUM! | domain
=CHISQ.TEST({58,35;11,25;10,23},{45.35,47.65;17.56,18.44;16.09,16.91}) | 0.000308192 | page
=CHITEST({16,18,16,14,12,12},{16,16,16,16,16,8}) | 0.6233876 | scipy.stats.chi2
=CHISQ.TEST({1,2},{1,2,3}) | #N/A | size
=CHISQ.TEST({1},{1}) | #N/A | one cell
=CHISQ.TEST({1,2},{1,0}) | #DIV/0! | nothing expected
=CHISQ.TEST({1,2},{1,-1}) | #NUM! | domain
=INDEX(GROWTH({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16}),1) | 32618.20377 | page
=INDEX(GROWTH({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16},{17;18}),2) | 468536.05418 | page
=INDEX(GROWTH({1,2,4}),3) | 4.00000000000 | closed form: places for x
=INDEX(GROWTH({1,2,4},,{4}),1) | 8.0000000000 | closed form
=GROWTH({1,0,4}) | #NUM! | domain
=GROWTH({1,"x",4}) | #VALUE! | text
=GROWTH({1,1E300},{1,2},5) | #NUM! | overflow
=INDEX(LOGEST({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16}),1) | 1.463275628 | page
=INDEX(LOGEST({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16}),2) | 495.3047702 | page
=INDEX(LOGEST({33100;47300;69000;102000;150000;220000},{11;12;13;14;15;16},,TRUE),2,1) | 0.002633403 | page
=INDEX(LOGEST({2,4,8},,FALSE),1) | 2.00000000000 | closed form
=INDEX(LOGEST({2,4,8},,FALSE),2) | 1 | no constant
=LOGEST({1,-2,4}) | #NUM! | domain
=INDEX(LOGEST({2;4;4;4;5},{1,2;2,4;3,5;4,4;5,5},TRUE,TRUE),2,1) | 0.093432294252 | LibreOffice 7.4
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_samples_are_compared_as_the_known_value_says(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
