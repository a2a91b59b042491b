"""A program as LLVM's text: one function per run of compiled stages, some vectors of trials per value.

A value that is the same in all trials is computed once, as a scalar.
"""

from collections.abc import Iterable, Mapping, Sequence

from mcdesk.engine.backends import llvm_flags
from mcdesk.engine.backends.llvm_memory import MemoryWriter
from mcdesk.engine.backends.llvm_operations import OperationWriter
from mcdesk.engine.backends.llvm_pieces import Piece, pieces_of
from mcdesk.engine.backends.llvm_spills import Spills
from mcdesk.engine.backends.llvm_values import BLOCK_TRIALS, Layout, Lines, Register, Shape, literal
from mcdesk.engine.ir import (
    Affine,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)
from mcdesk.engine.passes.bit_ranges import BitRanges, table_ranges
from mcdesk.engine.stage_groups import StageGroup
from mcdesk.engine.statements import used_values

_BLOCK_BITS = BLOCK_TRIALS.bit_length() - 1
_ARGUMENTS = "i64 %start, i64 %offset, i64 %seed, ptr %scratch, ptr %arrays, ptr %rows, ptr %tables"


class GroupWriter:
    """Writes the function of a group of stages, `long` ones as a function for each of their pieces.

    Its parameters: first trial (a multiple of 16), number of steps, seed, scratch memory, pointers of the
    kept slot arrays, the lengths of their rows in elements, pointers of the tables.

    Args:
        scratch: byte offset of each slot array that only this function uses.
        kept: place of each other slot array among the pointers.
        scratch_bytes: how much of the scratch memory these slot arrays take.
        doubt: the slot array that gets another number than zero where the processor's flags tell what no
            operation should meet; nothing if nobody asks the flags.
    """

    def __init__(
        self,
        program: Program,
        layout: Layout,
        scratch: Mapping[int, int],
        kept: Mapping[int, int],
        scratch_bytes: int,
        doubt: int | None = None,
    ) -> None:
        self._program = program
        self._table_ranges = table_ranges(program.tables)
        self._layout = layout
        self._places = (scratch, kept)
        self._doubt = doubt
        self._attribute = "" if doubt is None else " strictfp"
        self.scratch_bytes = scratch_bytes

    def text(self, name: str, group: StageGroup) -> str:
        """The function that runs the stages of a group one after the other for each step.

        `scratch_bytes` grows by what its pieces hand on.
        """
        staged = [(pieces_of(stage), Spills(self.scratch_bytes)) for stage in group.stages]
        bodies = [self._body(piece, spills) for pieces, spills in staged for piece in pieces]
        self.scratch_bytes = max(spills.end for _, spills in staged)
        if len(bodies) == 1:
            (body,), texts = bodies, []
            lines, needs_trials = body.lines, True
        else:
            parts = [f"{name}.{part}" for part in range(len(bodies))]
            texts = [self._piece(part, body.lines) for part, body in zip(parts, bodies, strict=True)]
            lines, needs_trials = Lines(self._layout), False
            lines.body = [self._call(part) for part in parts]
        if self._doubt is not None:
            doubted = f"{name}.doubted"
            texts.append(self._piece(doubted, self._doubted(self._doubt, group.places[0])))
            lines.entry += llvm_flags.clearing()
            lines.body += llvm_flags.looking(
                self._call(doubted), any(body.may_lose_digits for body in bodies)
            )
            lines.label = llvm_flags.LAST_LABEL
        return "\n".join((*texts, self._function(name, lines, needs_trials)))

    def _body(self, piece: Piece, spills: Spills) -> "BodyWriter":
        has_flags = self._doubt is not None
        operations = OperationWriter(Lines(self._layout), has_flags, BitRanges(self._table_ranges))
        writer = BodyWriter(self._program, operations, self._places, spills)
        writer.write(piece)
        return writer

    def _doubted(self, array: int, place: int) -> Lines:
        """All trials of the step are in doubt."""
        lines = Lines(self._layout)
        one = Register((literal(Type.NUMBER, 1.0),), Type.NUMBER, Shape.UNIFORM, is_constant=True)
        MemoryWriter(self._program, lines, *self._places).store(array, str(place), one)
        return lines

    def _function(self, name: str, body: Lines, needs_trials: bool) -> str:
        lines = [
            f"define void @{name}(i64 %first, i64 %steps, i64 %seed, ptr %scratch, ptr %arrays, ptr %rows,"
            f" ptr %tables){self._attribute} {{",
            "entry:",
            *body.entry,
            "  br label %block",
            "block:",
            f"  %number = phi i64 [ 0, %entry ], [ %following, %{body.label} ]",
            f"  %offset = mul i64 %number, {self._layout.lanes}",
            "  %start = add i64 %first, %offset",
            *(self._trials() if needs_trials else ()),
            *body.body,
            "  %following = add i64 %number, 1",
            "  %is_last = icmp uge i64 %following, %steps",
            "  br i1 %is_last, label %end, label %block",
            "end:",
            "  ret void",
            "}",
        ]
        return "\n".join((*lines, ""))

    def _piece(self, name: str, body: Lines) -> str:
        lines = [
            f"define internal void @{name}({_ARGUMENTS}) noinline{self._attribute} {{",
            "entry:",
            *body.entry,
            "  br label %block",
            "block:",
            *self._trials(),
            *body.body,
            "  ret void",
            "}",
        ]
        return "\n".join((*lines, ""))

    def _trials(self) -> list[str]:
        vector, layout = self._layout.vector(Type.INTEGER), self._layout
        zeros = f"<{layout.width} x i32> zeroinitializer"
        own = [
            f"  %trial{part} = add {vector} %starts, {layout.integers(layout.trial_offsets(part))}"
            for part in range(layout.parts)
        ]
        return [
            f"  %start1 = insertelement {vector} poison, i64 %start, i64 0",
            f"  %starts = shufflevector {vector} %start1, {vector} poison, {zeros}",
            *own,
        ]

    def _call(self, piece: str) -> str:
        return f"  call void @{piece}({_ARGUMENTS}){self._attribute}"


class BodyWriter:
    """Writes the statements of one piece.

    Attributes:
        lines: what is written.
    """

    def __init__(
        self,
        program: Program,
        operations: OperationWriter,
        places: tuple[Mapping[int, int], Mapping[int, int]],
        spills: Spills,
    ) -> None:
        self.lines = operations.lines
        self._layout = layout = self.lines.layout
        self._spills = spills
        self._memory = MemoryWriter(program, self.lines, *places)
        self._operations = operations
        self._values: dict[int, Register] = {}
        self._constants: dict[int, object] = {}
        self._trial = Register(
            tuple(f"%trial{part}" for part in range(layout.parts)), Type.INTEGER, Shape.FULL
        )

    @property
    def may_lose_digits(self) -> bool:
        """Whether results near zero have to be watched."""
        return self._operations.may_lose_digits

    def write(self, piece: Piece) -> None:
        """All of it, with what later pieces need kept."""
        self._statements(piece.remade)
        self._statements(piece.body)
        for number in piece.kept:
            self._spills.store(self.lines, number, self._values[number])

    def _statements(self, body: Iterable[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _value(self, number: int) -> Register:
        if number not in self._values:
            self._values[number] = self._spills.load(self.lines, number)
        return self._values[number]

    def _loop(self, loop: Loop) -> None:
        lines = self.lines
        # what the loop reads of earlier pieces is read before it
        for number in sorted(self._spills.numbers.intersection(used_values([loop]))):
            self._value(number)
        head, before, index = lines.fresh("loop"), lines.label, lines.fresh("%i")
        starts = [self._full(carry.initial) for carry in loop.carries]
        lines.body += [f"  br label %{head}", f"{head}:"]
        lines.label = head
        place = len(lines.body)
        count = self._layout.parts
        lines.body += [""] * (1 + count * len(loop.carries))
        self._values[loop.index] = Register((index,), Type.INTEGER, Shape.UNIFORM)
        insides = [[lines.fresh("%c") for _ in range(count)] for _ in loop.carries]
        for carry, inside in zip(loop.carries, insides, strict=True):
            self._values[carry.inside] = Register(tuple(inside), carry.type, Shape.FULL)
        self._statements(loop.body)
        followings = [self._full(carry.following) for carry in loop.carries]
        next_index, is_last, after = lines.fresh("%i"), lines.fresh("%t"), lines.fresh("after")
        last = lines.label
        phis = [f"  {index} = phi i64 [ 0, %{before} ], [ {next_index}, %{last} ]"]
        for k, carry in enumerate(loop.carries):
            phis += [
                f"  {inside} = phi {self._layout.vector(carry.type)} [ {start}, %{before} ],"
                f" [ {following}, %{last} ]"
                for inside, start, following in zip(insides[k], starts[k], followings[k], strict=True)
            ]
        lines.body[place : place + len(phis)] = phis
        lines.body += [
            f"  {next_index} = add i64 {index}, 1",
            f"  {is_last} = icmp eq i64 {next_index}, {loop.count}",
            f"  br i1 {is_last}, label %{after}, label %{head}",
            f"{after}:",
        ]
        lines.label = after
        for carry, following in zip(loop.carries, followings, strict=True):
            self._values[carry.result] = Register(following, carry.type, Shape.FULL)

    def _full(self, number: int) -> tuple[str, ...]:
        return self.lines.parts_of(self._value(number), Shape.FULL)

    def _instruction(self, instruction: Instruction) -> None:
        operands = [self._value(number) for number in instruction.operands]
        self._operations.ranges.take(instruction)
        if instruction.immediate is None:
            self._values[instruction.result] = self._plain(instruction, operands)
            return
        match instruction.op, instruction.immediate:
            case Op.WRITE_SLOT, SlotAccess() as access:
                self._memory.store(access.array, self._affine(access.at), operands[0])
                return
            case Op.READ_SLOT, SlotAccess() as access:
                found = self._memory.load(access.array, self._affine(access.at))
            case Op.READ_SLOT_AT, SlotAccess() as access:
                found = self._read_at(access, operands[0])
            case Op.READ_TABLE, int(number):
                found = self._memory.table_element(number, operands[0])
            case Op.AFFINE, Affine() as at:
                found = Register((self._affine(at),), Type.INTEGER, Shape.UNIFORM)
            case _:
                found = self._plain(instruction, operands)
        self._values[instruction.result] = found

    def _read_at(self, access: SlotAccess, shift: Register) -> Register:
        base = self._affine(access.at)
        if shift.shape is Shape.UNIFORM:
            place = self.lines.put(f"add i64 {base}, {shift.name}")
            return self._memory.load(access.array, place)
        first = Register((base,), Type.INTEGER, Shape.UNIFORM, is_constant=base.isdecimal())
        return self._memory.load_at(access.array, first, shift)

    def _plain(self, instruction: Instruction, operands: Sequence[Register]) -> Register:
        op, kind = instruction.op, instruction.type
        if op is Op.CONSTANT:
            self._constants[instruction.result] = instruction.immediate
            return Register((literal(kind, instruction.immediate),), kind, Shape.UNIFORM, is_constant=True)
        if op is Op.TRIAL:
            return self._trial
        if op is Op.SEED:
            return Register(("%seed",), kind, Shape.UNIFORM)
        if operands and operands[0] is self._trial:
            return self._of_trial(instruction, operands)
        return self._operations.value(instruction, operands)

    def _of_trial(self, instruction: Instruction, operands: Sequence[Register]) -> Register:
        """What becomes of the trial's number, which is known to be even and more, in the least shape."""
        op, layout = instruction.op, self._layout
        if op is Op.ILSHR and isinstance(instruction.immediate, int):
            if instruction.immediate >= _BLOCK_BITS:
                return self._operations.value(instruction, [self._block_starts()])
            if instruction.immediate and layout.parts > 1:
                evens = Register(self._trial.names[: layout.parts // 2], Type.INTEGER, Shape.PAIRED)
                return self._operations.value(instruction, [evens])
        mask = self._constants.get(instruction.operands[-1]) if op is Op.IAND else None
        if isinstance(mask, int) and mask > 0 and layout.alignment % (mask + 1) == 0:
            offsets = [layout.trial_offsets(part) for part in range(layout.parts)]
            known = [layout.integers([offset & mask for offset in own]) for own in offsets]
            return Register(tuple(known), Type.INTEGER, Shape.FULL)
        return self._operations.value(instruction, operands)

    def _block_starts(self) -> Register:
        """A number in each block of trials: all of them are the same but for the last four bits."""
        layout = self._layout
        if layout.blocks == 1:
            return Register(("%start",), Type.INTEGER, Shape.UNIFORM)
        names = [self.lines.put(f"add i64 %start, {BLOCK_TRIALS * block}") for block in range(layout.blocks)]
        return Register(tuple(names), Type.INTEGER, Shape.BLOCKED)

    def _affine(self, at: Affine) -> str:
        total = str(at.base)
        for index, stride in at.terms:
            name = self._values[index].name
            scaled = name if stride == 1 else self.lines.put(f"mul i64 {name}, {stride}")
            total = scaled if total == "0" else self.lines.put(f"add i64 {total}, {scaled}")
        return total
