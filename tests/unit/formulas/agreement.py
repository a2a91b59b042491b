"""A formula compiled and evaluated over the same drawn inputs."""

from pathlib import Path

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import CompiledModel, compile_model
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

NOW = 45_000.0
TRIALS = 16
Result = float | ErrorCode


def address(cell: str) -> CellAddress:
    """The address of a cell of the first sheet."""
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def compiled_model(
    folder: Path, cells: dict[str, CellContent], inputs: dict[str, str], output: str
) -> tuple[Workbook, CompiledModel]:
    """A workbook of one sheet, compiled for an output."""
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    choice = SimulationChoice(
        tuple(InputChoice(address(cell), parse_distribution(text)) for cell, text in inputs.items()),
        (OutputChoice(address(output)),),
    )
    return workbook, compile_model(build_simulation_model(workbook, choice, NOW))


def both_ways(workbook: Workbook, compiled: CompiledModel, output: str) -> list[tuple[Result, Result]]:
    """What each trial gives compiled, and evaluated with the same inputs."""
    simulated = compiled.simulated
    found = simulated.outputs[0]
    arrays = {quantity.array for quantity in (*simulated.inputs, found)}
    arrays |= {found.error_array} if found.error_array is not None else set()
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    slots = backend.run(ChunkRequest(5, 0, TRIALS, tuple(sorted(arrays))))
    pairs: list[tuple[Result, Result]] = []
    for trial in range(TRIALS):
        fixed: dict[CellAddress, Scalar] = {
            address(each.cell.rpartition("!")[2]): float(slots[each.array][each.place, trial])
            for each in simulated.inputs
        }
        error = 0 if found.error_array is None else int(slots[found.error_array][found.place, trial])
        value = float(slots[found.array][found.place, trial])
        pairs.append((ErrorCode(error) if error else value, evaluated(workbook, fixed, output)))
    return pairs


def evaluated(workbook: Workbook, fixed: dict[CellAddress, Scalar], output: str) -> Result:
    """The value of a cell with some cells fixed; a text is #VALUE!, as an output shows it."""
    value = Calculation(workbook, fixed, NOW).value(address(output))
    if isinstance(value, str):
        return ErrorCode.VALUE
    assert isinstance(value, float | bool | ErrorCode)
    return value if isinstance(value, ErrorCode) else float(value)
