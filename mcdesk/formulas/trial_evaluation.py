"""One trial of a run once more: what the program kept, and the rest by evaluation."""

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import Backend, ChunkRequest, SlotValues
from mcdesk.engine.ir import Type
from mcdesk.engine.program_prefix import program_prefix
from mcdesk.engine.simulation_types import Quantity
from mcdesk.formulas.certain_part import scalar_of
from mcdesk.formulas.compiler import CompiledModel
from mcdesk.formulas.overlay import Overlay
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.formulas.slow_cells import trial_draws
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress


class TrialEvaluation:
    """The cells of a model in one trial after another; `begin` before the first question."""

    def __init__(
        self, model: SimulationModel, compiled: CompiledModel, seed: int, cancel: CancelToken | None = None
    ) -> None:
        self._model = model
        self._compiled = compiled
        self._seed = seed
        self._cancel = cancel
        graph = model.graph
        uncertain = [int(cell) for cell in model.is_uncertain[: graph.cell_count].nonzero()[0]]
        self._inputs = frozenset(each.cell for each in model.inputs if each.distribution is not None)
        self._overlay = Overlay(model.calculation, {graph.address(cell) for cell in uncertain}, self._inputs)
        self._backends: dict[tuple[int, ...], Backend] = {}
        self._trial = -1

    def begin(self, trial: int) -> None:
        """Go to a trial (from 0)."""
        if trial == self._trial:
            return
        drawn = self.kept(trial, self._inputs)
        draws = trial_draws(self._model.workbook, self._compiled.sampler, self._seed, trial)
        self._overlay.begin(drawn, draws)
        self._trial = trial

    def evaluated(self, cell: CellAddress) -> Scalar:
        """The value of a cell in the trial at hand, from the inputs by evaluation."""
        return scalar_of(self._overlay.value(cell))

    def kept(self, trial: int, cells: frozenset[CellAddress] | None = None) -> dict[CellAddress, Scalar]:
        """What the program computes of these cells, or of all that it keeps, in a trial."""
        slots = {
            cell: slot for cell, slot in self._compiled.slot_by_cell.items() if cells is None or cell in cells
        }
        arrays = {slot.array for slot in slots.values()}
        arrays |= {slot.error_array for slot in slots.values() if slot.error_array is not None}
        wanted = tuple(sorted(arrays))
        request = ChunkRequest(self._seed, trial, 1, wanted)
        values = self._backend(wanted).run(request, self._cancel)
        return {cell: self._scalar(slot, values) for cell, slot in slots.items()}

    def _backend(self, arrays: tuple[int, ...]) -> Backend:
        """A back end for no more of the program than fills these arrays."""
        if arrays not in self._backends:
            simulated = self._compiled.simulated
            beginning = program_prefix(simulated.program, arrays)
            self._backends[arrays] = open_backend("reference", beginning, simulated.evaluators)
        return self._backends[arrays]

    def _scalar(self, slot: Quantity, values: dict[int, SlotValues]) -> Scalar:
        if slot.error_array is not None:
            code = int(values[slot.error_array][slot.place, 0])
            if code:
                return ErrorCode(code)
        value = values[slot.array][slot.place, 0].item()
        program = self._compiled.simulated.program
        if program.slots[slot.array].type is Type.TEXT:
            return program.strings[int(value)]
        return value if isinstance(value, bool) else float(value)
