"""The arithmetic of a program in LLVM's text; strict: no fast-math flag, no contraction."""

from collections.abc import Sequence

from mcdesk.engine.backends.constant_division import Factors, factors_of
from mcdesk.engine.backends.llvm_values import Lines, Register, Shape, literal, number_of, splat
from mcdesk.engine.ir import Instruction, Op, Type

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
_WHOLE_LIMIT = 2.0**62


class OperationWriter:
    """Writes instructions that neither touch memory nor steer loops.

    Args:
        watched: quotients of which somebody looks afterwards whether they lost digits near zero.

    Attributes:
        is_careless: whether there is one that needs this.
    """

    def __init__(self, lines: Lines, watched: frozenset[int]) -> None:
        self._lines = lines
        self._layout = lines.layout
        self._watched = watched
        self.is_careless = False

    def value(self, instruction: Instruction, operands: Sequence[Register]) -> Register:
        """The result, in the least shape that its operands allow."""
        shape = max([operand.shape for operand in operands], default=Shape.UNIFORM)
        given = [self._lines.parts_of(operand, shape) for operand in operands]
        word = _BINARY.get(instruction.op)
        if instruction.result in self._watched and operands[1].is_constant and not shape.is_scalar:
            factors = factors_of(number_of(operands[1].name))
            if factors is not None:
                return Register(self._quotients(factors, given[0], shape), Type.NUMBER, shape)
        if word is not None:
            start, put = f"{word} {self._layout.typed(operands[0].type, shape)}", self._lines.put
            names = tuple([put(f"{start} {one}, {other}") for one, other in zip(*given, strict=True)])
            return Register(names, instruction.type, shape)
        types = [self._layout.typed(operand.type, shape) for operand in operands]
        names = tuple(
            self._one(instruction, [each[part] for each in given], types, shape)
            for part in range(self._layout.count(shape))
        )
        return Register(names, instruction.type, shape)

    def _quotients(self, factors: Factors, names: Sequence[str], shape: Shape) -> tuple[str, ...]:
        self.is_careless = True
        kind = self._layout.typed(Type.NUMBER, shape)
        high, low = (self._constant(Type.NUMBER, each, shape) for each in (factors.high, factors.low))
        found = []
        for name in names:
            rest = self._lines.put(f"fmul {kind} {name}, {low}")
            found.append(self._call("fma", kind, (name, high, rest), shape))
        return tuple(found)

    def _one(self, instruction: Instruction, names: list[str], types: list[str], shape: Shape) -> str:
        op, result = instruction.op, self._layout.typed(instruction.type, shape)
        put = self._lines.put
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
        put = self._lines.put
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
        return self._whole(names, types[0], result, shape)

    def _whole(self, names: Sequence[str], kind: str, result: str, shape: Shape) -> str:
        """Toward zero; 0 beyond the limit, where LLVM leaves the result open."""
        size = self._call("fabs", kind, names, shape)
        limit = self._constant(Type.NUMBER, _WHOLE_LIMIT, shape)
        fits = self._lines.put(f"fcmp olt {kind} {size}, {limit}")
        safe = self._select(fits, names[0], self._constant(Type.NUMBER, 0.0, shape), kind, shape)
        return self._lines.put(f"fptosi {kind} {safe} to {result}")

    def _clamped(self, instruction: Instruction, name: str, shape: Shape) -> str:
        assert isinstance(instruction.immediate, tuple)
        low, high = instruction.immediate
        kind = self._layout.typed(Type.INTEGER, shape)
        for test, bound in (("slt", low), ("sgt", high)):
            limit = self._constant(Type.INTEGER, bound, shape)
            beyond = self._lines.put(f"icmp {test} {kind} {name}, {limit}")
            name = self._select(beyond, limit, name, kind, shape)
        return name

    def _select(self, condition: str, yes: str, no: str, kind: str, shape: Shape) -> str:
        logical = self._layout.typed(Type.LOGICAL, shape)
        return self._lines.put(f"select {logical} {condition}, {kind} {yes}, {kind} {no}")

    def _call(self, name: str, kind: str, arguments: Sequence[str], shape: Shape) -> str:
        element = "i64" if name == "bitreverse" else "f64"
        suffix = element if shape.is_scalar else f"v{self._layout.width}{element}"
        given = ", ".join(f"{kind} {argument}" for argument in arguments)
        return self._lines.put(f"call {kind} @llvm.{name}.{suffix}({given})")

    def _constant(self, kind: Type, value: object, shape: Shape) -> str:
        text = literal(kind, value)
        return text if shape.is_scalar else splat(kind, text)
