"""Runs one simulation from file to report: cache, chunks, history. Knows neither screen nor window."""

import logging
import os
import uuid
from dataclasses import dataclass, replace

from mcdesk.dispatch.error_origins import with_error_origins
from mcdesk.dispatch.kept_trials import kept_trials
from mcdesk.dispatch.model_preparation import Moment, PreparedModel, prepare_model
from mcdesk.dispatch.reached_correlations import reached_correlations
from mcdesk.dispatch.run_document import statistics_of, statistics_text
from mcdesk.dispatch.run_identity import cache_key, setup_json
from mcdesk.dispatch.run_journal import RunJournal
from mcdesk.dispatch.run_types import (
    ModelFacts,
    RunContext,
    RunReport,
    RunRequest,
    RunStatistics,
    RunTiming,
)
from mcdesk.dispatch.simulation_loop import ProgressSink, SimulatedTrials, SimulationLoop
from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import Backend
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import KeptTrials, SimulationProgress, TrialValues
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.clock import utc_now, utc_text
from mcdesk.foundation.errors import McdeskError, RunFailed, StoreError
from mcdesk.history.account_store import Account
from mcdesk.history.run_record import RunOutcome, RunRecord, RunStatus
from mcdesk.history.sample_store import SampleRole, TrialSamples
from mcdesk.scheduling.estimates import Allocation, Demand, allocate
from mcdesk.scheduling.tiers import Tier

MOST_KEPT_BYTES = 1 << 30

logger = logging.getLogger(__name__)


def run_simulation(
    request: RunRequest, context: RunContext, on_progress: ProgressSink, cancel: CancelToken
) -> RunReport:
    """Simulate a workbook and keep the run in the history; an equal run is answered from there.

    A cancel ends the run with the chunks that are done. A history that fails costs a warning only.

    Raises:
        InputRefused: if workbook, set-up, options or account cannot be accepted.
        RunFailed: if the run began and could not go on.
        Cancelled: if it was cancelled before the first chunk.
    """
    began = context.clock()
    account = account_of(request.account, context)
    with cancel.breakable():
        cancel.raise_if_cancelled()
        moment = Moment(context.now(), context.clock)
        prepared = prepare_model(request.model, request.setup, request.plan, cancel, moment)
    cancel.raise_if_cancelled()
    kept = kept_trials(request, prepared.compiled.simulated, context.free_memory_bytes())
    run = _Run(request, context, prepared, account, began, kept)
    return run.cached_report() or run.simulated_report(on_progress, cancel)


def account_of(email: str | None, context: RunContext) -> Account | None:
    """The account that a run is charged to; None where the history cannot tell and none was named.

    Raises:
        OptionInvalid: if there is no such account.
        StoreError: if one was named and the history cannot be read.
    """
    if context.history is None:
        if email is not None:
            raise context.history_failure or StoreError("The accounts cannot be read")
        return None
    if email is not None:
        return context.history.accounts.account(email)
    try:
        return context.history.accounts.local_account()
    except McdeskError as error:
        logger.warning("no account: %s", error)
        return None


@dataclass(frozen=True, slots=True)
class _Run:
    request: RunRequest
    context: RunContext
    prepared: PreparedModel
    account: Account | None
    began: float
    kept: KeptTrials

    def cached_report(self) -> RunReport | None:
        history = self.context.history
        # All trials of all inputs are not kept, so that only a new run can give them.
        if history is None or not self.request.uses_cache or self.request.keeps_inputs:
            return None
        try:
            record = history.runs.find_cached(cache_key(self.prepared, self.request.plan))
            text = None if record is None else history.runs.result_json(record.simulation_id)
        except McdeskError as error:
            logger.warning("no look into the history: %s", error)
            return None
        statistics = None if text is None else statistics_of(text)
        if record is None or statistics is None or not statistics.is_whole:
            return None
        logger.info("run %s answered from the history", record.simulation_id)
        report = self._report(record.simulation_id, record.backend, statistics)
        return replace(
            report,
            is_cached=True,
            trials_done=record.trials_done,
            status=record.status,
            stopped_by=record.stopped_by,
        )

    def simulated_report(self, on_progress: ProgressSink, cancel: CancelToken) -> RunReport:
        simulated = self.prepared.compiled.simulated
        with cancel.breakable():
            cancel.raise_if_cancelled()
            backend = open_backend(
                self.request.backend, simulated.program, simulated.evaluators, self.request.plan.trials
            )
        journal = RunJournal(self.context.history if self.account else None)
        record = self._record(journal, backend.name)
        journal.start(record)
        logger.info("run %s of %s starts, %d trials", record.simulation_id, record.model_name, record.trials)
        try:
            trials = self._simulate(backend, journal, on_progress, cancel)
        except Cancelled:
            seconds = self.context.clock() - self.began
            outcome = RunOutcome(RunStatus.CANCELLED, 0, seconds, backend.name, stopped_by="cancelled")
            journal.finish(outcome)
            raise
        except (RunFailed, MemoryError) as error:
            raise self._failed(journal, error, backend.name) from error
        report = self._finished_report(record.simulation_id, backend.name, trials)
        self._keep(journal, report)
        return replace(report, warnings=(*backend.warnings, *self._history_warnings(), *journal.warnings))

    def _finished_report(self, simulation_id: str, backend: str, simulated: SimulatedTrials) -> RunReport:
        result = simulated.result
        warnings = (*self.prepared.warnings, *result.warnings)
        outputs = result.outputs
        if simulated.is_whole:
            outputs = with_error_origins(self.prepared, self.request.plan, outputs)
        correlations = reached_correlations(self.prepared.loaded.model, result.input_trials)
        statistics = RunStatistics(result.inputs, outputs, warnings, correlations, simulated.is_whole)
        return replace(
            self._report(simulation_id, backend, statistics),
            status=RunStatus.COMPLETED if simulated.is_done else RunStatus.CANCELLED,
            trials_done=result.trials,
            timing=self._timing(result.simulate_seconds, result.cpu_seconds),
            stopped_by=simulated.stopped_by if simulated.is_done else "cancelled",
            input_trials=result.input_trials if self.request.keeps_inputs else (),
            output_trials=result.output_trials,
        )

    def _simulate(
        self, backend: Backend, journal: RunJournal, on_progress: ProgressSink, cancel: CancelToken
    ) -> SimulatedTrials:
        def keep_progress(progress: SimulationProgress) -> None:
            on_progress(progress)
            journal.update(progress.trials_done)

        simulated = self.prepared.compiled.simulated
        simulation = Simulation(simulated, self.request.plan, backend, kept=self.kept)
        loop = SimulationLoop(simulation, simulated, keep_progress, cancel, self.context.clock)
        return loop.run()

    def _report(self, simulation_id: str, backend: str, statistics: RunStatistics) -> RunReport:
        workbook, compiled = self.prepared.loaded.workbook, self.prepared.compiled
        return RunReport(
            simulation_id=simulation_id,
            model=ModelFacts(
                name=workbook.path.name,
                sha256=workbook.sha256,
                formula_cells=compiled.formula_cells,
                compiled_cells=compiled.compiled_cells,
                slow_cells=compiled.slow_cells,
            ),
            backend=backend,
            device=self.context.gpu_name() if backend == "cuda" else self.context.device_name(),
            plan=self.request.plan,
            trials_done=0,
            status=RunStatus.COMPLETED,
            is_cached=False,
            allocation=self._allocation(),
            timing=self._timing(0.0, 0.0),
            statistics=statistics,
        )

    def _allocation(self) -> Allocation:
        simulated = self.prepared.compiled.simulated
        demand = Demand(
            trials=self.request.plan.trials,
            file_mb=self.prepared.loaded.workbook.byte_count / 1e6,
            input_count=len(simulated.inputs),
            output_count=len(simulated.outputs),
        )
        return allocate(demand, None if self.account is None else Tier(self.account.tier))

    def _timing(self, simulate_seconds: float, cpu_seconds: float) -> RunTiming:
        return RunTiming(
            load_seconds=self.prepared.load_seconds,
            compile_seconds=self.prepared.compile_seconds,
            simulate_seconds=simulate_seconds,
            total_seconds=self.context.clock() - self.began,
            cpu_seconds=cpu_seconds,
        )

    def _record(self, journal: RunJournal, backend: str) -> RunRecord:
        workbook, plan = self.prepared.loaded.workbook, self.request.plan
        user_id = self.account.id if self.account else 0
        return RunRecord(
            simulation_id=uuid.uuid4().hex,
            user_id=user_id,
            status=RunStatus.RUNNING,
            trials=plan.trials,
            seed=plan.seed,
            sampling=plan.sampling.value,
            backend=backend,
            cache_key=cache_key(self.prepared, plan),
            model_name=workbook.path.name,
            model_sha256=workbook.sha256,
            setup_json=setup_json(self.prepared.loaded, plan),
            created_at=utc_text(utc_now()),
            file_id=journal.register_file(user_id, workbook.path),
            process_id=os.getpid(),
        )

    def _keep(self, journal: RunJournal, report: RunReport) -> None:
        outcome = RunOutcome(
            status=report.status,
            trials_done=report.trials_done,
            seconds=report.timing.total_seconds,
            backend=report.backend,
            result_json=statistics_text(report.statistics),
            stopped_by=report.stopped_by,
        )
        journal.finish(outcome, _samples(report.output_trials))

    def _failed(self, journal: RunJournal, error: BaseException, backend: str) -> RunFailed:
        failure = (
            error
            if isinstance(error, RunFailed)
            else RunFailed("There is not enough memory for this simulation", "Use fewer trials.")
        )
        seconds = self.context.clock() - self.began
        journal.finish(RunOutcome(RunStatus.FAILED, 0, seconds, backend, error=str(failure)))
        return failure

    def _history_warnings(self) -> tuple[str, ...]:
        if self.account is not None:
            return ()
        failure = self.context.history_failure
        reason = f": {failure}" if failure else ""
        return (f"The run is not kept in the history{reason}",)


def _samples(trials: tuple[TrialValues, ...]) -> list[TrialSamples]:
    if sum(each.values.nbytes for each in trials) > MOST_KEPT_BYTES:
        return []
    return [TrialSamples(SampleRole.OUTPUT, each.cell, each.values) for each in trials]
