"""Values over time at even steps: sorted, gathered where they share a time, filled where they lack."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.dates import day_of_serial

Floats = NDArray[np.float64]
Gather = Callable[[Sequence[float]], float]

_MOST_MISSING_SHARE = 0.3
_STEP_TOLERANCE = 1e-6

# By the number that the functions take: average, count (numbers and all), greatest, median, least, sum.
GATHER_BY_NUMBER: Mapping[int, Gather] = MappingProxyType(
    {
        1: lambda values: math.fsum(values) / len(values),
        2: lambda values: float(len(values)),
        3: lambda values: float(len(values)),
        4: max,
        5: lambda values: float(np.median(values)),
        6: min,
        7: math.fsum,
    }
)


@dataclass(frozen=True, slots=True)
class EvenTimeline:
    """Values at even steps of time.

    Attributes:
        values: (count,) float64, count from 2.
        start: the first time, in the unit of the timeline.
        step: between two times; months where `is_monthly`, else in the unit of the timeline.
        date_1904: how serials are read as dates.
    """

    values: Floats
    start: float
    step: float
    is_monthly: bool
    date_1904: bool

    def steps_to(self, time: float) -> float | None:
        """How many steps a time is after the last value; None for no date where steps are months."""
        if not self.is_monthly:
            return (time - self.start) / self.step - (len(self.values) - 1)
        first, wanted = (_month(each, self.date_1904) for each in (self.start, time))
        if first is None or wanted is None:
            return None
        return (wanted[0] - first[0]) / self.step - (len(self.values) - 1)


def even_timeline(
    points: Sequence[tuple[float, float]], gather: Gather, fills: bool, date_1904: bool
) -> EvenTimeline | None:
    """Return the values of (time, value) points at even steps.

    Args:
        gather: what becomes of several values at one time.
        fills: whether a missing value is that between its neighbours; else it is 0.

    Returns:
        None where there are no even steps, or more than three values of ten lack.
    """
    values_by_time: dict[float, list[float]] = {}
    for time, value in points:
        values_by_time.setdefault(time, []).append(value)
    times = sorted(values_by_time)
    if len(times) < 2:
        return None
    months = [_month(time, date_1904) for time in times]
    monthly = _month_places(months)
    places, step = _places(times) if monthly is None else monthly
    if places is None or len(places) < (1.0 - _MOST_MISSING_SHARE) * (places[-1] + 1):
        return None
    known = [gather(values_by_time[time]) for time in times]
    values = np.zeros(places[-1] + 1)
    if fills:
        values = np.interp(np.arange(places[-1] + 1, dtype=np.float64), places, known)
    else:
        values[places] = known
    return EvenTimeline(values, times[0], step, monthly is not None, date_1904)


def _places(times: Sequence[float]) -> tuple[list[int] | None, float]:
    """The place of each time in steps, and the most frequent step; no places where steps are uneven."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    # the shortest of the most frequent ones
    counts = Counter(gaps)
    step = min(counts, key=lambda gap: (-counts[gap], gap))
    places = [(time - times[0]) / step for time in times]
    if any(abs(place - round(place)) > _STEP_TOLERANCE * max(1.0, place) for place in places):
        return None, step
    whole = [round(place) for place in places]
    return (whole, step) if len(set(whole)) == len(whole) else (None, step)


def _month_places(months: Sequence[tuple[int, int, bool] | None]) -> tuple[list[int] | None, float] | None:
    """The same in months, where all times are the same day of different months, or their last day."""
    known = [month for month in months if month is not None]
    if len(known) < len(months) or len(months) < 3:
        return None
    is_same_day = len({day for _, day, _ in known}) == 1 or all(is_last for *_, is_last in known)
    numbers = [float(number) for number, *_ in known]
    if not is_same_day or len(set(numbers)) < len(numbers):
        return None
    return _places(numbers)


def _month(time: float, date_1904: bool) -> tuple[int, int, bool] | None:
    """The number of the month of a date, its day, and whether it is the last one."""
    if time % 1.0 or time < 61.0:
        return None
    day, after = day_of_serial(time, date_1904), day_of_serial(time + 1.0, date_1904)
    if day is None or after is None:
        return None
    return day.year * 12 + day.month, day.day, after.day == 1
