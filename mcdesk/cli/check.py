"""`mcdesk check`: compares what mcdesk calculates with the values that the workbook itself holds."""

import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from rich.text import Text

from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.strict_command import FilePath, StrictCommand
from mcdesk.cli.tables import output_console, print_json, seconds_text, table
from mcdesk.formulas.conversion_report import Conversion
from mcdesk.formulas.parity import ParityReport, compare_workbook
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, format_cell
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook

MOST_SHOWN = 20
MOST_LISTED = 1000


@click.command("check", cls=StrictCommand, epilog="Example: mcdesk check plan.xlsx")
@click.argument("model", type=FilePath())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--values", "with_values", is_flag=True, help="Add the value of every formula cell; JSON.")
def command(model: Path, as_json: bool, with_values: bool) -> int:
    """Recalculate the workbook MODEL as it stands and compare each formula cell with its cached value."""
    with cancel_on_interrupt() as cancel, cancel.breakable():
        began = time.perf_counter()
        workbook = read_workbook(model, cancel=cancel)
        load_seconds = time.perf_counter() - began
        values: list[str] = []
        keep = partial(_keep_value, workbook, values) if with_values else None
        report = compare_workbook(workbook, cancel=cancel, on_value=keep)
        document = _document(model.name, report, load_seconds)
        if with_values:
            click.echo(_with_values(document, values))
        elif as_json:
            print_json(document)
        else:
            _print(model.name, report, load_seconds)
            _print_conversions(report.conversions)
    return 1 if report.mismatched or report.unsupported else 0


def scalar_document(value: Scalar) -> float | str | bool | None:
    """A cell's value for JSON: an error as its text, a blank as null."""
    if isinstance(value, ErrorCode):
        return value.text
    return None if value is BLANK else value


def _keep_value(workbook: Workbook, values: list[str], cell: CellAddress, value: Scalar | None) -> None:
    """One line for a cell: numbers have 17 digits, which name each double; no value is null."""
    name = format_cell(workbook.sheets[cell.sheet].name, cell.row, cell.column)
    shown = None if value is None else scalar_document(value)
    text = f"{shown:.17g}" if type(shown) is float else json.dumps(shown, ensure_ascii=False)
    values.append(f'    {{"cell": {json.dumps(name, ensure_ascii=False)}, "value": {text}}}')


def _with_values(document: dict[str, object], values: list[str]) -> str:
    """The document with a list that may be long, and so is written a line for each."""
    head = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).removesuffix("\n}")
    lines = ",\n".join(values)
    return f'{head},\n  "values": [\n{lines}\n  ]\n}}' if values else f'{head},\n  "values": []\n}}'


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
        "unsupported_reasons": dict(report.unsupported_reasons),
        "user_defined_functions": dict(report.user_defined_functions),
        "skipped_by": dict(report.skipped_by),
        "conversion": _converted(report.conversions),
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
    if report.user_defined_functions:
        rows = [[name, f"{count:,}"] for name, count in report.user_defined_functions.items()]
        console.print(table("Functions that Excel does not have", ["Function", ">Cells"], rows))
    took = f"Read in {seconds_text(load_seconds)}, calculated in {seconds_text(report.calculate_seconds)}."
    console.print(Text(took))


def _converted(conversions: Sequence[Conversion]) -> list[dict[str, object]]:
    return [
        {
            "cells": each.cells,
            "function": each.function,
            "understood": each.is_understood,
            "meaning": each.meaning or each.reason,
        }
        for each in conversions[:MOST_LISTED]
    ]


def _print_conversions(conversions: Sequence[Conversion]) -> None:
    if not conversions:
        return
    # what is not understood is what a person must see
    ordered = sorted(conversions, key=lambda each: each.is_understood)[:MOST_SHOWN]
    rows = [
        [each.cells, each.function[:60], each.meaning or f"NOT UNDERSTOOD: {each.reason}"] for each in ordered
    ]
    count = sum(not each.is_understood for each in conversions)
    title = f"Uncertainty in formulas: {len(conversions):,} calls, {count:,} not understood"
    output_console().print(table(title, ["Cells", "Function", "Taken for"], rows))


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
