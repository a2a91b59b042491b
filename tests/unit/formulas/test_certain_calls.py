"""Calls inside uncertain formulas that read certain cells only: evaluated once, at compile time."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import CompiledModel, compile_model
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

_TRIALS = 20
_CERTAIN: dict[str, CellContent] = {
    "B1": 45_000.0, "B2": 45_400.0, "B3": "north", "B4": "south", "B5": "north",
    "C1": 1.0, "C2": 2.0, "C3": 3.0, "C4": 4.0, "C5": 5.0,
}  # fmt: skip


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def _compiled(folder: Path, cells: dict[str, CellContent], output: str) -> CompiledModel:
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": {"A1": 1.0, **_CERTAIN, **cells}}))
    choice = SimulationChoice(
        (InputChoice(_address("A1"), parse_distribution("uniform(1, 2)")),), (OutputChoice(_address(output)),)
    )
    return compile_model(build_simulation_model(workbook, choice, 45_000.0))


def _trials(compiled: CompiledModel) -> tuple[np.ndarray, np.ndarray]:
    simulated = compiled.simulated
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    (output,), (drawn,) = simulated.outputs, simulated.inputs
    slots = backend.run(ChunkRequest(1, 0, _TRIALS, (output.array, drawn.array)))
    return slots[output.array][output.place], slots[drawn.array][drawn.place]


@pytest.mark.parametrize(
    ("formula", "factor"),
    [
        ("=A1*YEAR(B2)", 2024.0),
        ('=A1*SUMIF($B$3:$B$5,"north",$C$3:$C$5)', 8.0),
        ('=A1*COUNTIF(B3:B5,"n*")', 2.0),
        ("=A1*MEDIAN(C1:C5)", 3.0),
        ('=A1*LEN(TEXT(C1,"0.00")&"x")', 5.0),
        ('=A1*MATCH("south",B3:B5,0)', 2.0),
        ("=A1*VLOOKUP(B4,B3:C5,2,FALSE)", 4.0),
        ("=IF(MONTH(B1)=3,A1*7,0)", 7.0),
        ("=SUM(A1,INDEX(C1:C5,0)*0)-SUM(C1:C5)*0", None),
    ],
)
def test_that_certain_calls_cost_no_slow_cell(formula: str, factor: float | None, tmp_path: Path) -> None:
    compiled = _compiled(tmp_path, {"D1": formula}, "D1")
    output, drawn = _trials(compiled)

    if factor is None:
        assert np.array_equal(output, drawn)
    else:
        assert compiled.slow_cells == 0
        assert np.array_equal(output, drawn * factor)


def test_that_certain_calls_differ_from_row_to_row(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {f"D{row}": f"=$A$1*EOMONTH(B$1,C{row})" for row in range(1, 6)}
    compiled = _compiled(tmp_path, {**cells, "E1": "=D1+D2*10"}, "E1")
    output, drawn = _trials(compiled)

    assert compiled.slow_cells == 0
    assert np.allclose(output, drawn * (45_046 + 10 * 45_077), rtol=1e-15)


def test_that_a_call_that_gives_cells_is_not_taken_for_one_number(tmp_path: Path) -> None:
    compiled = _compiled(tmp_path, {"D3": "=SUM(A1,INDEX(B1:C5,0,2))"}, "D3")
    output, drawn = _trials(compiled)

    assert np.allclose(output, drawn + 15.0)


@pytest.mark.parametrize(
    "formula", ["=MIN(C{row},$A$1*2)", "=SUM(B{row}:C{row},$A$1)", "=MAX($A$1,C{row})+COUNT(C{row}:D{row})"]
)
def test_that_certain_cells_that_move_with_a_region_are_read_in_aggregates(
    formula: str, tmp_path: Path
) -> None:
    cells: dict[str, CellContent] = {f"E{row}": formula.format(row=row) for row in range(1, 6)}
    cells |= {f"B{row}": float(row * 100) for row in range(1, 6)}
    compiled = _compiled(tmp_path, {**cells, "F1": "=E1+E2*10+E3*100+E4*1000+E5*10000"}, "F1")
    output, drawn = _trials(compiled)

    rows = np.arange(1, 6)[:, None]
    expected = {
        "=MIN": np.minimum(rows, drawn * 2),
        "=SUM": rows * 101 + drawn,
        "=MAX": np.maximum(drawn, rows) + 1,
    }[formula[:4]]
    assert compiled.slow_cells == 0
    assert np.allclose(output, (expected * 10.0 ** np.arange(5)[:, None]).sum(axis=0))
