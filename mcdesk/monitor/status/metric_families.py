"""Under which names and labels Prometheus is told what is measured."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mcdesk.history import metric_names
from mcdesk.history.query_timing import QueryType, query_metric

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One name, and what it is made of.

    Attributes:
        labels: their names.
        metric_by_labels: our metric for the values of the labels.
        prefix: of further metrics; what comes behind it is the value of the only label.
    """

    name: str
    help: str
    metric_by_labels: Mapping[Labels, str]
    labels: Labels = ()
    prefix: str | None = None

    def metrics(self, seen: Collection[str]) -> Mapping[Labels, str]:
        """Our metrics by the values of the labels, also those of a prefix that were seen."""
        if self.prefix is None:
            return self.metric_by_labels
        found = sorted(name for name in seen if name.startswith(self.prefix))
        return {(name.removeprefix(self.prefix),): name for name in found}


def _plain(name: str, help_text: str, metric: str) -> Family:
    return Family(name, help_text, {(): metric})


def _of_gpus(name: str, help_text: str, metric: str) -> Family:
    return Family(name, help_text, {}, ("gpu",), f"{metric}.")


_CACHES = {
    "results": metric_names.CACHE_RESULTS,
    "programs": metric_names.CACHE_PROGRAMS,
    "code": metric_names.CACHE_CODE,
    "workbooks": metric_names.CACHE_WORKBOOKS,
}
_LOOKUPS: Mapping[Labels, str] = {
    (cache, outcome): f"{metric}.{outcome}"
    for cache, metric in _CACHES.items()
    for outcome in ("hit", "miss")
}
_STAGES: Mapping[Labels, str] = {("load",): metric_names.RUN_LOAD, ("compile",): metric_names.RUN_COMPILE}
_QUERIES: Mapping[Labels, str] = {(each.value,): query_metric(each) for each in QueryType}

# since the service began
COUNTERS = (
    _plain("mcdesk_trials", "Trials that were simulated.", metric_names.TRIALS),
    _plain("mcdesk_device_seconds", "Seconds that chunks held the device.", metric_names.DEVICE_SECONDS),
    _plain("mcdesk_processor_seconds", "Seconds of all threads in chunks.", metric_names.PROCESSOR_SECONDS),
    Family("mcdesk_cache_lookups", "What was asked of the caches.", _LOOKUPS, ("cache", "outcome")),
    _plain("mcdesk_interface_stalls", "Times that the window stood still.", metric_names.STALLS),
    _plain("mcdesk_lost_measurements", "Measurements that were dropped.", metric_names.LOST),
)
LATENCIES = (
    _plain("mcdesk_chunk_seconds", "How long each chunk held the device.", metric_names.CHUNK),
    _plain("mcdesk_run_seconds", "From the request of a run to its report.", metric_names.RUN),
    Family("mcdesk_run_stage_seconds", "How long stages of a run took.", _STAGES, ("stage",)),
    Family("mcdesk_query_seconds", "How long queries of each type took.", _QUERIES, ("type",)),
    _plain(
        "mcdesk_progress_response_seconds",
        "From the end of a chunk to the frame that shows it.",
        metric_names.PROGRESS,
    ),
    _plain("mcdesk_interface_lag_seconds", "How late the window was.", metric_names.LOOP_LAG),
    Family(
        "mcdesk_action_seconds",
        "How long the window was busy with an action.",
        {},
        ("action",),
        metric_names.ACTION,
    ),
)
# absent where nothing was read of late: the instruments are on while somebody looks or computes
GAUGES = (
    _plain("mcdesk_cpu_busy_ratio", "Share of all cores that is busy.", metric_names.CPU),
    _plain("mcdesk_own_cpu_ratio", "Share of all cores that mcdesk keeps busy.", metric_names.OWN_CPU),
    _plain("mcdesk_memory_used_bytes", "Memory that is used.", metric_names.MEMORY_USED),
    _plain("mcdesk_own_memory_bytes", "Memory that mcdesk uses.", metric_names.OWN_MEMORY),
    _plain("mcdesk_disk_free_bytes", "Space beside the data folder.", metric_names.DISK_FREE),
    _plain("mcdesk_disk_busy_ratio", "Share of time that a disk is busy.", metric_names.DISK_BUSY),
    _plain("mcdesk_disk_read_bytes_per_second", "What disks read.", metric_names.DISK_READ),
    _plain("mcdesk_disk_written_bytes_per_second", "What disks write.", metric_names.DISK_WRITTEN),
    _of_gpus("mcdesk_gpu_busy_ratio", "Share of time that a GPU is busy.", metric_names.GPU_BUSY),
    _of_gpus("mcdesk_gpu_memory_used_bytes", "Memory of a GPU that is used.", metric_names.GPU_MEMORY),
    _of_gpus("mcdesk_gpu_celsius", "Temperature of a GPU.", metric_names.GPU_CELSIUS),
    _of_gpus("mcdesk_gpu_watts", "Power of a GPU.", metric_names.GPU_WATTS),
)
