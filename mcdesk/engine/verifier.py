"""`check(program)`: proves types, bounds and definite assignment before any back end runs it."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field

from mcdesk.engine.ir import (
    DTYPE_BY_TYPE,
    Affine,
    EvaluatedStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)
from mcdesk.engine.slot_order import SlotFault, SlotOrder

_N, _L, _I, _T, _E = Type.NUMBER, Type.LOGICAL, Type.INTEGER, Type.TEXT, Type.ERROR
_SIGNATURES: dict[Op, tuple[tuple[Type, ...], Type]] = {
    Op.TRIAL: ((), _I),
    Op.SEED: ((), _I),
    Op.FMA: ((_N, _N, _N), _N),
    Op.NOT: ((_L,), _L),
    Op.ICLAMP: ((_I,), _I),
    Op.IREVERSE: ((_I,), _I),
    Op.BITS: ((_N,), _I),
    Op.FROM_BITS: ((_I,), _N),
    Op.TO_NUMBER: ((_I,), _N),
    Op.TO_INTEGER: ((_N,), _I),
    Op.TEXT_CODE: ((_T,), _I),
    Op.ERROR_CODE: ((_E,), _I),
    Op.AFFINE: ((), _I),
}
_SIGNATURES |= dict.fromkeys((Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.MIN, Op.MAX), ((_N, _N), _N))
_SIGNATURES |= dict.fromkeys((Op.NEG, Op.ABS, Op.SQRT, Op.FLOOR), ((_N,), _N))
_SIGNATURES |= dict.fromkeys((Op.LT, Op.LE, Op.EQ), ((_N, _N), _L))
_SIGNATURES |= dict.fromkeys((Op.AND, Op.OR), ((_L, _L), _L))
_SIGNATURES |= dict.fromkeys((Op.IADD, Op.ISUB, Op.IMUL, Op.IAND, Op.IOR, Op.IXOR), ((_I, _I), _I))
_SIGNATURES |= dict.fromkeys((Op.ISHL, Op.ILSHR, Op.IASHR), ((_I,), _I))
_SIGNATURES |= dict.fromkeys((Op.ILT, Op.IEQ), ((_I, _I), _L))

_WITH_IMMEDIATE = {Op.ISHL, Op.ILSHR, Op.IASHR, Op.ICLAMP, Op.CONSTANT}
_COMBINED = {Op.IADD: operator.add, Op.ISUB: operator.sub, Op.IMUL: operator.mul}

Bounds = tuple[int, int]
Loops = dict[int, int]  # rounds by value number of the index, of the loops around


class ProgramFault(Exception):
    """A program that no back end may run: a fault of ours, not of the model."""


@dataclass(slots=True)
class _Known:
    types: dict[int, Type] = field(default_factory=dict)
    defined: set[int] = field(default_factory=set)
    bounds: dict[int, Bounds] = field(default_factory=dict)
    scopes: list[list[int]] = field(default_factory=lambda: [[]])
    shifts: dict[int, Bounds] = field(default_factory=dict)

    def define(self, number: int, kind: Type, bounds: Bounds | None = None) -> None:
        # not even where the first is out of scope: shifts are kept by number
        if number in self.defined:
            raise ProgramFault(f"value {number} is defined twice")
        self.defined.add(number)
        self.types[number] = kind
        self.scopes[-1].append(number)
        if bounds is not None:
            self.bounds[number] = bounds

    def leave(self) -> None:
        for number in self.scopes.pop():
            del self.types[number]
            self.bounds.pop(number, None)


def check(program: Program) -> None:
    """Prove that the program is well formed and writes every element of its slots, whatever is asked of it.

    Raises:
        ProgramFault: naming the stage and the instruction, or the slot array and the element.
    """
    for table in program.tables:
        if table.values.dtype != DTYPE_BY_TYPE[table.type] or table.values.ndim != 1 or not table.values.size:
            raise ProgramFault(f"a table of {table.type.value} is empty or holds {table.values.dtype}")
    order = SlotOrder([slot.length for slot in program.slots])
    for stage in program.stages:
        try:
            if isinstance(stage, EvaluatedStage):
                _check_evaluated(program, stage, order)
            else:
                known = _Known()
                _check_body(program, stage.body, known, {})
                order.body(stage.body, known.shifts)
        except (ProgramFault, SlotFault) as fault:
            raise ProgramFault(f"{stage.name}: {fault}") from fault
    try:
        order.complete()
    except SlotFault as fault:
        raise ProgramFault(str(fault)) from fault


def _check_evaluated(program: Program, stage: EvaluatedStage, order: SlotOrder) -> None:
    for array in (*stage.reads, *stage.writes):
        if not 0 <= array < len(program.slots):
            raise ProgramFault(f"slot array {array} does not exist")
    order.whole(stage.reads, stage.writes)


def _check_body(
    program: Program,
    body: Sequence[Statement],
    known: _Known,
    loops: Loops,
) -> None:
    for statement in body:
        if isinstance(statement, Loop):
            _check_loop(program, statement, known, loops)
        else:
            _check_instruction(program, statement, known, loops)


def _check_loop(program: Program, loop: Loop, known: _Known, loops: Loops) -> None:
    if loop.count < 1:
        raise ProgramFault("a loop runs less than once")
    for carry in loop.carries:
        _expect(known, carry.initial, carry.type)
    known.scopes.append([])
    known.define(loop.index, Type.INTEGER, (0, loop.count - 1))
    for carry in loop.carries:
        known.define(carry.inside, carry.type)
    _check_body(program, loop.body, known, {**loops, loop.index: loop.count})
    for carry in loop.carries:
        _expect(known, carry.following, carry.type)
    known.leave()
    for carry in loop.carries:
        known.define(carry.result, carry.type)


def _check_instruction(
    program: Program,
    instruction: Instruction,
    known: _Known,
    loops: Loops,
) -> None:
    operands, result = _signature(program, instruction, known)
    if len(operands) != len(instruction.operands):
        raise ProgramFault(f"{instruction.op.value} has {len(instruction.operands)} operands")
    for number, kind in zip(instruction.operands, operands, strict=True):
        _expect(known, number, kind)
    if instruction.type is not result:
        raise ProgramFault(f"{instruction.op.value} gives {result.value}, not {instruction.type.value}")
    if instruction.op in _WITH_IMMEDIATE:
        _check_immediate(program, instruction)
    access = instruction.immediate
    if isinstance(access, SlotAccess):
        _check_access(program, instruction, access, known, loops)
    elif instruction.op is Op.READ_TABLE:
        _check_table(program, instruction, known)
    if instruction.op is not Op.WRITE_SLOT:
        bounds = _bounds(instruction, known, loops) if result is Type.INTEGER else None
        known.define(instruction.result, result, bounds)


def _signature(program: Program, instruction: Instruction, known: _Known) -> tuple[tuple[Type, ...], Type]:
    op, immediate = instruction.op, instruction.immediate
    signature = _SIGNATURES.get(op)
    if signature is not None:
        return signature
    if op is Op.CONSTANT:
        return (), instruction.type
    if op is Op.SELECT:
        return (Type.LOGICAL, instruction.type, instruction.type), instruction.type
    if op is Op.READ_TABLE and isinstance(immediate, int) and 0 <= immediate < len(program.tables):
        return (Type.INTEGER,), program.tables[immediate].type
    if isinstance(immediate, SlotAccess) and 0 <= immediate.array < len(program.slots):
        kind = program.slots[immediate.array].type
        operands = {Op.READ_SLOT: (), Op.READ_SLOT_AT: (Type.INTEGER,), Op.WRITE_SLOT: (kind,)}
        return operands[op], kind
    raise ProgramFault(f"{op.value} names a table or slot array that does not exist")


def _check_immediate(program: Program, instruction: Instruction) -> None:
    match instruction.op, instruction.immediate:
        case ((Op.ISHL | Op.ILSHR | Op.IASHR), int(count)) if 0 <= count <= 63:
            return
        case Op.ICLAMP, (int(low), int(high)) if low <= high:
            return
        case Op.CONSTANT, int(code) if instruction.type is not Type.TEXT or 0 <= code < len(program.strings):
            return
        case Op.CONSTANT, float() if instruction.type is Type.NUMBER:
            return
        case _, immediate:
            raise ProgramFault(f"{instruction.op.value} cannot take {immediate}")


def _check_table(program: Program, instruction: Instruction, known: _Known) -> None:
    assert isinstance(instruction.immediate, int)
    bounds = known.bounds.get(instruction.operands[0])
    size = program.tables[instruction.immediate].values.size
    if bounds is None or bounds[0] < 0 or bounds[1] >= size:
        raise ProgramFault(f"a table of {size} is read at {bounds}")


def _check_access(
    program: Program,
    instruction: Instruction,
    access: SlotAccess,
    known: _Known,
    loops: Loops,
) -> None:
    low, high = _affine_bounds(access.at, loops)
    shift = known.bounds.get(instruction.operands[0]) if instruction.op is Op.READ_SLOT_AT else (0, 0)
    length = program.slots[access.array].length
    if shift is None or low + shift[0] < 0 or high + shift[1] >= length:
        raise ProgramFault(f"slot array {access.array} of {length} is used from {low} to {high} + {shift}")
    if instruction.op is Op.READ_SLOT_AT:
        known.shifts[instruction.operands[0]] = shift


def _affine_bounds(at: Affine, loops: Loops) -> Bounds:
    low = high = at.base
    for index, stride in at.terms:
        if index not in loops:
            raise ProgramFault(f"value {index} is not the index of a loop around")
        reach = stride * (loops[index] - 1)
        low, high = low + min(reach, 0), high + max(reach, 0)
    return low, high


def _bounds(instruction: Instruction, known: _Known, loops: Loops) -> Bounds | None:
    op, immediate = instruction.op, instruction.immediate
    if op is Op.CONSTANT and isinstance(immediate, int):
        return immediate, immediate
    if op is Op.AFFINE and isinstance(immediate, Affine):
        return _affine_bounds(immediate, loops)
    if op is Op.ICLAMP and isinstance(immediate, tuple):
        return immediate
    if op is Op.IAND:
        return _masked(*(known.bounds.get(number) for number in instruction.operands))
    if op in _COMBINED:
        return _combined(op, *(known.bounds.get(number) for number in instruction.operands))
    return None


def _combined(op: Op, a: Bounds | None, b: Bounds | None) -> Bounds | None:
    if a is None or b is None:
        return None
    corners = [int(_COMBINED[op](x, y)) for x in a for y in b]
    return (min(corners), max(corners)) if max(map(abs, corners)) < 2**63 else None


def _masked(a: Bounds | None, b: Bounds | None) -> Bounds | None:
    """Of a bitwise and: no more than an operand that is not negative."""
    highest = [bounds[1] for bounds in (a, b) if bounds is not None and bounds[0] >= 0]
    return (0, min(highest)) if highest else None


def _expect(known: _Known, number: int, kind: Type) -> None:
    found = known.types.get(number)
    if found is None:
        raise ProgramFault(f"value {number} is used before it is set")
    if found is not kind:
        raise ProgramFault(f"value {number} is {found.value}, not {kind.value}")
