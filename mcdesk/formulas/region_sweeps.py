"""Regions of certain cells that read themselves or each other, calculated in one sweep over their cells.

The program is that of a simulation, compiled and run for one trial.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.backends import run_one_trial
from mcdesk.engine.backends.backend import SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Program, Type, program_instructions, step_count
from mcdesk.engine.operations import Operations, V
from mcdesk.engine.random_stream import StreamKey
from mcdesk.formulas.blocks import Block, Part, cut_into_parts
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.known_cells import KnownCells
from mcdesk.formulas.lowered import NotLowerable
from mcdesk.formulas.part_emission import PartEmitter
from mcdesk.formulas.region_lanes import scalars_of
from mcdesk.formulas.regions import Region
from mcdesk.formulas.schedule import Cycle, PartGraph, Sweep, connected_groups, schedule
from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import Rectangle

# a part takes about as long to lower and compile as the evaluator needs for so many cells
LEAST_CELLS_OF_A_PART = 350
# what they and the start of the compiler take
LEAST_CELLS_OF_A_SWEEP = 6_000
# about what the evaluator could do instead
_MOST_STEPS_PER_CELL = 300
_MOST_INSTRUCTIONS_PER_PART = 300


@dataclass(frozen=True, slots=True)
class SweptRegion:
    """The values of a region's cells, row-major."""

    rectangle: Rectangle
    values: list[Scalar]


def swept_regions(calculation: Calculation, regions: Sequence[Region]) -> list[SweptRegion]:
    """Calculate regions of which the cells are known that they read beside their own.

    Raises:
        NotLowerable: if they have no order, no instructions, or more of these than is worth while.
    """
    blocks = [Block(region.rectangle, region.tree) for region in regions]
    program = _program(KnownCells(calculation, blocks), blocks)
    arrays = {block.value_array for block in blocks} | {
        block.error_array for block in blocks if block.error_array is not None
    }
    slots = run_one_trial(program, tuple(sorted(arrays)))
    if slots is None:
        raise NotLowerable("no compiler")
    return [SweptRegion(block.rectangle, _scalars(block, slots, program.strings)) for block in blocks]


def _program(known: KnownCells, blocks: Sequence[Block]) -> Program:
    cell_count = sum(block.rectangle.size for block in blocks)
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    emitter = PartEmitter(ops, known, known.workbook, _NoDraws())
    steps = _steps(known, blocks, cell_count)
    for step in steps:
        if emitter.emit(step):
            raise NotLowerable("a formula without instructions")
    ops.finish("certain")
    program = draft.program()
    instruction_count = sum(1 for _ in program_instructions(program))
    part_count = sum(len(step.parts) if isinstance(step, Sweep) else 1 for step in steps)
    is_long = instruction_count > _MOST_INSTRUCTIONS_PER_PART * part_count
    if is_long or step_count(program) > _MOST_STEPS_PER_CELL * cell_count:
        raise NotLowerable("more work than cell by cell")
    return program


def _steps(known: KnownCells, blocks: Sequence[Block], cell_count: int) -> list[Part | Sweep]:
    parts = [part for block in blocks for part in cut_into_parts(known, block)]
    if len(parts) * LEAST_CELLS_OF_A_PART > cell_count:
        raise NotLowerable("cells that are too unlike")
    graph = PartGraph(known, parts)
    steps: list[Part | Sweep] = []
    for step in schedule(graph, connected_groups(graph.read_parts)):
        if isinstance(step, tuple | Cycle):
            raise NotLowerable("cells without an order")
        steps.append(step)
    return steps


def _scalars(block: Block, slots: dict[int, SlotValues], strings: Sequence[str]) -> list[Scalar]:
    own = slice(block.base, block.base + block.rectangle.size)
    values = slots[block.value_array][own, 0]
    errors = np.zeros(0) if block.error_array is None else slots[block.error_array][own, 0]
    return scalars_of(values, errors, strings if block.type is Type.TEXT else ())


class _NoDraws:
    """A sampler for formulas that draw nothing."""

    def uniform(self, ops: Operations[V], seed: V, trial: V, keys: Sequence[StreamKey], which: V) -> V:
        """There is none."""
        raise NotLowerable("a random number")
