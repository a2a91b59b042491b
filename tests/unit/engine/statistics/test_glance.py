"""Statistics while trials are run: moments of all, percentiles of some."""

import numpy as np
import pytest

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Quantity
from mcdesk.engine.statistics.accumulators import OutputAccumulator
from mcdesk.engine.statistics.output_trials import OutputTrials

QUANTITY = Quantity("S!A1", "Profit", 0, 0, 1)


def test_that_moments_and_errors_are_of_all_trials_and_percentiles_of_some() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, 100_000)
    errors = (np.arange(100_000) % 10 == 3).astype(np.uint8) * 2
    accumulator = OutputAccumulator(QUANTITY)
    accumulator.add(values, errors)

    glanced, whole = accumulator.glance(2000), accumulator.result()

    assert (glanced.mean, glanced.sd, glanced.trials) == (whole.mean, whole.sd, whole.trials)
    assert (glanced.errors, glanced.error_kinds) == (whole.errors, whole.error_kinds)
    assert (glanced.minimum, glanced.maximum) == (whole.minimum, whole.maximum)
    assert glanced.histogram is not None
    counted = sum(glanced.histogram.counts) + glanced.histogram.below + glanced.histogram.above
    assert 1500 < counted < 2500
    for percent, interval in glanced.percentiles_ci95.items():
        low, high = whole.percentiles_ci95[percent]
        assert interval[1] - interval[0] > high - low


@pytest.mark.parametrize("trials", [1 << 12, 1 << 14])
def test_that_values_that_alternate_between_two_halves_are_taken_from_both(trials: int) -> None:
    # as every other point of a Sobol sequence does along its first axis
    values = np.random.default_rng(1).random(trials) / 2 + 0.5 * (np.arange(trials) % 2)
    accumulator = OutputAccumulator(QUANTITY, OutputTrials("S!A1", Replicates(Sampling.SOBOL, trials)))
    accumulator.add(values, None)

    glanced = accumulator.glance(trials // 8)

    assert glanced.percentiles[50] == pytest.approx(0.5, abs=0.05)
    assert glanced.percentiles[5] < 0.1


def test_that_a_run_too_long_to_keep_is_glanced_at_through_its_sketch() -> None:
    trials = OutputTrials("S!A1", Replicates(Sampling.PLAIN, 1 << 20), most_exact=1 << 18)
    accumulator = OutputAccumulator(QUANTITY, trials)
    values = np.random.default_rng(1).normal(size=1 << 19)
    accumulator.add(values, None)

    glanced = accumulator.glance(1000)

    assert glanced.percentiles[90] == pytest.approx(np.percentile(values, 90), abs=0.01)
