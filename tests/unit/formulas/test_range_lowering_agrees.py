"""Functions over uncertain ranges: no slow cell, and the values of their evaluation, bit for bit."""

from pathlib import Path

import pytest

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import both_ways, compiled_model

_INPUTS = {"A1": "uniform(-3, 5)", "A2": "uniform(0.05, 0.95)", "A3": "discrete({1, 2, 3}, {1, 1, 1})"}
# B1:B10 uncertain numbers with errors among them, C certain cells of every kind, D uncertain numbers,
# E logical values and texts that vary, G certain numbers, H uncertain and certain cells in turn
_CELLS: dict[str, CellContent] = {
    "A1": 1.0, "A2": 0.5, "A3": 2.0,
    **{f"B{row}": f"=SQRT(A$1+{row - 2})*A$2" for row in range(1, 11)},
    "C1": 1.0, "C2": "x", "C3": True, "C5": "2", "C6": 2.0, "C7": "yes", "C8": "", "C9": 3.0, "C10": -1.0,
    **{f"D{row}": f"=ROUND(A$1*{row}+A$2,0)" for row in range(1, 11)},
    **{f"E{row}": f'=IF(D{row}>2,"yes","no")' for row in range(1, 6)},
    **{f"E{row}": f"=D{row}>3" for row in range(6, 11)},
    "M1": "=-10*A2", "M2": 2.0, **{f"M{row}": f"=$A$1+{row}" for row in range(3, 7)},
    **{f"N{row}": 45_000.0 + 200 * row for row in range(1, 7)},
    **{f"O{row}": f"=45000+{row * 100}*$A$1" for row in range(1, 7)},
    **{f"L{row}": f"=MOD(A$1*{row}^2,7)-A$2" for row in range(1, 91)},
    **{f"G{row}": float(row * 7 % 5) for row in range(1, 11)},
    "H1": "=A1*2", "H2": 3.0, "H3": "=A3", "H4": "text", "H5": "=A3+1", "H7": "=A2", "H8": False, "H9": 2.0,
}  # fmt: skip

CONDITIONAL = (
    'SUMIF(D1:D10,">2")',
    'SUMIF(D1:D10,">2",G1:G10)',
    'SUMIF(C1:C10,"x",D1:D10)',
    'SUMIF(C1:C10,"<>x",D1:D10)',
    "SUMIF(C1:C10,2,D1:D10)",
    "SUMIF(C1:C10,A3,D1:D10)",
    "SUMIF(D1:D10,A3,C1:C10)",
    'SUMIF(D1:D10,">"&A1,G1:G10)',
    'SUMIF(D1:D10,"<="&A3,D1:D10)',
    'SUMIF(B1:B10,">1")',
    'SUMIF(G1:G10,">1",B1:B10)',
    'SUMIF(B1:B10,"#NUM!",G1:G10)',
    "SUMIF(B1:B10,SQRT(A1),G1:G10)",
    'SUMIF(E1:E10,"yes",D1:D10)',
    "SUMIF(E1:E10,TRUE,D1:D10)",
    'SUMIF(H1:H9,">2",G1:G9)',
    "SUMIF(H1:H9,A3,G1:G9)",
    'SUMIF(G1:G10,"<>"&A3,H1:H10)',
    'SUMIF(D1:D10,">2",G1)',
    'COUNTIF(D1:D10,">"&A1)',
    "COUNTIF(D1:D10,A3)",
    'COUNTIF(H1:H9,"<>")',
    'COUNTIF(D:D,"<>3")',
    'COUNTIF(B1:B10,"<>1")',
    'COUNTIFS(D1:D10,">2",C1:C10,"<>x",B1:B10,"<2")',
    'COUNTIFS(D1:D10,">2",C1:C9,"<>x")',
    'SUMIFS(D1:D10,G1:G10,">1",D1:D10,"<"&A3*4)',
    'SUMIFS(G1:G10,E1:E10,"y*")',
    'AVERAGEIF(D1:D10,">3",G1:G10)',
    'AVERAGEIFS(D1:D10,G1:G10,">1",H1:H10,"<>2")',
    'MAXIFS(D1:D10,G1:G10,">1")',
    'MINIFS(D1:D10,D1:D10,">"&A3)',
    "SUMIF($C$1:$C$10,A3,D1:D10)+SUMIF(D1:D10,2)",
)
INFORMATION = (
    "COUNT(A1:H10,A1,1/A3)",
    "COUNTA(A1:H10,A1)",
    "COUNTBLANK(A1:H10)",
    "COUNT(B1:B10)",
    "ISNUMBER(B1)",
    "ISTEXT(E1)",
    "ISNONTEXT(B1)",
    "ISLOGICAL(E6)",
    "ISBLANK(D1)",
    "ISERR(B1)",
    "ISNA(B1)",
    "N(E6)+N(E1)",
    "ERROR.TYPE(B1)",
)
LOGIC = (
    "AND(D1:D10)",
    "AND(E1:E10,A1>0)",
    "OR(H1:H9)",
    "OR(E6:E10)",
    "XOR(E6:E10,A1>0,TRUE)",
    "AND(B1:B10)",
    "AND(C1:C3,A1)",
    "IFS(A1>3,1,A1>0,A2,TRUE,-1)",
    "IFS(A1>3,1,A1>0,A2)",
    "IFS(B1>1,1,A1>0,A2)",
    "SWITCH(A3,1,A1,2,A2)",
    'SWITCH(A3,1,"a",2,"b","c")',
    "SWITCH(B1,1,2,A2)",
    "IFS(FALSE,E1:E3,TRUE,A1)",
)
ORDER = (
    "MEDIAN(D1:D10,3,A1)",
    "MEDIAN(B1:B10)",
    "MEDIAN(H1:H9)",
    "MEDIAN(L1:L90)",
    "PERCENTILE(D1:D10,0.3)",
    "PERCENTILE.INC(D1:D10,A2)",
    "PERCENTILE(L1:L90,A2)",
    "PERCENTILE.EXC(D1:D10,A2)",
    "PERCENTILE(D1:D10,A1)",
    "QUARTILE(D1:D10,A3)",
    "QUARTILE.EXC(D1:D10,3)",
    "LARGE(D1:D10,A3)",
    "LARGE(L1:L90,2)",
    "SMALL(H1:H9,A1)",
    "RANK(A3,D1:D10)",
    "RANK(D3,D1:D10,1)",
    "RANK.AVG(D3,D1:D10)",
)
PAIRS = (
    "SLOPE(D1:D10,G1:G10)",
    "INTERCEPT(D1:D10,H1:H10)",
    "RSQ(G1:G10,D1:D10)",
    "CORREL(D1:D10,H1:H10)",
    "PEARSON(B1:B10,G1:G10)",
    "COVARIANCE.S(D1:D10,C1:C10)",
    "COVARIANCE.P(D1:D3,E1:E3)",
    "COVAR(D1:D9,G1:G10)",
    "FORECAST(A1,D1:D10,G1:G10)",
    "FORECAST.LINEAR(1,D1:D3,D1:D3)",
    "STEYX(D1:D10,G1:G10)",
    "SUMX2MY2(D1:D10,G1:G10)",
    "SUMX2PY2(D1:D10,H1:H10)",
    "SUMXMY2(B1:B10,D1:D10)",
)
CASH_FLOWS = (
    "IRR(M1:M6)",
    "IRR(M1:M6,A1)",
    "IRR(D1:D10)",
    "IRR(B1:B10)",
    "MIRR(M1:M6,0.1,A2)",
    "XNPV(A2,M1:M6,N1:N6)",
    "XNPV(A1,M1:M6,N1:N6)",
    "XIRR(M1:M6,N1:N6)",
    "XIRR(D1:D6,N1:N6,A2)",
    "XIRR(M1:M6,O1:O6)",
    "RATE(A3*12,-A2*100,1000)",
    "RATE(A1*4,-A2*100,1000,A1,1)",
    "NPV(A2,M1:M6)",
)


@pytest.mark.parametrize("formula", [*CONDITIONAL, *INFORMATION, *LOGIC, *ORDER, *PAIRS, *CASH_FLOWS])
def test_that_a_function_over_uncertain_cells_is_compiled_to_its_values(formula: str, tmp_path: Path) -> None:
    workbook, compiled = compiled_model(tmp_path, {**_CELLS, "J5": "=" + formula}, _INPUTS, "J5")

    pairs = both_ways(workbook, compiled, "J5")

    assert compiled.slow_cells == 0
    assert all(compiled == evaluated for compiled, evaluated in pairs), pairs
