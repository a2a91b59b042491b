"""FORECAST.ETS and its relatives, where data leave no choice, and by the bounds of their method."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.functions.statistics.exponential_smoothing import SmoothedSeries, season_of, smooth
from tests.builders_xlsx import CellContent
from tests.unit.formulas.functions.case_tables import Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

_PATTERN = (3.0, -1.0, 2.0, -4.0)
# A line in A over 1 to 8, a season of four on a slope in C over 1 to 16, the first of eight months in D,
# and in E a line that lacks its third and sixth value.
CELLS: dict[str, CellContent] = {
    **{f"A{row}": 5.0 + 2.0 * row for row in range(1, 9)},
    **{f"B{row}": float(row) for row in range(1, 17)},
    **{f"C{row}": 0.5 * row + _PATTERN[row % 4] for row in range(1, 17)},
    **{f"D{row}": serial for row, serial in enumerate(
        (43831.0, 43862.0, 43891.0, 43922.0, 43952.0, 43983.0, 44013.0, 44044.0), 1)},
    **{f"E{row}": 5.0 + 2.0 * time for row, time in enumerate((1, 2, 4, 5, 7, 8), 1)},
    **{f"F{row}": float(time) for row, time in enumerate((1, 2, 4, 5, 7, 8), 1)},
    "G1": "x", "H1": "=1/0",
}  # fmt: skip
CASES = read_cases("""
=FORECAST.ETS(9,A1:A8,B1:B8) | 23 | a line goes on
=FORECAST.ETS(10.5,A1:A8,B1:B8) | 26 | between two steps
=FORECAST.ETS(8,A1:A8,B1:B8) | 21 | the last time itself
=FORECAST.ETS(7,A1:A8,B1:B8) | #NUM! | Excel documentation: before the end
=FORECAST.ETS(17,C1:C16,B1:B16) | 7.5 | a season goes on
=FORECAST.ETS(20,C1:C16,B1:B16,4) | 13 | its length is given
=FORECAST.ETS(17,C1:C16,B1:B16,,,) | 7.5 | empty arguments are the defaults
=FORECAST.ETS(9,A1:A8,B1:B8,0) | 23 | no season
=FORECAST.ETS(9,A1:A8,B1:B8,6) | 23 | less than two seasons
=FORECAST.ETS(9,A1:A8,B1:B8,-1) | #NUM! | Excel documentation
=FORECAST.ETS(9,A1:A8,B1:B8,8761) | #NUM! | Excel documentation
=FORECAST.ETS(44075,A1:A8,D1:D8) | 23 | steps of a month
=FORECAST.ETS(44076,A1:A8,D1:D8) | 23 | within that month
=FORECAST.ETS(9,E1:E6,F1:F6) | 23 | missing values between neighbours
=FORECAST.ETS(9,E1:E6,F1:F6,0,1) | 23 | the same
=FORECAST.ETS(9,E1:E6,F1:F6,0,0)=23 | FALSE | missing values as 0
=FORECAST.ETS(9,E1:E6,F1:F6,0,2) | #NUM! | no such completion
=FORECAST.ETS(11,E1:E4,{1;2;9;10}) | #NUM! | Excel documentation: more than 30 % missing
=FORECAST.ETS(9,A1:A4,{1;2;3.4;5}) | #NUM! | Excel documentation: no constant step
=FORECAST.ETS(5,{13;7;9;11},{4;1;2;3}) | 15 | not in order
=FORECAST.ETS(4,{1;3;4;6},{1;1;2;3}) | 8 | the average of two at one time
=FORECAST.ETS(4,{1;1;4;6},{1;1;2;3},0,1,7) | 8 | their sum
=FORECAST.ETS(4,{1;2;4;6},{1;1;2;3},0,1,4) | 8 | the greatest
=FORECAST.ETS(4,{2;3;4;6},{1;1;2;3},0,1,6) | 8 | the least
=FORECAST.ETS(4,{1;2;9;4;6},{1;1;1;2;3},0,1,5) | 8 | the median
=FORECAST.ETS(4,{8;9},{1;1},0,1,2) | #NUM! | one time alone
=FORECAST.ETS(4,{8;9;5;5},{1;1;2;3},0,1,3) | 0.333333333333333 | their count
=FORECAST.ETS(9,A1:A8,B1:B8,0,1,8) | #NUM! | no such aggregation
=FORECAST.ETS(9,A1:A8,B1:B7) | #N/A | Excel documentation
=FORECAST.ETS(9,G1:H1,B1:B2) | #DIV/0! | error
=FORECAST.ETS("x",A1:A8,B1:B8) | #VALUE! | coercion
=ROUND(FORECAST.ETS.CONFINT(9,A1:A8,B1:B8),9) | 0 | nothing is uncertain
=FORECAST.ETS.CONFINT(9,{1;3;2;5;3;6;4;7},B1:B8,0.95,0)/FORECAST.ETS.CONFINT(9,{1;3;2;5;3;6;4;7},B1:B8,0.5,0) | 2.905846952 | quantiles of the normal distribution
=FORECAST.ETS.CONFINT(9,A1:A8,B1:B8,1) | #NUM! | Excel documentation
=FORECAST.ETS.CONFINT(7,A1:A8,B1:B8) | #NUM! | before the end
=FORECAST.ETS.SEASONALITY(C1:C16,B1:B16) | 4 | a season of four
=FORECAST.ETS.SEASONALITY(A1:A8,B1:B8) | 0 | a line has none
=FORECAST.ETS.SEASONALITY(A1:A8,B1:B7) | #N/A | Excel documentation
=FORECAST.ETS.STAT(A1:A8,B1:B8,8) | 1 | the step
=FORECAST.ETS.STAT(A1:A8,{2;4;6;8;10;12;14;16},8) | 2 | the step
=FORECAST.ETS.STAT(C1:C16,B1:B16,3) | 0 | gamma, nothing to learn
=ROUND(FORECAST.ETS.STAT(A1:A8,B1:B8,7),9) | 0 | RMSE
=ROUND(FORECAST.ETS.STAT(A1:A8,B1:B8,4),9) | 0 | MASE
=FORECAST.ETS.STAT({5;5;5},{1;2;3},4) | #DIV/0! | no change to compare with
=FORECAST.ETS.STAT({0;0;0},{1;2;3},5) | 0 | SMAPE of nothing
=FORECAST.ETS.STAT(A1:A8,B1:B8,9) | #NUM! | no such statistic
""")  # noqa: E501
NUMBERS = st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=24)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_forecast_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    is_near = isinstance(case.expected, float) and found == pytest.approx(case.expected, rel=1e-9, abs=1e-9)
    assert is_near or matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"


@given(NUMBERS)
def test_that_errors_are_those_of_the_recurrence(numbers: list[float]) -> None:
    found = smooth(np.array(numbers), 2)

    level, trend, season = _states_before(found, numbers)
    for value, error in zip(numbers, found.errors, strict=True):
        assert error == pytest.approx(value - (level + trend + season[0]), abs=1e-6)
        level += trend + found.alpha * error
        trend += found.alpha * found.beta * error
        season = [season[1], season[0] + found.gamma * (1.0 - found.alpha) * error]
    assert found.forecast(1.0) == pytest.approx(level + trend + season[0], abs=1e-6)
    assert found.forecast(4.0) == pytest.approx(level + 4.0 * trend + season[1], abs=1e-6)


def _states_before(found: SmoothedSeries, numbers: list[float]) -> tuple[float, float, list[float]]:
    """Level, trend and season before the first value: what the two first seasons leave."""
    a, b, c, d = numbers[:4]
    slope = ((c + d) - (a + b)) / 4.0
    start = (a + b) / 2.0 - 1.5 * slope
    season = [(a - start - slope + c - start - 3.0 * slope) / 2.0]
    season.append((b - start - 2.0 * slope + d - start - 4.0 * slope) / 2.0)
    return start, slope, season


@given(NUMBERS)
def test_that_no_coarse_parameters_fit_better_by_much(numbers: list[float]) -> None:
    found = smooth(np.array(numbers), 1)
    fitted = float(np.sum(found.errors**2))

    for alpha in (0.0, 0.3, 0.7, 1.0):
        for beta in (0.0, 0.5, 1.0):
            assert fitted <= 1.05 * _loss(np.array(numbers), alpha, beta) + 1e-9


def _loss(values: np.ndarray, alpha: float, beta: float) -> float:
    first = values[:10]
    trend = float(np.polyfit(np.arange(len(first)), first, 1)[0])
    level = float(np.mean(first)) - trend * (len(first) + 1) / 2.0
    total = 0.0
    for value in values:
        error = float(value) - level - trend
        total += error * error
        level += trend + alpha * error
        trend += alpha * beta * error
    return total


def test_that_deviations_grow_as_the_state_space_model_says() -> None:
    series = SmoothedSeries(0.5, 0.4, 0.3, 0.0, 0.0, np.zeros(2), np.array([1.0, -1.0]))

    # the variance as a sum of squares of what each error to come adds
    for steps in range(1, 6):
        weights = [0.5 + 0.2 * j + (0.15 if j % 2 == 0 else 0.0) for j in range(1, steps)]
        assert series.deviation(float(steps)) == pytest.approx(math.sqrt(1.0 + sum(w * w for w in weights)))


@pytest.mark.parametrize("length", [2, 3, 7, 12, 50])
def test_that_a_season_is_found(length: int) -> None:
    generator = np.random.default_rng(length)
    values = np.tile(generator.normal(size=length), 6) + 0.1 * generator.normal(size=6 * length)

    assert season_of(values + 0.3 * np.arange(6 * length)) == length


def test_that_noise_has_no_season() -> None:
    assert season_of(np.random.default_rng(3).normal(size=200)) == 1
