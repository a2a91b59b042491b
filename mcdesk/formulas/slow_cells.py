"""Cells without instructions: evaluated trial by trial between the compiled stages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.backends.backend import SlotEvaluator, SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, EvaluatedStage, SlotAccess, Type
from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.sampler import Sampler
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.blocks import Block, CellMap
from mcdesk.formulas.cell_store import Obstacle
from mcdesk.formulas.certain_part import is_needed_in, refuse_endless
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Result
from mcdesk.formulas.overlay import Overlay
from mcdesk.formulas.rectangles import cells_of
from mcdesk.formulas.simulation_model import SimulationModel
from mcdesk.formulas.syntax import Binary, BinaryOperator, Call, Node, Unary, UnaryOperator
from mcdesk.formulas.values import Blank, Scalar
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import Workbook

_NUMERIC = frozenset("+-*/^")
_SCALARS = ScalarOperations()


@dataclass(frozen=True, slots=True)
class _Source:
    cell: CellAddress
    place: int
    type: Type
    value_array: int
    error_array: int | None


class SlowCells:
    """The evaluated stages of one program."""

    def __init__(self, model: SimulationModel, draft: ProgramDraft, cells: CellMap, sampler: Sampler) -> None:
        self._model = model
        self._sampler = sampler
        self._draft = draft
        self._cells = cells
        self._seed_array = -1
        self._evaluators: list[SlotEvaluator] = []

    def evaluators(self) -> tuple[SlotEvaluator, ...]:
        """The functions of the stages, in the order of their numbers."""
        return tuple(self._evaluators)

    def keep_seed(self, ops: StageBuilder) -> None:
        """Leave the run's seed in a slot, once, for cells that draw."""
        if self._seed_array < 0:
            self._seed_array = self._draft.slot_array(Type.INTEGER, 1)
            ops.write_slot(SlotAccess(self._seed_array, Affine(0)), ops.seed())

    def add(self, block: Block) -> None:
        """A stage for a block; its arrays are set, its type only where it surely gives numbers."""
        size = block.rectangle.size
        sources = self._sources(block)
        block.value_array = self._draft.slot_array(Type.NUMBER, size)
        block.error_array = self._draft.slot_array(Type.ERROR, size)
        block.type = Type.NUMBER if block.tree is not None and _is_numeric(block.tree) else None
        reads = {source.value_array for source in sources}
        reads |= {source.error_array for source in sources if source.error_array is not None}
        name = f"evaluated {block.rectangle}"
        stage = EvaluatedStage(
            name,
            len(self._evaluators),
            (*sorted(reads), self._seed_array),
            (block.value_array, block.error_array),
        )
        self._draft.add_stage(stage)
        self._evaluators.append(self._evaluator(block, sources))

    def _sources(self, block: Block) -> list[_Source]:
        graph = self._model.graph
        own = {int(cell) for cell in graph.ids_in(block.rectangle)}
        mask = graph.precedents(own)
        sources: list[_Source] = []
        for (sheet, row, column), other in self._cells.block_by_cell.items():
            cell = CellAddress(sheet, row, column)
            number = graph.cell_id(cell)
            if other is not block and other.type is not None and (number < 0 or mask[number]):
                place = other.place(row, column)
                sources.append(_Source(cell, place, other.type, other.value_array, other.error_array))
        return sources

    def _evaluator(self, block: Block, sources: list[_Source]) -> SlotEvaluator:
        graph = self._model.graph
        uncertain = np.flatnonzero(self._model.is_uncertain[: graph.cell_count])
        drawn = frozenset(each.cell for each in self._model.inputs if each.distribution is not None)
        recalculated = {graph.address(int(cell)) for cell in uncertain}
        overlay = Overlay(self._model.calculation, recalculated, drawn)
        area = block.rectangle
        cells = [CellAddress(area.sheet, row, column) for row, column in cells_of(area)]
        strings, seed_array = self._draft, self._seed_array
        model, sampler = self._model, self._sampler
        workbook = model.workbook

        def evaluate(
            first: int, slots: Mapping[int, SlotValues], cancel: CancelToken
        ) -> Mapping[int, SlotValues]:
            count = slots[seed_array].shape[1]
            seed = int(slots[seed_array][0, 0])
            numbers = np.zeros((len(cells), count))
            errors = np.zeros((len(cells), count), dtype=np.uint8)
            for lane in range(count):
                values = {each.cell: _scalar(each, slots, lane, strings.strings) for each in sources}
                overlay.begin(values, trial_draws(workbook, sampler, seed, first + lane))
                for place, cell in enumerate(cells):
                    cancel.raise_if_cancelled()
                    value = overlay.value(cell)
                    if isinstance(value, Obstacle) and is_needed_in(model, cell):
                        refuse_endless(model, value)
                    numbers[place, lane], errors[place, lane] = _number_and_error(value)
            assert block.error_array is not None
            return {block.value_array: numbers, block.error_array: errors}

        return evaluate


def trial_draws(
    workbook: Workbook, sampler: Sampler, seed: int, trial: int
) -> Callable[[CellAddress, int], float]:
    """The uniform number of each draw, by cell and place, in one trial (from 0)."""
    sheets = workbook.sheets

    def draw(cell: CellAddress, place: int) -> float:
        key = StreamKey(sheets[cell.sheet].name, cell.row, cell.column, place)
        numbers = _SCALARS.integer(seed), _SCALARS.integer(trial), _SCALARS.integer(0)
        return float(sampler.uniform(_SCALARS, numbers[0], numbers[1], [key], numbers[2]))

    return draw


def _scalar(source: _Source, slots: Mapping[int, SlotValues], lane: int, strings: tuple[str, ...]) -> Scalar:
    if source.error_array is not None:
        code = int(slots[source.error_array][source.place, lane])
        if code:
            return ErrorCode(code)
    value = slots[source.value_array][source.place, lane]
    if source.type is Type.TEXT:
        return strings[int(value)]
    return bool(value) if source.type is Type.LOGICAL else float(value)


def _number_and_error(value: Scalar | Obstacle) -> tuple[float, int]:
    if isinstance(value, ErrorCode):
        return 0.0, int(value)
    if isinstance(value, float | bool):
        return float(value), 0
    if isinstance(value, Blank):
        return 0.0, 0
    return 0.0, int(ErrorCode.VALUE if isinstance(value, str) else ErrorCode.NAME)


def _is_numeric(tree: Node) -> bool:
    match tree:
        case Binary(BinaryOperator() as operator, _, _):
            return operator.value in _NUMERIC
        case Unary(UnaryOperator.NEGATE | UnaryOperator.PERCENT, _):
            return True
        case Call(name, _, False):
            definition = FUNCTION_BY_NAME.get(name)
            return definition is not None and definition.returns is Result.NUMBER
    return False
