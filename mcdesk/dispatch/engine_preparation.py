"""From a prepared model to what the engine runs; and the preparation where the engine has to do it itself."""

import time
from pathlib import Path

from mcdesk.dispatch.caches import Caches
from mcdesk.dispatch.engine_program import EngineProgram
from mcdesk.dispatch.error_origins import with_error_origins
from mcdesk.dispatch.job_request import JobRequest, model_path
from mcdesk.dispatch.known_workbook import known_workbook
from mcdesk.dispatch.model_preparation import Moment, PreparedModel, prepare_workbook
from mcdesk.dispatch.reached_correlations import AskedCorrelation
from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.formulas.simulation_model import SimulationModel, cell_text
from mcdesk.foundation.cancellation import CancelToken


def engine_program(prepared: PreparedModel) -> EngineProgram:
    """The part of a prepared model that runs."""
    return EngineProgram(
        simulated=prepared.compiled.simulated,
        warnings=prepared.warnings,
        correlations=asked_correlations(prepared.loaded.model),
    )


def asked_correlations(model: SimulationModel) -> tuple[AskedCorrelation, ...]:
    """The correlations of a model."""
    return tuple(
        AskedCorrelation(
            (cell_text(model.workbook, each.first), cell_text(model.workbook, each.second)), each.rank
        )
        for each in model.correlations
    )


class EnginePreparation:
    """The model of a job, read from the library and compiled once, when it is first needed.

    It is compiled for this job alone, because its cells are evaluated; the workbook may be one that was
    read before.
    """

    def __init__(self, request: JobRequest, model_files: Path, caches: Caches, cancel: CancelToken) -> None:
        self._request = request
        workbook = known_workbook(model_path(model_files, request), caches, cancel)
        moment = Moment(request.now, time.perf_counter)
        self._prepared = prepare_workbook(workbook, request.setup, request.plan, cancel, moment)

    def program(self) -> EngineProgram:
        """What the engine runs."""
        return engine_program(self._prepared)

    def with_error_origins(self, outputs: tuple[OutputStatistics, ...]) -> tuple[OutputStatistics, ...]:
        """The statistics, with the cells where errors first arose."""
        return with_error_origins(self._prepared, self._request.plan, outputs)
