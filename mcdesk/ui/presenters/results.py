"""A report as the results page shows it: texts in the format of the output's cell."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.dispatch.run_types import RunReport
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Histogram, OutputStatistics
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.formatting import NO_DATA, count_text, duration_text, number_text, percent_text, rate_text
from mcdesk.ui.presenters.cell_formats import CellFormats, formats_of_record
from mcdesk.ui.presenters.failed_trials import failed_note

SAMPLING_NAMES = {
    Sampling.PLAIN: "Monte Carlo",
    Sampling.LATIN_HYPERCUBE: "Latin hypercube",
    Sampling.SOBOL: "Sobol (scrambled)",
}
# Beyond it a deviation says nothing in terms of the mean.
_WIDEST = 3.0
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name, and how well it is known; `is_doubtful` where the note is a warning."""

    title: str
    value: str
    note: str
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class OutputPage:
    """One output as the page shows it."""

    figures: tuple[Figure, ...]
    statistics: list[Row]
    percentiles: list[Row]
    errors: list[Row]


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A run that has ended, from this window or from the history; or one that has not, if `is_live`.

    `formats` are None where the open workbook has them.
    """

    simulation_id: str
    title: str
    subtitle: str
    model_sha256: str
    statistics: RunStatistics
    took: str
    formats: CellFormats | None = None
    is_live: bool = False


def result_of_report(report: RunReport, title: str) -> ShownResult:
    """A run of this window."""
    rate = report.timing.trials_per_second(report.trials_done)
    took = f"{rate_text(rate)}, {duration_text(report.timing.simulate_seconds)}"
    subtitle = _subtitle(
        (report.model.name, report.plan.seed, SAMPLING_NAMES[report.plan.sampling]),
        (report.status, report.trials_done, report.plan.trials, report.stopped_by),
        "processor" if report.backend != "cuda" else report.device or "GPU",
    )
    took = "from the history" if report.is_cached else took
    model = report.model.sha256
    return ShownResult(report.simulation_id, title, subtitle, model, report.statistics, took)


def result_of_record(record: RunRecord, statistics: RunStatistics) -> ShownResult:
    """A run of the history."""
    seconds = record.simulate_seconds
    took = "" if not seconds else f"{rate_text(record.trials_done / seconds)}, {duration_text(seconds)}"
    subtitle = subtitle_of_record(record)
    title = model_title(Path(record.model_name))
    formats = formats_of_record(record)
    model = record.model_sha256
    return ShownResult(record.simulation_id, title, subtitle, model, statistics, took, formats)


def result_of_live(
    record: RunRecord, outputs: tuple[OutputStatistics, ...], rate: float | None
) -> ShownResult:
    """What a run has found so far."""
    title = model_title(Path(record.model_name))
    took = "so far" if not rate else f"so far, {rate_text(rate)}"
    statistics = RunStatistics(outputs=outputs)
    subtitle = subtitle_of_record(record)
    return ShownResult(
        record.simulation_id,
        title,
        subtitle,
        record.model_sha256,
        statistics,
        took,
        formats_of_record(record),
        is_live=True,
    )


def subtitle_of_record(record: RunRecord) -> str:
    """Which run it is: workbook, seed, sampling, how it ended, on what."""
    return _subtitle(
        (record.model_name, record.seed, SAMPLING_NAMES[Sampling(record.sampling)]),
        (record.status, record.trials_done, record.trials, record.stopped_by),
        "processor" if record.backend != "cuda" else "GPU",
    )


def model_title(path: Path) -> str:
    """What a run of a workbook is called."""
    return " ".join(path.stem.replace("_", " ").split()) or path.name


def figures_of(result: ShownResult, output: OutputStatistics, text_of: Formatter) -> tuple[Figure, ...]:
    """The four figures above the charts."""
    interval = output.mean_ci95
    mean_note = "" if interval is None else f"95 %: {text_of(interval[0])} to {text_of(interval[1])}"
    failed = failed_note(output)
    low, middle, high = (output.percentiles.get(percent) for percent in (10, 50, 90))
    return (
        Figure("Mean", text_of(output.mean), mean_note),
        Figure("P10 \u2013 P90", _range_text(text_of(low), text_of(high)), f"P50: {text_of(middle)}"),
        Figure("Standard deviation", text_of.distance(output.sd), _spread_note(output)),
        Figure("Trials", count_text(output.trials), failed or result.took, bool(failed)),
    )


def statistics_rows(output: OutputStatistics, text_of: Formatter) -> list[Row]:
    """Name, value and 95 % interval of each statistic."""
    rows: list[Row] = [
        ("Mean", text_of(output.mean), _interval(output.mean_ci95, text_of)),
        ("Deviation", text_of.distance(output.sd), _interval(output.sd_ci95, text_of.distance)),
        ("Variance", number_text(output.variance), ""),
        ("Skewness", number_text(output.skewness), ""),
        ("Kurtosis", number_text(output.kurtosis), ""),
        ("Minimum", text_of(output.minimum), ""),
        ("Maximum", text_of(output.maximum), ""),
        ("Workbook", text_of(output.base_value), ""),
        ("Trials", count_text(output.trials), ""),
        ("With errors", count_text(output.errors), ""),
    ]
    return rows


def percentile_rows(output: OutputStatistics, text_of: Formatter) -> list[Row]:
    """Each percentile with its 95 % interval."""
    return [
        (f"P{percent}", text_of(value), _interval(output.percentiles_ci95.get(percent), text_of))
        for percent, value in sorted(output.percentiles.items())
    ]


def error_rows(output: OutputStatistics) -> list[Row]:
    """Each kind of error: how many trials, and where it began."""
    return [
        (each.kind, count_text(each.trials), f"first in trial {each.first_trial + 1:,}, at {each.first_cell}")
        for each in output.error_kinds
    ]


def below_function(output: OutputStatistics) -> Callable[[float], float]:
    """The part of the trials below a value, between the edges of the histogram by straight lines."""
    histogram = output.histogram
    if histogram is None or not output.trials:
        only = output.mean
        return lambda value: 1.0 if only is not None and value > only else 0.0
    return _Below(histogram, output).below


class _Below:
    def __init__(self, histogram: Histogram, output: OutputStatistics) -> None:
        total = histogram.below + sum(histogram.counts) + histogram.above
        points = [(output.minimum, 0.0)] if histogram.below and output.minimum is not None else []
        done = histogram.below
        points.append((histogram.edges[0], done / total))
        for edge, count in zip(histogram.edges[1:], histogram.counts, strict=True):
            done += count
            points.append((edge, done / total))
        if histogram.above and output.maximum is not None:
            points.append((output.maximum, 1.0))
        points = sorted((*points, *_percentile_points(points, output.percentiles)))
        self._places = [place for place, _ in points]
        self._parts = [part for _, part in points]

    def below(self, value: float) -> float:
        return float(np.interp(value, self._places, self._parts, left=0.0, right=1.0))


def _percentile_points(
    edges: Sequence[tuple[float, float]], percentiles: Mapping[int, float]
) -> Iterator[tuple[float, float]]:
    """Percentiles inside the bins: below the tenth there are ten in a hundred, not what a line has there.

    One that stands at an edge, or where another stands too, says nothing: many trials have that value.
    """
    values = list(percentiles.values())
    for percent, value in percentiles.items():
        after = bisect_left(edges, (value, -1.0))
        if values.count(value) > 1 or not 0 < after < len(edges) or edges[after][0] == value:
            continue
        if edges[after - 1][1] <= percent / 100.0 <= edges[after][1]:
            yield value, percent / 100.0


def _subtitle(plan: tuple[str, int, str], ending: tuple[RunStatus, int, int, str | None], device: str) -> str:
    name, seed, sampling = plan
    status, done, asked, stopped_by = ending
    parts = [name, f"seed {seed}", sampling]
    if status is RunStatus.CANCELLED:
        parts.append(f"cancelled after {done:,} of {asked:,} trials")
    elif stopped_by:
        parts.append(f"stopped by {stopped_by}")
    return "  \u00b7  ".join((*parts, device))


def _range_text(low: str, high: str) -> str:
    if low == high == NO_DATA:
        return NO_DATA
    # a dash beside a minus is read as another one
    has_minus = high.startswith(("\u2212", "-"))
    return f"{low} to {high}" if has_minus else f"{low} \u2013 {high}"


def _interval(interval: tuple[float, float] | None, text_of: Callable[[float | None], str]) -> str:
    return "" if interval is None else f"{text_of(interval[0])} to {text_of(interval[1])}"


def _spread_note(output: OutputStatistics) -> str:
    if output.mean and output.sd is not None and output.sd < _WIDEST * abs(output.mean):
        return f"{percent_text(output.sd / abs(output.mean))} of the mean"
    return ""
