"""Stop rules: how they are written, when runs stop, and that chunks do not matter."""

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.ir import Program
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import Quantity, SimulationPlan, SimulationProgram
from mcdesk.engine.stop_check import next_look
from mcdesk.engine.stop_rule import parse_stop_rule
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import OptionInvalid


class _Normal:
    """A back end whose two outputs are normal with mean 10, sd 1 and 3."""

    name = "reference"

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        values = np.random.default_rng(1).normal(size=(2, 200_000))
        values = values * np.array([[1.0], [3.0]]) + 10.0
        return {0: values[:, request.first : request.first + request.count]}


def _run(stop: str, sampling: Sampling = Sampling.PLAIN, chunk: int = 5_000) -> Simulation:
    outputs = tuple(Quantity(f"S!A{place}", "", 0, place, None) for place in range(2))
    program = SimulationProgram(Program((), (), (), ()), (), (), outputs)
    simulation = Simulation(program, SimulationPlan(200_000, 1, sampling, stop), _Normal())
    while not simulation.is_done:
        simulation.run_chunk(chunk)
    return simulation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mean 1%", ("mean", 0.0, 0.01, True, 0.95)),
        ("sd 0.5", ("sd", 0.0, 0.5, False, 0.95)),
        ("p95 0.5% 99%", ("percentile", 95.0, 0.005, True, 0.99)),
        ("P2.5 10 0.9", ("percentile", 2.5, 10.0, False, 0.9)),
        ("prob<0 1%", ("probability", 0.0, 0.01, False, 0.95)),
        ("prob<0.7% 0.29%", ("probability", 0.007, 0.0029, False, 0.95)),
        ("prob<-1.5e3 0.01 99.9%", ("probability", -1500.0, 0.01, False, 0.999)),
    ],
)
def test_that_a_rule_is_read(text: str, expected: tuple[object, ...]) -> None:
    rule = parse_stop_rule(text, "--stop")

    found = (rule.statistic, rule.argument, rule.tolerance, rule.is_relative, rule.confidence)
    # to the last bit: 0.7 % is 0.007
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["", "mean", "median 1%", "mean 0", "mean -1%", "mean x", "mean 1% 100%", "mean 1% 0", "p0 1%", "p100 1%",
     "p 1%", "prob 1%", "prob< 1%", "mean 1% 95% more", "mean inf", "mean nan", "mean 1e400%",
     "prob<1e400 1%", "p95.5.5 1%"],
)  # fmt: skip
def test_that_a_wrong_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(OptionInvalid) as caught:
        parse_stop_rule(text, "--stop")

    assert "--stop" in caught.value.title
    assert "mean 1%" in caught.value.detail


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        # the wider output decides: 1.96 * 3 / sqrt(n) <= tolerance
        ("mean 0.5%", (1.96 * 3 / 0.05) ** 2),
        ("mean 0.05 99%", (2.576 * 3 / 0.05) ** 2),
        ("sd 2%", (1.96 / 0.02) ** 2 / 2),
        ("prob<10 1%", (1.96 * 0.5 / 0.01) ** 2),
    ],
)
def test_that_a_run_stops_when_every_output_is_known_closely_enough(stop: str, expected: float) -> None:
    simulation = _run(stop)
    result = simulation.result()

    assert simulation.stopped_by == stop
    assert result.trials % 1024 == 0
    assert expected * 0.95 <= result.trials <= expected * 1.2 + 1024


@pytest.mark.parametrize("sampling", list(Sampling))
def test_that_the_chunks_do_not_decide_when_a_run_stops(sampling: Sampling) -> None:
    ends = {_run("p90 1%", sampling, chunk).result().trials for chunk in (777, 1024, 60_000)}

    assert len(ends) == 1
    assert ends.pop() < 200_000


def test_that_a_run_that_is_never_exact_enough_takes_all_trials() -> None:
    simulation = _run("mean 1e-9")

    assert simulation.stopped_by is None
    assert simulation.result().trials == 200_000


def test_that_looks_come_at_block_ends_and_at_ends_of_replicates() -> None:
    assert next_look(Sampling.PLAIN, 100_000, 0) == 2048
    assert next_look(Sampling.PLAIN, 100_000, 2048) == 3072
    assert next_look(Sampling.SOBOL, 100_000, 65_536) == 69_632
    assert next_look(Sampling.PLAIN, 1_000, 0) == 1_000
    ends = [0]
    while ends[-1] < 1_607:
        ends.append(next_look(Sampling.LATIN_HYPERCUBE, 1_607, ends[-1]))
    assert ends[1:] == [404, 505, 606, 707, 807, 907, 1007, 1107, 1207, 1307, 1407, 1507, 1607]
    assert next_look(Sampling.LATIN_HYPERCUBE, 1_000, 0) == 1_000


def test_that_of_a_long_rule_that_is_refused_the_beginning_is_told() -> None:
    with pytest.raises(OptionInvalid) as caught:
        parse_stop_rule(f"mean {'9' * 100_000}x", "--stop")

    assert "999..." in str(caught.value)
    assert len(str(caught.value)) < 400
