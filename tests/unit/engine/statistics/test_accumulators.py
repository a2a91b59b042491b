"""Statistics and influence against NumPy and SciPy, and their independence of chunks."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.distribution_choice import constant_quantile
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.ir import Affine, SlotAccess, Type
from mcdesk.engine.random_stream import uniform
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import (
    Quantity,
    SimulationPlan,
    SimulationProgram,
    SimulationResult,
)
from mcdesk.foundation.error_codes import ErrorCode


def _simulated() -> SimulationProgram:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    inputs, output = draft.slot_array(Type.NUMBER, 2), draft.slot_array(Type.NUMBER, 1)
    errors = draft.slot_array(Type.ERROR, 1)
    draws = []
    for place, text in enumerate(("normal(5, 2)", "uniform(0, 1)")):
        u = uniform(ops, ops.seed(), ops.trial(), ops.integer(place))
        draws.append(constant_quantile(ops, parse_distribution(text), u))
        ops.write_slot(SlotAccess(inputs, Affine(place)), draws[-1])
    ops.write_slot(SlotAccess(output, Affine(0)), ops.add(draws[0], draws[1]))
    fails = ops.lt(draws[1], ops.number(0.1))
    code = ops.select(fails, ops.error(ErrorCode.NUM), ops.error(ErrorCode.NONE))
    ops.write_slot(SlotAccess(errors, Affine(0)), code)
    ops.finish("model")
    quantities = tuple(Quantity(f"S!A{i + 1}", "", inputs, i, None, "x") for i in range(2))
    return SimulationProgram(draft.program(), (), quantities, (Quantity("S!B1", "", output, 0, errors),))


class _Replayed:
    """A back end that hands out trials run before, so that only what takes the chunks is run again."""

    name = "replayed"

    def __init__(self, arrays: dict[int, SlotValues]) -> None:
        self._arrays = arrays

    def run(self, request: ChunkRequest, *_: object) -> dict[int, SlotValues]:
        chunk = slice(request.first, request.first + request.count)
        return {array: self._arrays[array][:, chunk] for array in request.wanted}


def _result(trials: int = 5000, chunk: int = 1000, replayed: _Replayed | None = None) -> SimulationResult:
    simulated = _simulated()
    backend = replayed or open_backend("auto", simulated.program, ())
    simulation = Simulation(simulated, SimulationPlan(trials, 1), backend)
    while not simulation.is_done:
        simulation.run_chunk(chunk)
    return simulation.result()


@cache
def _run(first: int, count: int) -> dict[int, SlotValues]:
    program = _simulated().program
    return open_backend("auto", program, ()).run(ChunkRequest(1, first, count, (0, 1, 2)))


def test_that_statistics_leave_out_trials_with_an_error() -> None:
    result = _result()

    output, trials = result.outputs[0], result.output_trials[0]
    assert trials.errors is not None
    kept = trials.values[trials.errors == 0]
    assert output.errors == 5000 - len(kept)
    assert [(each.kind, each.trials) for each in output.error_kinds] == [("#NUM!", output.errors)]
    assert output.mean == pytest.approx(kept.mean(), rel=1e-13)
    assert output.variance == pytest.approx(kept.var(ddof=1), rel=1e-12)
    assert output.skewness == pytest.approx(stats.skew(kept), rel=1e-9)
    assert output.kurtosis == pytest.approx(stats.kurtosis(kept, fisher=False), rel=1e-10)
    assert (output.minimum, output.maximum) == (kept.min(), kept.max())
    assert output.percentiles[95] == pytest.approx(np.percentile(kept, 95), rel=1e-14)
    assert output.mean_ci95 is not None
    half = 1.959963984540054 * kept.std(ddof=1) / np.sqrt(len(kept))
    assert output.mean_ci95[1] - output.mean_ci95[0] == pytest.approx(2 * half)
    low, high = output.percentiles_ci95[50]
    assert low < output.percentiles[50] < high


def _statistics(result: SimulationResult) -> SimulationResult:
    return replace(result, simulate_seconds=0.0, cpu_seconds=0.0, input_trials=(), output_trials=())


@pytest.mark.parametrize("chunk", [1024, 3000, 5000])
def test_that_no_bit_depends_on_the_size_of_a_chunk(chunk: int) -> None:
    assert _statistics(_result(5000, chunk)) == _statistics(_result(5000, 999))


@pytest.mark.parametrize(("chunk", "trials"), [(1, 1030), (7, 5000), (1023, 5000)])
def test_that_no_bit_of_a_statistic_depends_on_how_trials_are_handed_over(chunk: int, trials: int) -> None:
    run_once = _Replayed(_run(0, trials))

    assert _statistics(_result(trials, chunk, run_once)) == _statistics(_result(trials, 999))


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("first", [0, 7, 1022, 4093, 4095, 4993])
def test_that_no_bit_of_a_trial_depends_on_the_trials_beside_it(first: int, count: int) -> None:
    whole, few = _run(0, 5000), _run(first, count)

    for array, values in few.items():
        assert values.tobytes() == whole[array][:, first : first + count].tobytes()


def test_that_influence_agrees_with_scipy() -> None:
    result = _result()

    output, trials = result.outputs[0], result.output_trials[0]
    assert trials.errors is not None
    kept = trials.errors == 0
    for influence, one in zip(output.sensitivity, result.input_trials, strict=True):
        expected = stats.spearmanr(one.values[kept], trials.values[kept]).statistic
        assert influence.rank_correlation == pytest.approx(expected, rel=1e-9)
    assert sum(each.variance_share or 0.0 for each in output.sensitivity) == pytest.approx(1.0)


def test_that_a_single_trial_has_no_spread() -> None:
    output = _result(1, 1).outputs[0]

    assert output.variance is None
    assert output.mean_ci95 is None
