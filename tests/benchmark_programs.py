"""The benchmark workbooks as programs."""

from mcdesk.engine.simulation_types import SimulationProgram
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.xlsx_reader import read_workbook
from tests.benchmark_models import BENCH


def benchmark_program(name: str) -> SimulationProgram:
    """The program of A, B or C."""
    workbook = read_workbook(BENCH / f"{name}.xlsx")
    choice = resolve_setup(read_setup_file(BENCH / f"{name}.toml"), workbook)
    return compile_model(build_simulation_model(workbook, choice, 45_000.0)).simulated


def wanted_arrays(simulated: SimulationProgram) -> tuple[int, ...]:
    """The slot arrays of its inputs and outputs, error codes too."""
    quantities = (*simulated.inputs, *simulated.outputs)
    errors = {each.error_array for each in quantities if each.error_array is not None}
    return tuple(sorted({each.array for each in quantities} | errors))
