"""Net present values and internal rates of return of series of payments."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.mathematics.exponential import exp, log
from mcdesk.engine.operations import Operations
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import (
    Context,
    FunctionDefinition,
    Numbers,
    Outcome,
    Pairing,
    Pairs,
    aggregate,
    elementwise,
    number,
)
from mcdesk.formulas.functions.financial.rate_finding import find_rate
from mcdesk.formulas.functions.mathematics.powers import power
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.functions.samples import over_pairs, over_samples
from mcdesk.formulas.values import Scalar, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


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


def internal_rate(ops: Operations[V], payments: Numbers[V], guess: V) -> Outcome[V]:
    """IRR; #NUM! without payments of both signs, or where no rate is found."""

    def value_and_slope(rate: V) -> tuple[V, V]:
        discount = ops.div(ops.number(1.0), ops.add(ops.number(1.0), rate))

        def step(state: Sequence[V], payment: V) -> tuple[V, V, V, V]:
            value, weighted, factor, period = state
            present = ops.mul(payment, factor)
            weighted = ops.add(weighted, ops.mul(period, present))
            following = ops.add(period, ops.number(1.0))
            return ops.add(value, present), weighted, ops.mul(factor, discount), following

        zero = ops.number(0.0)
        value, weighted, _, _ = payments.fold((zero, zero, ops.number(1.0), zero), step)
        return value, ops.neg(ops.mul(weighted, discount))

    has_both = _has_both_signs(ops, payments)
    found = find_rate(ops, value_and_slope, guess)
    return Outcome(found.value, _or_error(ops, ops.not_(has_both), ErrorCode.NUM, found.error))


def _has_both_signs(ops: Operations[V], payments: Numbers[V]) -> V:
    zero = ops.number(0.0)

    def step(state: Sequence[V], x: V) -> tuple[V, V]:
        return ops.or_(state[0], ops.lt(zero, x)), ops.or_(state[1], ops.lt(x, zero))

    has_gain, has_cost = payments.fold((ops.logical(False), ops.logical(False)), step)
    return ops.and_(has_gain, has_cost)


def modified_rate(ops: Operations[V], payments: Numbers[V], finance: V, reinvest: V) -> Outcome[V]:
    """MIRR; #DIV/0! without payments of both signs."""
    zero, one, count = ops.number(0.0), ops.number(1.0), payments.count()
    has_both = _has_both_signs(ops, payments)
    is_bad = ops.or_(ops.not_(has_both), ops.or_(_is_lost(ops, finance), _is_lost(ops, reinvest)))
    discount = ops.div(one, ops.select(is_bad, one, ops.add(one, finance)))
    growth = ops.select(is_bad, one, ops.add(one, reinvest))

    def step(state: Sequence[V], x: V) -> tuple[V, V, V]:
        gained, spent, factor = state
        gained = ops.add(ops.mul(gained, growth), ops.maximum(x, zero))
        spent = ops.add(spent, ops.mul(ops.minimum(x, zero), factor))
        return gained, spent, ops.mul(factor, discount)

    gained, spent, _ = payments.fold((zero, zero, one), step)
    ratio = ops.select(is_bad, one, ops.div(gained, ops.select(is_bad, one, ops.neg(spent))))
    periods = ops.maximum(ops.sub(count, one), one)
    root = power(ops, ratio, ops.div(one, periods))
    error = _or_error(ops, ops.not_(has_both), ErrorCode.DIV0, None)
    error = _or_error(ops, ops.and_(has_both, is_bad), ErrorCode.NUM, error)
    return Outcome(ops.sub(root.value, one), error)


def _is_lost(ops: Operations[V], rate: V) -> V:
    return ops.le(rate, ops.number(-1.0))


def dated_value(ops: Operations[V], rate: V, dated: Pairs[V]) -> Outcome[V]:
    """XNPV; #NUM! for a rate of -1 or less, or for a date before the first."""
    is_lost = _is_lost(ops, rate)
    first, is_early = _first_day(ops, dated)
    value, _ = _dated_value_and_slope(ops, dated, first, ops.select(is_lost, ops.number(0.0), rate))
    return Outcome(
        value, _or_error(ops, ops.or_(is_early, is_lost), ErrorCode.NUM, ops.error(ErrorCode.NONE))
    )


def dated_rate(ops: Operations[V], dated: Pairs[V], guess: V) -> Outcome[V]:
    """XIRR; #NUM! without payments of both signs, or where no rate is found."""
    first, is_early = _first_day(ops, dated)
    zero = ops.number(0.0)

    def look(state: Sequence[V], x: V, _day: V) -> tuple[V, V]:
        return ops.or_(state[0], ops.lt(zero, x)), ops.or_(state[1], ops.lt(x, zero))

    has_gain, has_cost = dated.fold((ops.logical(False), ops.logical(False)), look)
    is_lost = _is_lost(ops, guess)
    start = ops.select(is_lost, zero, guess)
    found = find_rate(ops, lambda rate: _dated_value_and_slope(ops, dated, first, rate), start)
    is_bad = ops.or_(ops.or_(is_early, is_lost), ops.not_(ops.and_(has_gain, has_cost)))
    return Outcome(found.value, _or_error(ops, is_bad, ErrorCode.NUM, found.error))


def _first_day(ops: Operations[V], dated: Pairs[V]) -> tuple[V, V]:
    """The day of the first payment, and whether another is before it."""

    def step(state: Sequence[V], _payment: V, date: V) -> tuple[V, V, V]:
        day = ops.floor(date)
        first = ops.select(state[2], state[0], day)
        return first, ops.or_(state[1], ops.lt(day, first)), ops.logical(True)

    start = (ops.number(0.0), ops.logical(False), ops.logical(False))
    first, is_early, _ = dated.fold(start, step)
    return first, is_early


def _dated_value_and_slope(ops: Operations[V], dated: Pairs[V], first: V, rate: V) -> tuple[V, V]:
    growth = ops.add(ops.number(1.0), rate)
    is_lost = ops.le(growth, ops.number(0.0))
    growth = ops.select(is_lost, ops.number(1.0), growth)
    yearly = ops.neg(log(ops, growth))

    def step(state: Sequence[V], payment: V, date: V) -> tuple[V, V]:
        years = ops.div(ops.sub(ops.floor(date), first), ops.number(365.0))
        present = ops.mul(payment, exp(ops, ops.mul(years, yearly)))
        return ops.add(state[0], present), ops.add(state[1], ops.mul(years, present))

    value, weighted = dated.fold((ops.number(0.0), ops.number(0.0)), step)
    return value, ops.neg(ops.div(weighted, growth))


def future_of_schedule(context: Context, principal: float, rates: Value) -> Scalar:
    """FVSCHEDULE."""
    result = principal
    for element in context.elements(rates):
        rate = to_number(element, context.dates)
        if isinstance(rate, ErrorCode):
            return rate
        result *= 1.0 + rate
    return as_number_or_error(result)


def interest_rate(ops: Operations[V], periods: V, paid: V, present: V, *rest: V) -> Outcome[V]:
    """RATE; #NUM! where no rate is found or there are no periods."""
    future, at_start, guess = rest
    zero, one = ops.number(0.0), ops.number(1.0)
    is_bad = ops.le(periods, zero)
    count = ops.select(is_bad, one, periods)
    due = ops.select(ops.eq(at_start, zero), zero, one)

    def value_and_slope(rate: V) -> tuple[V, V]:
        is_none = ops.lt(ops.absolute(rate), ops.number(1e-9))
        safe = ops.select(is_none, one, rate)
        growth = power(ops, ops.add(one, safe), count).value
        slope_of_growth = ops.div(ops.mul(count, growth), ops.add(one, safe))
        summed = ops.div(ops.sub(growth, one), safe)
        slope_of_sum = ops.div(ops.sub(slope_of_growth, summed), safe)
        first = ops.mul(paid, ops.add(one, ops.mul(safe, due)))
        value = ops.add(ops.add(ops.mul(present, growth), ops.mul(first, summed)), future)
        paid_slope = ops.add(ops.mul(ops.mul(paid, due), summed), ops.mul(first, slope_of_sum))
        slope = ops.add(ops.mul(present, slope_of_growth), paid_slope)
        flat_value = ops.add(ops.add(present, ops.mul(paid, count)), future)
        half = ops.div(ops.sub(count, one), ops.number(2.0))
        flat_slope = ops.add(ops.mul(present, count), ops.mul(ops.mul(paid, count), ops.add(due, half)))
        return ops.select(is_none, flat_value, value), ops.select(is_none, flat_slope, slope)

    found = find_rate(ops, value_and_slope, guess)
    return Outcome(found.value, _or_error(ops, is_bad, ErrorCode.NUM, found.error))


def _or_error(ops: Operations[V], condition: V, code: ErrorCode, otherwise: V | None) -> V:
    rest = ops.error(ErrorCode.NONE) if otherwise is None else otherwise
    return ops.select(condition, ops.error(code), rest)


_GUESS = number("guess", 0.1)
_VALUES, _DATES = cells("values"), cells("dates")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    aggregate("NPV", net_present_value, (number("rate"),)),
    over_samples("IRR", internal_rate, _VALUES, _GUESS),
    over_samples("MIRR", modified_rate, _VALUES, number("finance"), number("reinvest")),
    over_pairs("XNPV", dated_value, number("rate"), _VALUES, _DATES, pairing=Pairing.DATED),
    over_pairs("XIRR", dated_rate, _VALUES, _DATES, absent_if_empty(_GUESS), pairing=Pairing.DATED),
    function("FVSCHEDULE", future_of_schedule, number("principal"), cells("rates")),
    elementwise(
        "RATE",
        (
            number("periods"),
            number("payment"),
            number("present"),
            number("future", 0.0),
            number("at_start", 0.0),
            _GUESS,
        ),
        interest_rate,
    ),
)
