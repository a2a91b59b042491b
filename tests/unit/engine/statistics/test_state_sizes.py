"""How much of a simulation has to be written down once a second."""

import numpy as np
import pytest

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_state import state_format
from mcdesk.engine.statistics.output_trials import OutputTrials

MOST_BYTES = 1_000_000
PLANNED_TRIALS = 10**9


@pytest.mark.parametrize("sampling", list(Sampling), ids=lambda each: each.value)
def test_that_the_state_of_a_long_run_is_below_a_megabyte(sampling: Sampling) -> None:
    values = np.random.default_rng(1).normal(size=1 << 20)
    output = OutputTrials("S!A1", Replicates(sampling, PLANNED_TRIALS), 1 << 19, most_smooth=1 << 19)
    output.add(values, None)

    data = state_format().to_bytes(output)
    again = state_format().from_bytes(data, OutputTrials)
    for each in (output, again):
        each.add(values, None)

    assert not output.is_whole
    assert len(data) < MOST_BYTES
    expected, found = output.whole().ordered, again.whole().ordered
    assert found.ascending.tobytes() == expected.ascending.tobytes()
    assert found.weights.tobytes() == expected.weights.tobytes()
