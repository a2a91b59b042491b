"""The compiled model of a workbook and a set-up, unless it was compiled before."""

from dataclasses import replace
from datetime import datetime

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.model_preparation import Moment, PreparedModel, prepare_workbook, volatile_serial
from mcdesk.dispatch.moment_serial import serial_of
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.workbook import Workbook
from mcdesk.model.workbook_memory import workbook_bytes

# From 0.9 to 2.5 times what tracemalloc found for four models, beside their workbooks.
_LEAST_BYTES = 1_000_000
_BYTES_PER_CELL = 1_000


def known_model(
    workbook: Workbook,
    setup: SetupFile,
    plan: SimulationPlan,
    moment: Moment,
    cancel: CancelToken,
    caches: Caches,
) -> PreparedModel:
    """A compiled model to be looked at and handed over, never to be evaluated: others may share it.

    Cells that are evaluated are calculated in the model itself, which is for one thread and one run.

    Raises:
        InputRefused: if the set-up or the formulas cannot be accepted.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    began = moment.clock()
    key = model_key(workbook, setup, plan, moment.now)
    made: list[PreparedModel] = []

    def make() -> PreparedModel:
        made.append(prepare_workbook(workbook, setup, plan, cancel, moment))
        return made[0]

    found = caches.models.value(key, make, lambda each: None if _shows_now(each) else _bytes(each), cancel)
    if made:
        return found
    loaded = replace(found.loaded, now_serial=serial_of(moment.now, workbook.date_1904))
    return replace(
        found, loaded=loaded, now=moment.now, load_seconds=0.0, compile_seconds=moment.clock() - began
    )


def model_key(workbook: Workbook, setup: SetupFile, plan: SimulationPlan, now: datetime) -> str:
    """All that a compiled model depends on, as a text; seed, stop rule and mostly trials are not among it.

    Where the workbook shows the date, the day is among it, and the year in any case: texts such as
    "1 May" are read as dates of that year. The name of the file is, because CELL shows it.
    """
    # plain draws are the same however many follow
    trials = 0 if plan.sampling is Sampling.PLAIN else plan.trials
    chosen = replace(setup, trials=None, seed=None, sampling=None, stop=None)
    serial = volatile_serial(workbook, serial_of(now, workbook.date_1904))
    # as text, because True == 1.0 and 0.0 == -0.0
    return repr((workbook.sha256, str(workbook.path), chosen, plan.sampling.value, trials, serial, now.year))


def _shows_now(prepared: PreparedModel) -> bool:
    """Whether the model is that of one moment, which does not come again."""
    serial = prepared.loaded.now_serial
    return volatile_serial(prepared.loaded.workbook, serial) == serial


def _bytes(prepared: PreparedModel) -> int:
    workbook = prepared.loaded.workbook
    cells = sum(sheet.cell_count for sheet in workbook.sheets)
    return _LEAST_BYTES + _BYTES_PER_CELL * cells + workbook_bytes(workbook)
