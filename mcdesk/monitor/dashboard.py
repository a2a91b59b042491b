"""All that the dashboard shows, read at once from what was stored: for window, command and files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mcdesk.foundation.settings import DEFAULT_RESPONSE_SECONDS, TIER_NAMES
from mcdesk.history.alert_store import AlertRecord, AlertStore
from mcdesk.history.database import Database
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.query_timing import QueryStatistics
from mcdesk.monitor.alert_watch import ShownAlert, shown_alerts
from mcdesk.monitor.capacity import Capacity, Projection, capacity_of, project, steps_with
from mcdesk.monitor.figures.cache_figures import CacheFigures, read_caches
from mcdesk.monitor.figures.experience import Experience, read_experience
from mcdesk.monitor.figures.load_figures import read_load
from mcdesk.monitor.figures.metric_reader import MetricReader
from mcdesk.monitor.figures.query_figures import read_queries
from mcdesk.monitor.figures.scheduler_figures import SchedulerFigures, read_scheduler
from mcdesk.monitor.figures.system_figures import SystemFigures, read_system
from mcdesk.monitor.figures.time_ranges import Period
from mcdesk.monitor.kpis import Kpis, read_kpis

MOST_ALERTS = 50


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What figures need to know of this computer and its settings.

    Attributes:
        device: of the queue.
        core_count: that simulations may use.
        gpu_count, gpu_bytes: that there are, and the memory of the first one.
        prices: by the names of the settings.
        response_seconds: after so long people want their result.
        code_folder: where machine code is kept.
    """

    device: str
    core_count: int
    gpu_count: int = 0
    gpu_bytes: int | None = None
    prices: Mapping[str, float] = field(default_factory=dict)
    response_seconds: float = DEFAULT_RESPONSE_SECONDS
    code_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class CapacityFigures:
    """What this computer serves, and what steps up would give; `now` is None while too little is known."""

    now: Capacity | None
    response_seconds: float
    projections: tuple[Projection, ...]
    simulations: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures over one period."""

    period: Period
    kpis: Kpis
    experience: Experience
    system: SystemFigures
    queries: tuple[QueryStatistics, ...]
    scheduler: SchedulerFigures
    capacity: CapacityFigures
    caches: tuple[CacheFigures, ...]
    standing: tuple[ShownAlert, ...]
    alerts: tuple[AlertRecord, ...]


def read_dashboard(database: Database, surroundings: Surroundings, period: Period) -> Dashboard:
    """Everything over a period.

    Raises:
        McdeskError: if the history cannot be read.
    """
    reader = MetricReader(MetricStore(database), period)
    store, alerts = KpiStore(database), AlertStore(database)
    kpis = read_kpis(store, period.bounds, period.range.seconds / 3600.0, _tier_prices(surroundings))
    error_share = None if kpis.success_share is None else 1.0 - kpis.success_share
    return Dashboard(
        period=period,
        kpis=kpis,
        experience=read_experience(reader, error_share),
        system=read_system(reader),
        queries=read_queries(reader),
        scheduler=read_scheduler(reader, database, surroundings.device),
        capacity=_capacity(reader, (kpis.simulation_count, store.people(*period.bounds)), surroundings),
        caches=read_caches(reader, surroundings.code_folder),
        standing=shown_alerts(alerts, period.end),
        alerts=alerts.newest(MOST_ALERTS),
    )


def _capacity(reader: MetricReader, ended: tuple[int, int], surroundings: Surroundings) -> CapacityFigures:
    load = read_load(reader, ended, surroundings.core_count, surroundings.gpu_bytes)
    response = surroundings.response_seconds
    steps = steps_with(surroundings.prices, surroundings.gpu_count, surroundings.device == "cpu")
    found = (project(load, step, response) for step in steps)
    return CapacityFigures(
        now=capacity_of(load),
        response_seconds=response,
        projections=tuple(each for each in found if each is not None),
        simulations=load.simulations,
    )


def _tier_prices(surroundings: Surroundings) -> dict[str, float]:
    return {name: price for name, price in surroundings.prices.items() if name in TIER_NAMES}
