"""Formulas copied down or across uncertain cells: one loop serves them all, with the values of each."""

from dataclasses import dataclass

import pytest

from tests.builders_xlsx import CellContent
from tests.unit.formulas.agreement import Result, all_both_ways, compiled_model, slow_outputs

_ROWS = range(1, 9)
_INPUTS = {"A1": "uniform(-2, 5)", "A2": "uniform(0.1, 0.9)"}
# D, E, F: blocks of uncertain numbers; K: certain texts; L, M: certain numbers; N: uncertain texts
_CELLS: dict[str, CellContent] = {
    "A1": 1.0, "A2": 0.5,
    **{f"D{row}": "=ROUND($A$1*ROW(),0)" for row in _ROWS},
    **{f"E{row}": "=MOD($A$1*ROW()^2,5)" for row in _ROWS},
    **{f"F{row}": "=SQRT($A$1+ROW()-3)" for row in _ROWS},
    **{f"K{row}": ("north", "south", "east")[row % 3] for row in _ROWS},
    **{f"L{row}": float(row * 7 % 5) for row in _ROWS}, **{f"M{row}": row * 0.7 - 1 for row in _ROWS},
    **{f"N{row}": f'=IF(D{row}>2,"high","low")' for row in _ROWS},
}  # fmt: skip
TEMPLATES = (
    "SUMIF($K$1:$K$8,K{row},$D$1:$D$8)",
    "SUMIF($D$1:$D$8,L{row},$E$1:$E$8)",
    'SUMIF($D$1:$D$8,">"&E{row})',
    'SUMIFS($D$1:$D$8,$K$1:$K$8,K{row},$E$1:$E$8,">1")',
    'COUNTIFS(D$1:D$8,">"&D{row})+1',
    "COUNTIF($N$1:$N$8,N{row})",
    "COUNT(D{row}:F{row})",
    "MEDIAN(D{row}:F{row})",
    "LARGE(D{row}:F{row},2)",
    "RANK(D{row},D$1:D$8)",
    "PERCENTILE($E$1:$E$8,M{row}/10+0.2)",
    "SLOPE($D$1:$D$8,$L$1:$L$8)*M{row}",
    "FORECAST(M{row},$D$1:$D$8,$M$1:$M$8)",
    "VLOOKUP(K{row},$K$1:$M$8,2,FALSE)*A$1",
    "VLOOKUP(L{row},$L$1:$M$8,1+MOD(ROW(),2),FALSE)+A$1",
    "VLOOKUP(D{row},$D$1:$F$8,1+MOD(ROW(),3),FALSE)",
    "HLOOKUP(D$1,$D$1:$F$8,MOD(ROW(),10),FALSE)",
    "A$1*{row}.5+IF({row}>4,1,2)",
    "IF($A$1>0.{row},{row},D{row})",
    "INDEX($D$1:$D$8,MATCH(K{row},$K$1:$K$8,0))",
    "INDEX($D$1:$E$8,L{row}+1,2)",
    "INDEX($D$1:$D$8,L{row})",
    "MATCH(E{row},$M$1:$M$8)",
    "MATCH(D{row},$D$1:$D$8,0)",
    "XLOOKUP(L{row},$L$1:$L$8,$E$1:$E$8)",
    "XLOOKUP(E{row},$M$1:$M$8,$D$1:$D$8,-1,-1)",
    "LOOKUP(E{row},$M$1:$M$8,$L$1:$L$8)",
    "SUMPRODUCT(($K$1:$K$8=K{row})*$D$1:$D$8)",
    "SUMPRODUCT(D{row}:E{row},E{row}:F{row})",
    "SUMPRODUCT(--($D$1:$D$8>D{row}))",
    'IF(N{row}="high",D{row},E{row})',
    "LEN(N{row})+L{row}",
    "IFS(D{row}>3,1,E{row}>2,F{row},TRUE,L{row})",
    "SWITCH(D{row},L{row},1,E{row},2,3)",
    "AND(D{row}:E{row})",
    "IRR($D$1:$D$8,M{row}/10)",
    "XNPV(0.05+L{row}/100,$D$1:$D$8,$L$1:$L$8)",
    "EDATE(45000+D{row},L{row})",
    "SUBTOTAL(9,D{row}:E{row})",
    "CONVERT(D{row},\"mi\",\"km\")",
    "ROW(D{row})*A$1",
    "LET(x,D{row},y,x+E{row},y*L{row})",
    "AGGREGATE(14,6,D{row}:F{row},1)",
    "AVERAGEA(D{row}:F{row})",
)  # fmt: skip


@dataclass(frozen=True)
class Results:
    slow: set[str]
    pairs_by_cell: dict[str, list[tuple[Result, Result]]]


def _column(place: int) -> str:
    return "B" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26] if place < 26 else "C" + chr(65 + place - 26)


# One process has all of these tests, so that their workbook is compiled once.
pytestmark = pytest.mark.xdist_group("regions")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    formulas: dict[str, CellContent] = {
        f"{_column(place)}{row}": "=" + template.format(row=row)
        for place, template in enumerate(TEMPLATES)
        for row in _ROWS
    }
    folder = tmp_path_factory.mktemp("regions")
    workbook, compiled = compiled_model(folder, {**_CELLS, **formulas}, _INPUTS, *formulas)
    return Results(slow_outputs(compiled), all_both_ways(workbook, compiled))


@pytest.mark.parametrize("template", TEMPLATES)
def test_that_a_formula_copied_down_is_compiled_to_its_values(template: str, results: Results) -> None:
    column = _column(TEMPLATES.index(template))

    for row in _ROWS:
        pairs = results.pairs_by_cell[f"{column}{row}"]
        assert f"{column}{row}" not in results.slow
        assert all(compiled == evaluated for compiled, evaluated in pairs), (row, pairs)
