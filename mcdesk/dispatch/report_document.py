"""A run as the JSON object of the command line."""

from dataclasses import asdict

from mcdesk.dispatch.run_document import Document, statistics_document
from mcdesk.dispatch.run_types import RunReport


def report_document(report: RunReport) -> Document:
    """The report, ready for JSON; a figure that is not known is null."""
    timing, allocation = report.timing, report.estimate.allocation
    return {
        "simulation_id": report.simulation_id,
        "model": {
            "name": report.model.name,
            "sha256": report.model.sha256,
            "formula_cells": report.model.formula_cells,
            "compiled_cells": report.model.compiled_cells,
            "slow_cells": report.model.slow_cells,
        },
        "backend": report.backend,
        "device": report.device,
        "trials": report.plan.trials,
        "trials_done": report.trials_done,
        "seed": report.plan.seed,
        "sampling": report.plan.sampling.value,
        "status": report.status.value,
        "stopped_by": report.stopped_by,
        "cached": report.is_cached,
        "allocation": {
            "tier": None if allocation.tier is None else allocation.tier.value,
            "class": allocation.demand_class.value,
            "memory_mb": allocation.limits.memory_mb,
            "compute_percent": allocation.limits.compute_percent,
            "seconds_limit": allocation.limits.seconds_limit,
        },
        "estimate": {
            "score": report.estimate.score.total,
            "score_parts": asdict(report.estimate.score),
            "forecast_memory_mb": report.estimate.forecast.memory_mb,
            "forecast_device_s": report.estimate.forecast.device_seconds,
            "forecast_trials_per_s": report.estimate.trials_per_second,
        },
        "timing": {
            "load_s": timing.load_seconds,
            "compile_s": timing.compile_seconds,
            "simulate_s": timing.simulate_seconds,
            "total_s": timing.total_seconds,
            "trials_per_s": timing.trials_per_second(report.trials_done),
            "cpu_s": timing.cpu_seconds,
        },
        **statistics_document(report.statistics),
        "warnings": [*report.statistics.warnings, *report.warnings],
    }
