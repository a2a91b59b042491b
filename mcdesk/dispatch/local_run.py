"""Computes a run in the calling thread, without the queue: for tests, and where no history can be written."""

import logging
import os
from dataclasses import dataclass, replace

from mcdesk.dispatch.engine_preparation import asked_correlations
from mcdesk.dispatch.error_origins import with_error_origins
from mcdesk.dispatch.prepared_run import PreparedRun
from mcdesk.dispatch.reached_correlations import reached_correlations
from mcdesk.dispatch.run_document import statistics_text
from mcdesk.dispatch.run_journal import RunJournal
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.dispatch.run_types import RunReport
from mcdesk.dispatch.simulation_loop import ProgressSink, SimulatedTrials, SimulationLoop
from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import Backend
from mcdesk.engine.error_marks import marked
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import SimulationProgress, TrialValues
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import RunFailed
from mcdesk.history.run_record import RunOutcome, RunRecord, RunStatus
from mcdesk.history.sample_store import MOST_KEPT_BYTES, SampleRole, TrialSamples

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LocalRun:
    """One run, kept in the history as far as that can be written."""

    run: PreparedRun

    def report(self, on_progress: ProgressSink, cancel: CancelToken) -> RunReport:
        """Simulate and report.

        Raises:
            RunFailed: if it could not go on.
            Cancelled: if it was cancelled before the first chunk.
        """
        run, simulated = self.run, self.run.prepared.compiled.simulated
        with cancel.breakable():
            cancel.raise_if_cancelled()
            backend = open_backend(
                run.request.backend,
                simulated.program,
                simulated.evaluators,
                run.request.plan.trials,
                code_told=run.context.caches.tell_code,
            )
        journal = RunJournal(run.context.history if run.account else None)
        record = self._started(journal, backend.name)
        logger.info("run %s of %s starts, %d trials", record.simulation_id, record.model_name, record.trials)
        try:
            trials = self._simulate(backend, journal, on_progress, cancel)
        except Cancelled:
            seconds = run.context.clock() - run.began
            journal.finish(RunOutcome(RunStatus.CANCELLED, 0, seconds, backend.name, stopped_by="cancelled"))
            raise
        except (RunFailed, MemoryError) as error:
            raise self._failed(journal, error, backend.name) from error
        finally:
            backend.close()
        report = self._finished_report(record.simulation_id, backend.name, trials)
        self._keep(journal, report)
        return replace(report, warnings=(*backend.warnings, *self._history_warnings(), *journal.warnings))

    def _finished_report(self, simulation_id: str, backend: str, simulated: SimulatedTrials) -> RunReport:
        result, run = simulated.result, self.run
        outputs = result.outputs
        if simulated.is_whole:
            outputs = with_error_origins(run.prepared, run.request.plan, outputs)
        asked = asked_correlations(run.prepared.loaded.model)
        statistics = RunStatistics(
            result.inputs,
            outputs,
            (*run.prepared.warnings, *result.warnings),
            reached_correlations(asked, result.input_trials),
            simulated.is_whole,
        )
        return replace(
            run.report(simulation_id, backend, statistics),
            status=RunStatus.COMPLETED if simulated.is_done else RunStatus.CANCELLED,
            trials_done=result.trials,
            timing=run.timing(result.simulate_seconds, result.cpu_seconds),
            stopped_by=simulated.stopped_by if simulated.is_done else "cancelled",
            input_trials=result.input_trials if run.request.keeps_inputs else (),
            output_trials=result.output_trials,
        )

    def _simulate(
        self, backend: Backend, journal: RunJournal, on_progress: ProgressSink, cancel: CancelToken
    ) -> SimulatedTrials:
        def keep_progress(progress: SimulationProgress) -> None:
            on_progress(progress)
            journal.update(progress.trials_done)

        run, simulated = self.run, self.run.prepared.compiled.simulated
        simulation = Simulation(simulated, run.request.plan, backend, kept=run.estimate.kept)
        lock = run.context.open_device_lock()
        loop = SimulationLoop(simulation, simulated, keep_progress, cancel, run.context.clock, lock)
        return loop.run()

    def _started(self, journal: RunJournal, backend: str) -> RunRecord:
        record = self.run.record(backend, RunStatus.RUNNING)
        file_id = journal.register_file(record.user_id, self.run.prepared.loaded.workbook.path)
        record = replace(record, file_id=file_id, process_id=os.getpid())
        journal.start(record)
        return record

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
        seconds = self.run.context.clock() - self.run.began
        journal.finish(RunOutcome(RunStatus.FAILED, 0, seconds, backend, error=str(failure)))
        return failure

    def _history_warnings(self) -> tuple[str, ...]:
        if self.run.account is not None:
            return ()
        failure = self.run.context.history_failure
        reason = f": {failure}" if failure else ""
        return (f"The run is not kept in the history{reason}",)


def _samples(trials: tuple[TrialValues, ...]) -> list[TrialSamples]:
    if sum(each.values.nbytes for each in trials) > MOST_KEPT_BYTES:
        return []
    return [TrialSamples(SampleRole.OUTPUT, each.cell, marked(each)) for each in trials]
