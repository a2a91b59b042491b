"""Order statistics: medians, percentiles, ranks, modes, over lists of numbers."""

import math
from collections import Counter
from collections.abc import Callable, Sequence

from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Kind, Parameter, Result, number
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.values import ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_NUMBERS = Parameter("numbers", Kind.NUMBERS)


def numbers_of(context: Context, value: Value) -> list[float] | ErrorCode:
    """Return the numbers of a range, array or scalar; text and logical values are left out."""
    found: list[float] = []
    if not isinstance(value, Reference | ArrayValue):
        direct = to_number(context.scalar(value))
        return direct if isinstance(direct, ErrorCode) else [direct]
    for element in context.elements(value):
        if isinstance(element, ErrorCode):
            return element
        if type(element) is float:
            found.append(element)
    return found


def median(_context: Context, numbers: list[float]) -> Scalar:
    """MEDIAN; #NUM! over no numbers."""
    return quantile_inclusive(numbers, 0.5)


def quantile_inclusive(numbers: Sequence[float], fraction: float) -> Scalar:
    """Return PERCENTILE.INC; #NUM! over no numbers or outside of [0, 1]."""
    if not numbers or not 0.0 <= fraction <= 1.0:
        return ErrorCode.NUM
    return _interpolated(sorted(numbers), fraction * (len(numbers) - 1))


def quantile_exclusive(numbers: Sequence[float], fraction: float) -> Scalar:
    """Return PERCENTILE.EXC; #NUM! where fraction * (n + 1) leaves [1, n]."""
    place = fraction * (len(numbers) + 1)
    if not numbers or not 1.0 <= place <= len(numbers):
        return ErrorCode.NUM
    return _interpolated(sorted(numbers), place - 1.0)


def _interpolated(ordered: Sequence[float], place: float) -> float:
    low = math.floor(place + 1e-12)
    if low >= len(ordered) - 1:
        return ordered[-1]
    return ordered[low] + max(place - low, 0.0) * (ordered[low + 1] - ordered[low])


def _of_range(compute: Callable[[list[float], float], Scalar]) -> Callable[..., Scalar]:
    def evaluate(context: Context, values: Value, parameter: float) -> Scalar:
        numbers = numbers_of(context, values)
        return numbers if isinstance(numbers, ErrorCode) else compute(numbers, parameter)

    return evaluate


def _quartile(exclusive: bool) -> Callable[[list[float], float], Scalar]:
    def compute(numbers: list[float], quarter: float) -> Scalar:
        whole = math.floor(quarter)
        if exclusive:
            return quantile_exclusive(numbers, whole / 4.0) if 0 < whole < 4 else ErrorCode.NUM
        return quantile_inclusive(numbers, whole / 4.0) if 0 <= whole <= 4 else ErrorCode.NUM

    return compute


def _largest(numbers: list[float], k: float) -> Scalar:
    place = math.ceil(k)
    return sorted(numbers)[-place] if 1 <= place <= len(numbers) else ErrorCode.NUM


def _smallest(numbers: list[float], k: float) -> Scalar:
    place = math.ceil(k)
    return sorted(numbers)[place - 1] if 1 <= place <= len(numbers) else ErrorCode.NUM


def of_kind(kind: int, numbers: list[float], k: float) -> Scalar:
    """Return the order statistic that AGGREGATE numbers 14 to 19."""
    compute = (
        _largest,
        _smallest,
        quantile_inclusive,
        _quartile(False),
        quantile_exclusive,
        _quartile(True),
    )[kind - 14]
    return compute(numbers, k)


def _percent_rank(exclusive: bool) -> Callable[..., Scalar]:
    def evaluate(context: Context, values: Value, x: float, digits: float) -> Scalar:
        numbers = numbers_of(context, values)
        if isinstance(numbers, ErrorCode):
            return numbers
        if not numbers or digits < 1:
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


def _rank(is_average: bool) -> Callable[..., Scalar]:
    def evaluate(context: Context, x: float, values: Value, order: float) -> Scalar:
        numbers = numbers_of(context, values)
        if isinstance(numbers, ErrorCode):
            return numbers
        same = numbers.count(x)
        if not same:
            return ErrorCode.NA
        ahead = sum(number < x if order else number > x for number in numbers)
        return ahead + 1.0 + ((same - 1) / 2.0 if is_average else 0.0)

    return evaluate


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
        place = next((seen[limit] for limit in ordered if x <= limit), len(limits))
        counts[place] += 1.0
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
    upper = low if high is None else to_number(context.scalar(high))
    if isinstance(upper, ErrorCode):
        return upper
    if any(not 0.0 < chance <= 1.0 for chance in p) or abs(math.fsum(p) - 1.0) > 1e-9:
        return ErrorCode.NUM
    return math.fsum(chance for value, chance in zip(x, p, strict=True) if low <= value <= upper)


def _over_numbers(name: str, evaluate: Callable[..., Value]) -> FunctionDefinition:
    return FunctionDefinition(name, (_NUMBERS,), evaluate, Result.NUMBER, repeating=1)


_VALUES = cells("array")
_K = number("k")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    _over_numbers("MEDIAN", median),
    function("MODE", most_frequent, _VALUES, repeating=1),
    function("MODE.SNGL", most_frequent, _VALUES, repeating=1),
    function("MODE.MULT", all_modes, _VALUES, repeating=1),
    function("PERCENTILE", _of_range(quantile_inclusive), _VALUES, _K),
    function("PERCENTILE.INC", _of_range(quantile_inclusive), _VALUES, _K),
    function("PERCENTILE.EXC", _of_range(quantile_exclusive), _VALUES, _K),
    function("QUARTILE", _of_range(_quartile(False)), _VALUES, _K),
    function("QUARTILE.INC", _of_range(_quartile(False)), _VALUES, _K),
    function("QUARTILE.EXC", _of_range(_quartile(True)), _VALUES, _K),
    function("LARGE", _of_range(_largest), _VALUES, _K),
    function("SMALL", _of_range(_smallest), _VALUES, _K),
    function("PERCENTRANK", _percent_rank(False), _VALUES, number("x"), number("digits", 3.0)),
    function("PERCENTRANK.INC", _percent_rank(False), _VALUES, number("x"), number("digits", 3.0)),
    function("PERCENTRANK.EXC", _percent_rank(True), _VALUES, number("x"), number("digits", 3.0)),
    function("RANK", _rank(False), number("number"), _VALUES, number("order", 0.0)),
    function("RANK.EQ", _rank(False), number("number"), _VALUES, number("order", 0.0)),
    function("RANK.AVG", _rank(True), number("number"), _VALUES, number("order", 0.0)),
    function("FREQUENCY", frequency, _VALUES, cells("bins")),
    function("TRIMMEAN", trimmed_mean, _VALUES, number("percent")),
    function("PROB", probability, _VALUES, cells("chances"), number("low"), cells("high", True)),
)
