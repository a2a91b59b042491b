"""The report of a run as tables."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from mcdesk.cli.tables import NO_DATA, number_text, output_console, seconds_text, share_text, table
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.dispatch.run_types import RunReport
from mcdesk.engine.simulation_types import OutputStatistics

SHOWN_PERCENTILES = (5, 25, 50, 75, 95)
MOST_INFLUENCES = 5
MOST_ROWS = 40


def print_report(report: RunReport) -> None:
    """Print head line, outputs, influences, inputs and warnings."""
    console = output_console()
    console.print(Text(_headline(report), style="bold"))
    print_statistics(console, report.statistics)
    for warning in report.warnings:
        console.print(Text(f"Warning: {warning}", style="yellow"))
    rate = report.timing.trials_per_second(report.trials_done)
    # of the time in which it computed: preparing and waiting are in the seconds only
    speed = "" if rate is None else f" ({rate:,.0f} trials/s while it computed)"
    if report.stopped_by and report.stopped_by != "cancelled":
        console.print(Text(f"Stopped early: {report.stopped_by} is reached."))
    name = f"Simulation {report.simulation_id}"
    console.print(
        Text(f"{name}: {report.status.value} in {seconds_text(report.timing.total_seconds)}{speed}")
    )


def print_statistics(console: Console, statistics: RunStatistics) -> None:
    """Print the tables of outputs, influences and inputs, and what was assumed."""
    print_outputs(console, "Outputs", statistics)
    names = {each.cell: each.name for each in statistics.inputs}
    probabilities = [row for output in statistics.outputs[:MOST_ROWS] for row in _probability_rows(output)]
    if probabilities:
        console.print(table("Probabilities", ["Output", ">Below", ">Probability", ">95 %"], probabilities))
    for output in statistics.outputs[:MOST_ROWS]:
        _print_errors(console, output)
        _print_influences(console, output, names)
    if statistics.inputs:
        console.print(_inputs(statistics))
    if statistics.correlations:
        rows = [
            [
                " and ".join(_label(cell, names.get(cell, "")) for cell in each.cells),
                number_text(each.rank, 3),
                number_text(each.reached, 3),
            ]
            for each in statistics.correlations[:MOST_ROWS]
        ]
        console.print(table("Rank correlations", ["Inputs", ">Asked for", ">In the trials"], rows))
    for warning in statistics.warnings:
        console.print(Text(f"Warning: {warning}", style="yellow"))


def _headline(report: RunReport) -> str:
    source = "cached" if report.is_cached else f"on {report.backend}"
    slow = f", {report.model.slow_cells:,} slow cells" if report.model.slow_cells else ""
    return (
        f"{report.model.name}: {report.trials_done:,} trials, seed {report.plan.seed}, {source}"
        f" ({report.model.formula_cells:,} formula cells{slow})"
    )


def print_outputs(console: Console, title: str, statistics: RunStatistics) -> None:
    """Print one row for each output: mean, deviation and percentiles."""
    percentiles = [f">P{percent}" for percent in SHOWN_PERCENTILES]
    rows = [_output_row(output) for output in statistics.outputs[:MOST_ROWS]]
    moments = ["Output", ">Mean", ">± 95 %", ">Std. dev."]
    console.print(table(title, [*moments, *percentiles], rows, second=len(moments)))


def _output_row(output: OutputStatistics) -> list[str]:
    half_width = None
    if output.mean_ci95 is not None:
        half_width = (output.mean_ci95[1] - output.mean_ci95[0]) / 2
    percentiles = [number_text(output.percentiles.get(percent)) for percent in SHOWN_PERCENTILES]
    moments = [number_text(output.mean), number_text(half_width, 3), number_text(output.sd)]
    return [_label(output.cell, output.name), *moments, *percentiles]


def _probability_rows(output: OutputStatistics) -> list[list[str]]:
    label = _label(output.cell, output.name)
    return [
        [
            label,
            number_text(each.limit),
            share_text(each.below),
            NO_DATA if each.ci95 is None else f"{share_text(each.ci95[0])} to {share_text(each.ci95[1])}",
        ]
        for each in output.probabilities
    ]


def _print_errors(console: Console, output: OutputStatistics) -> None:
    for kind in output.error_kinds:
        share = kind.trials / output.trials if output.trials else None
        where = f" at {kind.first_cell}" if kind.first_cell else ""
        first = f"first{where} in trial {kind.first_trial + 1:,}"
        text = f"{output.cell}: {kind.kind} in {share_text(share)} of trials, {first}"
        console.print(Text(text, style="red"))


def _print_influences(console: Console, output: OutputStatistics, names: Mapping[str, str]) -> None:
    known = [each for each in output.sensitivity if each.variance_share is not None]
    known.sort(key=lambda each: each.variance_share or 0.0, reverse=True)
    if known:
        rows = [
            [
                _label(each.cell, names.get(each.cell, "")),
                share_text(each.variance_share),
                number_text(each.rank_correlation, 3),
            ]
            for each in known[:MOST_INFLUENCES]
        ]
        title = f"What moves {_label(output.cell, output.name)}"
        console.print(table(title, ["Input", ">Share of variance", ">Rank correlation"], rows))


def _inputs(statistics: RunStatistics) -> object:
    rows = [
        [_label(each.cell, each.name), each.distribution, number_text(each.mean), number_text(each.sd)]
        for each in statistics.inputs[:MOST_ROWS]
    ]
    return table("Inputs", ["Input", "Distribution", ">Mean", ">Std. dev."], rows)


def _label(cell: str, name: str) -> str:
    return f"{name} ({cell})" if name else cell
