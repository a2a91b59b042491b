"""The charts of the dashboard: which lines each has, and how their values are written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mcdesk.monitor.thresholds import EXCELLENT_PROGRESS_MILLISECONDS
from mcdesk.ui.charts.labels import plain_number
from mcdesk.ui.charts.time_chart import TimeLine, TimePicture
from mcdesk.ui.formatting import memory_text, short_count

if TYPE_CHECKING:
    from mcdesk.monitor.dashboard import Dashboard
    from mcdesk.monitor.figures.time_ranges import Series


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """One chart: its name, its heading, what stands in it without data, and how values are written."""

    name: str
    title: str
    empty_text: str
    text_of: Callable[[float], str]
    top: float | None = None
    limit: float | None = None


def _share_text(value: float) -> str:
    return f"{100.0 * value:.0f} %"


def _milliseconds_text(value: float) -> str:
    return f"{plain_number(value)} ms"


def _bytes_text(value: float) -> str:
    return memory_text(value / 1e6)


def _rate_text(value: float) -> str:
    return f"{short_count(value)}/s"


def _celsius_text(value: float) -> str:
    return f"{value:.0f} \u00b0C"


def _speed_text(value: float) -> str:
    return f"{plain_number(value / 1e6)} MB/s"


_NO_READINGS = "No data: read while a simulation runs or this page is open"
SPECS = (
    ChartSpec(
        "progressTime",
        "Progress is seen after, 95th percentile",
        "No data: no simulation was looked at",
        _milliseconds_text,
        limit=EXCELLENT_PROGRESS_MILLISECONDS,
    ),
    ChartSpec("lagTime", "The window is late by, 95th percentile", "No data", _milliseconds_text),
    ChartSpec("cpuTime", "Processor", _NO_READINGS, _share_text, top=1.0),
    ChartSpec("deviceTime", "Device of the queue", "No data: no chunk was computed", _share_text, top=1.0),
    ChartSpec("memoryTime", "Memory", _NO_READINGS, _bytes_text),
    ChartSpec("diskTime", "Disk", _NO_READINGS, _speed_text),
    ChartSpec("queueTime", "Queue", "No data: the queue was not executed", plain_number),
    ChartSpec("trialsTime", "Trials of all simulations", "No data: no chunk was computed", _rate_text),
    ChartSpec("gpuMemoryTime", "GPU memory", "No data: no GPU was read", _bytes_text),
    ChartSpec(
        "gpuHeatTime", "GPU temperature", "No data: no GPU was read", lambda each: f"{each:.0f} \u00b0C"
    ),
)


def picture_of(found: "Dashboard", name: str) -> TimePicture:
    """What the chart of this name shows."""
    spec = next(each for each in SPECS if each.name == name)
    lines = tuple(_line(title, series) for title, series in _lines(found, name))
    return TimePicture(lines, found.period.begin, found.period.end, spec.top, spec.limit)


def _lines(found: "Dashboard", name: str) -> "list[tuple[str, Series]]":
    system, queue = found.system, found.scheduler
    gpus = system.gpus
    lines: dict[str, list[tuple[str, Series]]] = {
        "progressTime": [("Progress", found.experience.progress_series)],
        "lagTime": [("Window", found.experience.lag_series)],
        "cpuTime": [("All programs", system.cpu), ("mcdesk", system.own_cpu)],
        "deviceTime": [
            ("Chunks of mcdesk", system.device_busy),
            *((f"GPU {gpu.ordinal}, driver", gpu.busy) for gpu in gpus),
        ],
        "memoryTime": [("All programs", system.memory_used), ("mcdesk", system.own_memory)],
        "diskTime": [("Written", system.disk_written), ("Read", system.disk_read)],
        "queueTime": [("Waiting", queue.waiting), ("Admitted", queue.admitted)],
        "trialsTime": [("Trials", queue.trials_per_second)],
        "gpuMemoryTime": [(f"GPU {gpu.ordinal}", gpu.memory_used) for gpu in gpus],
        "gpuHeatTime": [(f"GPU {gpu.ordinal}", gpu.celsius) for gpu in gpus],
    }
    return lines[name]


def _line(name: str, series: "Series") -> TimeLine:
    return TimeLine(name, np.array(series.moments), np.array(series.values))
