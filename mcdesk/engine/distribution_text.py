"""Between the text of a distribution, `pert(1, 2, 3) truncate(1, 2) shift(5)`, and the distribution.

Instead of its parameters some families take percentiles: `normal(p10=1, p90=5)`.
"""

import math
import re
from dataclasses import replace

from mcdesk.engine.distribution_refusal import refusal
from mcdesk.engine.distributions import (
    Distribution,
    Truncation,
    distribution_kind,
    distribution_names,
    list_kind,
    nearest_name,
    parameter_rule,
)
from mcdesk.engine.percentile_parameters import PercentileRefusal, percentile_parameters
from mcdesk.foundation.errors import SetupInvalid
from mcdesk.foundation.number_texts import number_or_percent

_CALL = re.compile(r"\s*([a-z][a-z0-9_.]*)\s*\(([^()]*)\)", re.IGNORECASE)
# What is taken is not given back: all parts take blanks, and many of them would be shared out in all ways.
_ITEM = re.compile(r"\s*+(\{[^{}]*+\}|[^{},]*+)\s*+(,|$)")
_NAMED = re.compile(r"\s*([a-z][a-z0-9.]*)\s*=(.*)", re.IGNORECASE | re.DOTALL)
_LIMIT = 2_000_000
_INFINITIES = {"": None, "inf": math.inf, "+inf": math.inf, "-inf": -math.inf}


class _Refused(Exception):
    """A reason, in words."""


def parse_distribution(text: str) -> Distribution:
    """The distribution that a text names.

    Raises:
        SetupInvalid: with the reason, if the text or its parameters are not acceptable.
    """
    try:
        return _parsed(text)
    except _Refused as refused:
        shown = " ".join(text.split())
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        raise SetupInvalid(
            f"Distribution {shown!r} cannot be used: {refused}", "Write it like triangular(1, 2, 4)."
        ) from refused


def distribution_text(distribution: Distribution) -> str:
    """The text of a distribution; parsing it gives the same one."""
    numbers = [_number_text(value) for value in distribution.parameters]
    lists = ["{" + ", ".join(map(_number_text, values)) + "}" for values in distribution.lists]
    text = f"{distribution.kind}({', '.join(numbers + lists)})"
    if distribution.truncation is not None:
        text += f" truncate({', '.join(map(_number_text, distribution.ends))})"
    return text if distribution.shift == 0.0 else f"{text} shift({_number_text(distribution.shift)})"


def _parsed(text: str) -> Distribution:
    if len(text) > _LIMIT:
        raise _Refused("it is too long")
    name, inside, rest = _call(text)
    if distribution_kind(name) is None and list_kind(name) is None:
        raise _Refused(_unknown(name))
    distribution = _distribution(name, _items(inside))
    seen: set[str] = set()
    while rest.strip():
        word, inside, rest = _call(rest, "truncate(low, high) or shift(by)")
        if word in seen:
            raise _Refused(f"it has {word} twice")
        seen.add(word)
        distribution = _with_property(distribution, word, _items(inside))
    reason = refusal(distribution)
    if reason is not None:
        raise _Refused(reason)
    return distribution


def _call(text: str, expected: str = "name(parameter, ...)") -> tuple[str, str, str]:
    match = _CALL.match(text)
    if match is None:
        inner = re.match(r"\s*[\w.]+\s*\([^()]*\(", text)
        if inner is not None:
            raise _Refused("a parameter is not a number but a call")
        raise _Refused(
            f"it is not of the form {expected}" if expected[0] == "n" else f"after it stands no {expected}"
        )
    return match.group(1).lower(), match.group(2), text[match.end() :]


def _unknown(name: str) -> str:
    nearest = nearest_name(name)
    if nearest is not None:
        return f"there is no {name[:40]}, perhaps {nearest} is meant"
    return f"{name[:40]} is not one of {', '.join(distribution_names())}"


def _items(inside: str) -> list[str]:
    """What stands between the commas; a list in braces is one item."""
    if not inside.strip():
        return []
    found: list[str] = []
    place = 0
    while True:
        match = _ITEM.match(inside, place)
        if match is None:
            raise _Refused("its braces or commas do not match")
        found.append(match.group(1).strip())
        place = match.end()
        if match.group(2) == "":
            return found


def _distribution(name: str, items: list[str]) -> Distribution:
    if any("=" in item for item in items):
        return _from_percentiles(name, items)
    numbers = [_number(item) for item in items if not item.startswith("{")]
    lists = [tuple(map(_number, _items(item[1:-1]))) for item in items if item.startswith("{")]
    is_sorted = all(not item.startswith("{") for item in items[: len(numbers)])
    kind, with_lists = distribution_kind(name), list_kind(name)
    expected = len(kind.parameters) if kind is not None else len(with_lists.parameters if with_lists else ())
    list_count = 0 if with_lists is None else len(with_lists.lists)
    if len(numbers) != expected or len(lists) != list_count or not is_sorted:
        raise _Refused(parameter_rule(name))
    return Distribution(name, tuple(numbers), tuple(lists))


def _from_percentiles(name: str, items: list[str]) -> Distribution:
    value_by_name: dict[str, float] = {}
    for item in items:
        match = _NAMED.fullmatch(item)
        if match is None:
            raise _Refused("it mixes percentiles with parameters")
        key = match.group(1).lower()
        if key in value_by_name:
            raise _Refused(f"it has {key} twice")
        value_by_name[key] = _number(match.group(2))
    found = percentile_parameters(name, value_by_name)
    if isinstance(found, PercentileRefusal):
        raise _Refused(found.reason)
    return Distribution(name, found)


def _with_property(distribution: Distribution, word: str, items: list[str]) -> Distribution:
    if word == "truncate":
        if len(items) != 2:
            raise _Refused("truncate takes low and high; leave one empty where there is no border")
        low, high = (_border(item, other) for item, other in zip(items, (-math.inf, math.inf), strict=True))
        return replace(distribution, truncation=Truncation(low, high))
    if word == "shift":
        if len(items) != 1:
            raise _Refused("shift takes one number")
        return replace(distribution, shift=_number(items[0]))
    raise _Refused(f"{word[:40]} is neither truncate nor shift")


def _border(item: str, absent: float) -> float:
    if item.lower() in _INFINITIES:
        infinity = _INFINITIES[item.lower()]
        return absent if infinity is None else infinity
    return _number(item)


def _number(item: str) -> float:
    value = number_or_percent(item)
    shown = item.strip()[:40]
    if value is None:
        raise _Refused(f"{shown!r} is not a number" if shown else "a parameter is not a number but empty")
    if math.isinf(value):
        raise _Refused(f"{shown!r} is not a finite number")
    return value


def _number_text(value: float) -> str:
    if math.isinf(value):
        return "inf" if value > 0.0 else "-inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
