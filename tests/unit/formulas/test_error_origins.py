"""The cell where an output's error arose."""

from pathlib import Path

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.error_origins import ErrorOrigins
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def test_that_an_error_is_followed_to_the_cell_where_it_arose_in_its_trial(tmp_path: Path) -> None:
    cells = {
        "A1": 1.0,
        "A2": "=RAND()",
        "B1": "=SQRT(A1)",  # fails where A1 < 0
        "B2": "=1/INT(A2*2)",  # fails where A2 < 0.5
        "B3": "=A1*2",
        "C1": "=SUM(B1:B3)",
        "D1": "=C1+1",
    }
    workbook = read_workbook(write_xlsx(tmp_path / "errors.xlsx", {"S": cells}))
    choice = SimulationChoice(
        (InputChoice(_address("A1"), parse_distribution("uniform(-1, 1)")),), (OutputChoice(_address("D1")),)
    )
    model = build_simulation_model(workbook, choice, 45_000.0)
    compiled = compile_model(model)
    backend = open_backend("auto", compiled.simulated.program, compiled.simulated.evaluators)
    (output,) = compiled.simulated.outputs
    (drawn,) = [each for each in compiled.simulated.inputs if each.cell == "S!A1"]
    assert output.error_array is not None
    slots = backend.run(
        ChunkRequest(7, 0, 40, tuple(sorted({output.array, output.error_array, drawn.array})))
    )

    origins = ErrorOrigins(model, compiled, 7)
    found = {}
    for trial in range(40):
        is_negative = slots[drawn.array][drawn.place, trial] < 0
        failed = bool(slots[output.error_array][output.place, trial])
        expected = "B1" if is_negative else "B2" if failed else "D1"
        found[expected] = found.get(expected, 0) + 1
        assert origins.origin(_address("D1"), trial) == _address(expected)

    assert set(found) == {"B1", "B2", "D1"}
