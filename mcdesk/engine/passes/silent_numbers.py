"""Finds the numbers of a program that may be infinite, or no number, though no operation met it.

An operation that makes something infinite of finite numbers raises a flag of the processor. Nothing does for
what is made of bits, for a constant or an element of a table that is infinite itself, and for what another
function computed, which has flags of its own. What comes of these may be silent as well.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np

from mcdesk.engine.ir import CompiledStage, Instruction, Loop, Op, Program, SlotAccess, Statement, Type
from mcdesk.engine.passes.bit_ranges import BitRanges
from mcdesk.engine.stage_groups import shared_arrays, stage_groups


def silent_numbers(program: Program, terms: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """Of each compiled stage, by its place.

    Args:
        terms: numbers of each stage that are watched: where one is silent, nothing that comes of it need be.
    """
    arrays = set(shared_arrays(stage_groups(program)))
    infinite = {
        number
        for number, table in enumerate(program.tables)
        if table.type is Type.NUMBER and not np.isfinite(table.values).all()
    }
    while True:
        known, found = len(arrays), {}
        for place, stage in enumerate(program.stages):
            if isinstance(stage, CompiledStage):
                walk = _Walk(infinite, terms[place], arrays)
                walk.statements(stage.body)
                found[place] = walk.silent
        # a number may be read before it is known that such are written there
        if len(arrays) == known:
            return found


class _Walk:
    """Walks a stage from the first statement to the last.

    Args:
        tables: those with silent numbers.
        arrays: slot arrays with silent numbers, so far as is known; those that are found are added.
    """

    def __init__(self, tables: set[int], terms: set[int], arrays: set[int]) -> None:
        self._tables = tables
        self._terms = terms
        self._arrays = arrays
        self._bits = BitRanges()
        self.silent: set[int] = set()

    def statements(self, body: Iterable[Statement]) -> None:
        """Find the silent numbers."""
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _loop(self, loop: Loop) -> None:
        for carry in loop.carries:
            self._follow(carry.initial, carry.inside)
        while True:
            self.statements(loop.body)
            # a round differs from the one before by what it is handed
            known = len(self.silent)
            for carry in loop.carries:
                self._follow(carry.following, carry.inside)
            if len(self.silent) == known:
                break
        for carry in loop.carries:
            self._follow(carry.following, carry.result)

    def _follow(self, one: int, other: int) -> None:
        if self._is_silent(one):
            self.silent.add(other)

    def _is_silent(self, number: int) -> bool:
        return number in self.silent and number not in self._terms

    def _instruction(self, instruction: Instruction) -> None:
        access = instruction.immediate
        self._bits.take(instruction)
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(access, SlotAccess)
            if self._is_silent(instruction.operands[0]):
                self._arrays.add(access.array)
        elif instruction.type is Type.NUMBER and self._may_be_silent(instruction):
            self.silent.add(instruction.result)

    def _may_be_silent(self, instruction: Instruction) -> bool:
        match instruction.op, instruction.immediate:
            case Op.FROM_BITS, _:
                return not self._bits.is_finite(instruction.operands[0])
            case Op.CONSTANT, float(value):
                return not math.isfinite(value)
            case Op.READ_TABLE, int(table):
                return table in self._tables
            case _, SlotAccess() as access:
                return access.array in self._arrays
            case _:
                return any(map(self._is_silent, instruction.operands))
