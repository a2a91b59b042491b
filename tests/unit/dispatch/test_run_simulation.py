"""One run from file to report: cache, cancel, failures of the history."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from mcdesk.dispatch.device_lock import FOLDER_VARIABLE, DeviceLock
from mcdesk.dispatch.report_document import report_document
from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunReport, RunRequest
from mcdesk.engine import backends
from mcdesk.engine.backends import cuda
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Phase, SimulationPlan, SimulationProgress
from mcdesk.formulas.setup_option_texts import correlation_text, input_text, output_text, value_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import DatabaseBusy, DeviceLost, DiskFull, OptionInvalid
from mcdesk.history.run_record import RunOutcome, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.services import folders_under, open_services, queue_device
from tests.builders_xlsx import write_xlsx

SETUP = SetupFile(inputs=(input_text("S!A1=normal(10, 1)"),), outputs=(output_text("S!A2"),))


@pytest.fixture
def context(tmp_path: Path) -> Iterator[RunContext]:
    with open_services(folders_under(tmp_path / "home")) as services:
        yield services.run_context


def request(folder: Path, formula: str = "=A1*2", trials: int = 2000) -> RunRequest:
    model = write_xlsx(folder / "model.xlsx", {"S": {"A1": 10.0, "A2": (formula, 20.0)}})
    return RunRequest(model, SETUP, SimulationPlan(trials, seed=1))


def run(asked: RunRequest, context: RunContext) -> RunReport:
    return run_simulation(asked, context, lambda progress: None, CancelToken())


def test_that_an_equal_run_is_answered_from_the_history(tmp_path: Path, context: RunContext) -> None:
    # Written once: a zip file holds the time at which it was written.
    asked = request(tmp_path)

    first, second = run(asked, context), run(asked, context)

    assert (first.is_cached, second.is_cached) == (False, True)
    assert second.simulation_id == first.simulation_id
    assert second.statistics == first.statistics
    assert second.trials_done == 2000


def test_that_all_trials_of_the_inputs_are_simulated_anew(tmp_path: Path, context: RunContext) -> None:
    asked = request(tmp_path)
    run(asked, context)

    report = run(replace(asked, keeps_inputs=True), context)

    assert not report.is_cached
    assert [len(each.values) for each in report.input_trials] == [2000]


def test_that_a_set_error_is_another_run_than_the_text_of_its_name(
    tmp_path: Path, context: RunContext
) -> None:
    model = write_xlsx(tmp_path / "set.xlsx", {"S": {"A1": 1.0, "A2": 2.0, "A3": ("=A1+N(A2)", 3.0)}})
    reports = [
        run(
            RunRequest(
                model,
                SetupFile((input_text("S!A1=normal(0, 1)"),), (output_text("S!A3"),), (value_text(option),)),
                SimulationPlan(100, seed=1),
            ),
            context,
        )
        for option in ("S!A2=#N/A", 'S!A2="#N/A"')
    ]

    assert [report.statistics.outputs[0].errors for report in reports] == [100, 0]


IDLE = {
    "S": {
        "A1": 1.0,
        "A2": 2.0,
        "A3": ("=_xll.RiskNormal(0,1)", 0.5),
        "B1": ("=A1*2", 2.0),
        "B2": ("=A2*2", 4.0),
    }
}


def test_that_an_input_that_reaches_no_output_is_simulated_and_told(
    tmp_path: Path, context: RunContext
) -> None:
    model = write_xlsx(tmp_path / "idle.xlsx", IDLE)
    inputs = tuple(map(input_text, ("S!A1=normal(5, 1)", "S!A2=normal(0, 1)")))
    setup = SetupFile(inputs, (output_text("S!B2"),), (), (), (correlation_text("S!A1,S!A2=-1"),))

    report = run(RunRequest(model, setup, SimulationPlan(2000, seed=1), keeps_inputs=True), context)

    statistics = report.statistics
    assert [each.cell for each in statistics.inputs] == ["S!A1", "S!A2"]
    assert statistics.inputs[0].mean == pytest.approx(5.0, abs=0.1)
    assert [each.cell for each in report.input_trials] == ["S!A1", "S!A2"]
    assert statistics.correlations[0].reached == pytest.approx(-1.0)
    assert [each.cell for each in statistics.outputs[0].sensitivity] == ["S!A2"]
    assert "No output depends on S!A1." in statistics.warnings


def test_that_a_declared_distribution_that_reaches_no_output_is_told(
    tmp_path: Path, context: RunContext
) -> None:
    model = write_xlsx(tmp_path / "idle.xlsx", IDLE)
    setup = SetupFile((input_text("S!A2=normal(0, 1)"),), (output_text("S!B2"),))

    report = run(RunRequest(model, setup, SimulationPlan(100, seed=1)), context)

    assert [each.cell for each in report.statistics.inputs] == ["S!A2"]
    assert "No output depends on S!A3: what it draws is left out." in report.statistics.warnings


HUGE = {
    "exponential(1e308)": True,
    "exponential(1e307)": False,
    "normal(0, 1e308) truncate(0,)": True,
    "lognormal2(700, 100)": True,
    "lognormal2(700, 1)": False,
    "gamma(1e6, 1e308)": True,
    "uniform(-8e307, 8e307)": False,
    "triangular(-8e307, 0, 8e307)": False,
    "empirical({1.7e308, -1.7e308})": False,
    "uniform(0, 1e308) shift(1.7e308)": True,
    "normal(0, 5e-324)": False,
}


@pytest.mark.parametrize("sampling", list(Sampling))
@pytest.mark.parametrize(("distribution", "overflows"), HUGE.items())
def test_that_what_overflows_is_an_error_in_its_trial_and_every_figure_is_finite(
    tmp_path: Path, context: RunContext, distribution: str, overflows: bool, sampling: Sampling
) -> None:
    model = write_xlsx(tmp_path / "huge.xlsx", {"S": {"A1": 1.0, "A2": ("=A1/2", 0.5)}})
    outputs = tuple(map(output_text, ("S!A1", "S!A2")))
    asked = RunRequest(
        model,
        SetupFile((input_text(f"S!A1={distribution}"),), outputs),
        SimulationPlan(2000, seed=1, sampling=sampling),
        keeps_inputs=True,
    )

    report = run(asked, context)

    for each in (*report.input_trials, *report.output_trials):
        assert np.isfinite(each.values).all()
        assert (each.errors is not None) == overflows
    for output in report.statistics.outputs:
        assert {kind.kind for kind in output.error_kinds} == ({"#NUM!"} if overflows else set())
    json.dumps(report_document(report), allow_nan=False)


def test_that_a_model_with_now_is_simulated_anew(tmp_path: Path, context: RunContext) -> None:
    asked = request(tmp_path, "=A1+NOW()")

    run(asked, context)

    assert not run(asked, context).is_cached


def test_that_progress_is_told_up_to_the_last_trial(tmp_path: Path, context: RunContext) -> None:
    told: list[SimulationProgress] = []

    run_simulation(request(tmp_path), context, told.append, CancelToken())

    assert told[-1].trials_done == told[-1].trials == 2000


def test_that_a_cancelled_run_keeps_what_is_done(tmp_path: Path, context: RunContext) -> None:
    cancel = CancelToken()

    report = run_simulation(
        request(tmp_path, trials=50_000_000), context, lambda progress: cancel.cancel(), cancel
    )

    assert context.history is not None
    record = context.history.runs.record(report.simulation_id)
    assert report.status is record.status is RunStatus.CANCELLED
    assert 0 < report.trials_done == record.trials_done < 50_000_000
    assert report.statistics.outputs[0].trials == report.trials_done


@pytest.mark.parametrize("formula", ["=A1*2", '=VALUE(TEXT(A1,"0.000"))'])
def test_that_kept_trials_are_those_of_a_shorter_run(
    tmp_path: Path, context: RunContext, formula: str
) -> None:
    cancel = CancelToken()
    asked = request(tmp_path, formula, trials=20_000_000)
    timer = threading.Timer(0.01, cancel.cancel)

    def cancel_soon(_progress: SimulationProgress) -> None:
        with suppress(RuntimeError):  # it runs already
            timer.start()

    report = run_simulation(asked, context, cancel_soon, cancel)
    timer.join()
    shorter = run(replace(asked, plan=SimulationPlan(report.trials_done, seed=1)), context)

    assert report.status is RunStatus.CANCELLED
    assert report.output_trials[0].values.tobytes() == shorter.output_trials[0].values.tobytes()
    assert replace(report.statistics.outputs[0], sensitivity=()) == replace(
        shorter.statistics.outputs[0], sensitivity=()
    )


def test_that_a_run_cancelled_at_once_ends_without_a_report(tmp_path: Path, context: RunContext) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(Cancelled):
        run_simulation(request(tmp_path), context, lambda progress: None, cancel)


def test_that_a_cancel_during_the_statistics_completes_the_run_and_is_no_answer_to_another(
    tmp_path: Path, context: RunContext
) -> None:
    asked, cancel = request(tmp_path), CancelToken()
    told: list[Phase] = []

    def cancel_at_statistics(progress: SimulationProgress) -> None:
        told.append(progress.phase)
        if progress.phase is Phase.STATISTICS:
            cancel.cancel()

    report = run_simulation(asked, context, cancel_at_statistics, cancel)
    again = run(asked, context)

    assert told[-2:] == [Phase.SIMULATING, Phase.STATISTICS]
    assert (report.status, report.trials_done, report.stopped_by) == (RunStatus.COMPLETED, 2000, None)
    assert not report.statistics.is_whole
    assert not again.is_cached
    assert run(asked, context).is_cached


def test_that_a_full_disk_does_not_lose_the_result(
    tmp_path: Path, context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: RunStore, simulation_id: str, outcome: RunOutcome) -> None:
        raise DiskFull("The disk is full")

    monkeypatch.setattr(RunStore, "finish", fail)

    report = run(request(tmp_path), context)

    assert report.status is RunStatus.COMPLETED
    assert report.statistics.outputs[0].mean == pytest.approx(20.0, abs=0.5)
    assert report.warnings == ("The run is not kept in the history: The disk is full",)


def test_that_a_run_without_a_queue_has_the_device_in_turn_too(tmp_path: Path, context: RunContext) -> None:
    turns: list[int] = []

    class Counted(DeviceLock):
        @contextmanager
        def turn(self, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[bool]:
            with super().turn(is_cancelled) as has_turn:
                turns.append(1)
                yield has_turn

    found = run(request(tmp_path), replace(context, open_device_lock=lambda: Counted("cpu", tmp_path)))

    assert found.status is RunStatus.COMPLETED
    assert len(turns) > 0
    lock = context.open_device_lock()
    assert lock is not None
    assert [path.name for path in Path(os.environ[FOLDER_VARIABLE]).glob("*-device.lock")] == [
        f"{queue_device()}-device.lock"
    ]


def test_that_a_run_without_a_queue_waits_for_the_device_until_it_is_cancelled(
    tmp_path: Path, context: RunContext
) -> None:
    cancel = CancelToken()

    class Taken(DeviceLock):
        """Somebody else has it, and whoever waits is cancelled."""

        @contextmanager
        def turn(self, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[bool]:
            cancel.cancel()
            yield False

    with pytest.raises(Cancelled):
        run_simulation(
            request(tmp_path),
            replace(context, open_device_lock=lambda: Taken("cpu", tmp_path)),
            lambda progress: None,
            cancel,
        )


def test_that_a_history_that_cannot_be_opened_is_a_warning(tmp_path: Path) -> None:
    context = RunContext(history=None, history_failure=DatabaseBusy("The history is locked"))

    report = run(request(tmp_path), context)

    assert report.estimate.allocation.tier is None
    assert report.warnings == ("The run is not kept in the history: The history is locked",)


def test_that_a_gpu_that_went_away_is_a_warning(
    tmp_path: Path, context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "cuda_obstacles", lambda: iter(()))
    monkeypatch.setattr(cuda, "CudaDevice", mock.Mock(side_effect=DeviceLost("The GPU failed: error 719")))
    expected = run(request(tmp_path), context)

    found = run(
        replace(request(tmp_path), backend="cuda", uses_cache=False),
        replace(context, gpu_name=lambda: "NVIDIA H100"),
    )

    assert (found.backend, found.device) == ("cuda", "NVIDIA H100")
    assert found.statistics.outputs == expected.statistics.outputs
    assert found.warnings == (
        "The CPU went on, with the same results, where the GPU could not. The GPU failed: error 719",
    )


def test_that_more_trials_than_memory_holds_are_refused_where_they_are_saved(
    tmp_path: Path, context: RunContext
) -> None:
    small = replace(context, free_memory_bytes=lambda: 10_000)

    with pytest.raises(OptionInvalid, match="To save 2,000 trials of 2 cells needs"):
        run(replace(request(tmp_path), keeps_inputs=True), small)


def test_that_more_trials_than_memory_holds_are_sketched(tmp_path: Path, context: RunContext) -> None:
    report = run(request(tmp_path), replace(context, free_memory_bytes=lambda: 10_000))

    assert report.status is RunStatus.COMPLETED
    assert report.statistics.outputs[0].percentiles[50] == pytest.approx(20.0, abs=0.2)


@pytest.mark.parametrize("sampling", [Sampling.PLAIN, Sampling.LATIN_HYPERCUBE])
def test_that_a_rule_may_stop_a_run_of_a_trillion_trials(
    tmp_path: Path, context: RunContext, sampling: Sampling
) -> None:
    plan = SimulationPlan(10**12, seed=1, sampling=sampling, stop="mean 1%")
    cancel = CancelToken()

    def stop_after_a_chunk(progress: SimulationProgress) -> None:
        if sampling is not Sampling.PLAIN:
            cancel.cancel()

    report = run_simulation(replace(request(tmp_path), plan=plan), context, stop_after_a_chunk, cancel)

    assert report.plan.trials == 10**12
    if sampling is Sampling.PLAIN:
        assert (report.status, report.stopped_by) == (RunStatus.COMPLETED, "mean 1%")
        assert report.trials_done == 2048


def test_that_the_time_of_measured_trials_counts(tmp_path: Path, context: RunContext) -> None:
    seconds = 0.0

    def clock() -> float:
        nonlocal seconds
        seconds += 0.5
        return seconds

    report = run(request(tmp_path, trials=500), replace(context, clock=clock))

    # Measured once and then replayed: without the measurement there would be one step of the clock.
    assert report.timing.simulate_seconds >= 1.5
    assert report.timing.total_seconds > report.timing.simulate_seconds


@pytest.mark.parametrize(("formula", "is_answered"), [('=VALUE(TEXT(A1,"0"))', False), ("=A1*2", True)])
def test_that_a_run_of_another_year_is_answered_where_no_text_can_be_a_date_of_it(
    tmp_path: Path, context: RunContext, formula: str, is_answered: bool
) -> None:
    asked = request(tmp_path, formula, trials=50)
    years = [replace(context, now=partial(datetime, year, 5, 1, 12)) for year in (2026, 2027)]

    first, second = (run(asked, each) for each in years)

    assert (first.is_cached, second.is_cached) == (False, is_answered)
