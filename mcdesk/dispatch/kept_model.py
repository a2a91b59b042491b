"""The model of a run that has ended, once more: its workbook with the set-up that the history keeps."""

import json
from dataclasses import dataclass
from pathlib import Path

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.known_workbook import known_workbook
from mcdesk.dispatch.model_preparation import LoadedModel
from mcdesk.dispatch.stored_setup import stored_setup
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class KeptSetup:
    """What was asked for; `now_serial` is the moment that NOW() showed, as the workbook counts days."""

    setup: SetupFile
    plan: SimulationPlan
    now_serial: float


def kept_setup(record: RunRecord) -> KeptSetup:
    """The set-up of a run, and its moment.

    Raises:
        RecordMissing: if what is kept cannot be understood.
    """
    setup, plan = stored_setup(record)
    try:
        return KeptSetup(setup, plan, float(json.loads(record.setup_json)["now_serial"]))
    except (ValueError, LookupError, TypeError) as error:
        title = f"The moment of the run of {record.model_name} is not kept"
        raise RecordMissing(title, "Run it again.") from error


def load_kept_model(path: Path, kept: KeptSetup, caches: Caches, cancel: CancelToken) -> LoadedModel:
    """Read the workbook of a run and build its model as it was.

    Raises:
        InputRefused: if the workbook cannot be accepted any more.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    workbook = known_workbook(path, caches, cancel)
    choice = resolve_setup(kept.setup, workbook)
    cancel.raise_if_cancelled()
    model = build_simulation_model(workbook, choice, kept.now_serial)
    return LoadedModel(workbook, choice, model, kept.now_serial)
