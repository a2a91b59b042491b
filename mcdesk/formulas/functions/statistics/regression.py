"""Functions of two samples: correlation, covariance, straight lines."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.mathematics.matrices import Matrix, eliminate
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.values import MISSING, ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


@dataclass(frozen=True, slots=True)
class PairSums:
    """Count, means and sums of squared deviations of pairs of numbers."""

    count: int
    mean_x: float
    mean_y: float
    xx: float
    yy: float
    xy: float


def pairs_of(context: Context, xs: Value, ys: Value) -> list[tuple[float, float]] | ErrorCode:
    """Return the pairs in which both are numbers; #N/A for unequal counts."""
    left, right = context.elements(xs), context.elements(ys)
    if len(left) != len(right):
        return ErrorCode.NA
    pairs: list[tuple[float, float]] = []
    for x, y in zip(left, right, strict=True):
        for element in (x, y):
            if isinstance(element, ErrorCode):
                return element
        if type(x) is float and type(y) is float:
            pairs.append((x, y))
    return pairs


def pair_sums(pairs: list[tuple[float, float]]) -> PairSums:
    """Return the sums over at least one pair."""
    count = len(pairs)
    total_x = total_y = 0.0
    for x, y in pairs:
        total_x += x
        total_y += y
    mean_x, mean_y = total_x / count, total_y / count
    xx = yy = xy = 0.0
    for x, y in pairs:
        dx, dy = x - mean_x, y - mean_y
        xx += dx * dx
        yy += dy * dy
        xy += dx * dy
    return PairSums(count, mean_x, mean_y, xx, yy, xy)


def _over_pairs(compute: Callable[[PairSums], float | None], least: int = 1) -> Callable[..., Scalar]:
    """`compute` gives None where the result is undefined."""

    def evaluate(context: Context, first: Value, second: Value) -> Scalar:
        pairs = pairs_of(context, first, second)
        if isinstance(pairs, ErrorCode):
            return pairs
        if len(pairs) < least:
            return ErrorCode.DIV0
        found = compute(pair_sums(pairs))
        return ErrorCode.DIV0 if found is None else found

    return evaluate


def _correlation(sums: PairSums) -> float | None:
    below = math.sqrt(sums.xx) * math.sqrt(sums.yy)
    return sums.xy / below if below else None


def _squared_correlation(sums: PairSums) -> float | None:
    below = sums.xx * sums.yy
    return sums.xy * sums.xy / below if below else None


# The known y values come first in these functions, so that x and y are exchanged.
def _slope(sums: PairSums) -> float | None:
    return sums.xy / sums.yy if sums.yy else None


def _intercept(sums: PairSums) -> float | None:
    slope = _slope(sums)
    return None if slope is None else sums.mean_x - slope * sums.mean_y


def _standard_error(sums: PairSums) -> float | None:
    if not sums.yy:
        return None
    return math.sqrt(max(0.0, sums.xx - sums.xy * sums.xy / sums.yy) / (sums.count - 2))


def forecast(context: Context, x: float, known_y: Value, known_x: Value) -> Scalar:
    """FORECAST.LINEAR."""
    pairs = pairs_of(context, known_y, known_x)
    if isinstance(pairs, ErrorCode):
        return pairs
    if not pairs:
        return ErrorCode.NA
    sums = pair_sums(pairs)
    slope = _slope(sums)
    return ErrorCode.DIV0 if slope is None else sums.mean_x + slope * (x - sums.mean_y)


def trend(context: Context, known_y: Value, known_x: Value, new_x: Value, has_constant: Value) -> Value:
    """TREND: the values of the least-squares fit at new places."""
    y = context.array(known_y)
    known = _independent(context, known_x, y)
    places = known if _is_absent(new_x) else context.array(new_x)
    fitted = _fit(context, y, known, has_constant)
    if isinstance(fitted, ErrorCode):
        return fitted
    by_column = _is_by_column(y, known)
    rows = places.rows if by_column else tuple(zip(*places.rows, strict=True))
    found: list[Scalar] = []
    for row in rows:
        total = fitted[-1]
        for coefficient, element in zip(fitted, row, strict=False):
            x = to_number(element)
            if isinstance(x, ErrorCode):
                return x
            total += coefficient * x
        found.append(total)
    return array_of((value,) for value in found) if by_column else array_of([found])


def line_estimate(
    context: Context, known_y: Value, known_x: Value, has_constant: Value, wants_statistics: Value
) -> Value:
    """LINEST: coefficients, the last variable first, and the constant; with statistics of one variable."""
    y = context.array(known_y)
    known = _independent(context, known_x, y)
    fitted = _fit(context, y, known, has_constant)
    if isinstance(fitted, ErrorCode):
        return fitted
    first = [*reversed(fitted[:-1]), fitted[-1]]
    if _is_absent(wants_statistics) or not context.scalar(wants_statistics):
        return array_of([first])
    return _with_statistics(context, y, known, fitted)


def _with_statistics(context: Context, y: ArrayValue, known: ArrayValue, fitted: list[float]) -> Value:
    if len(fitted) != 2:
        return ErrorCode.VALUE
    pairs = pairs_of(context, known, y)
    if isinstance(pairs, ErrorCode) or len(pairs) < 3:
        return ErrorCode.NUM
    sums = pair_sums(pairs)
    slope, constant = fitted
    freedom = sums.count - 2
    residual = 0.0
    for x, value in pairs:
        away = value - constant - slope * x
        residual += away * away
    error = math.sqrt(residual / freedom)
    explained = sums.yy - residual
    raw = sums.xx + sums.count * sums.mean_x * sums.mean_x
    return array_of(
        [
            [slope, constant],
            [error / math.sqrt(sums.xx), error * math.sqrt(raw / sums.count / sums.xx)],
            [explained / sums.yy if sums.yy else 1.0, error],
            [explained / (residual / freedom) if residual else ErrorCode.NUM, float(freedom)],
            [explained, residual],
        ]
    )


def _independent(context: Context, known_x: Value, y: ArrayValue) -> ArrayValue:
    if not _is_absent(known_x):
        return context.array(known_x)
    if y.column_count == 1:
        return ArrayValue(tuple((float(place + 1),) for place in range(y.row_count)))
    return ArrayValue((tuple(float(place + 1) for place in range(y.column_count)),))


def _is_absent(value: Value) -> bool:
    return value is None or value is MISSING


def _is_by_column(y: ArrayValue, known: ArrayValue) -> bool:
    return y.column_count == 1 and known.row_count == y.row_count


def _fit(context: Context, y: ArrayValue, known: ArrayValue, has_constant: Value) -> list[float] | ErrorCode:
    """Coefficients of the variables in order, then the constant."""
    rows = known.rows if _is_by_column(y, known) else tuple(zip(*known.rows, strict=True))
    values = context.elements(y)
    if len(rows) != len(values):
        return ErrorCode.REF
    free = _is_absent(has_constant) or bool(context.scalar(has_constant))
    design: Matrix = []
    right: list[float] = []
    for row, value in zip(rows, values, strict=True):
        numbers = [x for x in row if type(x) is float]
        if len(numbers) != len(row) or type(value) is not float:
            return ErrorCode.VALUE
        design.append(numbers)
        right.append(value)
    return _least_squares(design, right, free)


def _least_squares(design: Matrix, right: list[float], free: bool) -> list[float] | ErrorCode:
    # Centred first, which keeps the normal equations well conditioned.
    count, width = len(design), len(design[0])
    means = [math.fsum(row[at] for row in design) / count if free else 0.0 for at in range(width)]
    mean = math.fsum(right) / count if free else 0.0
    centred = [[x - middle for x, middle in zip(row, means, strict=True)] for row in design]
    away = [value - mean for value in right]
    normal = [[math.fsum(row[i] * row[j] for row in centred) for j in range(width)] for i in range(width)]
    side = [[math.fsum(row[i] * v for row, v in zip(centred, away, strict=True))] for i in range(width)]
    solved = eliminate(normal, side)
    if solved is None:
        return ErrorCode.NUM
    slopes = [row[0] for row in solved[0]]
    constant = mean - math.fsum(slope * middle for slope, middle in zip(slopes, means, strict=True))
    return [*slopes, constant if free else 0.0]


_FIRST, _SECOND = cells("first"), cells("second")
_OPTIONAL = (cells("new_x", True), cells("constant", True))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("CORREL", _over_pairs(_correlation), _FIRST, _SECOND),
    function("PEARSON", _over_pairs(_correlation), _FIRST, _SECOND),
    function("RSQ", _over_pairs(_squared_correlation), _FIRST, _SECOND),
    function("COVAR", _over_pairs(lambda sums: sums.xy / sums.count), _FIRST, _SECOND),
    function("COVARIANCE.P", _over_pairs(lambda sums: sums.xy / sums.count), _FIRST, _SECOND),
    function("COVARIANCE.S", _over_pairs(lambda sums: sums.xy / (sums.count - 1), 2), _FIRST, _SECOND),
    function("SLOPE", _over_pairs(_slope), _FIRST, _SECOND),
    function("INTERCEPT", _over_pairs(_intercept), _FIRST, _SECOND),
    function("STEYX", _over_pairs(_standard_error, 3), _FIRST, _SECOND),
    function("FORECAST", forecast, number("x"), _FIRST, _SECOND),
    function("FORECAST.LINEAR", forecast, number("x"), _FIRST, _SECOND),
    function("TREND", trend, cells("known_y"), cells("known_x", True), *_OPTIONAL),
    function(
        "LINEST",
        line_estimate,
        cells("known_y"),
        cells("known_x", True),
        cells("constant", True),
        cells("statistics", True),
    ),
)
