"""The benchmark models against the same formulas written in NumPy with NumPy's random numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.engine.statistics.accumulators import OutputAccumulator
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import CompiledModel, compile_model
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.benchmark_models import (
    BENCH,
    Constants,
    Draws,
    Numbers,
    cash_flow,
    draw_inputs,
    project_finance,
    wide_sheet,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BENCH.is_dir(), reason="the benchmark models are not beside this repository"),
]
_ERRORS = 4.0


@dataclass(frozen=True)
class Judged:
    """One model: how many trials we run, how many NumPy, and what its cells must come to."""

    name: str
    formulas: Callable[[Draws, Constants], dict[str, Numbers]]
    compiled_cells: int
    trials: int
    numpy_trials: int


_MODELS = (
    Judged("A", cash_flow, 57, 20_000, 400_000),
    Judged("B", project_finance, 1801, 3_000, 60_000),
    Judged("C", wide_sheet, 20_003, 1_000, 4_000),
)


@dataclass(frozen=True)
class Found:
    """What we found, and the outputs by NumPy: from its own draws and from ours."""

    compiled: CompiledModel
    outputs: dict[str, OutputStatistics]
    trials: dict[str, Numbers]
    expected: dict[str, Numbers]
    recalculated: dict[str, Numbers]


@pytest.fixture(scope="module", params=_MODELS, ids=lambda judged: judged.name)
def judged(request: pytest.FixtureRequest) -> Judged:
    model: Judged = request.param
    return model


@pytest.fixture(scope="module")
def found(judged: Judged) -> Found:
    workbook = read_workbook(BENCH / f"{judged.name}.xlsx")
    compiled = _compiled(workbook, judged.name)
    trials = _trials(compiled, judged.trials)
    constants = Constants(workbook)
    draws = draw_inputs(BENCH / f"{judged.name}.toml", judged.numpy_trials, 11)
    ours = {row: trials[f"S!B{row}"] for row in draws}
    return Found(
        compiled,
        _statistics(compiled, trials),
        trials,
        judged.formulas(draws, constants),
        judged.formulas(ours, constants),
    )


def _compiled(workbook: Workbook, name: str) -> CompiledModel:
    choice = resolve_setup(read_setup_file(BENCH / f"{name}.toml"), workbook)
    return compile_model(build_simulation_model(workbook, choice, 45_000.0))


def _trials(compiled: CompiledModel, count: int) -> dict[str, Numbers]:
    """Trials of inputs and outputs by cell; NaN where a trial ended in an error."""
    simulated = compiled.simulated
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    quantities = (*simulated.inputs, *simulated.outputs)
    arrays = {each.array for each in quantities}
    arrays |= {each.error_array for each in quantities if each.error_array is not None}
    slots = backend.run(ChunkRequest(7, 0, count, tuple(sorted(arrays))))
    trials: dict[str, Numbers] = {}
    for each in quantities:
        trials[each.cell] = slots[each.array][each.place].astype(np.float64)
        if each.error_array is not None:
            trials[each.cell][slots[each.error_array][each.place] != 0] = np.nan
    return trials


def _statistics(compiled: CompiledModel, trials: dict[str, Numbers]) -> dict[str, OutputStatistics]:
    found: dict[str, OutputStatistics] = {}
    for each in compiled.simulated.outputs:
        accumulator = OutputAccumulator(each)
        accumulator.add(trials[each.cell], None)
        found[each.cell] = accumulator.result()
    return found


def test_that_every_cell_that_matters_is_compiled(judged: Judged, found: Found) -> None:
    assert (found.compiled.compiled_cells, found.compiled.slow_cells) == (judged.compiled_cells, 0)


def test_that_every_output_is_judged(found: Found) -> None:
    assert set(found.outputs) == set(found.expected)
    assert not any(np.isnan(found.trials[cell]).any() for cell in found.outputs)


def test_that_each_trial_is_what_its_inputs_give(found: Found) -> None:
    for cell, expected in found.recalculated.items():
        assert np.allclose(found.trials[cell], expected, rtol=1e-9, atol=0.0), cell


def test_that_means_agree_within_their_errors(judged: Judged, found: Found) -> None:
    for cell, output in found.outputs.items():
        expected = found.expected[cell]
        error = expected.std() * np.sqrt(1 / judged.trials + 1 / len(expected))
        assert output.mean == pytest.approx(expected.mean(), abs=_ERRORS * error), cell


def test_that_deviations_agree_within_their_errors(judged: Judged, found: Found) -> None:
    for cell, output in found.outputs.items():
        expected = found.expected[cell]
        deviation = expected.std()
        kurtosis = float((((expected - expected.mean()) / deviation) ** 4).mean())
        # the delta method: Var(s) is about sd^2 (kurtosis - 1) / 4n
        error = deviation * np.sqrt((kurtosis - 1) / 4 * (1 / judged.trials + 1 / len(expected)))
        assert output.sd == pytest.approx(deviation, abs=_ERRORS * error), cell


@pytest.mark.parametrize("percent", [1, 5, 25, 50, 75, 95, 99])
def test_that_percentiles_cut_off_the_same_share(found: Found, percent: int) -> None:
    for cell, output in found.outputs.items():
        expected, trials = found.expected[cell], found.trials[cell]
        bound = output.percentiles[percent]
        slack = 1e-9 * abs(bound)  # outputs that jump have several trials at one value
        share, found_share = (expected <= bound + slack).mean(), (trials <= bound + slack).mean()
        spread = max(share * (1 - share), 1 / len(trials))
        error = np.sqrt(spread * (1 / len(trials) + 1 / len(expected)))
        assert found_share == pytest.approx(share, abs=_ERRORS * error), cell
        assert (trials < bound - slack).mean() <= percent / 100, cell
