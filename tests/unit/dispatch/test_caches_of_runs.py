"""Runs one after the other, in one process: what is read and compiled once, and that no bit is another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.dispatch import known_model, known_workbook
from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.local_run import LocalRun
from mcdesk.dispatch.model_preparation import PreparedModel
from mcdesk.dispatch.queued_run import QueuedRun
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunReport, RunRequest
from mcdesk.dispatch.simulation_loop import ProgressSink
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import OutputStatistics, SimulationPlan
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import StoreError
from mcdesk.foundation.paths import HOME_VARIABLE
from mcdesk.services import folders_under, open_services
from tests.builders_xlsx import CellContent, write_xlsx
from tests.unit.dispatch.cache_counts import cache_counts
from tests.unit.dispatch.desk import Desk

TRIALS = 20_000
# the second is evaluated trial by trial, and fails in some; all numbers of a trial come from two draws
COMPILED: dict[str, CellContent] = {"A1": 10.0, "A2": 3.0, "B1": ("=SQRT(A1-8)*A2", 4.2)}
EVALUATED: dict[str, CellContent] = {**COMPILED, "B1": ('=SQRT(VALUE(TEXT(A1,"0.00"))-8)*A2', 4.2)}
SETUP = SetupFile(
    tuple(map(input_text, ("S!A1=normal(10, 1)", "S!A2=triangular(1, 2, 4)"))), (output_text("S!B1"),)
)
FORMULAS = pytest.mark.parametrize(
    ("cells", "trials"), [(COMPILED, TRIALS), (EVALUATED, 300)], ids=["compiled", "evaluated"]
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    with open_services(folders_under(tmp_path / "home")) as services:
        yield Desk(services)


def asked(folder: Path, cells: dict[str, CellContent], plan: SimulationPlan) -> RunRequest:
    path = folder / "model.xlsx"
    if not path.exists():
        write_xlsx(path, {"S": cells})
    return RunRequest(path, SETUP, plan, keeps_inputs=True, uses_cache=False)


def with_fresh_caches(desk: Desk) -> Desk:
    services = desk.services
    context = replace(services.run_context, caches=Caches(services.metrics))
    return replace(desk, services=replace(services, run_context=context))


def bits(report: RunReport) -> list[bytes]:
    """All trials of a run."""
    found = []
    for each in (*report.input_trials, *report.output_trials):
        found += [each.values.tobytes(), b"" if each.errors is None else each.errors.tobytes()]
    return found


def outputs(report: RunReport) -> tuple[OutputStatistics, ...]:
    return report.statistics.outputs


@FORMULAS
@pytest.mark.parametrize("sampling", list(Sampling))
def test_that_what_is_known_gives_the_bits_of_what_is_made_anew(
    tmp_path: Path, desk: Desk, cells: dict[str, CellContent], trials: int, sampling: Sampling
) -> None:
    first, second = (asked(tmp_path, cells, SimulationPlan(trials, seed, sampling)) for seed in (1, 2))

    with desk.executing() as queue:
        reports = [desk.run(each, queue) for each in (first, second)]
        assert cache_counts(desk.services.metrics)["cache.programs.hit"] == 1.0
    with desk.executing() as queue:
        anew = [with_fresh_caches(desk).run(each, queue) for each in (first, second)]
        assert "cache.programs.hit" not in cache_counts(desk.services.metrics)

    for known, made in zip(reports, anew, strict=True):
        assert bits(known) == bits(made)
        assert known.statistics == made.statistics
    assert bits(reports[0]) != bits(reports[1])


def test_that_each_cache_is_counted_as_it_is_asked(tmp_path: Path, desk: Desk) -> None:
    plan = SimulationPlan(TRIALS, seed=1)
    compiled = replace(asked(tmp_path, COMPILED, plan), keeps_inputs=False, uses_cache=True)
    # of so many that they are worth compiling
    with desk.executing() as queue:
        desk.run(replace(compiled, plan=SimulationPlan(3_000_000, seed=1)), queue)
        first = cache_counts(desk.services.metrics)
        desk.run(replace(compiled, plan=SimulationPlan(3_000_000, seed=2)), queue)
        second = cache_counts(desk.services.metrics)
        desk.run(replace(compiled, plan=SimulationPlan(3_000_000, seed=2)), queue)
        third = cache_counts(desk.services.metrics)

    code = first.pop("cache.code.miss")
    assert code >= 1.0
    assert first == {
        "cache.workbooks.miss": 2.0, "cache.programs.miss": 1.0, "cache.results.miss": 1.0
    }  # fmt: skip
    assert second.pop("cache.code.hit") >= 1.0
    assert second == {
        "cache.workbooks.hit": 2.0, "cache.programs.hit": 1.0, "cache.results.miss": 1.0
    }  # fmt: skip
    assert third == {"cache.workbooks.hit": 1.0, "cache.programs.hit": 1.0, "cache.results.hit": 1.0}


def test_that_a_second_seed_neither_reads_nor_compiles(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: object) -> PreparedModel:
        raise AssertionError("nothing was to be done again")

    with desk.executing() as queue:
        desk.run(asked(tmp_path, COMPILED, SimulationPlan(500, seed=1)), queue)
        monkeypatch.setattr(known_workbook, "read_workbook", unexpected)
        monkeypatch.setattr(known_model, "prepare_workbook", unexpected)
        report = desk.run(asked(tmp_path, COMPILED, SimulationPlan(500, seed=2)), queue)

    assert report.trials_done == 500


def test_that_the_report_is_of_the_workbook_as_it_is_now(tmp_path: Path, desk: Desk) -> None:
    plan = SimulationPlan(500, seed=1)
    with desk.executing() as queue:
        before = desk.run(asked(tmp_path, COMPILED, plan), queue)
        write_xlsx(tmp_path / "model.xlsx", {"S": {**COMPILED, "B1": ("=A1*0+7", 7.0)}})
        after = desk.run(asked(tmp_path, COMPILED, plan), queue)

    assert after.model.sha256 != before.model.sha256
    assert outputs(after)[0].mean == 7.0


@FORMULAS
def test_that_what_is_computed_here_has_a_model_of_its_own(
    tmp_path: Path,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    cells: dict[str, CellContent],
    trials: int,
) -> None:
    evaluated = list[PreparedModel]()
    report_of = LocalRun.report

    def noted(run: LocalRun, on_progress: ProgressSink, cancel: CancelToken) -> RunReport:
        evaluated.append(run.run.prepared)
        return report_of(run, on_progress, cancel)

    def refuse(_: QueuedRun) -> None:
        raise StoreError("The disk is full")

    request = asked(tmp_path, cells, SimulationPlan(trials, seed=1))
    context = desk.services.run_context
    with desk.executing() as queue:
        queued = desk.run(request, queue)
        monkeypatch.setattr(LocalRun, "report", noted)
        monkeypatch.setattr(QueuedRun, "submit", refuse)
        refused = desk.run(request, queue)
    alone = [run_simulation(request, context, lambda _: None, CancelToken()) for _ in range(2)]

    assert [bits(each) for each in (refused, *alone)] == [bits(queued)] * 3
    models = [each.loaded.model for each in evaluated]
    assert len(set(map(id, models))) == 3
    known = context.caches.models
    shared = known.value(next(iter(known._kept)), lambda: evaluated[0], lambda _: None, CancelToken())
    assert all(model is not shared.loaded.model for model in models)
    assert len({id(model.workbook) for model in models}) == 1


def test_that_an_engine_reads_a_workbook_once_for_many_jobs(tmp_path: Path, desk: Desk) -> None:
    with desk.executing() as queue:
        for seed in (1, 2, 3):
            desk.run(asked(tmp_path, EVALUATED, SimulationPlan(200, seed)), queue)

    found = cache_counts(desk.services.metrics)
    # one of each process
    assert found["cache.workbooks.miss"] == 2.0
    assert found["cache.workbooks.hit"] == 4.0


@pytest.mark.parametrize("place", ["submit", "report"])
def test_that_a_run_that_is_in_the_queue_already_is_told_to_end_by_who_presses_again(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    asked_to_end: list[str] = []
    whole = QueuedRun.submit

    def pressed(run: QueuedRun, *_: object) -> None:
        if place == "submit":
            whole(run)
        raise Cancelled("Interrupted")

    request = asked(tmp_path, COMPILED, SimulationPlan(500, seed=1))
    with desk.executing() as queue, monkeypatch.context() as patch, pytest.raises(Cancelled):
        patch.setattr(QueuedRun, place, pressed)
        patch.setattr(QueuedRun, "ask_to_end", lambda job: asked_to_end.append(job.record.simulation_id))
        desk.run(request, queue)

    assert asked_to_end == [run.simulation_id for run in desk.services.history.runs.runs(10)]
