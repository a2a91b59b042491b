"""How busy the computer was over a period, as its instruments read it; nothing is estimated."""

from dataclasses import dataclass

from mcdesk.history import metric_names
from mcdesk.monitor.figures.metric_reader import MetricReader
from mcdesk.monitor.figures.time_ranges import Series, mean_of, series_of


@dataclass(frozen=True, slots=True)
class GpuFigures:
    """One GPU; shares are 0 to 1, memory in bytes."""

    ordinal: int
    busy: Series
    memory_used: Series
    celsius: Series
    watts: Series


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """Lines over the period; shares are 0 to 1, memory and disk in bytes, or bytes in a second.

    Attributes:
        device_busy: the share of each step in which chunks of mcdesk held the device.
    """

    cpu: Series
    own_cpu: Series
    memory_used: Series
    own_memory: Series
    disk_free: Series
    disk_busy: Series
    disk_read: Series
    disk_written: Series
    device_busy: Series
    gpus: tuple[GpuFigures, ...]


def read_system(reader: MetricReader) -> SystemFigures:
    """The figures over the reader's period."""
    step = reader.period.range.step

    def line(name: str) -> Series:
        return series_of(reader.points(name), step, mean_of)

    gpus = []
    for name in reader.names(f"{metric_names.GPU_BUSY}."):
        number = name.rpartition(".")[2]
        names = (metric_names.GPU_BUSY, metric_names.GPU_MEMORY, metric_names.GPU_CELSIUS)
        lines = (line(f"{each}.{number}") for each in (*names, metric_names.GPU_WATTS))
        gpus.append(GpuFigures(int(number), *lines))
    return SystemFigures(
        cpu=line(metric_names.CPU),
        own_cpu=line(metric_names.OWN_CPU),
        memory_used=line(metric_names.MEMORY_USED),
        own_memory=line(metric_names.OWN_MEMORY),
        disk_free=line(metric_names.DISK_FREE),
        disk_busy=line(metric_names.DISK_BUSY),
        disk_read=line(metric_names.DISK_READ),
        disk_written=line(metric_names.DISK_WRITTEN),
        device_busy=_device_busy(reader, step),
        gpus=tuple(gpus),
    )


def _device_busy(reader: MetricReader, step: int) -> Series:
    """Chunks end in a later second than they begin in: what is more than all of a step is left out."""
    points = reader.points(metric_names.DEVICE_SECONDS)
    return series_of(points, step, lambda point: min(point.total / step, 1.0))
