"""Single calls that took hours or all memory: each has its value, or an error, at once."""

import pytest

from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import CellContent
from tests.unit.formulas.small_workbooks import evaluate

COLUMN: dict[str, CellContent] = {"A1": 1.0, "A2": 2.0, "A3": 3.0}
VALUES = {
    "=PERCENTRANK(A1:A3,2,1E9)": ErrorCode.NUM,
    "=PERCENTRANK.EXC(A1:A3,2,1E300)": ErrorCode.NUM,
    "=PERCENTRANK(A1:A3,2,300)": 0.5,
    '=COUNTIF(A1:A3,"*a*a*a*a*b")': 0.0,
    '=SEARCH("a*a*a*a*b",REPT("a",30000))': ErrorCode.VALUE,
    '=SEARCH("a*b",REPT("a",30000)&"b")': 1.0,
    '=VALUE("("&REPT(" ",252)&"x")': ErrorCode.VALUE,
    '=VALUE("(  $ 5 )")': -5.0,
    '=DATEVALUE("jan"&REPT("- ",16380))': ErrorCode.VALUE,
    '=INDIRECT("R"&REPT("1",5000)&"C1",FALSE)': ErrorCode.REF,
    "=LCM(2^52+SEQUENCE(100000))": ErrorCode.NUM,
    "=LCM(SEQUENCE(30),0)": 0.0,
    "=LCM(2^52+SEQUENCE(10),0)": 0.0,
    "=LCM(SEQUENCE(10))": 2520.0,
    "=SUM(FREQUENCY(SEQUENCE(100000),SEQUENCE(10000)))": 100_000.0,
    "=INDEX(FREQUENCY({1;2;2;3;9},{2;2;1;3}),1)": 2.0,
    "=INDEX(FREQUENCY({1;2;2;3;9},{2;2;1;3}),5)": 1.0,
    "=PERMUT(1E308,5000)": ErrorCode.NUM,
    "=COMBINA(1E308,5000)": ErrorCode.NUM,
    "=PERMUTATIONA(1E308,5000)": ErrorCode.NUM,
    "=COMBIN(1000,500)": 2.7028824094543655e299,
    "=PERMUTATIONA(2,1023)": 2.0**1023,
    "=HYPGEOM.DIST(1,4,8,20,TRUE)": 0.46542827657378744,
    "=ROUND(HYPGEOM.DIST(9999,10000,10000,20000,TRUE),12)": 1.0,
    "=HYPGEOM.DIST(1,10,15,20,TRUE)": 0.0,
    '=ARRAYTOTEXT(SEQUENCE(2,2)&"x")': "1x, 2x, 3x, 4x",
    '=ARRAYTOTEXT(SEQUENCE(2,2)&"x",1)': '{"1x","2x";"3x","4x"}',
    '=ARRAYTOTEXT(REPT("x",20000)&SEQUENCE(3))': ErrorCode.VALUE,
}


@pytest.mark.parametrize(("formula", "value"), VALUES.items(), ids=list(VALUES))
def test_that_a_call_has_its_value_at_once(formula: str, value: object) -> None:
    found = evaluate(formula, COLUMN)

    assert found == (pytest.approx(value, rel=1e-13) if isinstance(value, float) else value)
