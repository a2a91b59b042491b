"""The one place that knows which back ends exist."""

import importlib.util
from collections.abc import Sequence
from functools import partial

from mcdesk.engine.backends.backend import Backend, ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeTold
from mcdesk.engine.backends.cuda import CudaBackend, compile_for_this_gpu
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Program, step_count
from mcdesk.engine.verifier import check
from mcdesk.foundation.errors import OptionInvalid

BACKEND_NAMES = ("auto", "cuda", "cpu", "reference")

# A GPU takes seconds to wake up; by then the processor has done about so many instructions.
_FEWEST_STEPS_FOR_GPU = 4_000_000_000
_FEWEST_LANES = 2


def open_backend(
    name: str,
    program: Program,
    evaluators: Sequence[SlotEvaluator],
    expected_trials: int = 0,
    device_memory_bytes: int | None = None,
    code_told: CodeTold = lambda _: None,
) -> Backend:
    """A back end for a program, after the program is proven well formed.

    Args:
        name: `auto`, `cpu`, `cuda` or `reference`.
        expected_trials: how many will be run; what is worth compiling, or a GPU, depends on it.
        device_memory_bytes: what it may take of a GPU at most; by default most of what is free.
        code_told: whether machine code was found on the disk, for each that is needed.

    Raises:
        OptionInvalid: if there is no such back end here.
        ProgramFault: if the program is malformed.
    """
    check_backend_name(name, "back end")
    check(program)
    if name == "reference":
        return ReferenceBackend(program, evaluators)
    if name == "cuda" or (name == "auto" and _is_worth_a_gpu(program, expected_trials)):
        cuda = CudaBackend(
            program,
            evaluators,
            lambda: _processor_backend(program, evaluators, expected_trials, code_told),
            partial(compile_for_this_gpu, told=code_told),
            memory_bytes=device_memory_bytes,
        )
        return cuda if name == "cuda" else _with_first_trials(cuda, program, evaluators, expected_trials)
    return _processor_backend(program, evaluators, expected_trials, code_told)


def run_one_trial(program: Program, wanted: tuple[int, ...]) -> dict[int, SlotValues] | None:
    """The wanted slot arrays of the first trial, (length, 1), compiled for it; None without a compiler.

    Raises:
        ProgramFault: if the program is malformed.
    """
    check(program)
    if cpu_backend_name() == "reference":
        return None
    from mcdesk.engine.backends.cpu import CpuBackend

    return CpuBackend(program, (), lanes=_FEWEST_LANES, threads=1).run(ChunkRequest(0, 0, 1, wanted))


def check_backend_name(name: str, source: str) -> None:
    """Refuse, before anything is read, a back end that is not there.

    Raises:
        OptionInvalid: naming the source and the back ends there are, or what keeps CUDA from being used.
    """
    if name not in BACKEND_NAMES:
        raise OptionInvalid(
            f"{source}: there is no back end {name!r}", f"It is one of {', '.join(BACKEND_NAMES)}."
        )
    obstacle = next(cuda_obstacles(), None) if name == "cuda" else None
    if obstacle is not None:
        raise OptionInvalid(f"{source}: cuda cannot be used here. {obstacle}")


def cpu_backend_name() -> str:
    """`cpu` where LLVM is there, else `reference`."""
    return "cpu" if importlib.util.find_spec("llvmlite") is not None else "reference"


def _processor_backend(
    program: Program, evaluators: Sequence[SlotEvaluator], expected_trials: int, code_told: CodeTold
) -> Backend:
    if cpu_backend_name() == "reference":
        return ReferenceBackend(program, evaluators)
    from mcdesk.engine.backends.tiered import TieredBackend

    return TieredBackend(program, evaluators, expected_trials, told=code_told)


def _with_first_trials(
    cuda: CudaBackend, program: Program, evaluators: Sequence[SlotEvaluator], expected_trials: int
) -> Backend:
    if cpu_backend_name() == "reference":
        return cuda
    from mcdesk.engine.backends.tiered import TieredBackend

    return TieredBackend(program, evaluators, expected_trials, cuda)


def _is_worth_a_gpu(program: Program, expected_trials: int) -> bool:
    # the driver is asked last: that takes tenths of a second where there is one
    is_long = step_count(program) * expected_trials >= _FEWEST_STEPS_FOR_GPU
    return is_long and next(cuda_obstacles(), None) is None
