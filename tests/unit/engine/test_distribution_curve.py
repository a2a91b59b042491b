"""The picture of a distribution against its support and its probabilities."""

import numpy as np
import pytest

from mcdesk.engine.distribution_curve import distribution_curve
from mcdesk.engine.distribution_text import parse_distribution

ENDS = {
    "pert(900, 1200, 1600)": (900.0, 1600.0),
    "pert(0, 1, 100)": (0.0, 100.0),
    "triangular(1, 2, 4)": (1.0, 4.0),
    "uniform(-1, 1)": (-1.0, 1.0),
    "beta(2, 5)": (0.0, 1.0),
    "exponential(3)": (0.0, None),
    "lognormal(100, 10)": (None, None),
    "normal(0, 1)": (None, None),
    "normal(0, 1) truncate(-2, inf)": (-2.0, None),
}


@pytest.mark.parametrize(("text", "ends"), ENDS.items())
def test_that_a_curve_reaches_the_ends_that_are_near(
    text: str, ends: tuple[float | None, float | None]
) -> None:
    distribution = parse_distribution(text)

    curve = distribution_curve(distribution)

    width = (curve.values[-1] - curve.values[0]) / (len(curve.values) - 1)
    # each height is that of a bin around its value
    drawn = (curve.values[0] - width / 2.0, curve.values[-1] + width / 2.0)
    chances = (curve.chances[0], 1.0 - curve.chances[-1])
    for place, end, chance in zip(drawn, ends, chances, strict=True):
        if end is None:
            assert 0.0004 < chance < 0.005
        else:
            assert place == pytest.approx(end, abs=1e-5 * width)
    assert np.sum(curve.heights) * width == pytest.approx(1.0, abs=0.002)


@pytest.mark.parametrize(
    "text",
    [
        "lognormal2(700, 10)",
        "lognormal2(-1e300, 5)",
        "pareto(0.01, 1)",
        "pareto(1e300, 5)",
        "weibull(0.001, 1)",
        "normal(0, 1e308)",
        "normal(0, 1e300) truncate(0.5, inf)",
        "uniform(0, 1e-320)",
        "lognormal2(0, 1) shift(1e15)",
        "gamma(0.001, 1)",
        "beta4(0.1, 3, 1e10, 10000000001)",
        "discrete({1, 1e300}, {1, 1})",
    ],
)
def test_that_all_of_a_curve_can_be_drawn(text: str) -> None:
    curve = distribution_curve(parse_distribution(text))

    assert np.isfinite([curve.values, curve.heights, curve.chances]).all()
    known = [each for each in (curve.mean, curve.deviation) if each is not None]
    assert np.isfinite([*curve.percentiles, *known]).all()
    assert (np.diff(curve.values) > 0.0).all()
    assert (curve.heights >= 0.0).all()
    width = 1.0 if curve.is_discrete else (curve.values[-1] - curve.values[0]) / (len(curve.values) - 1)
    assert np.sum(curve.heights * width) == pytest.approx(1.0, abs=0.002)
