"""Where the error of an output arose: the trial is evaluated again and followed back."""

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.formulas.compiler import CompiledModel
from mcdesk.formulas.overlay import Overlay
from mcdesk.formulas.reads import reads_of
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.formulas.slow_cells import slot_scalar, trial_draws
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress

_MOST_READ = 100_000


class ErrorOrigins:
    """Follows errors back to the first cell that has them, in trials of one run."""

    def __init__(self, model: SimulationModel, compiled: CompiledModel, seed: int) -> None:
        self._model = model
        self._compiled = compiled
        self._seed = seed
        graph = model.graph
        uncertain = [int(cell) for cell in model.is_uncertain[: graph.cell_count].nonzero()[0]]
        self._overlay = Overlay(model.calculation, {graph.address(cell) for cell in uncertain})
        simulated = compiled.simulated
        self._backend = open_backend("auto", simulated.program, simulated.evaluators)
        self._trial = -1

    def origin(self, output: CellAddress, trial: int) -> CellAddress:
        """The cell where the error that an output shows in a trial (from 0) arose.

        That is the last one on the way back, through the first cell read with the same error. An
        output that shows no error, such as a text, is its own origin.
        """
        self._begin(trial)
        code = self._overlay.value(output)
        if not isinstance(code, ErrorCode):
            return output
        seen = {output}
        here = output
        while (before := self._read_with(here, code)) is not None and before not in seen:
            seen.add(before)
            here = before
        return here

    def _begin(self, trial: int) -> None:
        if trial == self._trial:
            return
        drawn = [each for each in self._model.inputs if each.distribution is not None]
        slots = {each.cell: slot for each in drawn if (slot := self._compiled.slot_by_cell.get(each.cell))}
        arrays = {slot.array for slot in slots.values()}
        arrays |= {slot.error_array for slot in slots.values() if slot.error_array is not None}
        values = self._backend.run(ChunkRequest(self._seed, trial, 1, tuple(sorted(arrays))))
        draws = trial_draws(self._model.workbook, self._compiled.sampler, self._seed, trial)
        self._overlay.begin({cell: slot_scalar(slot, values) for cell, slot in slots.items()}, draws)
        self._trial = trial

    def _read_with(self, cell: CellAddress, code: ErrorCode) -> CellAddress | None:
        """The first cell, of those that a cell reads, whose value is this error."""
        for region in self._model.regions:
            area = region.rectangle
            if area.sheet != cell.sheet or not area.contains(cell.row, cell.column):
                continue
            for read in reads_of(self._model.workbook, region.tree, area.sheet).reads:
                seen = read.at(cell.row, cell.column)
                sheet = self._model.workbook.sheets[seen.sheet]
                for place in sheet.positions_in(seen)[:_MOST_READ].tolist():
                    other = CellAddress(seen.sheet, int(sheet.rows[place]), int(sheet.columns[place]))
                    if other != cell and self._overlay.value(other) is code:
                        return other
        return None
