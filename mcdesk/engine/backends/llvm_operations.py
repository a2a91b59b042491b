"""The arithmetic of a program in LLVM's text; strict: no fast-math flag, no contraction."""

from collections.abc import Sequence

from mcdesk.engine.backends import llvm_flags
from mcdesk.engine.backends.constant_division import Factors, factors_of
from mcdesk.engine.backends.llvm_values import Lines, Register, Shape, literal, number_of, splat
from mcdesk.engine.ir import Instruction, Op, Type
from mcdesk.engine.passes.bit_ranges import BitRanges

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
_CALLS = {Op.ABS: "fabs", Op.SQRT: "sqrt", Op.FLOOR: "floor", Op.FMA: "fma", Op.IREVERSE: "bitreverse"}
_RAISE_FLAGS = frozenset((Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.SQRT, Op.FMA))
_WHOLE_LIMIT = 2.0**62
_MIDDLE = 2.0**51
_BITS_OF_MOVED_ZERO = 0x4338000000000000


class OperationWriter:
    """Writes instructions that neither touch memory nor steer loops.

    Args:
        has_flags: whether somebody looks at the processor's flags afterwards.
        ranges: what is known of the operands.

    Attributes:
        lines: of the function under construction.
        ranges: has to be given every instruction before it is written here.
        may_lose_digits: whether there is a result that may have lost digits near zero, which a flag tells.
    """

    def __init__(self, lines: Lines, has_flags: bool, ranges: BitRanges) -> None:
        self.lines = lines
        self.ranges = ranges
        self._layout = lines.layout
        self._has_flags = has_flags
        self.may_lose_digits = False

    def value(self, instruction: Instruction, operands: Sequence[Register]) -> Register:
        """The result, in the least shape that its operands allow."""
        shape = max([operand.shape for operand in operands], default=Shape.UNIFORM)
        given = [self.lines.parts_of(operand, shape) for operand in operands]
        word = _BINARY.get(instruction.op)
        if self._has_flags and instruction.op in _RAISE_FLAGS:
            return Register(self._flagged(instruction.op, operands, given, shape), Type.NUMBER, shape)
        if word is not None:
            start, put = f"{word} {self._layout.typed(operands[0].type, shape)}", self.lines.put
            names = tuple([put(f"{start} {one}, {other}") for one, other in zip(*given, strict=True)])
            return Register(names, instruction.type, shape)
        types = [self._layout.typed(operand.type, shape) for operand in operands]
        names = tuple(
            self._one(instruction, [each[part] for each in given], types, shape)
            for part in range(self._layout.count(shape))
        )
        return Register(names, instruction.type, shape)

    def _flagged(
        self, op: Op, operands: Sequence[Register], given: Sequence[Sequence[str]], shape: Shape
    ) -> tuple[str, ...]:
        if op is Op.DIV and operands[1].is_constant and not shape.is_scalar:
            factors = factors_of(number_of(operands[1].name))
            if factors is not None:
                return self._quotients(factors, given[0], shape)
        name = _BINARY.get(op) or _CALLS[op]
        return tuple(self._strict(name, each, shape) for each in zip(*given, strict=True))

    def _quotients(self, factors: Factors, names: Sequence[str], shape: Shape) -> tuple[str, ...]:
        self.may_lose_digits = True
        high, low = (self._constant(Type.NUMBER, each, shape) for each in (factors.high, factors.low))
        rests = [self._strict("fmul", (name, low), shape) for name in names]
        return tuple(
            self._strict("fma", (name, high, rest), shape) for name, rest in zip(names, rests, strict=True)
        )

    def _strict(self, name: str, arguments: Sequence[str], shape: Shape) -> str:
        kind = self._layout.typed(Type.NUMBER, shape)
        return self.lines.put(llvm_flags.strict(name, kind, self._suffix("f64", shape), arguments))

    def _one(self, instruction: Instruction, names: list[str], types: list[str], shape: Shape) -> str:
        op, result = instruction.op, self._layout.typed(instruction.type, shape)
        put = self.lines.put
        if op in _SHIFTS:
            count = self._constant(Type.INTEGER, instruction.immediate, shape)
            return put(f"{_SHIFTS[op]} {types[0]} {names[0]}, {count}")
        if op in _CASTS:
            return put(f"{_CASTS[op]} {types[0]} {names[0]} to {result}")
        if op in _CALLS:
            return self._call(_CALLS[op], result, names, shape)
        return self._special(instruction, names, types, shape)

    def _special(self, instruction: Instruction, names: list[str], types: list[str], shape: Shape) -> str:
        op, result = instruction.op, self._layout.typed(instruction.type, shape)
        put = self.lines.put
        if op is Op.NEG:
            return put(f"fneg {types[0]} {names[0]}")
        if op is Op.NOT:
            return put(f"xor {types[0]} {names[0]}, {self._constant(Type.LOGICAL, True, shape)}")
        if op in (Op.MIN, Op.MAX):
            test = "olt" if op is Op.MIN else "ogt"
            other = put(f"fcmp {test} {types[0]} {names[1]}, {names[0]}")
            return self._select(other, names[1], names[0], result, shape)
        if op is Op.SELECT:
            return self._select(names[0], names[1], names[2], result, shape)
        if op is Op.ICLAMP:
            return self._clamped(instruction, names[0], shape)
        assert op is Op.TO_INTEGER
        return self._whole(instruction, names[0], shape)

    def _whole(self, instruction: Instruction, name: str, shape: Shape) -> str:
        """Toward zero; 0 beyond the limit, where LLVM leaves the result open."""
        kind, result = (self._layout.typed(each, shape) for each in (Type.NUMBER, Type.INTEGER))
        put = self.lines.put
        bounds = self.ranges.interval_of(instruction.operands[0])
        is_small = -_MIDDLE <= bounds.low <= bounds.high <= _MIDDLE
        safe = name if is_small and not bounds.may_be_nan else self._fitting(name, is_small, shape)
        if self._layout.has_conversion or shape.is_scalar or not is_small:
            return put(f"fptosi {kind} {safe} to {result}")
        # between 2**52 and 2**53 the last bits of a number are a whole number
        whole = self._call("trunc", kind, (safe,), shape)
        moved = put(f"fadd {kind} {whole}, {self._constant(Type.NUMBER, 3 * _MIDDLE, shape)}")
        bits = put(f"bitcast {kind} {moved} to {result}")
        return put(f"sub {result} {bits}, {self._constant(Type.INTEGER, _BITS_OF_MOVED_ZERO, shape)}")

    def _fitting(self, name: str, is_small: bool, shape: Shape) -> str:
        """0 instead of what is no number, or beyond the limit."""
        kind, zero = self._layout.typed(Type.NUMBER, shape), self._constant(Type.NUMBER, 0.0, shape)
        if is_small:
            fits = self.lines.put(f"fcmp ord {kind} {name}, {zero}")
        else:
            size = self._call("fabs", kind, (name,), shape)
            limit = self._constant(Type.NUMBER, _WHOLE_LIMIT, shape)
            fits = self.lines.put(f"fcmp olt {kind} {size}, {limit}")
        return self._select(fits, name, zero, kind, shape)

    def _clamped(self, instruction: Instruction, name: str, shape: Shape) -> str:
        """Within both bounds; what is known never to lie beyond one is not compared with it."""
        assert isinstance(instruction.immediate, tuple)
        low, high = instruction.immediate
        known = self.ranges.range_of(instruction.operands[0])
        kind = self._layout.typed(Type.INTEGER, shape)
        tests = [("slt", low)] * (known.low < low) + [("sgt", high)] * (known.high > high)
        for test, bound in tests:
            limit = self._constant(Type.INTEGER, bound, shape)
            beyond = self.lines.put(f"icmp {test} {kind} {name}, {limit}")
            name = self._select(beyond, limit, name, kind, shape)
        return name

    def _select(self, condition: str, yes: str, no: str, kind: str, shape: Shape) -> str:
        logical = self._layout.typed(Type.LOGICAL, shape)
        return self.lines.put(f"select {logical} {condition}, {kind} {yes}, {kind} {no}")

    def _call(self, name: str, kind: str, arguments: Sequence[str], shape: Shape) -> str:
        element = "i64" if name == "bitreverse" else "f64"
        given = ", ".join(f"{kind} {argument}" for argument in arguments)
        return self.lines.put(f"call {kind} @llvm.{name}.{self._suffix(element, shape)}({given})")

    def _suffix(self, element: str, shape: Shape) -> str:
        return element if shape.is_scalar else f"v{self._layout.width}{element}"

    def _constant(self, kind: Type, value: object, shape: Shape) -> str:
        text = literal(kind, value)
        return text if shape.is_scalar else splat(kind, text)
