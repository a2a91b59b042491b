"""From a workbook file and a set-up to a compiled model, with the seconds that each step took."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mcdesk.dispatch.moment_serial import serial_of
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.choice import SimulationChoice
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import CompiledModel, compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.formulas.simulation_model import SimulationModel, build_simulation_model
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook

# Also where it is handed on as a value; sheets and columns of tables may be called so.
_NOW = re.compile(r"\bNOW\b(?!['!\]])")
_TODAY = re.compile(r"\bTODAY\b(?!['!\]])")
_QUOTED = re.compile('"[^"]*"')


@dataclass(frozen=True, slots=True)
class Moment:
    """What time it is: for NOW() in a workbook, and a monotonic clock in seconds for measuring."""

    now: datetime
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A workbook with the choice that was resolved in it, before anything is compiled.

    `now_serial` is the moment of the run in the date system of the workbook.
    """

    workbook: Workbook
    choice: SimulationChoice
    model: SimulationModel
    now_serial: float


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """A model that is ready to run; `now` is the moment that NOW() shows in it.

    `load_seconds` are those of its building, and of reading the workbook where that was for it.
    """

    loaded: LoadedModel
    compiled: CompiledModel
    load_seconds: float
    compile_seconds: float
    now: datetime
    sampling_warnings: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was repaired or assumed on the way, each once."""
        return tuple(
            dict.fromkeys((*self.loaded.model.warnings, *self.compiled.warnings, *self.sampling_warnings))
        )


def load_model(path: Path, setup: SetupFile, now: datetime, cancel: CancelToken) -> LoadedModel:
    """Read a workbook and build its model.

    Raises:
        InputRefused: if the workbook, the set-up or the formulas cannot be accepted.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    return chosen_model(read_workbook(path, cancel), setup, now, cancel)


def chosen_model(workbook: Workbook, setup: SetupFile, now: datetime, cancel: CancelToken) -> LoadedModel:
    """Build the model of a workbook that was read.

    Raises:
        InputRefused: if the set-up or the formulas cannot be accepted.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    choice = resolve_setup(setup, workbook)
    cancel.raise_if_cancelled()
    serial = serial_of(now, workbook.date_1904)
    return LoadedModel(workbook, choice, build_simulation_model(workbook, choice, serial), serial)


def prepare_workbook(
    workbook: Workbook, setup: SetupFile, plan: SimulationPlan, cancel: CancelToken, moment: Moment
) -> PreparedModel:
    """Build the model of a workbook that was read, and compile it for a plan.

    Raises:
        InputRefused: if the set-up or the formulas cannot be accepted.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    began = moment.clock()
    loaded = chosen_model(workbook, setup, moment.now, cancel)
    loaded_at = moment.clock()
    cancel.raise_if_cancelled()
    opened = open_sampler(loaded.model, plan.sampling, plan.trials)
    compiled = compile_model(loaded.model, cancel=cancel, sampler=opened.sampler)
    seconds = loaded_at - began, moment.clock() - loaded_at
    return PreparedModel(loaded, compiled, *seconds, moment.now, opened.warnings)


def volatile_serial(workbook: Workbook, now_serial: float) -> float | None:
    """What of the moment of the run its result may depend on: all of it, the day, or nothing (None)."""
    # one text, as thousands of searches take far longer; most have neither word anywhere
    texts = (*(each.text for each in workbook.formulas), *(each.text for each in workbook.names))
    text = "\n".join(texts).upper()
    if "NOW" not in text and "TODAY" not in text:
        return None
    text = _QUOTED.sub("", text)
    if _NOW.search(text):
        return now_serial
    return now_serial // 1 if _TODAY.search(text) else None
