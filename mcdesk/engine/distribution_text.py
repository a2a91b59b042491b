"""Between the text of a distribution, `pert(1, 2, 3)`, and the distribution."""

import re

from mcdesk.engine.distributions import Distribution, distribution_kind, distribution_names, refusal
from mcdesk.foundation.errors import SetupInvalid

_CALL = re.compile(r"\s*([a-z][a-z0-9_]*)\s*\((.*)\)\s*", re.DOTALL | re.IGNORECASE)
_LIST = re.compile(r"\{([^{}]*)\}")
_LIMIT = 100_000


def parse_distribution(text: str) -> Distribution:
    """The distribution that a text names.

    Raises:
        SetupInvalid: with the reason, if the text or its parameters are not acceptable.
    """
    match = _CALL.fullmatch(text)
    if match is None or len(text) > _LIMIT:
        raise _refused(text, "it is not of the form name(parameter, ...)")
    name, inside = match.group(1).lower(), match.group(2)
    distribution = Distribution(name, *_parameters(text, name, inside))
    reason = refusal(distribution)
    if reason is not None:
        raise _refused(text, reason)
    return distribution


def distribution_text(distribution: Distribution) -> str:
    """The text of a distribution; parsing it gives the same one."""
    numbers = [_number_text(value) for value in distribution.parameters]
    lists = ["{" + ", ".join(map(_number_text, values)) + "}" for values in distribution.lists]
    return f"{distribution.kind}({', '.join(numbers + lists)})"


def _parameters(text: str, name: str, inside: str) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    if name == "discrete":
        lists = tuple(_numbers(text, part) for part in _LIST.findall(inside))
        if _LIST.sub("", inside).replace(",", "").strip():
            raise _refused(text, "discrete takes {values}, {weights}")
        return (), lists
    kind = distribution_kind(name)
    if kind is None:
        raise _refused(text, f"{name} is not one of {', '.join(distribution_names())}")
    numbers = _numbers(text, inside)
    if len(numbers) != len(kind.parameters):
        raise _refused(text, f"{name} takes {len(kind.parameters)} parameters: {', '.join(kind.parameters)}")
    return numbers, ()


def _numbers(text: str, inside: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in inside.split(",")) if inside.strip() else ()
    except ValueError as error:
        raise _refused(text, "a parameter is not a number") from error


def _number_text(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _refused(text: str, reason: str) -> SetupInvalid:
    shown = text if len(text) <= 80 else text[:77] + "..."
    return SetupInvalid(
        f"Distribution {shown!r} cannot be used: {reason}", "Write it like triangular(1, 2, 4)."
    )
