"""Ten models with known answers, for each sampling. `tests/benchmarks/accuracy.py` runs a million trials."""

import math
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.sampling.sampler import Sampling
from tests.closed_forms import CLOSED_FORMS, ClosedForm, simulated

_TRIALS = 40_000


@pytest.mark.parametrize("sampling", list(Sampling), ids=lambda each: each.value)
@pytest.mark.parametrize("model", CLOSED_FORMS, ids=lambda each: each.name)
def test_that_known_answers_lie_within_four_standard_errors(
    model: ClosedForm, sampling: Sampling, tmp_path: Path
) -> None:
    (found,) = simulated(model, tmp_path, sampling, _TRIALS)

    # half an interval is 1.96 standard errors, or 2.13 from 16 replicates
    def error(interval: tuple[float, float] | None) -> float:
        assert interval is not None
        return (interval[1] - interval[0]) / 2 / 1.96

    assert found.errors == 0
    assert found.mean is not None
    assert found.sd is not None
    assert found.mean == pytest.approx(model.mean, abs=4 * error(found.mean_ci95))
    if model.sd is not None:
        assert found.sd == pytest.approx(model.sd, abs=4 * error(found.sd_ci95))
    for percent, expected in model.percentiles.items():
        interval = found.percentiles_ci95[percent]
        assert found.percentiles[percent] == pytest.approx(expected, abs=4 * error(interval))
    for each in found.probabilities if model.below else ():
        assert each.below == pytest.approx(model.below[each.limit], abs=4 * error(each.ci95))


@pytest.mark.parametrize(
    "model", [each for each in CLOSED_FORMS if each.is_smooth], ids=lambda each: each.name
)
def test_that_spread_samples_reach_smooth_means_with_less_variance(model: ClosedForm, tmp_path: Path) -> None:
    plain, strata, points = (
        [found.mean or math.nan for found in simulated(model, tmp_path, sampling, 4_096, tuple(range(1, 13)))]
        for sampling in Sampling
    )

    # of 12 runs a ratio of variances is known to a factor of 3
    assert np.var(strata) < np.var(plain) / 10 * 3
    assert np.var(points) < np.var(plain) / 100 * 3
