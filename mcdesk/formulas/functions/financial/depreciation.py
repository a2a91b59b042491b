"""Declining-balance depreciation and sums over the payments of a loan."""

import math

import numpy as np

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number, run_body
from mcdesk.formulas.functions.financial.annuities import interest_part, principal_part
from mcdesk.formulas.functions.mathematics.scalar_mathematics import power
from mcdesk.formulas.functions.parameters import function, logical
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

_BLOCK = BlockOperations()
_MOST_PERIODS = 100_000
_UNITS_PER_PERIOD = 16


def fixed_declining(
    context: Context, cost: float, salvage: float, life: float, period: float, months: float
) -> Scalar:
    """DB: by a fixed rate, rounded to three digits."""
    count, whole_months = math.floor(period), math.floor(months)
    years = math.floor(life)
    is_bad = cost < 0 or salvage < 0 or life <= 0 or not 1 <= whole_months <= 12 or not count >= 1
    if is_bad or count > years + (whole_months < 12) or years > _MOST_PERIODS:
        return ErrorCode.NUM
    if cost == 0:
        return 0.0
    context.spend(count)
    rate = math.floor((1.0 - power(salvage / cost, 1.0 / life) if salvage else 1.0) * 1000.0 + 0.5) / 1000.0
    total = amount = cost * rate * whole_months / 12.0
    for place in range(2, count + 1):
        amount = (cost - total) * rate
        if place == years + 1:
            amount *= (12.0 - whole_months) / 12.0
        total += amount
    return amount


def double_declining(
    _context: Context, cost: float, salvage: float, life: float, period: float, factor: float
) -> Scalar:
    """DDB."""
    is_bad = cost < 0 or salvage < 0 or life <= 0 or factor <= 0 or not 0 < period <= life
    if is_bad:
        return ErrorCode.NUM
    rate = min(factor / life, 1.0)
    before = cost * power(1.0 - rate, period - 1.0) if rate < 1.0 else (cost if period == 1.0 else 0.0)
    after = cost * power(1.0 - rate, period) if rate < 1.0 else 0.0
    return max(before - max(after, salvage), 0.0)


def variable_declining(context: Context, cost: float, salvage: float, life: float, *rest: float) -> Scalar:
    """VDB: between two moments, which may lie within periods; changes to straight line where that is more."""
    start, end, factor, stays = rest
    is_bad = cost < 0 or salvage < 0 or life <= 0 or not 0 <= start <= end <= life or factor <= 0
    if is_bad or life > _MOST_PERIODS:
        return ErrorCode.NUM
    context.spend(math.ceil(end) * 4)
    total, book = 0.0, cost
    for period in range(math.ceil(end)):
        amount = _period_amount(book, salvage, life - period, factor / life, bool(stays))
        share = max(0.0, min(end, period + 1.0) - max(start, float(period)))
        total += amount * share
        book -= amount
    return total


def _period_amount(book: float, salvage: float, left: float, rate: float, stays: bool) -> float:
    declining = min(book * rate, max(book - salvage, 0.0))
    if stays:
        return declining
    straight = max(book - salvage, 0.0) / max(left, 1.0)
    return max(declining, straight)


def cumulative_interest(
    context: Context, rate: float, periods: float, present: float, *rest: float
) -> Scalar:
    """CUMIPMT."""
    return _cumulated(context, False, rate, periods, present, *rest)


def cumulative_principal(
    context: Context, rate: float, periods: float, present: float, *rest: float
) -> Scalar:
    """CUMPRINC."""
    return _cumulated(context, True, rate, periods, present, *rest)


def _cumulated(
    context: Context, is_principal: bool, rate: float, periods: float, present: float, *rest: float
) -> Scalar:
    start, end, at_start = rest
    first, last = math.ceil(start), math.floor(end)
    is_bad = rate <= 0 or periods <= 0 or present <= 0 or first < 1 or last < first or last > periods
    if is_bad or at_start not in (0.0, 1.0) or last - first > _MOST_PERIODS:
        return ErrorCode.NUM
    context.spend((last - first + 1) * _UNITS_PER_PERIOD)
    body = principal_part if is_principal else interest_part
    each = np.arange(first, last + 1, dtype=np.float64)
    of_rate, *others = (np.float64(value) for value in (rate, periods, present, 0.0, at_start))
    with np.errstate(all="ignore"):
        outcome = run_body(body, _BLOCK, of_rate, each, *others)
        # adds one after the other
        return float(np.add.accumulate(np.broadcast_to(outcome.value, each.shape))[-1])


_COST, _SALVAGE, _LIFE, _PERIOD = number("cost"), number("salvage"), number("life"), number("period")
_LOAN = (number("rate"), number("periods"), number("present"), number("start"), number("end"), number("type"))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("DB", fixed_declining, _COST, _SALVAGE, _LIFE, _PERIOD, number("months", 12.0)),
    function("DDB", double_declining, _COST, _SALVAGE, _LIFE, _PERIOD, number("factor", 2.0)),
    function(
        "VDB",
        variable_declining,
        _COST,
        _SALVAGE,
        _LIFE,
        number("start"),
        number("end"),
        number("factor", 2.0),
        logical("stays", False),
    ),
    function("CUMIPMT", cumulative_interest, *_LOAN),
    function("CUMPRINC", cumulative_principal, *_LOAN),
)
