"""The benchmark workbooks as programs, and programs as the GPU gets them."""

from mcdesk.engine.backends.cuda_text import ProgramKernels, program_kernels
from mcdesk.engine.passes.finite_numbers import assuming_finite
from mcdesk.engine.passes.loop_fusion import with_fused_loops
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


def quick_kernels(simulated: SimulationProgram) -> ProgramKernels:
    """The kernels that take numbers for finite, as the CUDA back end compiles them first."""
    assumed = assuming_finite(with_fused_loops(simulated.program))
    return program_kernels(assumed.program, (*wanted_arrays(simulated), assumed.doubt))
