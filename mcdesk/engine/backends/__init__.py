"""The one place that knows which back ends exist."""

import importlib.util
from collections.abc import Sequence

from mcdesk.engine.backends.backend import Backend, SlotEvaluator
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.ir import Program
from mcdesk.engine.verifier import check
from mcdesk.foundation.errors import OptionInvalid

BACKEND_NAMES = ("auto", "cuda", "cpu", "reference")


def open_backend(
    name: str, program: Program, evaluators: Sequence[SlotEvaluator], expected_trials: int = 0
) -> Backend:
    """A back end for a program, after the program is proven well formed.

    Args:
        name: `auto`, `cpu`, `cuda` or `reference`.
        expected_trials: how many will be run; what is worth compiling depends on it.

    Raises:
        OptionInvalid: if there is no such back end here.
        ProgramFault: if the program is malformed.
    """
    if name == "cuda":
        raise OptionInvalid("The back end cuda is not available", "Use --backend auto or cpu.")
    check_backend_name(name, "back end")
    check(program)
    if name == "reference" or cpu_backend_name() == "reference":
        return ReferenceBackend(program, evaluators)
    from mcdesk.engine.backends.tiered import TieredBackend

    return TieredBackend(program, evaluators, expected_trials)


def check_backend_name(name: str, source: str) -> None:
    """Refuse, before anything is read, a back end that no computer has.

    Raises:
        OptionInvalid: naming the source and the back ends there are.
    """
    if name not in BACKEND_NAMES:
        raise OptionInvalid(
            f"{source}: there is no back end {name!r}", f"It is one of {', '.join(BACKEND_NAMES)}."
        )


def cpu_backend_name() -> str:
    """`cpu` where LLVM is there, else `reference`."""
    return "cpu" if importlib.util.find_spec("llvmlite") is not None else "reference"
