"""What a run is known by: its set-up as JSON, and the key under which an equal run is found again."""

import hashlib
import json

from mcdesk import __version__
from mcdesk.dispatch.model_preparation import LoadedModel, PreparedModel, volatile_serial
from mcdesk.engine.distribution_text import distribution_text
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, format_cell

# Changes with the numbers that a seed gives: between two releases they may.
STREAM_VERSION = 2


def setup_json(loaded: LoadedModel, plan: SimulationPlan) -> str:
    """The set-up with all its cells, the moment that NOW() showed, and how marked cells show numbers."""
    document = {
        "trials": plan.trials,
        "seed": plan.seed,
        "sampling": plan.sampling.value,
        "stop": plan.stop,
        **_choice_document(loaded),
        "now_serial": loaded.now_serial,
        "formats": _formats(loaded),
        "date_1904": loaded.workbook.date_1904,
    }
    return json.dumps(document, ensure_ascii=False)


def cache_key(prepared: PreparedModel, plan: SimulationPlan) -> str:
    """SHA-256 (hexadecimal) over everything that the result depends on, and nothing else."""
    loaded = prepared.loaded
    document = {
        "version": __version__,
        "stream": STREAM_VERSION,
        "model": loaded.workbook.sha256,
        "program": prepared.compiled.sha256,
        **_choice_document(loaded),
        "trials": plan.trials,
        "seed": plan.seed,
        "sampling": plan.sampling.value,
        "stop": plan.stop,
        "now_serial": volatile_serial(loaded.workbook, loaded.now_serial),
    }
    if prepared.compiled.simulated.evaluators:
        # they read "1 May" as of this year, which a program without them has among its constants
        document["year"] = prepared.now.year
    text = json.dumps(document, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _formats(loaded: LoadedModel) -> dict[str, str]:
    workbook, model = loaded.workbook, loaded.model
    found: dict[str, str] = {}
    for cell in (*(each.cell for each in model.outputs), *(each.cell for each in model.inputs)):
        sheet = workbook.sheets[cell.sheet]
        place = sheet.position(cell.row, cell.column)
        if place >= 0:
            name = format_cell(sheet.name, cell.row, cell.column)
            found[name] = workbook.number_formats[sheet.styles[place]]
    return found


def _choice_document(loaded: LoadedModel) -> dict[str, object]:
    def text(cell: CellAddress) -> str:
        return format_cell(loaded.workbook.sheets[cell.sheet].name, cell.row, cell.column)

    choice = loaded.choice
    return {
        "inputs": [
            {"cell": text(each.cell), "distribution": distribution_text(each.distribution), "name": each.name}
            for each in choice.inputs
        ],
        "outputs": [{"cell": text(each.cell), "name": each.name} for each in choice.outputs],
        "limits": [{"cell": text(cell), "values": values} for cell, values in sorted(choice.limits.items())],
        "correlations": [
            {"cells": sorted((text(each.first), text(each.second))), "rank": each.rank}
            for each in choice.correlations
        ],
        "values": [
            {"cell": text(cell), "value": _value_document(value)}
            for cell, value in sorted(choice.fixed.items())
        ],
    }


def _value_document(value: Scalar) -> object:
    # an error is not the text that it is shown as
    if isinstance(value, ErrorCode):
        return {"error": value.text}
    return None if value is BLANK else value
