"""Depreciation of the French accounting system: AMORLINC and AMORDEGRC."""

import math
from dataclasses import dataclass

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.dates import day_of_serial, is_leap_year
from mcdesk.formulas.functions.date_time.day_counts import days_of_span, span_of
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, function
from mcdesk.formulas.values import Scalar, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
_YEAR_DAYS_BY_BASIS = {0: 360.0, 3: 365.0, 4: 360.0}
_MOST_PERIODS = 100_000.0


@dataclass(frozen=True, slots=True)
class _Asset:
    """An asset, written off by a rate from its purchase; `share`: of a year, of the first period."""

    cost: float
    salvage: float
    period: float
    rate: float
    share: float

    @property
    def life(self) -> int:
        """Years of the asset, begun ones whole."""
        return math.ceil(1.0 / self.rate)


def linear_depreciation(context: Context, cost: float, purchased: float, *rest: float) -> Scalar:
    """AMORLINC: cost times rate in each period, in the first by its days, until the salvage is left.

    Source: ExcelFinancialFunctions, depreciation.fs, compared with Excel.
    """
    asset = _asset(context, cost, purchased, *rest)
    if isinstance(asset, ErrorCode):
        return asset
    if _is_over(asset):
        return 0.0
    first, _ = _first_period(asset, asset.rate)
    if asset.period == 0.0:
        return as_number_or_error(first)
    context.spend(math.floor(asset.period))
    amount, left = asset.rate * asset.cost, asset.cost - asset.salvage - first
    for _ in range(math.floor(asset.period)):
        amount = min(amount, left)
        left = max(left - amount, 0.0)
    return as_number_or_error(amount)


def degressive_depreciation(context: Context, cost: float, purchased: float, *rest: float) -> Scalar:
    """AMORDEGRC: a multiple of the rate on what is left, each amount rounded; #NUM! for a life up to 2 years.

    Half of what is left goes in the last period but one and all of it in the last; there is nothing
    where less than the salvage is left. A period below 1 that is not 0 has nothing, so is Excel's.

    Source: ExcelFinancialFunctions, depreciation.fs, compared with Excel. The page of the function
    forbids lives up to 3 years and between 4 and 5; Excel takes those above 2.
    """
    asset = _asset(context, cost, purchased, *rest)
    if isinstance(asset, ErrorCode):
        return asset
    if asset.rate >= 0.5:
        return ErrorCode.NUM
    if _is_over(asset):
        return 0.0
    rate = asset.rate * _coefficient(1.0 / asset.rate)
    linear, periods = _first_period(asset, rate)
    first = _rounded(linear)
    if asset.period == 0.0:
        return as_number_or_error(first)
    context.spend(math.floor(asset.period))
    amount, left = 0.0, asset.cost - first
    for place in range(1, math.floor(asset.period) + 1):
        is_half = periods - place == 3
        amount = 0.0 if left < asset.salvage else left * (0.5 if is_half else rate)
        rate = 1.0 if is_half else rate
        left -= amount
    return as_number_or_error(_rounded(amount))


def _asset(context: Context, cost: float, purchased: float, *rest: float) -> _Asset | ErrorCode:
    first_end, salvage, period, rate, basis = rest
    kind = math.floor(basis)
    is_bad = cost < 0 or salvage < 0 or salvage > cost or period < 0 or rate <= 0
    if is_bad or kind not in (0, 1, 3, 4) or 1.0 / rate > _MOST_PERIODS:
        return ErrorCode.NUM
    share = _first_share(context, float(math.floor(purchased)), float(math.floor(first_end)), kind)
    return ErrorCode.NUM if share is None else _Asset(cost, salvage, period, rate, share)


def _first_share(context: Context, start: float, end: float, basis: int) -> float | None:
    """The share of a year from purchase to the end of the first period; None where they are not in order."""
    is_1904 = context.dates.is_1904
    bought = day_of_serial(start, is_1904)
    if bought is None or day_of_serial(end, is_1904) is None or start > end:
        return None
    actual = 366.0 if is_leap_year(bought.year) else 365.0
    days_of_year = _YEAR_DAYS_BY_BASIS.get(basis, actual)
    if basis in (1, 3):
        start, end = (_without_leap_day(day, is_1904) for day in (start, end))
    span = span_of(_OPERATIONS, start, end, is_1904)
    return float(days_of_span(_OPERATIONS, span, float(basis))) / days_of_year


def _without_leap_day(serial: float, is_1904: bool) -> float:
    day = day_of_serial(serial, is_1904)
    return serial - 1.0 if day is not None and (day.month, day.day) == (2, 29) else serial


def _is_over(asset: _Asset) -> bool:
    return asset.cost == asset.salvage or asset.period > asset.life


def _first_period(asset: _Asset, rate: float) -> tuple[float, int]:
    """What the first period takes, all of it where it has no days, and the periods in all."""
    by_days = asset.share * rate * asset.cost
    amount = by_days if by_days else asset.cost * rate
    return min(amount, asset.cost - asset.salvage), asset.life + (by_days != 0.0)


def _coefficient(life: float) -> float:
    if life < 5.0:
        return 1.5
    return 2.0 if life <= 6.0 else 2.5


def _rounded(amount: float) -> float:
    # Rounded to 13 places first, so that what is a half but for its last bit goes up as in Excel.
    return float(math.floor(round(amount, 13) + 0.5))


_PARAMETERS = (
    number("cost"),
    number("purchased"),
    number("first_end"),
    number("salvage"),
    number("period"),
    number("rate"),
    absent_if_empty(number("basis", 0.0)),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("AMORLINC", linear_depreciation, *_PARAMETERS),
    function("AMORDEGRC", degressive_depreciation, *_PARAMETERS),
)
