"""`mcdesk check`: compares what mcdesk calculates with the values that the workbook itself holds."""

import time
from pathlib import Path

import click
from rich.text import Text

from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.strict_command import FilePath, StrictCommand
from mcdesk.cli.tables import output_console, print_json, seconds_text, table
from mcdesk.formulas.parity import ParityReport, compare_workbook
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.xlsx_reader import read_workbook

MOST_SHOWN = 20
MOST_LISTED = 1000


@click.command("check", cls=StrictCommand, epilog="Example: mcdesk check plan.xlsx")
@click.argument("model", type=FilePath())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(model: Path, as_json: bool) -> int:
    """Recalculate the workbook MODEL as it stands and compare each formula cell with its cached value."""
    with cancel_on_interrupt() as cancel, cancel.breakable():
        began = time.perf_counter()
        workbook = read_workbook(model, cancel=cancel)
        load_seconds = time.perf_counter() - began
        report = compare_workbook(workbook, cancel=cancel)
        if as_json:
            print_json(_document(model.name, report, load_seconds))
        else:
            _print(model.name, report, load_seconds)
    return 1 if report.mismatched or report.unsupported else 0


def scalar_document(value: Scalar) -> float | str | bool | None:
    """A cell's value for JSON: an error as its text, a blank as null."""
    if isinstance(value, ErrorCode):
        return value.text
    return None if value is BLANK else value


def _document(name: str, report: ParityReport, load_seconds: float) -> dict[str, object]:
    mismatches = [
        {
            "cell": each.cell,
            "formula": f"={each.formula.removeprefix('=')}",
            "cached": scalar_document(each.cached),
            "computed": scalar_document(each.computed),
        }
        for each in report.mismatches[:MOST_LISTED]
    ]
    return {
        "model": name,
        "formula_cells": report.formula_cells,
        "matched": report.matched,
        "mismatched": report.mismatched,
        "unsupported": report.unsupported,
        "skipped": report.skipped,
        "load_s": load_seconds,
        "calculate_s": report.calculate_seconds,
        "mismatches": mismatches,
        "unsupported_functions": dict(report.unsupported_functions),
        "skipped_by": dict(report.skipped_by),
    }


def _print(name: str, report: ParityReport, load_seconds: float) -> None:
    console = output_console()
    counts = (
        ("matched", report.matched),
        ("mismatched", report.mismatched),
        ("unsupported", report.unsupported),
        *((f"skipped: {reason}", count) for reason, count in report.skipped_by.items()),
    )
    title = f"{name}: {report.formula_cells:,} formula cells"
    console.print(table(title, ["", ">Cells"], [[label, f"{count:,}"] for label, count in counts]))
    if report.mismatches:
        console.print(_mismatches(report))
    unsupported = {**report.unsupported_functions, **report.unsupported_reasons}
    if unsupported:
        rows = [[name, f"{count:,}"] for name, count in unsupported.items()]
        console.print(table("Unsupported", ["Function or reason", ">Cells"], rows))
    took = f"Read in {seconds_text(load_seconds)}, calculated in {seconds_text(report.calculate_seconds)}."
    console.print(Text(took))


def _mismatches(report: ParityReport) -> object:
    rows = [
        [each.cell, f"={each.formula.removeprefix('=')}"[:60], _shown(each.cached), _shown(each.computed)]
        for each in report.mismatches[:MOST_SHOWN]
    ]
    title = f"Mismatches ({min(report.mismatched, MOST_SHOWN)} of {report.mismatched:,})"
    return table(title, ["Cell", "Formula", ">Cached", ">Computed"], rows)


def _shown(value: Scalar) -> str:
    document = scalar_document(value)
    return "(blank)" if document is None else str(document)[:40]
