"""A program as LLVM's text: one function per run of compiled stages, a vector of trials per value.

Strict arithmetic: no fast-math flag, no contraction; `fma` only where the program says so. A value that is
the same in all trials is computed once, as a scalar.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)

REGISTER = {
    Type.NUMBER: "double",
    Type.LOGICAL: "i1",
    Type.TEXT: "i32",
    Type.INTEGER: "i64",
    Type.ERROR: "i8",
}
MEMORY = {**REGISTER, Type.LOGICAL: "i8"}
_BYTES = {Type.NUMBER: 8, Type.LOGICAL: 1, Type.TEXT: 4, Type.INTEGER: 8, Type.ERROR: 1}
_BINARY = {
    Op.ADD: "fadd", Op.SUB: "fsub", Op.MUL: "fmul", Op.DIV: "fdiv", Op.IADD: "add", Op.ISUB: "sub",
    Op.IMUL: "mul", Op.IAND: "and", Op.IOR: "or", Op.IXOR: "xor", Op.AND: "and", Op.OR: "or",
    Op.LT: "fcmp olt", Op.LE: "fcmp ole", Op.EQ: "fcmp oeq", Op.ILT: "icmp slt", Op.IEQ: "icmp eq",
}  # fmt: skip
_SHIFTS = {Op.ISHL: "shl", Op.ILSHR: "lshr", Op.IASHR: "ashr"}
_CASTS = {
    Op.BITS: "bitcast", Op.FROM_BITS: "bitcast", Op.TO_NUMBER: "sitofp", Op.TEXT_CODE: "sext",
    Op.ERROR_CODE: "zext",
}  # fmt: skip
_CALLS = {Op.ABS: "fabs", Op.SQRT: "sqrt", Op.FLOOR: "floor", Op.FMA: "fma"}
_WHOLE_LIMIT = 2.0**62


@dataclass(frozen=True, slots=True)
class Register:
    """A value in the text; a constant has its literal as `name`."""

    name: str
    type: Type
    is_uniform: bool
    is_constant: bool = False


class FunctionWriter:
    """Writes one function.

    Its parameters: first trial, number of vectors, seed, scratch memory, pointers of the kept slot
    arrays, their common row length in elements, pointers of the tables.

    Args:
        scratch: byte offset of each slot array that only this function uses.
        kept: place of each other slot array among the pointers.
    """

    def __init__(
        self,
        program: Program,
        lanes: int,
        scratch: Mapping[int, int],
        kept: Mapping[int, int],
    ) -> None:
        self._program = program
        self._lanes = lanes
        self._scratch = scratch
        self._kept = kept
        self._entry: list[str] = []
        self._lines: list[str] = []
        self._values: dict[int, Register] = {}
        self._count = 0
        self._label = "block"
        self._table_registers: dict[int, str] = {}
        self._array_registers: dict[int, str] = {}

    def text(self, name: str, stages: Sequence[CompiledStage]) -> str:
        """The function that runs these stages one after the other for each vector of trials."""
        for stage in stages:
            self._values.clear()
            self._statements(stage.body)
        head = [
            f"define void @{name}(i64 %first, i64 %vectors, i64 %seed, ptr %scratch, ptr %arrays, i64 %row,"
            " ptr %tables) {",
            "entry:",
            *self._entry,
            "  br label %block",
            "block:",
            f"  %number = phi i64 [ 0, %entry ], [ %following, %{self._label} ]",
            f"  %offset = mul i64 %number, {self._lanes}",
            "  %trial0 = add i64 %first, %offset",
            f"  %trial1 = insertelement {self._vector(Type.INTEGER)} poison, i64 %trial0, i64 0",
            f"  %trial2 = shufflevector {self._vector(Type.INTEGER)} %trial1,"
            f" {self._vector(Type.INTEGER)} poison, <{self._lanes} x i32> zeroinitializer",
            f"  %trial = add {self._vector(Type.INTEGER)} %trial2, {self._lane_numbers()}",
        ]
        foot = [
            "  %following = add i64 %number, 1",
            "  %is_last = icmp uge i64 %following, %vectors",
            "  br i1 %is_last, label %end, label %block",
            "end:",
            "  ret void",
            "}",
        ]
        return "\n".join((*head, *self._lines, *foot, ""))

    # statements ------------------------------------------------------------------------------------

    def _statements(self, body: Iterable[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _loop(self, loop: Loop) -> None:
        head = self._fresh("loop")
        before = self._label
        index = self._fresh("%i")
        starts = [self._wide(self._values[carry.initial]) for carry in loop.carries]
        self._lines += [f"  br label %{head}", f"{head}:"]
        self._label = head
        place = len(self._lines)
        self._lines += [""] * (1 + len(loop.carries))
        self._values[loop.index] = Register(index, Type.INTEGER, is_uniform=True)
        insides = [self._fresh("%c") for _ in loop.carries]
        for carry, inside in zip(loop.carries, insides, strict=True):
            self._values[carry.inside] = Register(inside, carry.type, is_uniform=False)
        self._statements(loop.body)
        followings = [self._wide(self._values[carry.following]) for carry in loop.carries]
        next_index, is_last, after = self._fresh("%i"), self._fresh("%t"), self._fresh("after")
        self._lines[place] = f"  {index} = phi i64 [ 0, %{before} ], [ {next_index}, %{self._label} ]"
        for k, carry in enumerate(loop.carries):
            self._lines[place + 1 + k] = (
                f"  {insides[k]} = phi {self._vector(carry.type)}"
                f" [ {starts[k]}, %{before} ], [ {followings[k]}, %{self._label} ]"
            )
        self._lines += [
            f"  {next_index} = add i64 {index}, 1",
            f"  {is_last} = icmp eq i64 {next_index}, {loop.count}",
            f"  br i1 {is_last}, label %{after}, label %{head}",
            f"{after}:",
        ]
        self._label = after
        for carry, following in zip(loop.carries, followings, strict=True):
            self._values[carry.result] = Register(following, carry.type, is_uniform=False)

    def _instruction(self, instruction: Instruction) -> None:
        operands = [self._values[number] for number in instruction.operands]
        immediate = instruction.immediate
        match instruction.op, immediate:
            case Op.WRITE_SLOT, SlotAccess() as access:
                self._store(access, operands[0])
                return
            case Op.READ_SLOT, SlotAccess() as access:
                found = self._load(access)
            case Op.READ_SLOT_AT, SlotAccess() as access:
                found = self._load_at(access, operands[0])
            case Op.READ_TABLE, int(number):
                found = self._table_element(number, operands[0])
            case Op.AFFINE, Affine() as at:
                found = Register(self._affine(at), Type.INTEGER, is_uniform=True)
            case _:
                found = self._plain(instruction, operands)
        self._values[instruction.result] = found

    def _plain(self, instruction: Instruction, operands: Sequence[Register]) -> Register:
        op, kind = instruction.op, instruction.type
        if op is Op.CONSTANT:
            return Register(_literal(kind, instruction.immediate), kind, is_uniform=True, is_constant=True)
        if op is Op.TRIAL:
            return Register("%trial", kind, is_uniform=False)
        if op is Op.SEED:
            return Register("%seed", kind, is_uniform=True)
        is_uniform = all(operand.is_uniform for operand in operands)
        names = [operand.name if is_uniform else self._wide(operand) for operand in operands]
        types = [self._typed(operand.type, is_uniform) for operand in operands]
        return Register(self._computed(instruction, names, types, is_uniform), kind, is_uniform)

    def _computed(
        self, instruction: Instruction, names: list[str], types: list[str], is_uniform: bool
    ) -> str:
        op, result = instruction.op, self._typed(instruction.type, is_uniform)
        if op in _BINARY:
            return self._put(f"{_BINARY[op]} {types[0]} {names[0]}, {names[1]}")
        if op in _SHIFTS:
            count = self._constant(Type.INTEGER, instruction.immediate, is_uniform)
            return self._put(f"{_SHIFTS[op]} {types[0]} {names[0]}, {count}")
        if op in _CASTS:
            return self._put(f"{_CASTS[op]} {types[0]} {names[0]} to {result}")
        if op in _CALLS:
            return self._call(_CALLS[op], result, names, is_uniform)
        return self._special(instruction, names, types, is_uniform)

    def _special(self, instruction: Instruction, names: list[str], types: list[str], is_uniform: bool) -> str:
        op, result = instruction.op, self._typed(instruction.type, is_uniform)
        if op is Op.NEG:
            return self._put(f"fneg {types[0]} {names[0]}")
        if op is Op.NOT:
            true = self._constant(Type.LOGICAL, True, is_uniform)
            return self._put(f"xor {types[0]} {names[0]}, {true}")
        if op in (Op.MIN, Op.MAX):
            test = "olt" if op is Op.MIN else "ogt"
            other = self._put(f"fcmp {test} {types[0]} {names[1]}, {names[0]}")
            return self._select(other, names[1], names[0], result, is_uniform)
        if op is Op.SELECT:
            return self._select(names[0], names[1], names[2], result, is_uniform)
        if op is Op.ICLAMP:
            return self._clamped(instruction, names[0], is_uniform)
        assert op is Op.TO_INTEGER
        return self._whole(names, types[0], result, is_uniform)

    def _whole(self, names: Sequence[str], kind: str, result: str, is_uniform: bool) -> str:
        size = self._call("fabs", kind, names, is_uniform)
        limit = self._constant(Type.NUMBER, _WHOLE_LIMIT, is_uniform)
        fits = self._put(f"fcmp olt {kind} {size}, {limit}")
        safe = self._select(fits, names[0], self._constant(Type.NUMBER, 0.0, is_uniform), kind, is_uniform)
        return self._put(f"fptosi {kind} {safe} to {result}")

    def _clamped(self, instruction: Instruction, name: str, is_uniform: bool) -> str:
        assert isinstance(instruction.immediate, tuple)
        low, high = instruction.immediate
        kind = self._typed(Type.INTEGER, is_uniform)
        for test, bound in (("slt", low), ("sgt", high)):
            limit = self._constant(Type.INTEGER, bound, is_uniform)
            beyond = self._put(f"icmp {test} {kind} {name}, {limit}")
            name = self._select(beyond, limit, name, kind, is_uniform)
        return name

    # memory ------------------------------------------------------------------------------------------

    def _store(self, access: SlotAccess, value: Register) -> None:
        kind = self._program.slots[access.array].type
        name = self._wide(value)
        if kind is Type.LOGICAL:
            name = self._put(f"zext {self._vector(kind)} {name} to <{self._lanes} x i8>")
        pointer = self._element(access.array, self._affine(access.at))
        self._lines.append(
            f"  store <{self._lanes} x {MEMORY[kind]}> {name}, ptr {pointer}, align {_BYTES[kind]}"
        )

    def _load(self, access: SlotAccess) -> Register:
        return self._loaded(access.array, self._affine(access.at))

    def _loaded(self, array: int, place: str) -> Register:
        kind = self._program.slots[array].type
        pointer = self._element(array, place)
        loaded = self._put(f"load <{self._lanes} x {MEMORY[kind]}>, ptr {pointer}, align {_BYTES[kind]}")
        return Register(self._unpacked(kind, loaded, is_uniform=False), kind, is_uniform=False)

    def _load_at(self, access: SlotAccess, shift: Register) -> Register:
        base = self._affine(access.at)
        if shift.is_uniform:
            return self._loaded(access.array, self._put(f"add i64 {base}, {shift.name}"))
        vector = self._vector(Type.INTEGER)
        first = self._wide(Register(base, Type.INTEGER, True))
        places = self._put(f"add {vector} {first}, {shift.name}")
        row = str(self._lanes) if access.array in self._scratch else "%row"
        rows = self._wide(Register(row, Type.INTEGER, True, is_constant=access.array in self._scratch))
        scaled = self._put(f"mul {vector} {places}, {rows}")
        own = self._put(f"add {vector} {scaled}, {self._lane_numbers()}")
        kind = self._program.slots[access.array].type
        return self._gathered(kind, self._array(access.array), own)

    def _table_element(self, number: int, index: Register) -> Register:
        kind = self._program.tables[number].type
        pointer = self._table(number)
        if not index.is_uniform:
            return self._gathered(kind, pointer, index.name)
        at = self._put(f"getelementptr {MEMORY[kind]}, ptr {pointer}, i64 {index.name}")
        loaded = self._put(f"load {MEMORY[kind]}, ptr {at}, align {_BYTES[kind]}")
        return Register(self._unpacked(kind, loaded, is_uniform=True), kind, is_uniform=True)

    def _gathered(self, kind: Type, pointer: str, places: str) -> Register:
        memory, lanes = MEMORY[kind], self._lanes
        at = self._put(f"getelementptr {memory}, ptr {pointer}, <{lanes} x i64> {places}")
        vector = f"<{lanes} x {memory}>"
        short = {"double": "f64"}.get(memory, memory)
        name = f"@llvm.masked.gather.v{lanes}{short}.v{lanes}p0"
        pointers = f"<{lanes} x ptr> align {_BYTES[kind]} {at}"
        loaded = self._put(
            f"call {vector} {name}({pointers}, <{lanes} x i1> splat (i1 true), {vector} poison)"
        )
        return Register(self._unpacked(kind, loaded, is_uniform=False), kind, is_uniform=False)

    def _unpacked(self, kind: Type, loaded: str, is_uniform: bool) -> str:
        if kind is not Type.LOGICAL:
            return loaded
        memory = "i8" if is_uniform else f"<{self._lanes} x i8>"
        return self._put(f"trunc {memory} {loaded} to {self._typed(kind, is_uniform)}")

    def _element(self, array: int, place: str) -> str:
        kind = self._program.slots[array].type
        row = str(self._lanes) if array in self._scratch else "%row"
        if place.isdecimal() and row.isdecimal():
            offset = str(int(place) * int(row))
        else:
            offset = self._put(f"mul i64 {place}, {row}")
        return self._put(f"getelementptr {MEMORY[kind]}, ptr {self._array(array)}, i64 {offset}")

    def _array(self, array: int) -> str:
        """Pointer to the first element of an array for the vector at hand."""
        kind = self._program.slots[array].type
        if array in self._scratch:
            if array not in self._array_registers:
                name = self._array_registers[array] = f"%s{array}"
                self._entry.append(f"  {name} = getelementptr i8, ptr %scratch, i64 {self._scratch[array]}")
            return self._array_registers[array]
        if array not in self._array_registers:
            name = self._array_registers[array] = f"%k{array}"
            self._entry += [
                f"  {name}.at = getelementptr ptr, ptr %arrays, i64 {self._kept[array]}",
                f"  {name} = load ptr, ptr {name}.at",
            ]
        base = self._array_registers[array]
        return self._put(f"getelementptr {MEMORY[kind]}, ptr {base}, i64 %offset")

    def _table(self, number: int) -> str:
        if number not in self._table_registers:
            name = self._table_registers[number] = f"%d{number}"
            self._entry += [
                f"  {name}.at = getelementptr ptr, ptr %tables, i64 {number}",
                f"  {name} = load ptr, ptr {name}.at",
            ]
        return self._table_registers[number]

    def _affine(self, at: Affine) -> str:
        total = str(at.base)
        for index, stride in at.terms:
            name = self._values[index].name
            scaled = name if stride == 1 else self._put(f"mul i64 {name}, {stride}")
            total = scaled if total == "0" else self._put(f"add i64 {total}, {scaled}")
        return total

    # text --------------------------------------------------------------------------------------------

    def _select(self, condition: str, yes: str, no: str, kind: str, is_uniform: bool) -> str:
        logical = self._typed(Type.LOGICAL, is_uniform)
        return self._put(f"select {logical} {condition}, {kind} {yes}, {kind} {no}")

    def _call(self, name: str, kind: str, arguments: Sequence[str], is_uniform: bool) -> str:
        suffix = "f64" if is_uniform else f"v{self._lanes}f64"
        given = ", ".join(f"{kind} {argument}" for argument in arguments)
        return self._put(f"call {kind} @llvm.{name}.{suffix}({given})")

    def _constant(self, kind: Type, value: object, is_uniform: bool) -> str:
        literal = _literal(kind, value)
        return literal if is_uniform else f"splat ({REGISTER[kind]} {literal})"

    def _wide(self, value: Register) -> str:
        if not value.is_uniform:
            return value.name
        if value.is_constant or value.name.lstrip("-").isdecimal():
            return f"splat ({REGISTER[value.type]} {value.name})"
        vector = self._vector(value.type)
        one = self._put(f"insertelement {vector} poison, {REGISTER[value.type]} {value.name}, i64 0")
        return self._put(
            f"shufflevector {vector} {one}, {vector} poison, <{self._lanes} x i32> zeroinitializer"
        )

    def _typed(self, kind: Type, is_uniform: bool) -> str:
        return REGISTER[kind] if is_uniform else self._vector(kind)

    def _vector(self, kind: Type) -> str:
        return f"<{self._lanes} x {REGISTER[kind]}>"

    def _lane_numbers(self) -> str:
        return f"<{', '.join(f'i64 {lane}' for lane in range(self._lanes))}>"

    def _put(self, operation: str) -> str:
        name = self._fresh("%v")
        self._lines.append(f"  {name} = {operation}")
        return name

    def _fresh(self, stem: str) -> str:
        self._count += 1
        return f"{stem}{self._count}"


def _literal(kind: Type, value: object) -> str:
    if kind is Type.NUMBER:
        assert isinstance(value, float | int)
        return f"0x{struct.unpack('<Q', struct.pack('<d', float(value)))[0]:016X}"
    if kind is Type.LOGICAL:
        return "true" if value else "false"
    assert isinstance(value, int)
    number = int(value)
    if kind is Type.INTEGER:
        number %= 1 << 64
        return str(number - (1 << 64) if number >= 1 << 63 else number)
    return str(number)
