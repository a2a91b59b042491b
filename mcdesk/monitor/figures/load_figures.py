"""What was measured of the load over a period, from which the capacity follows."""

from mcdesk.history import metric_names
from mcdesk.history.executor_store import BEAT_SECONDS
from mcdesk.history.query_timing import QueryType, query_metric
from mcdesk.monitor.capacity import Load, Resource
from mcdesk.monitor.figures.metric_reader import MetricReader


def read_load(reader: MetricReader, ended: tuple[int, int], core_count: int, gpu_bytes: int | None) -> Load:
    """The load of the period; times in which no mcdesk executed the queue are no part of it.

    Args:
        ended: how many simulations ended in it, and of how many accounts.
        core_count: that simulations may use.
        gpu_bytes: memory of the first GPU; None where there is none.
    """
    beats = reader.whole(metric_names.QUEUE_ADMITTED)
    run = reader.whole(metric_names.RUN)
    return Load(
        seconds=0.0 if beats is None else beats.count * BEAT_SECONDS,
        busy_seconds=_busy_seconds(reader, core_count, gpu_bytes),
        simulations=ended[0],
        people=ended[1],
        response_seconds=None if run is None else run.mean / 1000.0,
        preparing_seconds=_mean_seconds(reader, metric_names.RUN_LOAD)
        + _mean_seconds(reader, metric_names.RUN_COMPILE),
    )


def _mean_seconds(reader: MetricReader, name: str) -> float:
    whole = reader.whole(name)
    return 0.0 if whole is None else whole.mean / 1000.0


def _busy_seconds(reader: MetricReader, core_count: int, gpu_bytes: int | None) -> dict[Resource, float]:
    preparing = reader.total(metric_names.RUN_LOAD) + reader.total(metric_names.RUN_COMPILE)
    computing = reader.total(metric_names.PROCESSOR_SECONDS)
    queries = sum(reader.total(query_metric(each)) for each in QueryType)
    disk = reader.whole(metric_names.DISK_BUSY)
    memory = reader.whole(f"{metric_names.GPU_MEMORY}.0")
    found = {
        Resource.DEVICE: reader.total(metric_names.DEVICE_SECONDS),
        Resource.CPU: (computing + preparing / 1000.0) / core_count,
        Resource.DATABASE: queries / 1000.0,
        # gauges are read once a second, while the instruments are on
        Resource.DISK: 0.0 if disk is None else disk.total,
        Resource.GPU_MEMORY: 0.0 if memory is None or not gpu_bytes else memory.total / gpu_bytes,
    }
    return {resource: seconds for resource, seconds in found.items() if seconds > 0.0}
