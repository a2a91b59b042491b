"""Writes a stage anew, so that a pass changes what it knows about and the builder simplifies the rest."""

from collections.abc import Iterable

from mcdesk.engine.instruction_writer import Value, applied
from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    Immediate,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)
from mcdesk.engine.program_draft import ProgramDraft
from mcdesk.engine.stage_builder import StageBuilder


def draft_of(program: Program) -> ProgramDraft:
    """A draft with the slot arrays, tables and texts of a program, under the same numbers."""
    draft = ProgramDraft()
    for slot in program.slots:
        draft.slot_array(slot.type, slot.length)
    for text in program.strings:
        draft.text(text)
    for table in program.tables:
        draft.table(table)
    return draft


class Replay:
    """One stage over again.

    A slot that is read where it was written, in the same round of the same loops, is the value that
    was written: no element is written twice.
    """

    def __init__(self, program: Program, draft: ProgramDraft) -> None:
        self.ops = StageBuilder(draft)
        self._program = program
        self._values: dict[int, Value] = {}
        self._indices: dict[int, int] = {}
        self._written: list[dict[tuple[int, Affine], Value]] = [{}]

    def stage(self, stage: CompiledStage) -> None:
        """Write all of it and add it to the draft."""
        self._statements(stage.body)
        self.at_end()
        self.ops.finish(stage.name)

    def instruction(self, instruction: Instruction, operands: tuple[Value, ...]) -> Value:
        """The value of an instruction that gives one; a pass overrides this."""
        return self.repeated(instruction, operands)

    def known(self, number: int) -> Value | None:
        """What a pass knows about a value of the program without computing it."""
        return None

    def carried(self) -> tuple[Value, ...]:
        """Values that a pass hands into, through and out of each loop besides the program's own."""
        return ()

    def enter(self, carried: tuple[Value, ...]) -> None:
        """What they are inside of a loop, or after it."""

    def at_end(self) -> None:
        """Write what a pass has to say at the end of the stage."""

    def repeated(self, instruction: Instruction, operands: tuple[Value, ...]) -> Value:
        """The same instruction over new operands."""
        op, immediate = instruction.op, instruction.immediate
        if immediate is None:
            return self._applied(op, operands, None)
        match op, immediate:
            case Op.CONSTANT, (float() | int() | bool()) as known:
                return self.ops.constant(known, instruction.type)
            case Op.AFFINE, Affine() as at:
                return self.ops.affine(self._moved(at))
            case Op.READ_TABLE, int(number):
                return self.ops.read_table(self._program.tables[number], operands[0])
            case ((Op.READ_SLOT | Op.READ_SLOT_AT), SlotAccess() as access):
                return self._read(access, operands)
        return self._applied(op, operands, immediate)

    def _applied(self, op: Op, operands: tuple[Value, ...], immediate: Immediate) -> Value:
        value = applied(self.ops, op, operands, immediate)
        assert isinstance(value, Value)
        return value

    def _statements(self, body: Iterable[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
                continue
            operands = tuple(self._values[number] for number in statement.operands)
            if statement.op is Op.WRITE_SLOT:
                assert isinstance(statement.immediate, SlotAccess)
                self._write(statement.immediate, operands[0])
            else:
                self._values[statement.result] = self.instruction(statement, operands)

    def _loop(self, loop: Loop) -> None:
        own = tuple(self._values[carry.initial] for carry in loop.carries)
        extra = self.carried()

        def body(index: int, inside: Iterable[Value]) -> tuple[Value, ...]:
            carried = tuple(inside)
            self._indices[loop.index] = index
            self._values[loop.index] = Value(index, Type.INTEGER, self.ops.depth)
            for carry, value in zip(loop.carries, carried, strict=False):
                self._values[carry.inside] = self.known(carry.inside) or value
            self.enter(carried[len(own) :])
            self._written.append({})
            self._statements(loop.body)
            self._written.pop()
            return (*(self._values[carry.following] for carry in loop.carries), *self.carried())

        results = self.ops.loop(loop.count, (*own, *extra), body)
        for carry, value in zip(loop.carries, results, strict=False):
            self._values[carry.result] = self.known(carry.result) or value
        self.enter(results[len(own) :])

    def _read(self, access: SlotAccess, operands: tuple[Value, ...]) -> Value:
        at = self._moved(access.at)
        if operands:
            return self.ops.read_slot(SlotAccess(access.array, at), operands[0])
        for known in reversed(self._written):
            if (access.array, at) in known:
                return known[access.array, at]
        return self.ops.read_slot(SlotAccess(access.array, at))

    def _write(self, access: SlotAccess, value: Value) -> None:
        at = self._moved(access.at)
        self.ops.write_slot(SlotAccess(access.array, at), value)
        self._written[-1][access.array, at] = value

    def _moved(self, at: Affine) -> Affine:
        return Affine(at.base, tuple((self._indices[index], stride) for index, stride in at.terms))
