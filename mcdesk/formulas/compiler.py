"""SimulationModel to Program: the certain part once, the uncertain part as instructions."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.distribution_choice import alike
from mcdesk.engine.distribution_text import distribution_text
from mcdesk.engine.distributions import Distribution
from mcdesk.engine.ir import Type, program_hash
from mcdesk.engine.sampling.plain import Plain
from mcdesk.engine.sampling.sampler import Sampler
from mcdesk.engine.simulation_types import Quantity, SimulationProgram
from mcdesk.formulas.blocks import Block, CellMap, Part, cut_into_parts
from mcdesk.formulas.cell_slots import CellSlots
from mcdesk.formulas.certain_part import certain_value
from mcdesk.formulas.cycle_texts import cycle_warnings
from mcdesk.formulas.like_formulas import LikeFormulas, has_varying_leaves
from mcdesk.formulas.node_evaluation import node_scalar
from mcdesk.formulas.part_emission import PartEmitter
from mcdesk.formulas.rectangles import cells_of, numbered_rectangles, rectangles_of
from mcdesk.formulas.schedule import Cycle, PartGraph, Step, connected_groups, schedule
from mcdesk.formulas.simulation_model import ModelInput, SimulationModel, cell_text
from mcdesk.formulas.slow_cells import SlowCells
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.garbage import collection_paused
from mcdesk.model.addresses import CellAddress, Rectangle

_Cell = tuple[int, int, int]
_LIKE, _ALONE, _SLOW = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class CompiledModel:
    """A program with what is known about it."""

    simulated: SimulationProgram
    formula_cells: int
    compiled_cells: int
    slow_cells: int
    sha256: str
    slot_by_cell: Mapping[CellAddress, Quantity] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    sampler: Sampler = field(default_factory=Plain)


@collection_paused()
def compile_model(
    model: SimulationModel,
    keeps_all: bool = False,
    cancel: CancelToken | None = None,
    sampler: Sampler | None = None,
) -> CompiledModel:
    """Compile what the outputs need, or with `keeps_all` every uncertain cell of the workbook.

    The draws are those of `sampler`, plain ones without it.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    token = cancel or CancelToken()
    slow: set[_Cell] = set()
    alone: set[_Cell] = set()
    while True:
        token.raise_if_cancelled()
        attempt = _Compilation(model, keeps_all, (frozenset(slow), frozenset(alone)), sampler or Plain())
        failed = attempt.run(token)
        if not failed:
            return attempt.finished()
        merged = failed & attempt.merged_cells()
        alone |= merged
        # others may have failed only because these did
        slow |= set() if merged else failed


@dataclass(frozen=True, slots=True)
class _InputGroup:
    """Blocks of inputs that share a slot array, and the distributions of their cells in order.

    `is_joint` says that it is one input, which is correlated with others.
    """

    blocks: tuple[Block, ...]
    distributions: tuple[Distribution, ...]
    is_joint: bool


class _Compilation:
    """One attempt; cells that prove to have no instructions are slow in the next one.

    Those of a block of like formulas are first tried by themselves: `apart` has the slow cells and the
    ones that no block of like formulas may have.
    """

    def __init__(
        self,
        model: SimulationModel,
        keeps_all: bool,
        apart: tuple[frozenset[_Cell], frozenset[_Cell]],
        sampler: Sampler,
    ) -> None:
        self.model = model
        self._sampler = sampler
        self._slow, self._alone = apart
        self._wanted = model.is_uncertain if keeps_all else model.is_uncertain & model.is_needed
        self._input_by_cell = {
            (each.cell.sheet, each.cell.row, each.cell.column): each
            for each in model.inputs
            if each.distribution is not None and self._wanted[model.graph.cell_id(each.cell)]
        }
        self._is_input = np.zeros_like(self._wanted)
        self._is_input[[model.graph.cell_id(CellAddress(*cell)) for cell in self._input_by_cell]] = True
        self.draft = ProgramDraft()
        self._inputs = self._grouped_inputs()
        self._blocks = [block for group in self._inputs for block in group.blocks] + self._formula_blocks()
        self.cells = CellMap(
            model.workbook,
            self._blocks,
            lambda cell: certain_value(model, cell),
            lambda node, cell: node_scalar(model.calculation, node, cell),
            model.calculation.dates,
        )
        self._evaluated = SlowCells(model, self.draft, self.cells, sampler)
        self._ops = StageBuilder(self.draft)
        self._emitter = PartEmitter(self._ops, self.cells, model.workbook, sampler)
        self._outputs: list[Quantity] = []

    def run(self, cancel: CancelToken) -> set[_Cell]:
        """Emit everything; the cells that could not be."""
        self._emit_inputs()
        failed: set[_Cell] = set()
        for step in self._steps():
            cancel.raise_if_cancelled()
            failed |= self._emit(step)
        if not failed:
            self._outputs = [self._output(i) for i in range(len(self.model.outputs))]
            self._ops.finish("model")
        return failed

    def _emit_inputs(self) -> None:
        free = [group for group in self._inputs if not group.is_joint]
        are_many = sum(len(group.distributions) for group in free) > 1
        uniforms = iter(self._emitter.emit_uniforms([group.blocks for group in free]) if are_many else ())
        for group in self._inputs:
            own = None if group.is_joint else next(uniforms, None)
            self._emitter.emit_inputs(group.blocks, group.distributions, own)

    def finished(self) -> CompiledModel:
        """The result of an attempt without failure."""
        program = self.draft.program()
        inputs = [self._input_quantity(each) for each in self.model.inputs if self._is_wanted(each.cell)]
        simulated = SimulationProgram(
            program,
            self._evaluated.evaluators(),
            tuple(quantity for quantity in inputs if quantity is not None),
            tuple(self._outputs),
        )
        formula_blocks = [block for block in self._blocks if block.tree is not None]
        compiled = sum(block.rectangle.size for block in formula_blocks if not block.is_slow)
        slow = sum(block.rectangle.size for block in formula_blocks if block.is_slow)
        return CompiledModel(
            simulated,
            self.model.formula_cells,
            compiled,
            slow,
            program_hash(program),
            CellSlots(self.cells),
            (*self._slow_warnings(slow), *cycle_warnings(self.model.calculation)),
            self._sampler,
        )

    def _is_wanted(self, cell: CellAddress) -> bool:
        number = self.model.graph.cell_id(cell)
        return number >= 0 and bool(self._wanted[number])

    def _grouped_inputs(self) -> list[_InputGroup]:
        """Inputs whose draws share a loop; one that is correlated stands alone."""
        inputs = list(self._input_by_cell.values())
        joint = {cell for each in self.model.correlations for cell in (each.first, each.second)}
        alone = [[place] for place, each in enumerate(inputs) if each.cell in joint]
        free = [place for place, each in enumerate(inputs) if each.cell not in joint]
        together = alike([_distribution(inputs[place]) for place in free])
        groups = [*alone, *([free[place] for place in group] for group in together)]
        return [_input_group([inputs[place] for place in group], joint) for group in groups]

    def merged_cells(self) -> set[_Cell]:
        """The cells of blocks of formulas that are like each other and not the same."""
        merged = [
            block for block in self._blocks if block.tree is not None and has_varying_leaves(block.tree)
        ]
        return {cell for block in merged for cell in _cells_of(Part(block, block.rectangle))}

    def _formula_blocks(self) -> list[Block]:
        blocks: list[Block] = []
        like = LikeFormulas()
        for region in self.model.regions:
            area = region.rectangle
            wanted = self.model.graph.cells_in(area, self._wanted & ~self._is_input)
            kinds = np.zeros(len(wanted), dtype=np.int64)
            if region.owner >= 0:
                kinds[:] = _SLOW
            elif self._slow or self._alone:
                kinds[:] = [self._kind((area.sheet, row, column)) for row, column in wanted.tolist()]
            if np.any(kinds == _LIKE):
                like.add(area.sheet, region.tree, wanted[kinds == _LIKE])
            for kind in (_ALONE, _SLOW):
                rows, columns = wanted[kinds == kind].T
                found = numbered_rectangles(area.sheet, rows, columns, np.zeros_like(rows))
                blocks += [Block(each, region.tree, kind == _SLOW) for each, _ in found]
        return [*like.blocks(), *blocks]

    def _kind(self, cell: _Cell) -> int:
        return _SLOW if cell in self._slow else _ALONE if cell in self._alone else _LIKE

    def _steps(self) -> list[Step]:
        parts = [part for b in self._blocks if b.tree is not None for part in cut_into_parts(self.cells, b)]
        while True:
            graph = PartGraph(self.cells, parts)
            steps = schedule(graph, connected_groups(graph.read_parts))
            tangled = {part for step in steps if isinstance(step, tuple) for part in step}
            if not tangled:
                return [step for step in steps if not isinstance(step, tuple)]
            parts = [part for part in parts if part not in tangled]
            parts += [Part(part.block, cell) for part in tangled for cell in _single_cells(part.rectangle)]

    def _emit(self, step: Step) -> set[_Cell]:
        parts = (step,) if isinstance(step, Part) else step.parts
        compiled = [part for part in parts if not part.block.is_slow]
        # cells that feed each other are evaluated together, or all compiled
        if isinstance(step, Cycle) or len(compiled) < len(parts):
            if not compiled:
                self._evaluate([part.block for part in parts])
            return {cell for part in compiled for cell in _cells_of(part)}
        failed = self._emitter.emit(step)
        return {cell for part in failed for cell in _cells_of(part)}

    def _evaluate(self, blocks: Sequence[Block]) -> None:
        """Stages that evaluate blocks, each once; what they read of each other is evaluated with them."""
        self._evaluated.keep_seed(self._ops)
        self._ops.finish("model")
        for block in dict.fromkeys(blocks):
            if block.error_array is None:
                self._evaluated.add(block)
        self._ops = StageBuilder(self.draft)
        self._emitter.use(self._ops)

    def _output(self, number: int) -> Quantity:
        choice = self.model.outputs[number]
        cell = choice.cell
        base = certain_value(self.model, cell)
        base_value = float(base) if isinstance(base, float | bool) else None
        text = cell_text(self.model.workbook, cell)
        block = self.cells.block_at(cell.sheet, cell.row, cell.column)
        if block is not None and (block.is_slow or block.type is Type.NUMBER):
            place = block.place(cell.row, cell.column)
            found = (block.value_array, place, block.error_array)
        else:
            value, error = self._emitter.as_output(block, cell, base)
            found = (value, 0, error)
        return Quantity(text, choice.name, *found, base_value=base_value, limits=choice.limits)

    def _input_quantity(self, each: ModelInput) -> Quantity | None:
        block = self.cells.block_at(each.cell.sheet, each.cell.row, each.cell.column)
        if block is None or block.type is not Type.NUMBER:
            return None
        text = "" if each.distribution is None else distribution_text(each.distribution)
        place = block.place(each.cell.row, each.cell.column)
        return Quantity(
            cell_text(self.model.workbook, each.cell),
            each.name,
            block.value_array,
            place,
            block.error_array,
            text or "drawn in the cell",
            moves_outputs=each.cell not in self.model.idle_inputs,
        )

    def _slow_warnings(self, slow: int) -> tuple[str, ...]:
        if not slow:
            return ()
        subject = (
            "1 cell has no compiled form and is"
            if slow == 1
            else f"{slow:,} cells have no compiled form and are"
        )
        return (f"{subject} evaluated trial by trial, which is slower.",)


def _input_group(inputs: Sequence[ModelInput], joint: Container[CellAddress]) -> _InputGroup:
    by_cell = {(each.cell.sheet, each.cell.row, each.cell.column): _distribution(each) for each in inputs}
    blocks: list[Block] = []
    distributions: list[Distribution] = []
    for sheet in sorted({sheet for sheet, _, _ in by_cell}):
        cells = [(row, column) for number, row, column in by_cell if number == sheet]
        for rectangle in rectangles_of(sheet, cells):
            blocks.append(Block(rectangle, None, base=len(distributions)))
            distributions += [by_cell[sheet, row, column] for row, column in cells_of(rectangle)]
    return _InputGroup(tuple(blocks), tuple(distributions), inputs[0].cell in joint)


def _distribution(each: ModelInput) -> Distribution:
    assert each.distribution is not None
    return each.distribution


def _single_cells(area: Rectangle) -> Sequence[Rectangle]:
    return [Rectangle(area.sheet, row, column, row, column) for row, column in cells_of(area)]


def _cells_of(part: Part) -> list[_Cell]:
    return [(part.rectangle.sheet, row, column) for row, column in cells_of(part.rectangle)]
