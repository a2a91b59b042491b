"""Models with cycles, data tables and texts: simulated cell by cell, trial by trial, as the formulas say."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.simulation_model import SimulationModel, build_simulation_model
from mcdesk.formulas.trial_inspection import trial_cells
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, StoredFormula, write_xlsx

_TRIALS = 60


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def _model(
    folder: Path,
    cells: dict[str, CellContent],
    output: str,
    uncertain: str = "A1",
    fixed: float | None = None,
) -> SimulationModel:
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    choice = SimulationChoice(
        (InputChoice(_address(uncertain), parse_distribution("uniform(0, 10)")),),
        (OutputChoice(_address(output)),),
        {} if fixed is None else {_address("A9"): fixed},
    )
    return build_simulation_model(workbook, choice, 45_000.0)


def _trials(model: SimulationModel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Input, output and error code of each trial."""
    simulated = compile_model(model).simulated
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    (output,), (drawn,) = simulated.outputs, simulated.inputs
    assert output.error_array is not None
    slots = backend.run(ChunkRequest(1, 0, _TRIALS, (output.array, output.error_array, drawn.array)))
    return (
        slots[drawn.array][drawn.place],
        slots[output.array][output.place],
        slots[output.error_array][output.place],
    )


def test_that_a_cycle_that_no_trial_runs_into_is_no_error(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {
        "A1": 1.0, "B1": "=IF(A1>5,C1+1,10)", "C1": "=IF(A1>5,20,B1+1)", "D1": "=B1+C1",
    }  # fmt: skip
    drawn, output, errors = _trials(_model(tmp_path, cells, "D1"))

    assert not errors.any()
    assert np.array_equal(output, np.where(drawn > 5, 41.0, 21.0))


def test_that_a_cycle_in_some_trials_is_an_error_of_these(tmp_path: Path) -> None:
    drawn, output, errors = _trials(_model(tmp_path, {"A1": 1.0, "E1": "=IF(A1>6,E1+1,2)"}, "E1"))

    assert np.array_equal(errors == ErrorCode.CYCLE, drawn > 6)
    assert (output[drawn <= 6] == 2.0).all()


def test_that_a_compiled_region_that_closes_a_cycle_is_evaluated(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0}
    for row in range(2, 20):
        cells[f"B{row}"] = f"=C{row}*0.5+$A$1"
        cells[f"C{row}"] = f"=IF($A$1<5,B{row - 1},1)" if row > 2 else "=IF($A$1<5,B19,1)"
    drawn, output, errors = _trials(_model(tmp_path, cells, "B10"))

    assert np.array_equal(errors == ErrorCode.CYCLE, drawn < 5)
    assert np.array_equal(output[drawn >= 5], 0.5 + drawn[drawn >= 5])


@pytest.mark.parametrize("uncertain", ["A2", "A1"])
def test_that_a_data_table_follows_the_inputs(tmp_path: Path, uncertain: str) -> None:
    cells: dict[str, CellContent] = {
        "A1": 3.0, "A2": 2.0, "A9": 1.0, "B1": "=A1*A2+A9", "D1": "=B1",
        "C2": 1.0, "C3": 2.0, "C4": 4.0, "F1": "=SUM(D2:D4)",
    }  # fmt: skip
    attributes = 't="dataTable" ref="D2:D4" dt2D="0" dtr="0" r1="A1"'
    cells["D2"] = StoredFormula("", 3.0, attributes=attributes)
    cells |= {"D3": 5.0, "D4": 9.0}
    drawn, output, errors = _trials(_model(tmp_path, cells, "F1", uncertain, fixed=10.0))

    # the table puts 1, 2 and 4 in the place of A1
    factor = drawn if uncertain == "A2" else np.full(_TRIALS, 2.0)
    assert not errors.any()
    assert np.allclose(output, 7 * factor + 30.0)


def test_that_every_cell_of_a_trial_is_shown_as_it_was_simulated(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {
        "A1": 3.0, "A3": "fixed", "B1": '=VALUE(A1&"")', "C1": "=B1*2", "D1": '=A1&" m"', "E1": "=A1>5",
        "F1": '=IF(A1>5,"high","low")', "G1": "=1/(A1>5)", "H1": "=IF(A1>5,H1,A1)",
    }  # fmt: skip
    model = _model(tmp_path, cells, "C1")
    drawn, output, _ = _trials(model)
    seen = set()
    for trial in range(12):
        shown = dict(trial_cells(model, SimulationPlan(_TRIALS, 1), trial))
        x = float(drawn[trial])
        is_high = x > 5
        seen.add(is_high)
        assert shown["S!A1"] == x
        assert shown["S!C1"] == output[trial] == shown["S!B1"] * 2
        assert shown["S!B1"] == pytest.approx(x, rel=1e-14)
        assert str(shown["S!D1"]).endswith(" m")
        assert shown["S!E1"] is is_high
        assert shown["S!F1"] == ("high" if is_high else "low")
        assert shown["S!G1"] == (1.0 if is_high else ErrorCode.DIV0)
        assert shown["S!H1"] == (ErrorCode.CYCLE if is_high else x)
        assert shown["S!A3"] == "fixed"

    assert seen == {True, False}


@pytest.mark.parametrize(
    ("formula", "rest"),
    [
        ("=SUM(A1:A3)", 50.0),
        ("=SUM(A:A)", 50.0),
        ("=SUMPRODUCT(A1:A3,C1:C3)", 130.0),
        ("=NPV(0,A1:A3)", 50.0),
        ("=3*AVERAGE(A1:A3)", 50.0),
        ("=MAX(INDEX(A1:A3,1),0)", 0.0),
        ("=VLOOKUP(1,B1:D3,3,FALSE)", 0.0),
    ],
)
def test_that_a_trial_that_is_looked_at_has_its_input_in_areas_too(
    tmp_path: Path, formula: str, rest: float
) -> None:
    cells: dict[str, CellContent] = {
        "A1": 10.0, "A2": 20.0, "A3": 30.0, "B1": 1.0, "B2": 2.0, "B3": 3.0, "C1": 1.0, "C2": 2.0, "C3": 3.0,
        "D1": "=A1", "D2": 0.0, "D3": 0.0, "E1": formula, "F1": '=VALUE(E1&"")',
    }  # fmt: skip
    model = _model(tmp_path, cells, "E1")

    shown = dict(trial_cells(model, SimulationPlan(_TRIALS, 1), 3))

    assert shown["S!A1"] != 10.0
    assert shown["S!E1"] == pytest.approx(shown["S!A1"] + rest)
    assert shown["S!F1"] == pytest.approx(shown["S!E1"], rel=1e-14)
