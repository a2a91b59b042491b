"""A formula compiled and evaluated over the same drawn inputs."""

from pathlib import Path

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.ir import EvaluatedStage
from mcdesk.engine.simulation_types import Quantity
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
    folder: Path, cells: dict[str, CellContent], inputs: dict[str, str], *outputs: str
) -> tuple[Workbook, CompiledModel]:
    """A workbook of one sheet, compiled for its outputs."""
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    choice = SimulationChoice(
        tuple(InputChoice(address(cell), parse_distribution(text)) for cell, text in inputs.items()),
        tuple(OutputChoice(address(output)) for output in outputs),
    )
    return workbook, compile_model(build_simulation_model(workbook, choice, NOW))


def both_ways(workbook: Workbook, compiled: CompiledModel, output: str) -> list[tuple[Result, Result]]:
    """What each trial gives compiled, and evaluated with the same inputs."""
    return all_both_ways(workbook, compiled)[output]


def all_both_ways(workbook: Workbook, compiled: CompiledModel) -> dict[str, list[tuple[Result, Result]]]:
    """The same for each output."""
    simulated = compiled.simulated
    quantities = (*simulated.inputs, *simulated.outputs)
    arrays = {each.array for each in quantities}
    arrays |= {each.error_array for each in quantities if each.error_array is not None}
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    slots = backend.run(ChunkRequest(5, 0, TRIALS, tuple(sorted(arrays))))
    found: dict[str, list[tuple[Result, Result]]] = {_name(each): [] for each in simulated.outputs}
    for trial in range(TRIALS):
        fixed: dict[CellAddress, Scalar] = {
            address(_name(each)): float(slots[each.array][each.place, trial]) for each in simulated.inputs
        }
        calculation = Calculation(workbook, fixed, NOW)
        for output in simulated.outputs:
            error = 0 if output.error_array is None else int(slots[output.error_array][output.place, trial])
            value = float(slots[output.array][output.place, trial])
            expected = evaluated(calculation, _name(output))
            found[_name(output)].append((ErrorCode(error) if error else value, expected))
    return found


def slow_outputs(compiled: CompiledModel) -> set[str]:
    """The outputs that are evaluated trial by trial."""
    stages = compiled.simulated.program.stages
    written = {array for stage in stages if isinstance(stage, EvaluatedStage) for array in stage.writes}
    return {_name(output) for output in compiled.simulated.outputs if output.array in written}


def evaluated(calculation: Calculation, output: str) -> Result:
    """The value of a cell; a text is #VALUE!, as an output shows it."""
    value = calculation.value(address(output))
    if isinstance(value, str):
        return ErrorCode.VALUE
    assert isinstance(value, float | bool | ErrorCode)
    return value if isinstance(value, ErrorCode) else float(value)


def _name(quantity: Quantity) -> str:
    return quantity.cell.rpartition("!")[2]
