"""Hands a run in to the queue of the data folder, and follows it there until it has ended."""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from mcdesk.dispatch.engine_preparation import engine_program
from mcdesk.dispatch.engine_program import write_program
from mcdesk.dispatch.job_news import onward, progress_of
from mcdesk.dispatch.job_request import JobRequest, request_text
from mcdesk.dispatch.prepared_run import PreparedRun
from mcdesk.dispatch.run_types import HistoryStores, RunContext, RunQueue, RunReport
from mcdesk.dispatch.simulation_loop import ProgressSink
from mcdesk.engine.error_marks import unmarked
from mcdesk.engine.ir import step_count
from mcdesk.engine.simulation_types import SimulationProgress
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import DatabaseBusy, McdeskError, RunFailed
from mcdesk.foundation.group_access import make_folder
from mcdesk.history.account_store import Account
from mcdesk.history.audit_store import AuditAction
from mcdesk.history.job_record import NewJob
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.history.sample_store import SampleRole

SECONDS_BETWEEN_LOOKS = 0.03

MOST_PRESSED = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """One run of an account, computed by whichever process executes the queue.

    Attributes:
        record: its entry in the history, as it is handed in.
    """

    run: PreparedRun
    record: RunRecord
    account: Account
    queue: RunQueue
    history: HistoryStores
    sleep: Callable[[float], None] = time.sleep

    def submit(self) -> None:
        """Hand the run in; when this returns it is not lost, whoever dies.

        Raises:
            McdeskError: if it cannot be written down; then nothing was handed in.
        """
        run = self.run
        file = self.history.files.register(self.account.id, run.prepared.loaded.workbook.path)
        record = replace(self.record, file_id=file.id)
        folder = self.queue.running_folder / record.simulation_id
        try:
            make_folder(self.queue.running_folder)
            make_folder(folder)
            write_program(folder, engine_program(run.prepared))
        except OSError as error:
            # the engine prepares the program itself
            logger.warning("the program is not handed over: %s", error)
        try:
            with self.history.queue.together():
                self.history.queue.submit([(record, self._job(record))])
                self.history.audit.record(self.account, AuditAction.RUN, record.simulation_id)
            self.queue.wake()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        logger.info("run %s of %s waits, %d trials", record.simulation_id, record.model_name, record.trials)

    def report(self, on_progress: ProgressSink, cancel: CancelToken) -> RunReport:
        """Follow the run to its end and report.

        Raises:
            RunFailed: if it could not go on.
            Cancelled: if it was cancelled before the first chunk.
        """
        simulation_id = self.record.simulation_id
        self._follow(simulation_id, on_progress, cancel)
        # what was cancelled as it waited was never an executor's to clear away
        shutil.rmtree(self.queue.running_folder / simulation_id, ignore_errors=True)
        record = self.history.runs.record(simulation_id)
        if record.status is RunStatus.FAILED:
            raise RunFailed(record.error or "The simulation failed")
        report = self.run.kept_report(record, self.history.runs.result_json(simulation_id))
        if report is None:
            if record.status is RunStatus.CANCELLED:
                raise Cancelled("Interrupted before the first trials were done")
            raise RunFailed("The result of the simulation cannot be read")
        report = replace(
            report,
            timing=self.run.timing(record.simulate_seconds or 0.0, record.processor_seconds or 0.0),
        )
        return self._with_trials(report) if self.run.request.keeps_inputs else report

    def _follow(self, simulation_id: str, on_progress: ProgressSink, cancel: CancelToken) -> None:
        is_asked_to_end = False
        told: SimulationProgress | None = None
        while True:
            try:
                if cancel.is_cancelled and not is_asked_to_end:
                    self.history.queue.cancel(simulation_id)
                    is_asked_to_end = True
                    self.queue.wake()
                job = self.history.queue.find(simulation_id)
            except DatabaseBusy as error:
                logger.warning("the queue cannot be looked at: %s", error)
            else:
                if job is None:
                    return
                found = replace(progress_of(job), trouble=self.queue.trouble())
                progress = onward(told, found)
                if progress != told:
                    told = progress
                    on_progress(progress)
            self.queue.raise_if_broken()
            self.sleep(SECONDS_BETWEEN_LOOKS)

    def ask_to_end(self) -> None:
        """Have the run ended if it was handed in, whatever signals come meanwhile."""
        for _ in range(MOST_PRESSED):
            try:
                self.history.queue.cancel(self.record.simulation_id)
            except Cancelled:
                continue
            except McdeskError as error:
                logger.warning("the run is not told to end: %s", error)
            return

    def _with_trials(self, report: RunReport) -> RunReport:
        """The trials as the engine kept them; those of the inputs were kept for this report alone."""
        samples = self.history.samples.load(report.simulation_id)
        by_role = {
            role: tuple(unmarked(each.cell, each.values) for each in samples if each.role is role)
            for role in SampleRole
        }
        self.history.samples.detach_inputs(report.simulation_id)
        return replace(
            report, input_trials=by_role[SampleRole.INPUT], output_trials=by_role[SampleRole.OUTPUT]
        )

    def _job(self, record: RunRecord) -> NewJob:
        run, estimate = self.run, self.run.estimate
        workbook, simulated = run.prepared.loaded.workbook, run.prepared.compiled.simulated
        request = JobRequest(
            model_sha256=workbook.sha256,
            model_suffix=workbook.path.suffix.lower(),
            setup=run.request.setup,
            plan=run.request.plan,
            backend=run.request.backend,
            now=run.prepared.now,
            kept=estimate.kept,
        )
        limits = estimate.allocation.limits
        return NewJob(
            simulation_id=record.simulation_id,
            user_id=self.account.id,
            device=self.queue.device,
            request_json=request_text(request),
            program_sha256=run.prepared.compiled.sha256,
            steps=step_count(simulated.program),
            tier=self.account.tier,
            memory_mb=limits.memory_mb,
            compute_percent=limits.compute_percent,
            seconds_limit=limits.seconds_limit,
            forecast_seconds=estimate.forecast.device_seconds,
            trials=run.request.plan.trials,
        )


def is_for_queue(context: RunContext, account: Account | None) -> bool:
    """Whether runs of an account go through a queue: where there is one, a history and the account."""
    return context.queue is not None and context.history is not None and account is not None


def queued(run: PreparedRun) -> QueuedRun | None:
    """The run as one for the queue; None where it does not go through one."""
    queue, history = run.context.queue, run.context.history
    if queue is None or history is None or run.account is None:
        return None
    return QueuedRun(run, run.record("cpu", RunStatus.PENDING), run.account, queue, history)


def is_submitted(run: QueuedRun) -> bool:
    """Hand it in; whether it could be written down, or else has to be computed without the queue."""
    try:
        run.submit()
    except Cancelled:
        # not a reason to compute it elsewhere
        raise
    except McdeskError as error:
        logger.warning("not handed in to the queue: %s", error)
        return False
    return True
