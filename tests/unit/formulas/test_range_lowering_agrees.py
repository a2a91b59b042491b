"""Functions over uncertain ranges: no slow cell, and the values of their evaluation, bit for bit."""

from dataclasses import dataclass

import pytest

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import Result, all_both_ways, compiled_model, slow_outputs
from tests.unit.formulas.uncertain_sheet import CELLS, INPUTS

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
    "COUNTIF(E1:E10,E1)",
    "SUMIF(R1:R8,E1,D1:D8)",
    "COUNTIF(E1:E10,E6)",
    'COUNTIF(D1:D10,IF(A1>0,">2",IF(A2>0.5,"<>3","x*")))',
    'COUNTIF(R1:R8,E1&"*")',
    'COUNTIF(C1:C10,IF(A1>0,">1",IF(A2>0.5,"","yes")))',
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
    "TREND(D1:D10,G1:G10,A1)",
    "TREND(B1:B10,G1:G10,A1)",
    "TREND(D1:D3,D1:D3,1/(A3-1))",
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
# P: certain numbers, not sorted, some twice; Q: their results, some uncertain; R: certain texts;
# S, T: sorted numbers up and down
LOOKUPS = (
    "MATCH(A3,P1:P8,0)",
    "MATCH(A3,P1:P8)",
    "MATCH(A1,S1:S8)",
    "MATCH(A1,T1:T8,-1)",
    "MATCH(A3,D1:D10,0)",
    "MATCH(2,D1:D10,0)",
    "MATCH(A3,B1:B10,0)",
    "MATCH(A1,L1:L30)",
    "MATCH(A1,D1:D10,-1)",
    "MATCH(A1,B1:B10)",
    "ISNUMBER(MATCH(A3,G1:G10,0))",
    "MATCH(E1,R1:R8,0)",
    'MATCH("y*",E1:E5,0)',
    "VLOOKUP(A3,P1:R8,2,FALSE)",
    'IF(VLOOKUP(A3,P1:R8,3,FALSE)="no",1,2)',
    "VLOOKUP(A1,S1:V8,2)",
    "VLOOKUP(E1,R1:V8,2,FALSE)",
    'VLOOKUP("no",R1:V8,4,FALSE)+A1',
    "HLOOKUP(A3,W1:Z3,2,FALSE)",
    "HLOOKUP(A1,W1:Z3,3)",
    "LOOKUP(A1,S1:S8,Q1:Q8)",
    "LOOKUP(A1,S1:V8)",
    "XMATCH(A1,P1:P8,1)",
    "XMATCH(A1,P1:P8,-1)",
    "XMATCH(A3,P1:P8,0,-1)",
    "XMATCH(A1,P1:P8,1,-1)",
    "XMATCH(A1,P1:P8,-1,-1)",
    "XMATCH(A1*0+3.5,B1:B10,-1,-1)",
    "XMATCH(A3+0.5,D1:D10,-1,-1)",
    "XMATCH(A3+0.5,D1:D10,1,-1)",
    "XMATCH(A3,P1:P8,2,-1)",
    "XMATCH(E2,R1:R8,2,-1)",
    'XMATCH("*",R1:R8,2,-1)',
    "XLOOKUP(A3,P1:P8,Q1:Q8)",
    "XLOOKUP(A1,P1:P8,Q1:Q8,-1)",
    "XLOOKUP(A1,D1:D10,G1:G10,0,1)",
    "XLOOKUP(A3,B1:B10,G1:G10,0,-1,-1)",
    "XLOOKUP(E2,R1:R8,Q1:Q8,0)",
)
# in rows that their ranges have too: 0 is the cell in line with the formula
INDICES = (
    "INDEX(Q1:Q8,A3)",
    "INDEX(Q1:Q8,INT(A1))",
    "INDEX(Q1:Q4,INT(A1))",
    "INDEX(W1:Z3,1,INT(A1))",
    "INDEX(S1:V8,INT(A1),INT(A1))",
    "SUM(INDEX(Q1:Q8,MAX(A3,1)),A1)",
    "INDEX(Q1:V8,A3,2)",
    "INDEX(W1:Z3,2,A3+1)",
    "INDEX(B1:B10,MATCH(A3,P1:P8,0))",
)
TEXTS = (
    'E1="YES"',
    'E1<>"yes"',
    'E1>="nz"',
    "E1=E2",
    "E1<E3",
    'LEN(E1&"!")',
    'VALUE(IF(A1>0,"12","x"))',
    'LEFT(E1,1)="y"',
    'COUNTIF(E1:E5,"y*")+LEN(UPPER(E2))',
    'IF(ISTEXT(E1),SEARCH("e",E1),0)',
    'SUMIF(E1:E5,"yes",D1:D5)',
)
PRODUCTS = (
    "SUMPRODUCT(D1:D10,G1:G10)",
    "SUMPRODUCT(H1:H9,G1:G9)",
    "SUMPRODUCT((D1:D10>2)*G1:G10)",
    "SUMPRODUCT(--(D1:D10>A3),D1:D10)",
    'SUMPRODUCT((E1:E5="yes")*(D1:D5-A2))',
    'SUMPRODUCT((R1:R8="no")*Q1:Q8)',
    "SUMPRODUCT(D1:D10>2,G1:G10)",
    "SUMPRODUCT(ABS(D1:D10)/SUM(D1:D3))",
    "SUMPRODUCT(B1:B10*2)",
    "SUMPRODUCT(IF(D1:D10>2,1,A2)*G1:G10)",
    "SUMPRODUCT(W1:Z3,W1:Z3)",
    "SUMPRODUCT((D1:D10>1)*(D1:D10<5)*(G1:G10<>A3))",
)
# X5, X6: uncertain serials
DATES = (
    "YEAR(X5)",
    "MONTH(X5)*100+DAY(X5)",
    "YEAR(A1*20)*1000+MONTH(A1*20)*100+DAY(A1*20)",
    "DATE(2024,A1*9,A2*60)",
    "DATE(A1*100,2,29)",
    "EDATE(X5,A1*7)",
    "EOMONTH(X5,-A3)",
    "WEEKDAY(X5)",
    "WEEKDAY(X5,A3)",
    "WEEKNUM(X5,2)",
    "WEEKNUM(X5,21)",
    "ISOWEEKNUM(X5)",
    "DAYS(X6,X5)",
    "DAYS360(X5,X6)",
    "DAYS360(X5,X6,TRUE)",
    "YEARFRAC(X5,X6)",
    "YEARFRAC(X5,X6,1)",
    "YEARFRAC(X5,X6,A3)",
    "YEARFRAC(X6,X5,4)",
    "HOUR(X5)*10000+MINUTE(X5)*100+SECOND(X5)",
    "TIME(A1,A2*90,A3)",
)
SECURITIES = (
    "COUPDAYBS(X5,X6,2,A3)",
    "COUPDAYSNC(X5,X6,A3,0)",
    "COUPNUM(X5,X6,4)+COUPPCD(X5,X6,4)+COUPNCD(X5,X6,4)",
    "PRICE(X5,X6,A2,A1/10,100,A3)",
    "PRICE(X5,X6+4000,A2,A1/10,100,2,A3)",
    "PRICE(X5,X5+A1*99,A2,A2/10,100,2)",
    "YIELD(X5,X6,A2/9,99+A1,100,A3)",
    "YIELD(X5,X5+A1*99,A2/9,99+A1,100,2,1)",
    "DURATION(X5,X6+4000,A2,A1/10,2,A3)",
    "DURATION(X5,X6,A2,A2*1E-9,2)",
    "MDURATION(X5,X6,A2,A1/10,A3)",
    "DISC(X5,X6,A2,A1,A3)",
    "INTRATE(X5,X6,A2,A1,A3)",
    "RECEIVED(X5,X6,A2,A2*A3)",
    "PRICEDISC(X5,X6,A2,A1,A3)",
    "ACCRINTM(X5,X6,A2,A1,A3)",
    "PRICEMAT(X6,X6+A1*99,X5,A2,A1,A3)",
    "YIELDMAT(X6,X6+A1*99,X5,A2,A3,1)",
    "TBILLPRICE(X5,X5+A1*99,A2)",
    "TBILLYIELD(X5,X5+A1*99,A2)",
    "TBILLEQ(X5,X5+A1*99,A2)",
    "DOLLARDE(A1*9,A2*40)",
    "DOLLARFR(A1*9,A1*40)",
)
SUBTOTALS = (
    "SUBTOTAL(9,D1:D10,H1:H9)",
    "SUBTOTAL(101,D1:D10)",
    "SUBTOTAL(2,B1:B10)",
    "SUBTOTAL(3,H1:H10)",
    "SUBTOTAL(4,B1:B10)",
    "SUBTOTAL(9,D1:D10,Y5)+Y5",
    "AGGREGATE(9,4,D1:D10)",
    "AGGREGATE(12,0,H1:H9)",
    "AGGREGATE(14,6,D1:D10,A3)",
    "AGGREGATE(15,6,B1:B10,A3)",
    "AGGREGATE(9,6,B1:B10)",
    "AGGREGATE(12,7,B1:B10)",
    "AGGREGATE(3,6,B1:B10)",
    "AGGREGATE(2,6,B1:B10)",
    "AGGREGATE(16,4,D1:D10,A2)",
    "AVERAGEA(H1:H10)",
    "MAXA(E1:E10,D1:D2)",
    "STDEVA(D1:D10,C1:C10)",
    "FVSCHEDULE(A1,D1:D4)",
    "FVSCHEDULE(100,M1:M7)",
)
PLACES = (
    "LET(x,A1*2,y,x+A2,IF(y>0,y*x,SUM(D1:D3)))",
    "LEN(FORMULATEXT(D1))*A1",
    'HYPERLINK("x",A1)',
    "ROW(D3)*A1",
    "COLUMN(D3)+ROW()*A1",
    "ROWS(D1:D10)*COLUMNS(D1:H1)*A1",
    'CELL("row",D3)*A1',
    'CONVERT(A1,"mi","km")',
    'CONVERT(A1*100,"F","C")',
    'CONVERT(A1,"mi","kg")',
)
ALL = [
    *INDICES,
    *PLACES,
    *SUBTOTALS,
    *DATES,
    *SECURITIES,
    *CONDITIONAL,
    *INFORMATION,
    *LOGIC,
    *ORDER,
    *PAIRS,
    *CASH_FLOWS,
    *LOOKUPS,
    *TEXTS,
    *PRODUCTS,
]


CELL_BY_FORMULA = {formula: f"AB{row}" for row, formula in enumerate(ALL, 1)}


@dataclass(frozen=True)
class Results:
    slow: set[str]
    pairs_by_cell: dict[str, list[tuple[Result, Result]]]


# One process has all of these tests, so that their workbook is compiled once.
pytestmark = pytest.mark.xdist_group("ranges")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    formulas: dict[str, CellContent] = {cell: "=" + formula for formula, cell in CELL_BY_FORMULA.items()}
    folder = tmp_path_factory.mktemp("ranges")
    workbook, compiled = compiled_model(folder, {**CELLS, **formulas}, INPUTS, *formulas)
    return Results(slow_outputs(compiled), all_both_ways(workbook, compiled))


@pytest.mark.parametrize("formula", ALL)
def test_that_a_function_over_uncertain_cells_is_compiled_to_its_values(
    formula: str, results: Results
) -> None:
    cell = CELL_BY_FORMULA[formula]

    pairs = results.pairs_by_cell[cell]

    assert cell not in results.slow
    assert all(compiled == evaluated for compiled, evaluated in pairs), pairs
