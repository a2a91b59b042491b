"""A run of the history once more: its set-up, its model, its first trials."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.first_trials import first_trials
from mcdesk.dispatch.kept_model import KeptSetup, kept_setup, load_kept_model
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunRequest
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_option_texts import correlation_text, input_text, output_text, value_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import RecordMissing
from mcdesk.services import folders_under, open_services
from tests.builders_xlsx import SheetContent, write_xlsx

CELLS: SheetContent = {
    "A1": 10.0, "A2": 3.0, "A3": 2.0, "A4": "north", "A5": 7.0,
    "B1": ("=A1*A3+IF(A4=\"south\",A2,0)+IF(ISERROR(A5),1,0)+NOW()*0.001", 20.0),
    "B2": ("=SQRT(A2)", 1.0),
}  # fmt: skip
SETUP = SetupFile(
    inputs=(input_text("S!A1=normal(10, 1)"), input_text("S!A2=triangular(-1, 3, 5)")),
    outputs=(output_text("S!B1"), output_text("S!B2")),
    values=(value_text('S!A4="south"'), value_text("S!A5=#N/A"), value_text("S!A3=2.5")),
    correlations=(correlation_text("S!A1,S!A2=0.6"),),
)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[RunContext]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield services.run_context


def kept_run(
    tmp_path: Path, context: RunContext, plan: SimulationPlan, cells: SheetContent = CELLS
) -> tuple[str, KeptSetup, Path]:
    model = write_xlsx(tmp_path / "model.xlsx", {"S": cells})
    request = RunRequest(model, SETUP, plan)
    report = run_simulation(request, context, lambda _: None, CancelToken())
    assert context.history is not None
    record = context.history.runs.record(report.simulation_id)
    path = context.history.files.content_path(record.model_sha256, record.model_name)
    return report.simulation_id, kept_setup(record), path


@pytest.mark.parametrize("sampling", list(Sampling))
def test_that_the_first_trials_of_a_kept_run_are_bit_for_bit_those_it_had(
    tmp_path: Path, context: RunContext, sampling: Sampling
) -> None:
    plan = SimulationPlan(3000, seed=2**64 - 5, sampling=sampling)
    name, kept, path = kept_run(tmp_path, context, plan)
    assert context.history is not None
    samples = {each.cell: each.values for each in context.history.samples.load(name)}

    found = first_trials(load_kept_model(path, kept, Caches(), CancelToken()), kept.plan, CancelToken(), 700)

    assert kept.plan == plan
    assert [each.cell for each in found.inputs] == ["S!A1", "S!A2"]
    for trials in found.outputs:
        stored = samples[trials.cell][:700]
        failed = np.isnan(stored)
        assert np.array_equal(trials.values[~failed], stored[~failed])
        assert np.array_equal(failed, np.zeros(700, bool) if trials.errors is None else trials.errors != 0)
    assert np.isnan(samples["S!B2"]).any()


def test_that_fixed_values_of_all_kinds_come_back(tmp_path: Path, context: RunContext) -> None:
    _, kept, path = kept_run(tmp_path, context, SimulationPlan(100, seed=1))

    loaded = load_kept_model(path, kept, Caches(), CancelToken())

    assert sorted(map(repr, loaded.choice.fixed.values())) == sorted(map(repr, [2.5, "south", ErrorCode.NA]))
    assert len(loaded.choice.correlations) == 1


def test_that_fewer_trials_are_simulated_where_they_are_evaluated_one_by_one(
    tmp_path: Path, context: RunContext
) -> None:
    slow: SheetContent = {**CELLS, "B2": ('=VALUE(TEXT(A1,"0.0"))', 10.0)}
    _, kept, path = kept_run(tmp_path, context, SimulationPlan(3000, seed=1), slow)
    ticks = iter([0.0, 1.0, 99.0])

    found = first_trials(
        load_kept_model(path, kept, Caches(), CancelToken()),
        kept.plan,
        CancelToken(),
        clock=lambda: next(ticks),
    )

    assert [len(each.values) for each in found.outputs] == [256, 256]


def test_that_the_stop_rule_does_not_end_the_first_trials(tmp_path: Path, context: RunContext) -> None:
    _, kept, path = kept_run(tmp_path, context, SimulationPlan(3000, seed=1))
    ruled = replace(kept.plan, stop="mean 50%")

    found = first_trials(load_kept_model(path, kept, Caches(), CancelToken()), ruled, CancelToken(), 3000)

    assert len(found.outputs[0].values) == 3000


def test_that_a_run_whose_moment_is_not_kept_is_told(tmp_path: Path, context: RunContext) -> None:
    name, _, _ = kept_run(tmp_path, context, SimulationPlan(100, seed=1))
    assert context.history is not None
    record = context.history.runs.record(name)
    document = json.loads(record.setup_json)
    del document["now_serial"]

    with pytest.raises(RecordMissing, match=r"moment of the run of model\.xlsx"):
        kept_setup(replace(record, setup_json=json.dumps(document)))
