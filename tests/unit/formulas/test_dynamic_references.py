"""OFFSET, INDIRECT and ranges up to an INDEX in simulated models."""

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

_TRIALS = 50


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def _compiled(folder: Path, cells: dict[str, CellContent], inputs: list[str], output: str) -> CompiledModel:
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    uniform = parse_distribution("uniform(0, 1)")
    choice = SimulationChoice(
        tuple(InputChoice(_address(cell), uniform) for cell in inputs), (OutputChoice(_address(output)),)
    )
    return compile_model(build_simulation_model(workbook, choice, 45_000.0))


def _trials(compiled: CompiledModel) -> np.ndarray:
    simulated = compiled.simulated
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    wanted = [*simulated.outputs, *simulated.inputs]
    slots = backend.run(ChunkRequest(1, 0, _TRIALS, tuple(sorted({each.array for each in wanted}))))
    return np.array([slots[each.array][each.place] for each in wanted])


_VALUES: dict[str, CellContent] = {"A1": 0.5, "A2": 0.5, "B1": 1.0, "B2": 2.0, "C1": "=A1*10", "C2": "=A2*10"}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=OFFSET(B1,0,-1)", lambda a1, a2: a1),
        ("=SUM(OFFSET($A$1,0,B1-1,B2,1))", lambda a1, a2: a1 + a2),
        ('=INDIRECT("C"&B2)', lambda a1, a2: a2 * 10),
        ('=INDIRECT("R1C3",FALSE)+1', lambda a1, a2: a1 * 10 + 1),
        ("=SUM(A1:INDEX(A1:A9,B2))", lambda a1, a2: a1 + a2),
        ("=OFFSET(A1,1,0)*OFFSET(A1,0,0)", lambda a1, a2: a2 * a1),
    ],
)
def test_that_references_with_certain_arguments_are_compiled(formula, expected, tmp_path: Path) -> None:
    compiled = _compiled(tmp_path, {**_VALUES, "D1": formula}, ["A1", "A2"], "D1")

    output, *drawn = _trials(compiled)
    by_cell = dict(zip((each.cell for each in compiled.simulated.inputs), drawn, strict=True))

    assert compiled.slow_cells == 0
    unused = np.zeros(_TRIALS)
    assert np.array_equal(output, expected(by_cell.get("S!A1", unused), by_cell.get("S!A2", unused)))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('=INDIRECT("C"&IF(A1<0.5,1,2))+0', lambda a1, a2: np.where(a1 < 0.5, a1, a2) * 10),
        ("=OFFSET(C1,IF(A1<0.5,0,1),0)+0", lambda a1, a2: np.where(a1 < 0.5, a1, a2) * 10),
        ("=SUM(A1:INDEX(A1:A2,IF(A1<0.5,1,2)))", lambda a1, a2: a1 + np.where(a1 < 0.5, 0.0, a2)),
    ],
)
def test_that_references_that_inputs_move_are_evaluated(formula, expected, tmp_path: Path) -> None:
    compiled = _compiled(tmp_path, {**_VALUES, "D1": formula}, ["A1", "A2"], "D1")

    output, first, second = _trials(compiled)

    assert compiled.slow_cells >= 1
    assert np.array_equal(output, expected(first, second))


def test_that_an_argument_that_turns_out_uncertain_is_not_taken_for_certain(tmp_path: Path) -> None:
    # D2's row comes from D1, which is itself an OFFSET to an input
    cells = {**_VALUES, "D1": "=OFFSET(B1,0,-1)", "D2": "=OFFSET(B1,IF(D1<0.5,0,1),0)*100"}
    compiled = _compiled(tmp_path, cells, ["A1"], "D2")

    output, drawn = _trials(compiled)

    assert np.array_equal(output, np.where(drawn < 0.5, 100.0, 200.0))


def test_that_a_column_of_offsets_stays_one_region(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {f"A{row}": float(row) for row in range(1, 402)}
    cells |= {f"B{row}": f"=OFFSET(A{row},1,0)*$D$1" for row in range(1, 401)}
    cells |= {"C1": "=SUM(B1:B400)", "D1": 1.0}

    compiled = _compiled(tmp_path, cells, ["D1"], "C1")
    output, drawn = _trials(compiled)

    assert (compiled.slow_cells, compiled.compiled_cells) == (0, 401)
    assert np.allclose(output, drawn * (400 * 401 / 2 + 400))


def test_that_a_bound_name_over_an_indirect_range_follows_the_inputs(tmp_path: Path) -> None:
    cells = {**_VALUES, "D1": '=LET(x,INDIRECT("A1:A2"),SUM(x))*2'}
    compiled = _compiled(tmp_path, cells, ["A1", "A2"], "D1")

    output, first, second = _trials(compiled)

    assert np.allclose(output, 2 * (first + second))
