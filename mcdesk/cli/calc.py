"""`mcdesk calc`: every cell's value in one trial of a simulation."""

from typing import Unpack

import click

from mcdesk.cli.check import scalar_document
from mcdesk.cli.interruption import cancel_on_interrupt
from mcdesk.cli.setup_options import SetupOptions, plan_of, setup_of, setup_options
from mcdesk.cli.strict_command import StrictCommand
from mcdesk.cli.tables import output_console, print_json, table
from mcdesk.dispatch.model_preparation import load_model
from mcdesk.dispatch.run_types import local_now
from mcdesk.formulas.setup_texts import trial_number
from mcdesk.formulas.trial_inspection import trial_cells
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.errors import OptionInvalid

# From here on ten digits would be rounded to a power of ten.
_MOST_WITH_DECIMALS = 9_999_999_999.5


class CalcOptions(SetupOptions):
    """The options by name, as click hands them over."""

    trial: str
    as_json: bool


@click.command(
    "calc", cls=StrictCommand, epilog="Example: mcdesk calc plan.xlsx --setup plan.toml --trial 17"
)
@setup_options
@click.option(
    "--trial", required=True, metavar="K", help="The trial, from 1: row K of what `run --save-trials` writes."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(**options: Unpack[CalcOptions]) -> None:
    """Print every cell of the workbook MODEL as it is in trial K of its simulation."""
    trial = trial_number(options["trial"], "--trial")
    setup = setup_of(options)
    plan = plan_of(setup)
    if options["trials"] is not None and trial > plan.trials:
        raise OptionInvalid(
            f"--trial: {trial:,} is beyond the {plan.trials:,} of --trials", "Trials count from 1."
        )
    with cancel_on_interrupt() as cancel, cancel.breakable():
        loaded = load_model(options["model"], setup, local_now(), cancel)
        cells = trial_cells(loaded.model, plan, trial - 1, cancel)
        if options["as_json"]:
            documents = [{"cell": cell, "value": scalar_document(value)} for cell, value in cells]
            print_json({"trial": trial, "cells": documents})
            return
        rows = [[cell, _shown(value)] for cell, value in cells]
        output_console().print(table(f"Trial {trial:,}", ["Cell", ">Value"], rows))


def _shown(value: Scalar) -> str:
    if isinstance(value, float):
        # Ten digits, or all before the point, without zeros at the end; and zero has no sign.
        return f"{value + 0.0:,.{10 if abs(value) < _MOST_WITH_DECIMALS else 15}g}"
    document = scalar_document(value)
    return "" if document is None else str(document)[:60]
