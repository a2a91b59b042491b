"""Modes, frequencies and shares of lists of numbers."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable

from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.functions.samples import numbers_of
from mcdesk.formulas.values import Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_MOST_DIGITS = 308


def _percent_rank(exclusive: bool) -> Callable[..., Scalar]:
    def evaluate(context: Context, values: Value, x: float, digits: float) -> Scalar:
        numbers = numbers_of(context, values)
        if isinstance(numbers, ErrorCode):
            return numbers
        # so many digits are more than a number has, and a power of ten that none holds
        if not numbers or not 1 <= digits <= _MOST_DIGITS:
            return ErrorCode.NUM
        return _truncated_rank(sorted(numbers), x, int(digits), exclusive)

    return evaluate


def _truncated_rank(ordered: list[float], x: float, digits: int, exclusive: bool) -> Scalar:
    if not ordered[0] <= x <= ordered[-1]:
        return ErrorCode.NA
    below = sum(number < x for number in ordered)
    place = float(below)
    if ordered[below] != x:
        low, high = ordered[below - 1], ordered[below]
        place = below - 1 + (x - low) / (high - low)
    if exclusive:
        rank = (place + 1.0) / (len(ordered) + 1)
    else:
        rank = place / (len(ordered) - 1) if len(ordered) > 1 else 1.0
    scale = float(10**digits)
    return math.floor(rank * scale + 1e-9) / scale


def most_frequent(context: Context, *sources: Value) -> Scalar:
    """MODE.SNGL: the first of the most frequent numbers; #N/A where none repeats.

    A single cell or value that is no number is #VALUE!.
    """
    numbers = _strict_numbers(context, sources)
    if isinstance(numbers, ErrorCode):
        return numbers
    modes = _modes(numbers)
    return modes[0] if modes else ErrorCode.NA


def all_modes(context: Context, *sources: Value) -> Value:
    """MODE.MULT: a column of all most frequent numbers."""
    numbers = _strict_numbers(context, sources)
    if isinstance(numbers, ErrorCode):
        return numbers
    modes = _modes(numbers)
    return array_of((mode,) for mode in modes) if modes else ErrorCode.NA


def _strict_numbers(context: Context, sources: tuple[Value, ...]) -> list[float] | ErrorCode:
    found: list[float] = []
    for source in sources:
        elements = context.elements(source)
        for element in elements:
            if isinstance(element, ErrorCode):
                return element
            if type(element) is float:
                found.append(element)
            elif len(elements) == 1:
                return ErrorCode.VALUE
    return found


def _modes(numbers: list[float]) -> list[float]:
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return [number for number, count in counts.items() if count == most] if most > 1 else []


def frequency(context: Context, values: Value, bins: Value) -> Value:
    """FREQUENCY: how many numbers fall into each bin, and how many above the last."""
    numbers, limits = numbers_of(context, values), numbers_of(context, bins)
    if isinstance(numbers, ErrorCode):
        return numbers
    if isinstance(limits, ErrorCode):
        return limits
    order = sorted(range(len(limits)), key=lambda place: limits[place])
    counts = [0.0] * (len(limits) + 1)
    seen: dict[float, int] = {}
    for place in order:
        seen.setdefault(limits[place], place)
    ordered = sorted(seen)
    for x in numbers:
        nearest = bisect_left(ordered, x)
        counts[seen[ordered[nearest]] if nearest < len(ordered) else len(limits)] += 1.0
    return array_of((count,) for count in counts)


def trimmed_mean(context: Context, values: Value, fraction: float) -> Scalar:
    """TRIMMEAN: the mean without a share of the extremes, the same number at both ends."""
    numbers = numbers_of(context, values)
    if isinstance(numbers, ErrorCode):
        return numbers
    if not numbers or not 0.0 <= fraction < 1.0:
        return ErrorCode.NUM
    cut = int(len(numbers) * fraction / 2.0)
    kept = sorted(numbers)[cut : len(numbers) - cut]
    total = 0.0
    for x in kept:
        total += x
    return total / len(kept)


def probability(context: Context, values: Value, chances: Value, low: float, high: Value) -> Scalar:
    """PROB: the probability that a value lies between two limits."""
    x, p = numbers_of(context, values), numbers_of(context, chances)
    if isinstance(x, ErrorCode) or isinstance(p, ErrorCode):
        return x if isinstance(x, ErrorCode) else ErrorCode.VALUE
    if len(x) != len(p):
        return ErrorCode.NA
    upper = low if high is None else to_number(context.scalar(high), context.dates)
    if isinstance(upper, ErrorCode):
        return upper
    if any(not 0.0 < chance <= 1.0 for chance in p) or abs(math.fsum(p) - 1.0) > 1e-9:
        return ErrorCode.NUM
    return math.fsum(chance for value, chance in zip(x, p, strict=True) if low <= value <= upper)


_VALUES = cells("array")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("MODE", most_frequent, _VALUES, repeating=1),
    function("MODE.SNGL", most_frequent, _VALUES, repeating=1),
    function("MODE.MULT", all_modes, _VALUES, repeating=1),
    function("PERCENTRANK", _percent_rank(False), _VALUES, number("x"), number("digits", 3.0)),
    function("PERCENTRANK.INC", _percent_rank(False), _VALUES, number("x"), number("digits", 3.0)),
    function("PERCENTRANK.EXC", _percent_rank(True), _VALUES, number("x"), number("digits", 3.0)),
    function("FREQUENCY", frequency, _VALUES, cells("bins")),
    function("TRIMMEAN", trimmed_mean, _VALUES, number("percent")),
    function("PROB", probability, _VALUES, cells("chances"), number("low"), cells("high", True)),
)
