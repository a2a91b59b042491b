"""Reads the values that alerts are about once a second, and keeps in the history what begins and ends."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mcdesk.foundation.clock import text_of_seconds
from mcdesk.foundation.latency_sketch import merged
from mcdesk.foundation.metrics import MetricPoint
from mcdesk.foundation.whole_file import free_bytes
from mcdesk.history import metric_names
from mcdesk.history.alert_store import AlertRecord, AlertStore
from mcdesk.history.database import Database
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.query_timing import QueryType, query_metric
from mcdesk.history.stall_store import seconds_without_chunk
from mcdesk.machine.devices import MachineReading
from mcdesk.monitor.alerts import LIMITS, Alert, AlertBook, Rule
from mcdesk.monitor.kpis import judged_counts
from mcdesk.monitor.recorder import RecentMetrics
from mcdesk.monitor.thresholds import LEAST_PROGRESS_SAMPLES

RECENT_SECONDS = 60.0
# of fewer simulations a share says little
LEAST_JUDGED = 10
JUDGED_DAYS = 1
SECONDS_BETWEEN_SLOW_LOOKS = 10.0
KEPT_DAYS = 366

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert that stands, with whether the person wants to see it."""

    record: AlertRecord
    alert: Alert
    is_muted: bool

    @property
    def is_quiet(self) -> bool:
        """Whether nothing of it is to be seen but in the list."""
        return self.is_muted or self.record.acknowledged is not None


class AlertWatch:
    """A Watch of the recorder.

    Args:
        device: of the queue, whose standstill is noticed.
        data_folder: whose disk may fill.
        reading: the newest of the instruments, None where they are off.
        on_change: told the alerts that stand whenever something has changed, in the recorder's thread.
    """

    def __init__(
        self,
        device: str,
        data_folder: Path,
        reading: Callable[[], MachineReading | None] = lambda: None,
        on_change: Callable[[tuple[ShownAlert, ...]], None] = lambda _: None,
        free_bytes: Callable[[Path], int | None] = free_bytes,
    ) -> None:
        self._device = device
        self._data_folder = data_folder
        self._reading = reading
        self._on_change = on_change
        self._free_bytes = free_bytes
        self._recent = RecentMetrics(RECENT_SECONDS)
        self._book: AlertBook | None = None
        self._slow_at = -SECONDS_BETWEEN_SLOW_LOOKS
        self._told: tuple[ShownAlert, ...] = ()
        self._worst: dict[Rule, float] = {}

    def look(self, database: Database, points: Sequence[MetricPoint], now: float) -> None:
        """Once a second."""
        store = AlertStore(database)
        if self._book is None:
            # what stood when the last process ended may end now
            self._book = AlertBook(_known(store.standing()))
        self._recent.add(points, now)
        values = self._values(database, now)
        for change in self._book.read(values, now):
            alert = change.alert
            if change.ended is None:
                logger.warning("alert: %s", alert.message)
                store.begin(alert.rule.value, now, alert.value, LIMITS[alert.rule].threshold)
                self._worst[alert.rule] = alert.value
            else:
                store.end(alert.rule.value, now)
                self._worst.pop(alert.rule, None)
        self._worsen(store, values)
        self._tell(store, now)

    def _worsen(self, store: AlertStore, values: Mapping[Rule, float | None]) -> None:
        for rule, worst in tuple(self._worst.items()):
            value = values.get(rule)
            if value is not None and (value < worst if LIMITS[rule].is_floor else value > worst):
                store.worsen(rule.value, value)
                self._worst[rule] = value

    def _tell(self, store: AlertStore, now: float) -> None:
        shown = shown_alerts(store, now)
        if shown != self._told:
            self._told = shown
            self._on_change(shown)

    def _values(self, database: Database, now: float) -> Mapping[Rule, float | None]:
        reading = self._reading()
        values: dict[Rule, float | None] = {
            Rule.SLOW_PROGRESS: self._progress(),
            Rule.SLOW_QUERY: self._slowest_query(),
            Rule.HOT_GPU: _hottest(reading),
            Rule.LOST_GPU: None if reading is None else float(sum(gpu.is_lost for gpu in reading.gpus)),
        }
        if not 0.0 <= now - self._slow_at < SECONDS_BETWEEN_SLOW_LOOKS:
            self._slow_at = now
            free = self._free_bytes(self._data_folder)
            values[Rule.LOW_DISK] = None if free is None else free / 1e6
            values[Rule.FEW_SUCCESSES] = _success_percent(database, now)
            values[Rule.STALLED_QUEUE] = seconds_without_chunk(database, self._device, now)
            AlertStore(database).forget_before(now - KEPT_DAYS * 86_400)
        return values

    def _progress(self) -> float | None:
        sketch = merged(point.sketch for point in self._recent.of(metric_names.PROGRESS) if point.sketch)
        if len(sketch) == 0:
            # nobody waits to see anything
            return 0.0
        return sketch.quantile(0.95) if len(sketch) >= LEAST_PROGRESS_SAMPLES else None

    def _slowest_query(self) -> float:
        return max(
            (
                point.most / query_type.threshold_milliseconds
                for query_type in QueryType
                for point in self._recent.of(query_metric(query_type))
            ),
            default=0.0,
        )


def shown_alerts(store: AlertStore, now: float) -> tuple[ShownAlert, ...]:
    """The alerts that stand, the oldest first."""
    muted = store.muted(now)
    return tuple(
        ShownAlert(record, Alert(Rule(record.rule), record.began, record.worst), record.rule in muted)
        for record in store.standing()
        if record.rule in _RULES
    )


_RULES = frozenset(rule.value for rule in Rule)


def _known(records: Sequence[AlertRecord]) -> tuple[Alert, ...]:
    return tuple(Alert(Rule(each.rule), each.began, each.value) for each in records if each.rule in _RULES)


def _success_percent(database: Database, now: float) -> float | None:
    bounds = text_of_seconds(now - JUDGED_DAYS * 86_400), text_of_seconds(now + 1.0)
    judged, good = judged_counts(KpiStore(database).tallies(*bounds))
    return 100.0 * good / judged if judged >= LEAST_JUDGED else None


def _hottest(reading: MachineReading | None) -> float | None:
    gpus = () if reading is None else reading.gpus
    return max((gpu.temperature_celsius for gpu in gpus if gpu.temperature_celsius is not None), default=None)
