"""The state of this mcdesk as one JSON object: printed by the command, sent by the status service."""

from mcdesk.engine.backends import cpu_backend_name
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.history.query_timing import QueryStatistics
from mcdesk.monitor.figures.experience import Latency
from mcdesk.monitor.health_report import HealthReport
from mcdesk.monitor.kpis import Kpis


def health_document(report: HealthReport) -> dict[str, object]:
    """What `json` writes; what is not known is None."""
    obstacles = list(cuda_obstacles())
    figures = report.dashboard
    return {
        "status": report.status,
        "range": figures.period.range.value,
        "backend": cpu_backend_name() if obstacles else "cuda",
        "cuda_obstacles": obstacles,
        "gpus": [
            {"name": gpu.name, "memory_bytes": gpu.memory_bytes, "driver": gpu.driver}
            for gpu in report.inventory.gpus
        ],
        "database": {
            "path": str(report.database.path),
            "driver": report.database.driver,
            "journal_mode": report.database.journal_mode,
            "schema_version": report.database.schema_version,
            "integrity": report.database.integrity,
            "file_bytes": report.database.file_bytes,
        },
        "queries": {each.query_type.value: _query_document(each) for each in report.queries},
        "progress_ms": _latency_document(figures.experience.progress),
        "interface_ms": _latency_document(figures.experience.lag),
        "experience": figures.experience.status,
        "kpis": _kpi_document(figures.kpis),
        "capacity": _capacity_document(report),
        "caches": {
            each.title: {"hits": each.hits, "misses": each.misses, "hit_share": each.hit_share}
            for each in figures.caches
        },
        "alerts": list(report.alerts),
    }


def _capacity_document(report: HealthReport) -> dict[str, object]:
    kpis, capacity = report.dashboard.kpis, report.dashboard.capacity
    now = capacity.now
    best = max(capacity.projections, key=lambda each: each.people, default=None)
    return {
        "device": report.inventory.cpu.name,
        "usable_cores": report.inventory.usable_core_count,
        "memory_bytes": report.reading.memory_total_bytes,
        "memory_used_bytes": report.reading.memory_used_bytes,
        "disk_free_bytes": report.reading.disk_free_bytes,
        "trials_per_s": kpis.trials_per_second,
        "simulations_per_h": None if now is None else now.per_hour,
        "most_simulations_per_h": None if now is None else now.most_per_hour,
        "bottleneck": None if now is None else now.bottleneck.resource.value,
        "utilisation": None if now is None else now.bottleneck.utilisation,
        "response_s": capacity.response_seconds,
        "people": None if now is None else now.people_at(capacity.response_seconds),
        "model_error": None if now is None else now.model_error,
        "next_step": None if best is None else {"name": best.step.name, "people": best.people},
    }


def _latency_document(latency: Latency | None) -> dict[str, object]:
    if latency is None:
        return {"count": 0, "p50": None, "p95": None, "p99": None}
    return {"count": latency.count, "p50": latency.p50, "p95": latency.p95, "p99": latency.p99}


def _query_document(statistics: QueryStatistics) -> dict[str, object]:
    return {
        "count": statistics.count,
        "p50_ms": statistics.p50_milliseconds,
        "p95_ms": statistics.p95_milliseconds,
        "max_ms": statistics.max_milliseconds,
        "threshold_ms": statistics.query_type.threshold_milliseconds,
        "slow": statistics.slow_count,
    }


def _kpi_document(kpis: Kpis) -> dict[str, object]:
    return {
        "simulations": kpis.simulation_count,
        "success_share": kpis.success_share,
        "gpu_share": kpis.gpu_share,
        "mean_s": kpis.mean_seconds,
        "p50_s": kpis.p50_seconds,
        "p95_s": kpis.p95_seconds,
        "trials_per_s": kpis.trials_per_second,
        "simulations_per_h": kpis.simulations_per_hour,
        "satisfaction": kpis.satisfaction,
        "ratings": kpis.rating_count,
        "revenue_per_user": kpis.revenue_per_user,
    }
