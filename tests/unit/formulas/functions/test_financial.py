"""Financial functions against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=PMT(0.08/12,10,10000) | -1037.03 | Excel documentation
=PMT(0.08/12,10,10000,0,1) | -1030.16 | Excel documentation
=PMT(0,10,100) | -10 | no interest
=PMT(0.1,0,100) | #NUM! | no periods
=PMT(-2,3,100) | 100 | growth of -1
=FV(0.06/12,10,-200,-500,1) | 2581.40 | Excel documentation
=FV(0,10,-100) | 1000 | no interest
=FV(-1,-1,5) | #NUM! | growth undefined
=PV(0.08/12,12*20,500) | -59777.15 | Excel documentation
=PV(0,10,-100) | 1000 | no interest
=NPER(0.12/12,-100,-1000,10000,1) | 59.6738657 | Excel documentation
=NPER(0,-100,1000) | 10 | no interest
=NPER(0,0,1000) | #NUM! | never repaid
=NPER(0.1,-1,1000) | #NUM! | never repaid
=IPMT(0.1/12,1,36,8000) | -66.67 | Excel documentation
=IPMT(0.1,3,3,8000) | -292.45 | Excel documentation
=IPMT(0.1,1,3,8000,0,1) | 0 | paid at the start
=IPMT(0.1,4,3,8000) | #NUM! | beyond the loan
=PPMT(0.1/12,1,24,2000) | -75.62 | Excel documentation
=PPMT(0.08,10,10,200000) | -27598.05 | Excel documentation
=ISPMT(0.1/12,1,36,8000000) | -64814.8 | Excel documentation
=ISPMT(0.1,1,0,1) | #DIV/0! | no periods
=RRI(96,10000,11000) | 0.0009933 | Excel documentation
=RRI(0,1,2) | #NUM! | domain
=PDURATION(0.025,2000,2200) | 3.86 | Excel documentation
=PDURATION(0,1,2) | #NUM! | domain
=EFFECT(0.0525,4) | 0.0535427 | Excel documentation
=EFFECT(0,4) | #NUM! | domain
=NOMINAL(0.053543,4) | 0.05250032 | Excel documentation
=NOMINAL(0.05,0) | #NUM! | domain
=SLN(30000,7500,10) | 2250 | Excel documentation
=SLN(1,0,0) | #DIV/0! | no life
=SYD(30000,7500,10,1) | 4090.91 | Excel documentation
=SYD(30000,7500,10,11) | #NUM! | beyond the life
=NPV(0.1,-10000,3000,4200,6800) | 1188.44 | Excel documentation
=NPV(-1,1) | #DIV/0! | pole
=IRR({-70000,12000,15000,18000,21000,26000}) | 0.0866309480 | Excel documentation
=IRR({-70000,12000,15000}) | -0.443507 | closed form
=IRR({-70000,12000,15000},-0.1) | -0.443507 | closed form
=IRR({1,2}) | #NUM! | no change of sign
=IRR(H1:H2) | #DIV/0! | error
=IRR({-1,3,-2.5}) | #NUM! | no root
=MIRR({-120000,39000,30000,21000,37000,46000},0.1,0.12) | 0.126094 | Excel documentation
=MIRR({1,2},0.1,0.1) | #DIV/0! | no change of sign
=MIRR(H1:H2,0.1,0.1) | #DIV/0! | error
=XNPV(0.09,G1:G5,F1:F5) | 2086.647602 | Excel documentation
=XNPV(-1,G1:G5,F1:F5) | #NUM! | domain
=XNPV(0.09,G1:G5,F1:F4) | #NUM! | counts
=XNPV(0.09,G1:G2,{2,1}) | #NUM! | a date before the first
=XNPV(0.09,B1:B2,F1:F2) | #VALUE! | text
=XIRR(G1:G5,F1:F5,0.1) | 0.37336253 | Excel documentation
=XIRR({1,2},{1,2}) | #NUM! | no change of sign
=XIRR(G1:G5,F1:F4) | #NUM! | counts
=FVSCHEDULE(1,{0.09,0.11,0.1}) | 1.33089 | Excel documentation
=FVSCHEDULE(1,{"x"}) | #VALUE! | coercion
=RATE(4*12,-200,8000) | 0.00770147 | Excel documentation: 1 % shown
=RATE(0,-200,8000) | #NUM! | domain
=RATE(10,-100,1000) | 0.0000000 | no interest
=COUPDAYBS(DATE(2011,1,25),DATE(2011,11,15),2,1) | 71 | Excel documentation
=COUPDAYS(DATE(2011,1,25),DATE(2011,11,15),2,1) | 181 | Excel documentation
=COUPDAYSNC(DATE(2011,1,25),DATE(2011,11,15),2,1) | 110 | Excel documentation
=COUPNCD(DATE(2011,1,25),DATE(2011,11,15),2,1) | 40678 | Excel documentation
=COUPPCD(DATE(2011,1,25),DATE(2011,11,15),2,1) | 40497 | Excel documentation
=COUPNUM(DATE(2007,1,25),DATE(2008,11,15),2,1) | 4 | Excel documentation
=COUPDAYS(DATE(2011,1,25),DATE(2011,11,15),2) | 180 | 30/360
=COUPDAYBS(DATE(2011,1,25),DATE(2011,11,15),2,4) | 70 | European 30/360
=COUPNUM(DATE(2011,11,15),DATE(2011,1,25),2,1) | #NUM! | settled after maturity
=COUPNUM(DATE(2011,1,25),DATE(2011,11,15),3,1) | #NUM! | frequency
=DB(1000000,100000,6,1,7) | 186083.33 | Excel documentation
=DB(1000000,100000,6,7,7) | 15845.10 | Excel documentation
=DB(0,0,6,1) | 0 | nothing to write off
=DB(1000000,0,6,1) | 1000000 | a rate of 1
=DB(1,0,6,9) | #NUM! | beyond the life
=DDB(2400,300,10*365,1) | 1.32 | Excel documentation
=DDB(2400,300,10,2,1.5) | 306 | Excel documentation
=DDB(2400,300,10,10) | 22.12 | Excel documentation
=DDB(2400,300,1,1) | 2100 | a rate of 1
=DDB(2400,300,10,11) | #NUM! | beyond the life
=VDB(2400,300,10*365,0,1) | 1.32 | Excel documentation
=VDB(2400,300,10*12,6,18) | 396.31 | Excel documentation
=VDB(2400,300,10,0,0.875,1.5) | 315 | Excel documentation
=VDB(2400,300,10,9,10,2,TRUE) | 22.12 | declining balance to the end
=VDB(2400,300,10,2,1) | #NUM! | order
=CUMIPMT(0.09/12,30*12,125000,13,24,0) | -11135.23213 | Excel documentation
=CUMPRINC(0.09/12,30*12,125000,13,24,0) | -934.1071234 | Excel documentation
=CUMPRINC(0.09/12,30*12,125000,13,12,0) | #NUM! | order
=CUMIPMT(0.1,10,100,1,2,2) | #NUM! | type
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_financial_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
