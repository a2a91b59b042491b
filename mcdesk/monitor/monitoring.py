"""What measures and watches in one process: recorder, instruments and alerts, begun and ended together."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from mcdesk.foundation.metrics import MetricPoint, Metrics
from mcdesk.history import metric_names
from mcdesk.history.database import Database
from mcdesk.machine.devices import GpuReading, MachineReading
from mcdesk.monitor.alert_watch import AlertWatch, ShownAlert
from mcdesk.monitor.recorder import Recorder

# the instruments take as long to begin as a short simulation takes
SECONDS_OF_WORK = 2.0
SECONDS_AFTER_WORK = 5.0

AlertsTold = Callable[[tuple[ShownAlert, ...]], None]


class Instruments(Protocol):
    """Reads the computer once a second in a process of its own, from `start` to `stop`."""

    def start(self) -> None:
        """Begin to read."""

    def stop(self) -> None:
        """Read no more."""

    def latest(self) -> MachineReading | None:
        """The newest reading; None where it is old, or there is none."""


class WorkWatch:
    """Has readings for as long as this process computes: not for what is over in a moment.

    Args:
        want: told whether they are wanted, when that changes.
    """

    def __init__(self, want: Callable[[bool], None]) -> None:
        self._want = want
        self._is_wanted = False
        self._since: float | None = None
        self._worked_at = 0.0

    def look(self, database: Database, points: Sequence[MetricPoint], now: float) -> None:
        """Once a second."""
        if any(point.name == metric_names.CHUNK for point in points):
            self._worked_at = now
            self._since = now if self._since is None else min(self._since, now)
        elif not 0.0 <= now - self._worked_at < SECONDS_AFTER_WORK:
            self._since = None
        is_wanted = self._since is not None and self._worked_at - self._since >= SECONDS_OF_WORK
        if is_wanted != self._is_wanted:
            self._is_wanted = is_wanted
            self._want(is_wanted)


class Monitoring:
    """Started and stopped once; in between the instruments are on while anybody wants them.

    Args:
        open_database: a connection for the recorder's own thread.
        device: of the queue.
        make_instruments: makes those of this computer; they tell each reading to what they are given.
        on_alerts: told the alerts that stand when they change, in the recorder's thread.
    """

    def __init__(
        self,
        metrics: Metrics,
        open_database: Callable[[], Database],
        device: str,
        data_folder: Path,
        make_instruments: Callable[[Callable[[MachineReading], None]], Instruments],
        on_alerts: AlertsTold = lambda _: None,
    ) -> None:
        self._metrics = metrics
        alerts = AlertWatch(device, data_folder, self.reading, on_alerts)
        at_work = WorkWatch(lambda is_wanted: self.want_readings("queue", is_wanted))
        self._recorder = Recorder(metrics, open_database, (at_work, alerts))
        self._instruments = make_instruments(self._tell)
        # guards what follows: the window and the recorder want the instruments
        self._lock = threading.Lock()
        self._wanted_by: frozenset[str] = frozenset()

    @property
    def dropped(self) -> int:
        """How many measurements could not be written down."""
        return self._recorder.dropped + self._metrics.lost

    def start(self) -> None:
        """Begin to write down."""
        self._recorder.start()

    def stop(self) -> None:
        """Write the rest down; the instruments are off."""
        # first: it may want readings to its end
        self._recorder.stop()
        for who in self._wanted_by:
            self.want_readings(who, False)

    def want_readings(self, who: str, is_wanted: bool) -> None:
        """Have the instruments on for the sake of somebody, or no more; from any thread, at once."""
        with self._lock:
            before = bool(self._wanted_by)
            self._wanted_by = self._wanted_by | {who} if is_wanted else self._wanted_by - {who}
            is_on = bool(self._wanted_by)
            if is_on and not before:
                self._instruments.start()
            elif before and not is_on:
                self._instruments.stop()

    def reading(self) -> MachineReading | None:
        """The newest of the instruments; None where they are off or silent."""
        return self._instruments.latest()

    def _tell(self, reading: MachineReading) -> None:
        for name, value in _gauges(reading).items():
            if value is not None:
                self._metrics.gauge(name, value)


def _gauges(reading: MachineReading) -> dict[str, float | None]:
    found: dict[str, float | None] = {
        metric_names.CPU: reading.cpu_busy_fraction,
        metric_names.OWN_CPU: reading.own_cpu_fraction,
        metric_names.MEMORY_USED: reading.memory_used_bytes,
        metric_names.OWN_MEMORY: reading.own_memory_bytes,
        metric_names.DISK_FREE: reading.disk_free_bytes,
        metric_names.DISK_BUSY: reading.disk_busy_fraction,
        metric_names.DISK_READ: reading.disk_read_bytes_per_second,
        metric_names.DISK_WRITTEN: reading.disk_written_bytes_per_second,
    }
    for gpu in reading.gpus:
        found |= _gpu_gauges(gpu)
    return found


def _gpu_gauges(gpu: GpuReading) -> dict[str, float | None]:
    return {
        f"{metric_names.GPU_BUSY}.{gpu.ordinal}": gpu.busy_fraction,
        f"{metric_names.GPU_MEMORY}.{gpu.ordinal}": gpu.memory_used_bytes,
        f"{metric_names.GPU_CELSIUS}.{gpu.ordinal}": gpu.temperature_celsius,
        f"{metric_names.GPU_WATTS}.{gpu.ordinal}": gpu.power_watts,
    }
