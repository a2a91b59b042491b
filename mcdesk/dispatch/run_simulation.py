"""Runs one simulation from file to report: cache, queue, history. Knows neither screen nor window."""

import logging
from dataclasses import replace

from mcdesk.dispatch.job_estimate import JobEstimate, estimate_job
from mcdesk.dispatch.kept_trials import kept_trials
from mcdesk.dispatch.known_model import known_model
from mcdesk.dispatch.known_workbook import known_workbook
from mcdesk.dispatch.local_run import LocalRun
from mcdesk.dispatch.model_preparation import Moment, PreparedModel, prepare_workbook
from mcdesk.dispatch.prepared_run import PreparedRun
from mcdesk.dispatch.queued_run import is_for_queue, is_submitted, queued
from mcdesk.dispatch.run_types import RunContext, RunReport, RunRequest
from mcdesk.dispatch.simulation_loop import ProgressSink
from mcdesk.engine.ir import step_count
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import AllocationRefused, McdeskError
from mcdesk.history import metric_names
from mcdesk.history.account_store import Account
from mcdesk.scheduling.tiers import Tier

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
    account = request.account or local_account(context)
    with cancel.breakable():
        cancel.raise_if_cancelled()
        prepared = _prepared(request, context, account, cancel)
    cancel.raise_if_cancelled()
    estimate = _granted_estimate(request, context, prepared, account)
    run = PreparedRun(request, context, prepared, account, began, estimate)
    report = _cached_report(run) or _simulated_report(run, on_progress, cancel)
    _measure(report, context)
    return report


def local_account(context: RunContext) -> Account | None:
    """The account of the person at this computer; None where the history cannot tell."""
    if context.history is None:
        return None
    try:
        return context.history.accounts.local_account()
    except McdeskError as error:
        logger.warning("no account: %s", error)
        return None


def estimated(
    request: RunRequest, context: RunContext, prepared: PreparedModel, account: Account | None
) -> JobEstimate:
    """What a run is estimated to take, by what is measured and free now; nothing is written.

    Raises:
        InputRefused: if it cannot be run, or not by this account.
    """
    kept = kept_trials(request, prepared.compiled.simulated, context.free_memory_bytes())
    trials, tier = request.plan.trials, None if account is None else Tier(account.tier)
    return estimate_job(prepared, trials, kept, tier, context.tiers, _measured_rate(context, prepared))


def _prepared(
    request: RunRequest, context: RunContext, account: Account | None, cancel: CancelToken
) -> PreparedModel:
    """The compiled model; only what is handed over may be one of others too."""
    moment, began = Moment(context.now(), context.clock), context.clock()
    workbook = known_workbook(request.model, context.caches, cancel)
    read_seconds = context.clock() - began
    if is_for_queue(context, account):
        prepared = known_model(workbook, request.setup, request.plan, moment, cancel, context.caches)
    else:
        prepared = prepare_workbook(workbook, request.setup, request.plan, cancel, moment)
    return replace(prepared, load_seconds=read_seconds + prepared.load_seconds)


def _own_model(run: PreparedRun, cancel: CancelToken) -> PreparedModel:
    """The model once more, to be evaluated here: what is handed over may be one of others too."""
    prepared, moment = run.prepared, Moment(run.prepared.now, run.context.clock)
    return prepare_workbook(prepared.loaded.workbook, run.request.setup, run.request.plan, cancel, moment)


def _measure(report: RunReport, context: RunContext) -> None:
    metrics, timing = context.metrics, report.timing
    metrics.observe(metric_names.RUN, 1000.0 * timing.total_seconds)
    metrics.observe(metric_names.RUN_LOAD, 1000.0 * timing.load_seconds)
    metrics.observe(metric_names.RUN_COMPILE, 1000.0 * timing.compile_seconds)


def _granted_estimate(
    request: RunRequest, context: RunContext, prepared: PreparedModel, account: Account | None
) -> JobEstimate:
    try:
        return estimated(request, context, prepared, account)
    except AllocationRefused as refusal:
        if context.history is not None and account is not None:
            context.history.leases.refuse(account.id, account.tier, str(refusal))
        raise


def _measured_rate(context: RunContext, prepared: PreparedModel) -> float | None:
    if context.history is None or context.queue is None:
        return None
    compiled = prepared.compiled
    steps = step_count(compiled.simulated.program)
    try:
        return context.history.rates.trials_per_second(context.queue.device, compiled.sha256, steps)
    except McdeskError as error:
        logger.warning("no measured rate: %s", error)
        return None


def _simulated_report(run: PreparedRun, on_progress: ProgressSink, cancel: CancelToken) -> RunReport:
    job = queued(run)
    if job is None:
        return LocalRun(run).report(on_progress, cancel)
    try:
        if is_submitted(job):
            run.context.on_handed_in(job.record.simulation_id)
            return job.report(on_progress, cancel)
    except Cancelled:
        # Whoever presses again and again is gone, so that nobody waits for what comes of it.
        job.ask_to_end()
        raise
    own = replace(run, prepared=_own_model(run, cancel))
    return LocalRun(own).report(on_progress, cancel)


def _cached_report(run: PreparedRun) -> RunReport | None:
    history = run.context.history
    # All trials of all inputs are not kept, so that only a new run can give them.
    if history is None or not run.request.uses_cache or run.request.keeps_inputs:
        return None
    try:
        record = history.runs.find_cached(run.cache_key, None if run.account is None else run.account.id)
        text = None if record is None else history.runs.result_json(record.simulation_id)
    except McdeskError as error:
        logger.warning("no look into the history: %s", error)
        return None
    report = None if record is None else run.kept_report(record, text)
    is_hit = report is not None and report.statistics.is_whole
    run.context.metrics.count(f"{metric_names.CACHE_RESULTS}.{'hit' if is_hit else 'miss'}")
    if report is None or not is_hit:
        return None
    logger.info("run %s answered from the history", report.simulation_id)
    return replace(report, is_cached=True)
