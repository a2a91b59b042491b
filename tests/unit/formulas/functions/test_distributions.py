"""Distributions of continuous variables against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=GAMMA(2.5) | 1.329 | Excel documentation
=GAMMA(-3.75) | 0.268 | Excel documentation
=GAMMA(5) | 24 | closed form
=GAMMA(0) | #NUM! | pole
=GAMMALN(4) | 1.7917595 | Excel documentation
=GAMMALN(0) | #NUM! | domain
=GAMMALN.PRECISE(4.5) | 2.453736571 | SciPy
=GAMMA.DIST(10.00001131,9,2,FALSE) | 0.032639 | Excel documentation
=GAMMADIST(10.00001131,9,2,TRUE) | 0.068094 | Excel documentation
=GAMMA.DIST(0,1,2,FALSE) | 0.5 | exponential density at 0
=GAMMA.DIST(-1,1,2,FALSE) | #NUM! | domain
=GAMMA.INV(0.068094,9,2) | 10.0000112 | Excel documentation
=GAMMAINV(0,9,2) | 0 | lower end
=GAMMA.INV(1,9,2) | #NUM! | domain
=CHISQ.DIST(0.5,1,TRUE) | 0.52049988 | Excel documentation
=CHISQ.DIST(2,3,FALSE) | 0.20755375 | Excel documentation
=CHISQ.DIST(-1,3,FALSE) | #NUM! | domain
=CHISQ.DIST.RT(18.307,10) | 0.0500006 | Excel documentation
=CHIDIST(18.307,10) | 0.0500006 | Excel documentation
=BETAINV(0.685470581,8,10,1,3) | 2.000000 | Excel documentation
=FDIST(15.20686486,6,4) | 0.0100000 | Excel documentation
=CHIDIST(-1,10) | #NUM! | domain
=CHISQ.INV(0.93,1) | 3.283020287 | Excel documentation
=CHISQ.INV(1,1) | #NUM! | domain
=CHISQ.INV.RT(0.050001,10) | 18.306973 | Excel documentation
=CHIINV(1,10) | 0 | lower end
=CHIINV(0,10) | #NUM! | domain
=BETA.DIST(2,8,10,TRUE,1,3) | 0.6854706 | Excel documentation
=BETA.DIST(2,8,10,FALSE,1,3) | 1.4837646 | Excel documentation
=BETADIST(2,8,10,1,3) | 0.6854706 | Excel documentation
=BETADIST(5,8,10,1,3) | #NUM! | domain
=BETA.DIST(0,2,2,FALSE) | 0 | edge
=BETA.DIST(1,2,0.5,FALSE) | #NUM! | pole
=BETA.DIST(1,2,2,TRUE) | 1 | edge
=BETA.INV(0.685470581,8,10,1,3) | 2.000000 | Excel documentation
=BETAINV(0,8,10) | #NUM! | domain
=T.DIST(60,1,TRUE) | 0.99469533 | Excel documentation
=T.DIST(8,3,FALSE) | 0.00073691 | Excel documentation
=T.DIST(-1,5,TRUE) | 0.181608734 | SciPy
=T.DIST(1,0,TRUE) | #NUM! | domain
=T.DIST.RT(1.959999998,60) | 0.027322 | Excel documentation
=T.DIST.RT(-1,5) | 0.818391266 | SciPy
=T.DIST.RT(1,0) | #NUM! | domain
=T.DIST.2T(1.959999998,60) | 0.054645 | Excel documentation
=T.DIST.2T(-1,60) | #NUM! | domain
=TDIST(1.959999998,60,2) | 0.054645 | Excel documentation
=TDIST(1.959999998,60,1) | 0.027322 | Excel documentation
=TDIST(1,60,3) | #NUM! | domain
=T.INV(0.75,2) | 0.8164966 | Excel documentation
=T.INV(0.25,2) | -0.8164966 | symmetry
=T.INV(1,2) | #NUM! | domain
=T.INV.2T(0.546449,60) | 0.606533 | Excel documentation
=TINV(1,60) | 0 | middle
=TINV(0,60) | #NUM! | domain
=F.DIST(15.2069,6,4,TRUE) | 0.99 | Excel documentation
=F.DIST(15.2069,6,4,FALSE) | 0.0012238 | Excel documentation
=F.DIST(0,2,4,FALSE) | 1 | limit at 0
=F.DIST(-1,2,4,FALSE) | #NUM! | domain
=F.DIST.RT(15.2068649,6,4) | 0.01 | Excel documentation
=FDIST(-1,6,4) | #NUM! | domain
=F.INV(0.01,6,4) | 0.10930991 | Excel documentation
=F.INV(1,6,4) | #NUM! | domain
=F.INV.RT(0.01,6,4) | 15.20686486 | Excel documentation
=FINV(1,6,4) | 0 | lower end
=FINV(0,6,4) | #NUM! | domain
=CONFIDENCE.T(0.05,1,50) | 0.284196855 | Excel documentation
=CONFIDENCE.T(0.05,1,1) | #DIV/0! | one observation
=CONFIDENCE.T(0.05,-1,5) | #NUM! | domain
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_distribution_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
