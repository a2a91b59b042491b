"""Random well-formed programs over every instruction, for the comparison of back ends."""

import random
import sys
from collections.abc import Sequence

import numpy as np

from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import Affine, Program, SlotAccess, Table, Type
from mcdesk.foundation.error_codes import ErrorCode

_INTEGERS = (0, 1, -1, 2, 7, 255, 2**31, -(2**31), 2**63 - 1, -(2**63), 0x9E3779B97F4A7C15, 12345)
_UNARY = ("neg", "absolute", "floor")
_BINARY = ("add", "sub", "mul", "div", "minimum", "maximum")
_INTEGER_BINARY = ("iadd", "isub", "imul", "iand", "ior", "ixor")
_LENGTH = 5


class RandomProgram:
    """One program; `arrays` are the slot arrays that it leaves its values in."""

    _numbers = (0.0, -0.0, 1.0, -1.5, 0.1, 1e300, -1e300, 5e-324, 2.0**53, 3.7, -0.3, 1e-9, 123456.789)

    def __init__(self, seed: int, size: int = 60) -> None:
        self._random = random.Random(seed)
        self.draft = ProgramDraft()
        self.arrays: list[int] = []
        self._ops = StageBuilder(self.draft)
        self._pool: dict[Type, list[Value]] = {}
        self._looped: dict[int, list[int]] = {}
        self._seed_pool()
        kept = [self.draft.slot_array(kind, _LENGTH) for kind in Type]
        for array in kept:
            self._fill(array)
        self._kept = kept
        for _ in range(size):
            self._step(depth=0)
        for kind in Type:
            self._keep(kind)
        self._ops.finish("random")

    def program(self) -> Program:
        """The program."""
        return self.draft.program()

    def _seed_pool(self) -> None:
        ops, pick = self._ops, self._random
        trial = ops.trial()
        low = ops.iand(trial, ops.integer(255))
        # what a back end may compute once for many trials
        block, lane = (
            ops.ilshr(trial, pick.choice((3, 4, 5))),
            ops.iand(trial, ops.integer(pick.choice((3, 7, 15)))),
        )
        self._pool = {
            Type.NUMBER: [*map(ops.number, pick.sample(self._numbers, 6)), ops.to_number(low)],
            Type.INTEGER: [*map(ops.integer, pick.sample(_INTEGERS, 5)), trial, ops.seed(), low, block, lane],
            Type.LOGICAL: [ops.logical(True), ops.ilt(low, ops.integer(100))],
            Type.TEXT: [ops.text("one"), ops.text("two")],
            Type.ERROR: [ops.error(ErrorCode.NONE), ops.error(ErrorCode.DIV0)],
        }
        self._tables = {
            Type.NUMBER: Table(Type.NUMBER, np.array([0.5, -2.0, 1e10, 3.25, 0.0, 7.0, -1e-3, 9.0])),
            Type.INTEGER: Table(Type.INTEGER, np.array([1, -5, 2**40, 0, 3, 9, -7, 11], dtype=np.int64)),
            Type.LOGICAL: Table(Type.LOGICAL, np.array([True, False, False, True] * 2)),
            Type.TEXT: Table(Type.TEXT, np.array([0, 1, 1, 0] * 2, dtype=np.int32)),
            Type.ERROR: Table(Type.ERROR, np.array([0, 2, 0, 6, 7, 0, 0, 3], dtype=np.uint8)),
        }

    def _any(self, kind: Type) -> Value:
        return self._random.choice(self._pool[kind])

    def _add(self, value: Value) -> None:
        self._pool[value.type].append(value)

    def _step(self, depth: int) -> None:
        actions = [
            *(self._number, self._integer, self._logical, self._conversion, self._table, self._slot),
            self._question,
        ]
        if depth < 2 and self._random.random() < 0.08:
            self._loop(depth)
        else:
            self._random.choice(actions)()

    def _number(self) -> None:
        ops, pick = self._ops, self._random
        a, b, c = (self._any(Type.NUMBER) for _ in range(3))
        name = pick.choice((*_UNARY, *_BINARY, *_BINARY, "fma", "sqrt", "select"))
        if name in _UNARY:
            self._add(getattr(ops, name)(a))
        elif name in _BINARY:
            self._add(getattr(ops, name)(a, b))
        elif name == "fma":
            self._add(ops.fma(a, b, c))
        elif name == "sqrt":
            self._add(ops.sqrt(ops.absolute(a)))
        else:
            self._add(ops.select(self._any(Type.LOGICAL), a, b))

    def _integer(self) -> None:
        ops, pick = self._ops, self._random
        a, b = self._any(Type.INTEGER), self._any(Type.INTEGER)
        name = pick.choice((*_INTEGER_BINARY, "ishl", "ilshr", "iashr", "iclamp", "ireverse", "select"))
        if name in _INTEGER_BINARY:
            self._add(getattr(ops, name)(a, b))
        elif name == "iclamp":
            self._add(ops.iclamp(a, *sorted(pick.sample(range(-50, 50), 2))))
        elif name == "select":
            self._add(ops.select(self._any(Type.LOGICAL), a, b))
        elif name == "ireverse":
            self._add(ops.ireverse(a))
        else:
            self._add(getattr(ops, name)(a, pick.randrange(64)))

    def _logical(self) -> None:
        ops, pick = self._ops, self._random
        name = pick.choice(("lt", "le", "eq", "ilt", "ieq", "and_", "or_", "not_"))
        if name in ("lt", "le", "eq"):
            self._add(getattr(ops, name)(self._any(Type.NUMBER), self._any(Type.NUMBER)))
        elif name in ("ilt", "ieq"):
            self._add(getattr(ops, name)(self._any(Type.INTEGER), self._any(Type.INTEGER)))
        elif name == "not_":
            self._add(ops.not_(self._any(Type.LOGICAL)))
        else:
            self._add(getattr(ops, name)(self._any(Type.LOGICAL), self._any(Type.LOGICAL)))

    def _conversion(self) -> None:
        ops, pick = self._ops, self._random
        number = self._any(Type.NUMBER)
        # what is not a number has bits that no processor promises
        plain = ops.select(ops.le(ops.absolute(number), ops.number(1e308)), number, ops.number(0.25))
        integer = self._any(Type.INTEGER)
        kind = pick.choice((Type.TEXT, Type.ERROR))
        self._add(pick.choice((
            lambda: ops.bits(plain),
            lambda: ops.to_integer(plain),
            lambda: ops.to_number(integer),
            lambda: ops.from_bits(ops.iand(integer, ops.integer(0x3FFFFFFFFFFFFFFF))),
            lambda: ops.text_code(self._any(Type.TEXT)),
            lambda: ops.error_code(self._any(Type.ERROR)),
            lambda: ops.select(self._any(Type.LOGICAL), self._any(kind), self._any(kind)),
        ))())  # fmt: skip

    def _question(self) -> None:
        """Whether a number is finite, as formulas ask it."""
        ops, number = self._ops, self._any(Type.NUMBER)
        is_finite = ops.le(ops.absolute(number), ops.number(sys.float_info.max))
        error = ops.select(is_finite, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
        before = self._any(Type.ERROR)
        has_error = ops.not_(ops.ieq(ops.error_code(before), ops.integer(0)))
        self._add(ops.select(is_finite, number, ops.number(0.0)))
        self._add(ops.select(has_error, before, error))

    def _table(self) -> None:
        index = self._ops.iclamp(self._any(Type.INTEGER), 0, 7)
        self._add(self._ops.read_table(self._random.choice(list(self._tables.values())), index))

    def _slot(self) -> None:
        array = self._random.choice(self._kept)
        if self._random.random() < 0.5:
            self._add(self._ops.read_slot(SlotAccess(array, Affine(self._random.randrange(_LENGTH)))))
        else:
            shift = self._ops.iclamp(self._any(Type.INTEGER), 0, _LENGTH - 1)
            self._add(self._ops.read_slot(SlotAccess(array, Affine(0)), shift))

    def _fill(self, array: int) -> None:
        kind = self.draft.slot_type(array)
        values = [self._any(kind) for _ in range(_LENGTH)]
        for place, value in enumerate(values):
            self._ops.write_slot(SlotAccess(array, Affine(place)), value)

    def _loop(self, depth: int) -> None:
        count = self._random.randrange(1, 5)
        kinds = [self._random.choice(list(Type)) for _ in range(self._random.randrange(3))]
        # an inner loop would write its elements again in each round of the outer one
        array = self.draft.slot_array(Type.NUMBER, count) if depth == 0 else -1

        def body(index: int, carried: Sequence[Value]) -> list[Value]:
            outside = {kind: list(values) for kind, values in self._pool.items()}
            for value in carried:
                self._add(value)
            self._add(self._ops.affine(Affine(3, ((index, 7),))))
            # what an earlier loop of as many rounds wrote in this round
            for other in self._looped.get(count, ()) if depth == 0 else ():
                self._add(self._ops.read_slot(SlotAccess(other, Affine(0, ((index, 1),)))))
            for _ in range(self._random.randrange(1, 8)):
                self._step(depth + 1)
            if array >= 0:
                self._ops.write_slot(SlotAccess(array, Affine(0, ((index, 1),))), self._any(Type.NUMBER))
            following = [self._any(kind) for kind in kinds]
            self._pool = outside
            return following

        for value in self._ops.loop(count, [self._any(kind) for kind in kinds], body):
            self._add(value)
        if array >= 0:
            self.arrays.append(array)
            self._looped.setdefault(count, []).append(array)

    def _keep(self, kind: Type) -> None:
        array = self.draft.slot_array(kind, 4)
        for place in range(4):
            self._ops.write_slot(
                SlotAccess(array, Affine(place)), self._pool[kind][-1 - place % len(self._pool[kind])]
            )
        self.arrays.append(array)


class OverflowingProgram(RandomProgram):
    """One in which numbers overflow all the time, and most steps ask whether they did."""

    _numbers = (0.0, -0.0, 1.0, -1.5, 1e300, -1e300, 1e200, 1e154, 1e-200, 1e-300, 5e-324, 3.0, 12.0, 1e160)

    def _step(self, depth: int) -> None:
        kind = self._random.random()
        if kind < 0.06 and depth < 2:
            self._loop(depth)
        elif kind < 0.42:
            self._number()
        elif kind < 0.72:
            self._question()
        elif kind < 0.82:
            self._logical()
        elif kind < 0.85:
            self._power()
        else:
            super()._step(2)

    def _power(self) -> None:
        """A power of two made of bits, sometimes infinity."""
        ops = self._ops
        exponent = ops.ior(ops.iand(self._any(Type.INTEGER), ops.integer(0x7FF)), ops.integer(0x7F0))
        self._add(ops.from_bits(ops.ishl(exponent, 52)))


class BoundedProgram(RandomProgram):
    """One in which whole numbers come of bounded ones, and are clamped to about what they can be."""

    _numbers = (*OverflowingProgram._numbers, 4.5, -7.0, 100.25)
    _bounds = (0.0, -0.0, -3.7, 1.0, 7.0, 7.5, 102.0, 2.0**31, 2.0**51, -(2.0**51), 2.0**51 + 2.0, 2.0**62)
    _rounder = 1.5 * 2.0**52

    def _step(self, depth: int) -> None:
        kind = self._random.random()
        if kind < 0.15:
            self._bounded()
        elif kind < 0.3:
            self._add(self._ops.to_integer(self._any(Type.NUMBER)))
        elif kind < 0.5:
            self._near()
        elif kind < 0.6:
            self._table()
        else:
            super()._step(depth)

    def _bounded(self) -> None:
        ops, pick = self._ops, self._random
        low, high = map(ops.number, sorted(pick.sample(self._bounds, 2)))
        number = self._any(Type.NUMBER)
        # where one of the two is no number it is the order that decides
        above = ops.maximum(*pick.sample((number, low), 2))
        bounded = ops.minimum(*pick.sample((above, high), 2))
        self._add(bounded)
        rounder = ops.number(self._rounder)
        self._add(
            ops.sub(ops.fma(bounded, ops.number(pick.choice((1.4426950408889634, -0.1))), rounder), rounder)
        )

    def _near(self) -> None:
        """A whole number a little further, and what is left of it."""
        ops, pick = self._ops, self._random
        moved = pick.choice((ops.iadd, ops.isub))(self._any(Type.INTEGER), ops.integer(pick.randrange(3)))
        self._add(moved)
        self._add(ops.iclamp(moved, *sorted(pick.sample((-2, -1, 0, 1, 5, 7, 8, 101, 102, 103, 104), 2))))
