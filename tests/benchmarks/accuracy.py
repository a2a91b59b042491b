"""Measures how exact results are and prints the tables of docs/accuracy.md.

python -m tests.benchmarks.accuracy [--trials 1000000] [--repeats 1000]
"""

import argparse
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Interval, OutputStatistics
from tests.closed_forms import CLOSED_FORMS, ClosedForm, simulated

_COVERED = (CLOSED_FORMS[0], CLOSED_FORMS[1], CLOSED_FORMS[2])
_COVERED_TRIALS = 16_384
_VARIANCE_RUNS = 40


def main() -> None:
    """Print three tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print_known_answers(Path(folder), options.trials)
        print_variances(Path(folder))
        print_coverage(Path(folder), options.repeats)


def print_known_answers(folder: Path, trials: int) -> None:
    """The largest distance of any statistic from its exact value, in standard errors."""
    print(f"| {trials:,} trials: largest distance in standard errors | mc | lhs | sobol |\n|---|---|---|---|")
    for model in CLOSED_FORMS:
        cells = []
        for sampling in Sampling:
            (found,) = simulated(model, folder, sampling, trials)
            distances = [
                abs(value - truth) / ((interval[1] - interval[0]) / 2 / 1.96)
                for value, truth, interval in _statistics(model, found)
            ]
            cells.append(f"{max(distances):.2f}")
        print(f"| {model.name} | {' | '.join(cells)} |", flush=True)


def print_variances(folder: Path) -> None:
    """Variance of the mean over seeds, as a share of that of plain sampling."""
    seeds = tuple(range(1, _VARIANCE_RUNS + 1))
    print(f"\n| variance of the mean, {_COVERED_TRIALS:,} trials, mc = 1 | lhs | sobol |\n|---|---|---|")
    for model in CLOSED_FORMS:
        variances = [
            np.var(
                [found.mean or math.nan for found in simulated(model, folder, each, _COVERED_TRIALS, seeds)]
            )
            for each in Sampling
        ]
        shares = " | ".join(f"{variance / variances[0]:.2g}" for variance in variances[1:])
        print(f"| {model.name}{'' if model.is_smooth else ' (not smooth)'} | {shares} |", flush=True)


def print_coverage(folder: Path, repeats: int) -> None:
    """How often 95 % intervals hold the truth."""
    title = f"{repeats:,} runs of {_COVERED_TRIALS:,} trials: coverage in %"
    print(f"\n| {title} | mc | lhs | sobol |\n|---|---|---|---|")
    for model in _COVERED:
        rows: dict[str, list[str]] = {}
        for sampling in Sampling:
            runs = simulated(model, folder, sampling, _COVERED_TRIALS, tuple(range(1, repeats + 1)))
            hits: dict[str, int] = {}
            for found in runs:
                for name, (_, truth, interval) in zip(_names(model), _statistics(model, found), strict=True):
                    hits[name] = hits.get(name, 0) + (interval[0] <= truth <= interval[1])
            for name, count in hits.items():
                rows.setdefault(name, []).append(f"{100 * count / repeats:.1f}")
        for name, cells in rows.items():
            print(f"| {model.name}: {name} | {' | '.join(cells)} |", flush=True)


def _names(model: ClosedForm) -> list[str]:
    names = ["mean"] + (["standard deviation"] if model.sd is not None else [])
    names += [f"P{percent}" for percent in model.percentiles]
    return names + [f"probability below {limit:g}" for limit in model.below]


def _statistics(model: ClosedForm, found: OutputStatistics) -> Iterator[tuple[float, float, Interval]]:
    assert found.mean is not None
    assert found.mean_ci95 is not None
    yield found.mean, model.mean, found.mean_ci95
    if model.sd is not None:
        assert found.sd is not None
        assert found.sd_ci95 is not None
        yield found.sd, model.sd, found.sd_ci95
    for percent, truth in model.percentiles.items():
        yield found.percentiles[percent], truth, found.percentiles_ci95[percent]
    for each in found.probabilities if model.below else ():
        assert each.ci95 is not None
        yield each.below, model.below[each.limit], each.ci95


if __name__ == "__main__":
    main()
