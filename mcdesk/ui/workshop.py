"""What threads beside the window do with formulas, engine and queue: the window's one door to them.

To load those takes as long as all the rest of the window. So each is loaded by the thread that is first to
need it; `load_all` lets that be one that nobody waits for.
"""

import importlib
import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.clock import utc_now
from mcdesk.foundation.garbage import loading

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from mcdesk.dispatch.caches import Caches
    from mcdesk.dispatch.first_trials import FirstTrials
    from mcdesk.dispatch.kept_model import KeptSetup
    from mcdesk.dispatch.model_preparation import LoadedModel, PreparedModel
    from mcdesk.dispatch.queue_view import QueuePlace, QueueView
    from mcdesk.dispatch.run_outlook import RunOutlook
    from mcdesk.dispatch.run_types import HistoryStores, RunContext, RunQueue, RunReport, RunRequest
    from mcdesk.engine.simulation_types import SimulationPlan, SimulationProgress
    from mcdesk.engine.statistics.convergence import Convergence
    from mcdesk.formulas.cell_labels import CellLabels
    from mcdesk.formulas.declared_cells import DeclaredCells
    from mcdesk.formulas.parity import ParityReport
    from mcdesk.formulas.setup_texts import SetupFile
    from mcdesk.formulas.suggestions import SuggestedInput, SuggestedOutput
    from mcdesk.formulas.tracing import Tracer
    from mcdesk.formulas.trial_inspection import TrialInspection
    from mcdesk.foundation.metrics import Metrics
    from mcdesk.foundation.paths import Folders
    from mcdesk.foundation.settings import Settings
    from mcdesk.history.account_store import Account
    from mcdesk.history.alert_store import AlertStore
    from mcdesk.history.database import Database
    from mcdesk.history.index_advice import Advice, Recommendation
    from mcdesk.history.kpi_grouping import Grouping
    from mcdesk.history.maintenance import MaintenanceResult
    from mcdesk.history.query_timing import QueryTiming
    from mcdesk.history.repair import Repair
    from mcdesk.history.run_record import RunRecord
    from mcdesk.history.statement_catalogue import Statement
    from mcdesk.history.visible_runs import VisibleRuns
    from mcdesk.model.addresses import CellAddress
    from mcdesk.model.workbook import Workbook
    from mcdesk.monitor.alert_watch import ShownAlert
    from mcdesk.monitor.dashboard import Dashboard
    from mcdesk.monitor.figures.time_ranges import TimeRange
    from mcdesk.monitor.kpis import KpiRow
    from mcdesk.services import Services

ProgressTold = Callable[[int, int], None]


# What is behind the door, and behind the others of the window; first what is needed first.
LOADED_LATER = (
    "mcdesk.dispatch.known_workbook",
    "mcdesk.formulas.declared_cells",
    "mcdesk.services",
    "mcdesk.formulas.suggestions",
    "mcdesk.formulas.parity",
    "mcdesk.dispatch.run_outlook",
    "mcdesk.ui.views.distribution_dialog",
    "mcdesk.ui.views.correlation_dialog",
    "mcdesk.ui.charts.ground",
    "mcdesk.ui.help_bench",
    "mcdesk.engine.statistics.convergence",
    "mcdesk.history.visible_runs",
    "mcdesk.dispatch.kept_model",
    "mcdesk.dispatch.first_trials",
    "mcdesk.formulas.trial_inspection",
    "mcdesk.monitor.dashboard",
    "mcdesk.history.index_advice",
    "mcdesk.history.index_change",
    "mcdesk.history.maintenance",
    "mcdesk.history.repair",
    "mcdesk.history.encryption_state",
)


@loading()
def load_all(cancel: CancelToken) -> None:
    """Load what the window can be used without, so that who comes to a door finds it open.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    for name in LOADED_LATER:
        cancel.raise_if_cancelled()
        importlib.import_module(name)


def open_caches(metrics: "Metrics") -> "Caches":
    """As `caches.Caches`."""
    from mcdesk.dispatch import caches

    return caches.Caches(metrics)


def known_workbook(path: Path, caches: "Caches", cancel: CancelToken) -> "Workbook":
    """As `known_workbook.known_workbook`."""
    from mcdesk.dispatch import known_workbook

    return known_workbook.known_workbook(path, caches, cancel)


def declared_cells(workbook: "Workbook", now_serial: float) -> "DeclaredCells":
    """As `declared_cells.declared_cells`."""
    from mcdesk.formulas import declared_cells

    return declared_cells.declared_cells(workbook, now_serial)


def build_tracer(workbook: "Workbook", now_serial: float) -> "Tracer":
    """As `tracing.build_tracer`."""
    from mcdesk.formulas import tracing

    return tracing.build_tracer(workbook, now_serial)


def suggest_outputs(
    tracer: "Tracer", labels: "CellLabels", cancel: CancelToken, on_progress: ProgressTold
) -> "tuple[SuggestedOutput, ...]":
    """As `suggestions.suggest_outputs`."""
    from mcdesk.formulas import suggestions

    return suggestions.suggest_outputs(tracer, labels, cancel=cancel, on_progress=on_progress)


def suggest_inputs(
    tracer: "Tracer",
    labels: "CellLabels",
    outputs: "Sequence[CellAddress]",
    cancel: CancelToken,
    on_progress: ProgressTold,
) -> "tuple[SuggestedInput, ...]":
    """As `suggestions.suggest_inputs`."""
    from mcdesk.formulas import suggestions

    return suggestions.suggest_inputs(tracer, labels, outputs, cancel=cancel, on_progress=on_progress)


def compare_workbook(workbook: "Workbook", cancel: CancelToken, on_progress: ProgressTold) -> "ParityReport":
    """As `parity.compare_workbook`."""
    from mcdesk.formulas import parity

    return parity.compare_workbook(workbook, cancel=cancel, on_progress=on_progress)


def known_model(
    workbook: "Workbook",
    setup: "SetupFile",
    plan: "SimulationPlan",
    clock: Callable[[], float],
    caches: "Caches",
    cancel: CancelToken,
) -> "PreparedModel":
    """The compiled model of a workbook that was read, as `known_model.known_model`.

    Args:
        clock: seconds, monotonic.
    """
    from mcdesk.dispatch import known_model
    from mcdesk.dispatch.model_preparation import Moment
    from mcdesk.dispatch.run_types import local_now

    moment = Moment(local_now(), clock)
    return known_model.known_model(workbook, setup, plan, moment, cancel, caches)


def run_outlook(
    request: "RunRequest",
    prepared: "PreparedModel",
    context: "RunContext",
    queue: "tuple[Database, QueuePlace] | None",
    now: "datetime",
) -> "RunOutlook":
    """As `run_outlook.run_outlook`."""
    from mcdesk.dispatch import run_outlook

    return run_outlook.run_outlook(request, prepared, context, queue, now)


def run_simulation(
    request: "RunRequest",
    context: "RunContext",
    on_progress: "Callable[[SimulationProgress], None]",
    cancel: CancelToken,
) -> "RunReport":
    """As `run_simulation.run_simulation`."""
    from mcdesk.dispatch import run_simulation

    return run_simulation.run_simulation(request, context, on_progress, cancel)


def queue_view(
    database: "Database", place: "QueuePlace", seen: tuple[Collection[int], int, int], now: "datetime"
) -> "QueueView":
    """As `queue_view.queue_view`; `seen` are the accounts, how many jobs at most, and from which on."""
    from mcdesk.dispatch import queue_view

    return queue_view.queue_view(database, place, seen[0], now, *seen[1:])


def visible_runs(database: "Database", account: "Account | None") -> "VisibleRuns":
    """The runs of an account as `VisibleRuns`; none without one."""
    from mcdesk.history import visible_runs
    from mcdesk.history.identity import Viewer

    return visible_runs.VisibleRuns(database, Viewer(account, () if account is None else (account.id,)))


def open_services(
    folders: "Folders", metrics: "Metrics", caches: "Caches"
) -> "AbstractContextManager[Services]":
    """As `services.open_services`."""
    from mcdesk import services

    return services.open_services(folders, metrics, caches)


def device_in_words(services: "Services", queue: "RunQueue | None") -> tuple[str, str]:
    """What computes, and with which engine."""
    from mcdesk.services import CPU_DEVICE

    context = services.run_context
    gpu = context.gpu_name()
    if gpu is not None and queue is not None and queue.device != CPU_DEVICE:
        return gpu, "GPU engine (CUDA)"
    count = os.cpu_count() or 1
    cores = "1 core" if count == 1 else f"{count} cores"
    return context.device_name() or "This computer", f"CPU engine (LLVM), {cores}"


def queue_place(settings: "Settings") -> "QueuePlace":
    """As `services.queue_place`."""
    from mcdesk import services

    return services.queue_place(settings)


def kept_setup(record: "RunRecord") -> "KeptSetup":
    """As `kept_model.kept_setup`."""
    from mcdesk.dispatch import kept_model

    return kept_model.kept_setup(record)


def kept_outputs(history: "HistoryStores", simulation_id: str) -> "dict[str, NDArray[np.float64]]":
    """The trials of outputs by their cells, NaN where they failed; without those that were not kept."""
    from mcdesk.history.sample_store import SampleRole

    samples = history.samples.load(simulation_id)
    return {each.cell: each.values for each in samples if each.role is SampleRole.OUTPUT}


def load_kept_model(path: Path, kept: "KeptSetup", caches: "Caches", cancel: CancelToken) -> "LoadedModel":
    """As `kept_model.load_kept_model`."""
    from mcdesk.dispatch import kept_model

    return kept_model.load_kept_model(path, kept, caches, cancel)


def convergence(values: "NDArray[np.float64]", cancel: CancelToken) -> "Convergence | None":
    """As `convergence.convergence`."""
    from mcdesk.engine.statistics import convergence

    return convergence.convergence(values, pause=cancel.raise_if_cancelled)


def first_trials(loaded: "LoadedModel", plan: "SimulationPlan", cancel: CancelToken) -> "FirstTrials":
    """As `first_trials.first_trials`."""
    from mcdesk.dispatch import first_trials

    return first_trials.first_trials(loaded, plan, cancel)


def inspect_trials(loaded: "LoadedModel", plan: "SimulationPlan", cancel: CancelToken) -> "TrialInspection":
    """As `trial_inspection.TrialInspection`."""
    from mcdesk.formulas import trial_inspection

    return trial_inspection.TrialInspection(loaded.model, plan, cancel)


def shift_formula(text: str, down: int, right: int) -> str:
    """As `relative_text.shift_formula`; the window's own thread needs it where formulas are shared."""
    from mcdesk.formulas import relative_text

    return relative_text.shift_formula(text, down, right)


def read_dashboard(services: "Services", chosen: "TimeRange", now: float) -> "Dashboard":
    """As `dashboard.read_dashboard`, of the time that ends now."""
    from mcdesk.monitor import dashboard
    from mcdesk.monitor.figures.time_ranges import Period
    from mcdesk.services import surroundings

    return dashboard.read_dashboard(services.open_history, surroundings(services), Period(chosen, now))


def read_kpi_rows(
    services: "Services", chosen: "TimeRange", now: float, grouping: "Grouping"
) -> "tuple[KpiRow, ...]":
    """As `kpis.read_rows`, of the time that ends now."""
    from mcdesk.history.kpi_store import KpiStore
    from mcdesk.monitor import kpis
    from mcdesk.monitor.figures.time_ranges import Period

    return kpis.read_rows(KpiStore(services.open_history), Period(chosen, now).bounds, grouping)


def alert_store(services: "Services") -> "AlertStore":
    """The alerts of the history, for the desk's thread."""
    from mcdesk.history.alert_store import AlertStore

    return AlertStore(services.open_history)


def queries_seen(services: "Services") -> "tuple[tuple[QueryTiming, ...], tuple[str, ...]]":
    """The slow queries, the newest first, and the advised indexes that were made."""
    from mcdesk.history import index_change

    database = services.open_history
    return database.slow_queries(), index_change.applied_indexes(database)


def index_advice(path: Path, statements: "Sequence[Statement]", cancel: CancelToken) -> "Advice":
    """As `index_advice.advise`."""
    from mcdesk.history import index_advice

    return index_advice.advise(path, statements, token=cancel)


def apply_index(services: "Services", recommendation: "Recommendation") -> None:
    """As `index_change.apply`, in the desk's thread."""
    from mcdesk.history import index_change

    index_change.apply(services.open_history, recommendation)


def undo_index(services: "Services", name: str) -> None:
    """As `index_change.undo`, in the desk's thread."""
    from mcdesk.history import index_change

    index_change.undo(services.open_history, name)


def maintenance_of(
    folders: "Folders", cancel: CancelToken, name: str, target: Path | None
) -> "MaintenanceResult":
    """One of the methods of `maintenance.Maintenance`, by its name; `target` is of a backup."""
    from mcdesk.history.maintenance import Maintenance

    care = Maintenance(folders.database, cancel)
    if target is not None:
        return care.back_up(target)
    methods = (care.optimize, care.check_quickly, care.check_thoroughly, care.vacuum)
    return next(method for method in methods if method.__name__ == name)()


def repaired(folders: "Folders") -> "Repair":
    """As `repair.repair`, with the history of these folders."""
    from mcdesk.history.repair import repair

    return repair(folders.database, utc_now())


def rate_run(services: "Services", simulation_id: str, rating: int) -> None:
    """Keep what the owner of a simulation thinks of it."""
    from mcdesk.history.kpi_store import KpiStore

    owner = services.history.runs.record(simulation_id).user_id
    KpiStore(services.open_history).rate(simulation_id, owner, rating)


def shown_alerts(services: "Services", now: float) -> "tuple[ShownAlert, ...]":
    """As `alert_watch.shown_alerts`."""
    from mcdesk.history.alert_store import AlertStore
    from mcdesk.monitor import alert_watch

    return alert_watch.shown_alerts(AlertStore(services.open_history), now)
