"""FORECAST.ETS and its relatives: forecasts by exponential smoothing.

The model is that of Excel, with additive error, trend and season. How Excel finds its parameters and the
length of a season is not published, so that values agree with Excel's only as far as the data leave no
choice: on a straight line, or a season that repeats exactly.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.mathematics.normal import normal_quantile
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.functions.statistics.even_timelines import (
    GATHER_BY_NUMBER,
    EvenTimeline,
    even_timeline,
)
from mcdesk.formulas.functions.statistics.exponential_smoothing import (
    SmoothedSeries,
    season_of,
    smooth,
    smoothing_work,
)
from mcdesk.formulas.values import Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
_LONGEST_SEASON = 8760
_UPDATES_PER_UNIT = 8
_ALPHA, _STEP = 1, 8


@dataclass(frozen=True, slots=True)
class _Fit:
    """A series and its timeline."""

    timeline: EvenTimeline
    series: SmoothedSeries


def forecast(context: Context, target: float, values: Value, timeline: Value, *options: float) -> Scalar:
    """FORECAST.ETS; #NUM! for a time before the last one."""
    return _at(context, target, (values, timeline, *options), lambda series, steps: series.forecast(steps))


def confidence(
    context: Context, target: float, values: Value, timeline: Value, level: float, *options: float
) -> Scalar:
    """FORECAST.ETS.CONFINT: half the width of the interval around the forecast."""
    if not 0.0 < level < 1.0:
        return ErrorCode.NUM
    width = float(normal_quantile(_OPERATIONS, 0.5 + level / 2.0))
    return _at(
        context, target, (values, timeline, *options), lambda series, steps: width * series.deviation(steps)
    )


def seasonality(
    context: Context, values: Value, timeline: Value, completion: float, aggregation: float
) -> Scalar:
    """FORECAST.ETS.SEASONALITY: how many steps a season has, 0 where there is none."""
    found = _timeline(context, values, timeline, completion, aggregation)
    if isinstance(found, ErrorCode):
        return found
    length = season_of(found.values)
    return float(length) if length > 1 else 0.0


def statistic(context: Context, values: Value, timeline: Value, kind: float, *options: float) -> Scalar:
    """FORECAST.ETS.STAT: alpha, beta, gamma, MASE, SMAPE, MAE, RMSE or the step, by number from 1."""
    if not _ALPHA <= kind < _STEP + 1:
        return ErrorCode.NUM
    fit = _fit(context, values, timeline, *options)
    if isinstance(fit, ErrorCode):
        return fit
    series, known = fit.series, fit.timeline.values
    sizes = np.abs(series.errors)
    naive = float(np.mean(np.abs(np.diff(known))))
    sums = np.abs(known) + np.abs(known - series.errors)
    relative = np.divide(2.0 * sizes, sums, out=np.zeros_like(sizes), where=sums > 0.0)
    mean = float(np.mean(sizes))
    return (
        series.alpha,
        series.beta,
        series.gamma,
        mean / naive if naive else ErrorCode.DIV0,
        float(np.mean(relative)),
        mean,
        math.sqrt(float(np.mean(sizes**2))),
        fit.timeline.step,
    )[int(kind) - 1]


def _at(
    context: Context,
    target: float,
    sources: tuple[Value | float, ...],
    compute: Callable[[SmoothedSeries, float], float],
) -> Scalar:
    fit = _fit(context, *sources)  # type: ignore[arg-type]  # two values and three numbers
    if isinstance(fit, ErrorCode):
        return fit
    steps = fit.timeline.steps_to(target)
    return ErrorCode.NUM if steps is None or steps < 0.0 else compute(fit.series, steps)


def _fit(
    context: Context, values: Value, timeline: Value, season: float, completion: float, aggregation: float
) -> _Fit | ErrorCode:
    if not 0 <= season < _LONGEST_SEASON + 1:
        return ErrorCode.NUM
    found = _timeline(context, values, timeline, completion, aggregation)
    if isinstance(found, ErrorCode):
        return found
    context.spend(smoothing_work(len(found.values)) // _UPDATES_PER_UNIT)
    length = season_of(found.values) if int(season) == 1 else max(int(season), 1)
    # without two seasons there is nothing to learn one from
    return _Fit(found, smooth(found.values, length if 2 * length <= len(found.values) else 1))


def _timeline(
    context: Context, values: Value, timeline: Value, completion: float, aggregation: float
) -> EvenTimeline | ErrorCode:
    gather = GATHER_BY_NUMBER.get(int(aggregation))
    if gather is None or int(completion) not in (0, 1):
        return ErrorCode.NUM
    known, times = context.elements(values), context.elements(timeline)
    if len(known) != len(times):
        return ErrorCode.NA
    for element in (*known, *times):
        if isinstance(element, ErrorCode):
            return element
    points = [
        (time, value)
        for time, value in zip(times, known, strict=True)
        if type(time) is float and type(value) is float
    ]
    context.spend(len(known))
    found = even_timeline(points, gather, int(completion) == 1, context.dates.is_1904)
    return ErrorCode.NUM if found is None else found


_TARGET, _VALUES, _TIMELINE = number("target"), cells("values"), cells("timeline")
_GATHERING = (
    absent_if_empty(number("data_completion", 1.0)),
    absent_if_empty(number("aggregation", 1.0)),
)
_OPTIONS = (absent_if_empty(number("seasonality", 1.0)), *_GATHERING)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("FORECAST.ETS", forecast, _TARGET, _VALUES, _TIMELINE, *_OPTIONS),
    function(
        "FORECAST.ETS.CONFINT",
        confidence,
        _TARGET,
        _VALUES,
        _TIMELINE,
        absent_if_empty(number("confidence_level", 0.95)),
        *_OPTIONS,
    ),
    function("FORECAST.ETS.SEASONALITY", seasonality, _VALUES, _TIMELINE, *_GATHERING),
    function("FORECAST.ETS.STAT", statistic, _VALUES, _TIMELINE, number("statistic"), *_OPTIONS),
)
