"""Finds the errors that cannot be, once some questions are taken for answered."""

import sys
from collections.abc import Iterable

from mcdesk.engine.ir import (
    CompiledStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)
from mcdesk.engine.stage_groups import shared_arrays, stage_groups

LARGEST = sys.float_info.max


class CleanErrors:
    """Which ERROR values of a program are always "none" while every number that its function met is finite.

    `arrays` are the slot arrays with nothing else in them, `values` one set of value numbers for each
    compiled stage, by its place among all stages. Found by assuming the best and taking back what does
    not hold until nothing changes. What another function wrote may be an error: where a number was not
    finite there, that function was run again, and this one has no doubt.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self.arrays = {n for n, slot in enumerate(program.slots) if slot.type is Type.ERROR}
        self.arrays -= shared_arrays(stage_groups(program))
        while True:
            before = len(self.arrays)
            self.values = {
                place: _StageWalk(program, self.arrays).walked(stage)
                for place, stage in enumerate(program.stages)
                if isinstance(stage, CompiledStage)
            }
            if len(self.arrays) == before:
                break


class _StageWalk:
    """One walk through a stage; arrays that get another error are taken out of `arrays`."""

    def __init__(self, program: Program, arrays: set[int]) -> None:
        self._program = program
        self._arrays = arrays
        self._clean: set[int] = set()
        self._sizes: set[int] = set()
        self._largest: set[int] = set()
        self._true: set[int] = set()

    def walked(self, stage: CompiledStage) -> set[int]:
        self._walk(stage.body)
        return self._clean

    def _walk(self, body: Iterable[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            elif statement.type is Type.ERROR:
                self._error(statement)
            else:
                self._question(statement)

    def _loop(self, loop: Loop) -> None:
        carries = [carry for carry in loop.carries if carry.type is Type.ERROR]
        hopeful = [carry for carry in carries if carry.initial in self._clean]
        while True:
            self._clean.difference_update(carry.inside for carry in carries)
            self._clean.update(carry.inside for carry in hopeful)
            self._walk(loop.body)
            held = [carry for carry in hopeful if carry.following in self._clean]
            if len(held) == len(hopeful):
                break
            hopeful = held
        self._clean.update(carry.result for carry in hopeful)

    def _error(self, instruction: Instruction) -> None:
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(instruction.immediate, SlotAccess)
            if instruction.operands[0] not in self._clean:
                self._arrays.discard(instruction.immediate.array)
        elif self._is_clean(instruction):
            self._clean.add(instruction.result)
        else:
            self._clean.discard(instruction.result)

    def _is_clean(self, instruction: Instruction) -> bool:
        match instruction.op, instruction.immediate:
            case Op.CONSTANT, code:
                return code == 0
            case ((Op.READ_SLOT | Op.READ_SLOT_AT), SlotAccess() as access):
                return access.array in self._arrays
            case Op.READ_TABLE, int(number):
                return not self._program.tables[number].values.any()
        condition, yes, no = instruction.operands
        return yes in self._clean and (condition in self._true or no in self._clean)

    def _question(self, instruction: Instruction) -> None:
        """Whether a number is finite is taken for true."""
        if instruction.op is Op.ABS:
            self._sizes.add(instruction.result)
        elif instruction.op is Op.CONSTANT and instruction.immediate == LARGEST:
            self._largest.add(instruction.result)
        elif instruction.op is Op.LE:
            size, limit = instruction.operands
            if size in self._sizes and limit in self._largest:
                self._true.add(instruction.result)
