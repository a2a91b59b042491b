"""The statistics of a run as JSON, for the command line and the history, and back."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mcdesk.dispatch.run_statistics import ReachedCorrelation, RunStatistics
from mcdesk.engine.simulation_types import (
    ErrorCount,
    Histogram,
    Influence,
    InputStatistics,
    OutputStatistics,
    Probability,
)
from mcdesk.engine.statistics.percentiles import PERCENTS

Document = dict[str, object]


def statistics_document(statistics: RunStatistics) -> Document:
    """Inputs, outputs and warnings, ready for JSON; the history keeps them."""
    return {
        "inputs": [_input_document(each) for each in statistics.inputs],
        "outputs": [_output_document(each) for each in statistics.outputs],
        "warnings": list(statistics.warnings),
        "correlations": [
            {"cells": list(each.cells), "rank": each.rank, "reached": _known(each.reached)}
            for each in statistics.correlations
        ],
    }


def statistics_text(statistics: RunStatistics) -> str:
    """The statistics as JSON text."""
    document = statistics_document(statistics) | {"is_whole": statistics.is_whole}
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def statistics_of(text: str) -> RunStatistics | None:
    """The statistics that `statistics_text` wrote, or None if the text is something else."""
    try:
        document = json.loads(text)
        return RunStatistics(
            inputs=tuple(InputStatistics(**each) for each in document["inputs"]),
            outputs=tuple(map(_output_statistics, document["outputs"])),
            warnings=tuple(document["warnings"]),
            correlations=tuple(
                ReachedCorrelation((each["cells"][0], each["cells"][1]), each["rank"], each["reached"])
                for each in document["correlations"]
            ),
            is_whole=document.get("is_whole", True),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _input_document(statistics: InputStatistics) -> Document:
    return {
        "cell": statistics.cell,
        "name": statistics.name,
        "distribution": statistics.distribution,
        "mean": _known(statistics.mean),
        "sd": _known(statistics.sd),
    }


def _output_document(statistics: OutputStatistics) -> Document:
    return {
        "cell": statistics.cell,
        "name": statistics.name,
        "base_value": _known(statistics.base_value),
        "mean": _known(statistics.mean),
        "mean_ci95": _known_pair(statistics.mean_ci95),
        "sd": _known(statistics.sd),
        "variance": _known(statistics.variance),
        "skewness": _known(statistics.skewness),
        "kurtosis": _known(statistics.kurtosis),
        "min": _known(statistics.minimum),
        "max": _known(statistics.maximum),
        "trials": statistics.trials,
        "errors": statistics.errors,
        "error_kinds": [_error_document(count) for count in statistics.error_kinds],
        "percentiles": {str(key): _known(statistics.percentiles.get(key)) for key in PERCENTS},
        "percentiles_ci95": {str(key): _known_pair(statistics.percentiles_ci95.get(key)) for key in PERCENTS},
        "sensitivity": [_influence_document(each) for each in statistics.sensitivity],
        "sd_ci95": _known_pair(statistics.sd_ci95),
        "probabilities": [
            {"limit": each.limit, "below": each.below, "ci95": _known_pair(each.ci95)}
            for each in statistics.probabilities
        ],
        "histogram": None if statistics.histogram is None else asdict(statistics.histogram),
        "rank_error": statistics.rank_error,
    }


def _error_document(count: ErrorCount) -> Document:
    # Trials count from 1 wherever a person sees them, as in `mcdesk calc --trial`.
    return {
        "kind": count.kind,
        "trials": count.trials,
        "first_cell": count.first_cell,
        "first_trial": count.first_trial + 1,
    }


def _influence_document(influence: Influence) -> Document:
    return {
        "cell": influence.cell,
        "rank_correlation": _known(influence.rank_correlation),
        "regression": _known(influence.regression),
        "variance_share": _known(influence.variance_share),
        "rank_correlation_ci95": _known_pair(influence.rank_correlation_ci95),
        "regression_ci95": _known_pair(influence.regression_ci95),
        "variance_share_ci95": _known_pair(influence.variance_share_ci95),
        "bin_means": [_known(mean) for mean in influence.bin_means],
        "bin_means_ci95": [_known_pair(pair) for pair in influence.bin_means_ci95],
    }


def _output_statistics(document: Mapping[str, Any]) -> OutputStatistics:
    errors = [dict(each) | {"first_trial": each["first_trial"] - 1} for each in document["error_kinds"]]
    renamed = {
        "minimum": document["min"],
        "maximum": document["max"],
        "mean_ci95": _pair(document["mean_ci95"]),
        "error_kinds": tuple(ErrorCount(**each) for each in errors),
        "percentiles": _by_percent(document["percentiles"]),
        "percentiles_ci95": {
            key: (pair[0], pair[1]) for key, pair in _by_percent(document["percentiles_ci95"]).items()
        },
        "sensitivity": tuple(map(_influence, document["sensitivity"])),
        "sd_ci95": _pair(document["sd_ci95"]),
        "probabilities": tuple(
            Probability(each["limit"], each["below"], _pair(each["ci95"]))
            for each in document["probabilities"]
        ),
        "histogram": _histogram(document["histogram"]),
    }
    same = {key: value for key, value in document.items() if key not in ("min", "max")}
    return OutputStatistics(**(same | renamed))


def _by_percent(document: Mapping[str, Any]) -> dict[int, Any]:
    return {int(key): value for key, value in document.items() if value is not None}


def _influence(document: Mapping[str, Any]) -> Influence:
    pairs = ("rank_correlation_ci95", "regression_ci95", "variance_share_ci95")
    renamed = {key: _pair(document[key]) for key in pairs} | {
        "bin_means": tuple(document["bin_means"]),
        "bin_means_ci95": tuple(map(_pair, document["bin_means_ci95"])),
    }
    return Influence(**(dict(document) | renamed))


def _histogram(document: Mapping[str, Any] | None) -> Histogram | None:
    if document is None:
        return None
    edges, counts = tuple(document["edges"]), tuple(document["counts"])
    return Histogram(edges, counts, document["below"], document["above"])


def _known(value: float | None) -> float | None:
    # JSON has neither NaN nor infinity.
    return value if value is not None and math.isfinite(value) else None


def _known_pair(pair: Sequence[float] | None) -> list[float | None] | None:
    return None if pair is None else [_known(value) for value in pair]


def _pair(pair: Sequence[float] | None) -> tuple[float, float] | None:
    return None if pair is None else (pair[0], pair[1])
