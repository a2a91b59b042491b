"""Probabilities of tests of samples: t, F, z and chi-squared."""

import math
from collections.abc import Sequence

from mcdesk.engine.mathematics.normal import normal_cdf
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function, optional_number
from mcdesk.formulas.functions.samples import numbers_of, pairs_of
from mcdesk.formulas.functions.statistics.gamma_family import chi_squared_right, f_right, t_tail
from mcdesk.formulas.values import Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
_PAIRED, _EQUAL_VARIANCES, _UNEQUAL_VARIANCES = 1, 2, 3


def t_test(context: Context, first: Value, second: Value, tails: float, kind: float) -> Scalar:
    """T.TEST: paired (1), of equal (2) or of unequal variances (3), whose freedom is not rounded.

    #N/A for pairs of unequal counts, #DIV/0! below two numbers or without spread.
    """
    sides, form = math.trunc(tails), math.trunc(kind)
    if sides not in (1, 2) or form not in (_PAIRED, _EQUAL_VARIANCES, _UNEQUAL_VARIANCES):
        return ErrorCode.NUM
    if form == _PAIRED:
        pairs = pairs_of(context, first, second)
        if isinstance(pairs, ErrorCode):
            return pairs
        found = _paired([x - y for x, y in pairs])
    else:
        left, right = numbers_of(context, first), numbers_of(context, second)
        if isinstance(left, ErrorCode):
            return left
        if isinstance(right, ErrorCode):
            return right
        found = _unpaired(left, right, form)
    if found is None:
        return ErrorCode.DIV0
    t, freedom = found
    return sides * t_tail(t, freedom)


def _paired(differences: Sequence[float]) -> tuple[float, float] | None:
    """The statistic and its degrees of freedom, None where there is none."""
    count = len(differences)
    mean, squares = _mean_and_squares(differences)
    if count < 2 or not squares:
        return None
    return mean / math.sqrt(squares / (count - 1.0) / count), count - 1.0


def _unpaired(left: Sequence[float], right: Sequence[float], form: int) -> tuple[float, float] | None:
    counts = (len(left), len(right))
    if min(counts) < 2:
        return None
    (mean, squares), (other_mean, other_squares) = _mean_and_squares(left), _mean_and_squares(right)
    away = mean - other_mean
    if form == _EQUAL_VARIANCES:
        freedom = sum(counts) - 2.0
        spread = (squares + other_squares) / freedom * (1.0 / counts[0] + 1.0 / counts[1])
        return (away / math.sqrt(spread), freedom) if spread else None
    a, b = squares / (counts[0] - 1.0) / counts[0], other_squares / (counts[1] - 1.0) / counts[1]
    if not a + b:
        return None
    share = a / (a + b)
    other = 1.0 - share
    freedom = 1.0 / (share * share / (counts[0] - 1.0) + other * other / (counts[1] - 1.0))
    return away / math.sqrt(a + b), freedom


def _mean_and_squares(numbers: Sequence[float]) -> tuple[float, float]:
    """The mean, 0 of no numbers, and the sum of squared deviations."""
    mean = math.fsum(numbers) / max(len(numbers), 1)
    return mean, math.fsum((x - mean) * (x - mean) for x in numbers)


def f_test(context: Context, first: Value, second: Value) -> Scalar:
    """F.TEST, of two tails; #DIV/0! below two numbers or without spread in one sample."""
    left, right = numbers_of(context, first), numbers_of(context, second)
    if isinstance(left, ErrorCode):
        return left
    if isinstance(right, ErrorCode):
        return right
    freedoms = (len(left) - 1.0, len(right) - 1.0)
    squares, other_squares = _mean_and_squares(left)[1], _mean_and_squares(right)[1]
    if min(freedoms) < 1 or not squares or not other_squares:
        return ErrorCode.DIV0
    ratio = (squares / freedoms[0]) / (other_squares / freedoms[1])
    above, below = f_right(context, ratio, *freedoms), f_right(context, 1.0 / ratio, *reversed(freedoms))
    assert isinstance(above, float) and isinstance(below, float)
    return 2.0 * min(above, below)


def z_test(context: Context, sample: Value, place: float, deviation: float | None) -> Scalar:
    """Z.TEST: the probability of a mean above that of the sample; #N/A over no numbers."""
    numbers = numbers_of(context, sample)
    if isinstance(numbers, ErrorCode):
        return numbers
    count = len(numbers)
    if not count:
        return ErrorCode.NA
    if deviation is not None and deviation <= 0:
        return ErrorCode.NUM
    mean, squares = _mean_and_squares(numbers)
    if deviation is None:
        if count < 2 or not squares:
            return ErrorCode.DIV0
        deviation = math.sqrt(squares / (count - 1.0))
    return float(normal_cdf(_OPERATIONS, (place - mean) / (deviation / math.sqrt(count))))


def chi_squared_test(context: Context, actual: Value, expected: Value) -> Scalar:
    """CHISQ.TEST.

    #N/A for tables of unequal size or of one cell, #NUM! for less than nothing expected, #DIV/0! for nothing.
    """
    sizes = [(found.row_count, found.column_count) for found in map(context.array, (actual, expected))]
    if sizes[0] != sizes[1] or sizes[0] == (1, 1):
        return ErrorCode.NA
    pairs = pairs_of(context, actual, expected)
    if isinstance(pairs, ErrorCode):
        return pairs
    total = 0.0
    for found, wanted in pairs:
        if wanted <= 0:
            return ErrorCode.NUM if wanted < 0 else ErrorCode.DIV0
        total += (found - wanted) * (found - wanted) / wanted
    rows, columns = sizes[0]
    freedom = (rows - 1) * (columns - 1) if min(rows, columns) > 1 else max(rows, columns) - 1
    return chi_squared_right(context, total, float(freedom))


_FIRST, _SECOND = cells("first"), cells("second")
_Z_PARAMETERS = (cells("sample"), number("place"), absent_if_empty(optional_number("deviation")))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    *(
        function(name, t_test, _FIRST, _SECOND, number("tails"), number("kind"))
        for name in ("T.TEST", "TTEST")
    ),
    *(function(name, f_test, _FIRST, _SECOND) for name in ("F.TEST", "FTEST")),
    *(function(name, z_test, *_Z_PARAMETERS) for name in ("Z.TEST", "ZTEST")),
    *(
        function(name, chi_squared_test, cells("actual"), cells("expected"))
        for name in ("CHISQ.TEST", "CHITEST")
    ),
)
