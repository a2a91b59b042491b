"""The flags in which an x86 processor keeps what its operations on numbers met, in LLVM's text.

A function clears them before its first step and looks at them after each. LLVM computes as if nobody looked:
it leaves operations out, or computes them itself, but for those that are written as strict ones. Of these no
flag is lost that they would raise in between.
Source: https://llvm.org/docs/LangRef.html#constrained-floating-point-intrinsics
"""

from collections.abc import Sequence

# of MXCSR: what is no number, a division by zero, what is beyond the largest number, digits lost near zero
_INVALID, _DIVIDED, _OVERFLOWED, _UNDERFLOWED = 0x01, 0x04, 0x08, 0x10
_ALL_FLAGS = 0x3F
LAST_LABEL = "sure"


def clearing() -> list[str]:
    """Lines for the beginning of a function."""
    return [
        "  %status = alloca i32",
        "  call void @llvm.x86.sse.stmxcsr(ptr %status)",
        "  %found = load i32, ptr %status",
        f"  %clear = and i32 %found, {~_ALL_FLAGS}",
        *_clear(),
    ]


def looking(otherwise: str, with_underflow: bool) -> list[str]:
    """Lines for the end of a step, which end in the block `LAST_LABEL`.

    Args:
        otherwise: what is to be done where a flag is raised.
        with_underflow: whether a result near zero is one reason.
    """
    mask = _INVALID | _DIVIDED | _OVERFLOWED | (_UNDERFLOWED if with_underflow else 0)
    return [
        "  call void @llvm.x86.sse.stmxcsr(ptr %status)",
        "  %flags = load i32, ptr %status",
        f"  %raised = and i32 %flags, {mask}",
        "  %is_raised = icmp ne i32 %raised, 0",
        f"  br i1 %is_raised, label %raising, label %{LAST_LABEL}",
        "raising:",
        otherwise,
        *_clear(),
        f"  br label %{LAST_LABEL}",
        f"{LAST_LABEL}:",
    ]


def strict(name: str, kind: str, suffix: str, arguments: Sequence[str]) -> str:
    """An operation that raises its flags, whoever needs its result.

    Args:
        name: fadd, fsub, fmul, fdiv, sqrt or fma.
        kind: the type of its arguments and its result, `suffix` the same in LLVM's names.
    """
    given = ", ".join(f"{kind} {argument}" for argument in arguments)
    mode = 'metadata !"round.tonearest", metadata !"fpexcept.strict"'
    return f"call {kind} @llvm.experimental.constrained.{name}.{suffix}({given}, {mode}) strictfp"


def _clear() -> list[str]:
    return ["  store i32 %clear, ptr %status", "  call void @llvm.x86.sse.ldmxcsr(ptr %status)"]
