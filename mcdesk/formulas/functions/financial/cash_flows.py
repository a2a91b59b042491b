"""Net present values and internal rates of return of series of payments."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import (
    Context,
    FunctionDefinition,
    Numbers,
    Outcome,
    aggregate,
    number,
)
from mcdesk.formulas.functions.mathematics.scalar_mathematics import power
from mcdesk.formulas.functions.parameters import cells, function
from mcdesk.formulas.functions.samples import numbers_of
from mcdesk.formulas.values import BLANK, Scalar, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")
_MOST_STEPS = 200


def net_present_value(ops: Operations[V], rate: V, numbers: Numbers[V]) -> Outcome[V]:
    """NPV: the first payment is discounted by one period; #DIV/0! for a rate of -1."""
    one = ops.number(1.0)
    is_bad = ops.eq(rate, ops.number(-1.0))
    growth = ops.select(is_bad, one, ops.add(one, rate))

    def step(state: Sequence[V], x: V) -> tuple[V, V]:
        factor = ops.mul(state[1], growth)
        return ops.add(state[0], ops.div(x, factor)), factor

    value = numbers.fold((ops.number(0.0), one), step)[0]
    error = ops.select(is_bad, ops.error(ErrorCode.DIV0), ops.error(ErrorCode.NONE))
    return Outcome(value, error)


def internal_rate(context: Context, values: Value, guess: float) -> Scalar:
    """IRR; #NUM! without payments of both signs, or where no rate is found."""
    payments = numbers_of(context, values)
    if isinstance(payments, ErrorCode):
        return payments
    if not (any(x > 0 for x in payments) and any(x < 0 for x in payments)):
        return ErrorCode.NUM
    found = find_rate(lambda rate: _value_and_slope(payments, rate), guess)
    return ErrorCode.NUM if found is None else found


def _value_and_slope(payments: Sequence[float], rate: float) -> tuple[float, float]:
    factor, value, slope = 1.0, 0.0, 0.0
    for period, payment in enumerate(payments):
        value += payment / factor
        slope -= period * payment / (factor * (1.0 + rate))
        factor *= 1.0 + rate
    return value, slope


def find_rate(function_and_slope: Callable[[float], tuple[float, float]], guess: float) -> float | None:
    """Return a root above -1 by Newton's method, by bisection where that leaves the domain."""
    rate = guess
    for _ in range(_MOST_STEPS):
        try:
            value, slope = function_and_slope(rate)
        except (ZeroDivisionError, OverflowError):
            break
        if slope == 0.0 or not math.isfinite(value):
            break
        following = rate - value / slope
        if following <= -1.0:
            following = (rate - 1.0) / 2.0
        if abs(following - rate) <= 1e-13 * max(1.0, abs(rate)):
            return following
        rate = following
    return _bisected(function_and_slope)


def _bisected(function_and_slope: Callable[[float], tuple[float, float]]) -> float | None:
    grid = [-0.999, -0.99, -0.9, -0.7, -0.5, -0.3, -0.1, 0.0, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0, 20.0, 1e3, 1e6]
    for low, high in pairwise(grid):
        try:
            at_low, at_high = function_and_slope(low)[0], function_and_slope(high)[0]
        except (ZeroDivisionError, OverflowError):
            continue
        if at_low == 0.0:
            return low
        if at_low * at_high < 0.0:
            return _halved(function_and_slope, low, high, at_low)
    return None


def _halved(
    function_and_slope: Callable[[float], tuple[float, float]], low: float, high: float, at_low: float
) -> float:
    for _ in range(_MOST_STEPS):
        middle = (low + high) / 2.0
        value = function_and_slope(middle)[0]
        if value * at_low > 0.0:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def modified_rate(context: Context, values: Value, finance: float, reinvest: float) -> Scalar:
    """MIRR."""
    payments = numbers_of(context, values)
    if isinstance(payments, ErrorCode):
        return payments
    count = len(payments)
    if not (any(x > 0 for x in payments) and any(x < 0 for x in payments)):
        return ErrorCode.DIV0
    gained = sum_of(x * power(1.0 + reinvest, float(count - 1 - k)) for k, x in enumerate(payments) if x > 0)
    spent = sum_of(x / power(1.0 + finance, float(k)) for k, x in enumerate(payments) if x < 0)
    return as_number_or_error(power(-gained / spent, 1.0 / (count - 1)) - 1.0)


def dated_value(context: Context, rate: float, values: Value, dates: Value) -> Scalar:
    """XNPV."""
    dated = _dated(context, values, dates)
    if isinstance(dated, ErrorCode):
        return dated
    if rate <= -1.0:
        return ErrorCode.NUM
    return as_number_or_error(_dated_value_and_slope(dated, rate)[0])


def dated_rate(context: Context, values: Value, dates: Value, guess: float) -> Scalar:
    """XIRR."""
    dated = _dated(context, values, dates)
    if isinstance(dated, ErrorCode):
        return dated
    if not (any(x > 0 for x, _ in dated) and any(x < 0 for x, _ in dated)) or guess <= -1.0:
        return ErrorCode.NUM
    found = find_rate(lambda rate: _dated_value_and_slope(dated, rate), guess)
    return ErrorCode.NUM if found is None else found


def _dated(context: Context, values: Value, dates: Value) -> list[tuple[float, float]] | ErrorCode:
    """Payments with the years since the first; #NUM! for a date before it."""
    columns: list[list[float]] = []
    for source in (values, dates):
        numbers = [to_number(element) for element in context.elements(source) if element is not BLANK]
        for found in numbers:
            if isinstance(found, ErrorCode):
                return found
        columns.append([x for x in numbers if isinstance(x, float)])
    payments, days = columns
    if len(payments) != len(days) or not payments:
        return ErrorCode.NUM
    first = math.floor(days[0])
    if any(day < first for day in days):
        return ErrorCode.NUM
    return [(x, (math.floor(day) - first) / 365.0) for x, day in zip(payments, days, strict=True)]


def _dated_value_and_slope(dated: Sequence[tuple[float, float]], rate: float) -> tuple[float, float]:
    value, slope = 0.0, 0.0
    for payment, years in dated:
        discounted = payment / power(1.0 + rate, years) if years else payment
        value += discounted
        slope -= years * discounted / (1.0 + rate)
    return value, slope


def future_of_schedule(context: Context, principal: float, rates: Value) -> Scalar:
    """FVSCHEDULE."""
    result = principal
    for element in context.elements(rates):
        rate = to_number(element)
        if isinstance(rate, ErrorCode):
            return rate
        result *= 1.0 + rate
    return as_number_or_error(result)


def interest_rate(_context: Context, periods: float, paid: float, present: float, *rest: float) -> Scalar:
    """RATE."""
    future, at_start, guess = rest
    if periods <= 0:
        return ErrorCode.NUM
    due = 1.0 if at_start else 0.0

    def value_and_slope(rate: float) -> tuple[float, float]:
        if abs(rate) < 1e-9:
            value = present + paid * periods + future
            slope = present * periods + paid * periods * (due + (periods - 1.0) / 2.0)
            return value, slope
        growth = power(1.0 + rate, periods)
        slope_of_growth = periods * growth / (1.0 + rate)
        summed = (growth - 1.0) / rate
        slope_of_sum = (slope_of_growth - summed) / rate
        value = present * growth + paid * (1.0 + rate * due) * summed + future
        slope = present * slope_of_growth + paid * due * summed + paid * (1.0 + rate * due) * slope_of_sum
        return value, slope

    found = find_rate(value_and_slope, guess)
    return ErrorCode.NUM if found is None else found


def sum_of(terms: Iterable[float]) -> float:
    """Return the sum of numbers in their order (Python's own compensates in some versions)."""
    total = 0.0
    for term in terms:
        total += term
    return total


_GUESS = number("guess", 0.1)
_VALUES, _DATES = cells("values"), cells("dates")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    aggregate("NPV", net_present_value, (number("rate"),)),
    function("IRR", internal_rate, _VALUES, _GUESS),
    function("MIRR", modified_rate, _VALUES, number("finance"), number("reinvest")),
    function("XNPV", dated_value, number("rate"), _VALUES, _DATES),
    function("XIRR", dated_rate, _VALUES, _DATES, _GUESS),
    function("FVSCHEDULE", future_of_schedule, number("principal"), cells("rates")),
    function(
        "RATE",
        interest_rate,
        number("periods"),
        number("payment"),
        number("present"),
        number("future", 0.0),
        number("at_start", 0.0),
        _GUESS,
    ),
)
