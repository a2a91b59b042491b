"""What the results page says of an output."""

from collections.abc import Mapping

import numpy as np
import pytest

from mcdesk.engine.simulation_types import Histogram, OutputStatistics
from mcdesk.ui.presenters.results import below_function


def output_of(values: list[float], edges: list[float], percentiles: Mapping[int, float]) -> OutputStatistics:
    counts = np.histogram(values, edges)[0]
    return OutputStatistics(
        cell="Plan!B1",
        name="Profit",
        base_value=None,
        trials=len(values),
        errors=0,
        error_kinds=(),
        mean=float(np.mean(values)),
        mean_ci95=None,
        sd=None,
        variance=None,
        skewness=None,
        kurtosis=None,
        minimum=min(values),
        maximum=max(values),
        percentiles=percentiles,
        percentiles_ci95={},
        histogram=Histogram(tuple(edges), tuple(int(each) for each in counts), 0, 0),
    )


def test_that_the_part_below_a_percentile_is_what_its_name_says() -> None:
    values = [float(each) for each in np.linspace(0.0, 1.0, 1000) ** 3 * 10.0]
    percentiles = {percent: float(np.percentile(values, percent)) for percent in (10, 50, 90)}

    below = below_function(output_of(values, [0.0, 5.0, 10.0], percentiles))

    assert [below(percentiles[percent]) for percent in (10, 50, 90)] == pytest.approx([0.1, 0.5, 0.9])


def test_that_the_part_below_never_falls_where_many_trials_have_one_value() -> None:
    values = [1.0] * 600 + [2.0] * 400
    percentiles = {percent: float(np.percentile(values, percent)) for percent in (10, 50, 90)}

    below = below_function(output_of(values, [1.0, 1.5, 2.0], percentiles))

    parts = [below(place) for place in np.linspace(0.5, 2.5, 101)]
    assert parts == sorted(parts)
    assert below(1.0) == 0.0
    assert below(1.5) == pytest.approx(0.6)
