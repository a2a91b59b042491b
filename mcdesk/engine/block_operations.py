"""`Operations` on arrays: one lane per trial, or per cell of a certain region."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mcdesk.engine.exact_fma import fma_block
from mcdesk.engine.ir import Table
from mcdesk.foundation.error_codes import ErrorCode

Lanes = NDArray[np.generic]  # any shape that broadcasts to (lanes,); constants have shape ()


class BlockOperations:
    """See `Operations`. Run it under `np.errstate(all="ignore")`: lanes that lose may overflow."""

    def number(self, value: float) -> Lanes:
        """Constant NUMBER."""
        return np.asarray(value, dtype=np.float64)

    def integer(self, value: int) -> Lanes:
        """Constant INTEGER."""
        return np.asarray(value % (1 << 64), dtype=np.uint64).view(np.int64)

    def logical(self, value: bool) -> Lanes:
        """Constant LOGICAL."""
        return np.asarray(value, dtype=np.bool_)

    def error(self, code: ErrorCode) -> Lanes:
        """Constant ERROR."""
        return np.asarray(int(code), dtype=np.uint8)

    def add(self, a: Lanes, b: Lanes) -> Lanes:
        """a + b."""
        return np.add(_floats(a), _floats(b))

    def sub(self, a: Lanes, b: Lanes) -> Lanes:
        """a - b."""
        return np.subtract(_floats(a), _floats(b))

    def mul(self, a: Lanes, b: Lanes) -> Lanes:
        """a * b."""
        return np.multiply(_floats(a), _floats(b))

    def div(self, a: Lanes, b: Lanes) -> Lanes:
        """a / b."""
        return np.divide(_floats(a), _floats(b))

    def minimum(self, a: Lanes, b: Lanes) -> Lanes:
        """b where b < a, else a."""
        return np.where(_floats(b) < _floats(a), b, a)

    def maximum(self, a: Lanes, b: Lanes) -> Lanes:
        """b where b > a, else a."""
        return np.where(_floats(b) > _floats(a), b, a)

    def neg(self, a: Lanes) -> Lanes:
        """-a."""
        return np.negative(_floats(a))

    def absolute(self, a: Lanes) -> Lanes:
        """|a|."""
        return np.abs(_floats(a))

    def sqrt(self, a: Lanes) -> Lanes:
        """Square root; IEEE requires it rounded once, on every machine."""
        return np.sqrt(_floats(a))

    def floor(self, a: Lanes) -> Lanes:
        """Greatest whole number not above a."""
        return np.floor(_floats(a))

    def fma(self, a: Lanes, b: Lanes, c: Lanes) -> Lanes:
        """a * b + c rounded once."""
        return fma_block(_floats(a), _floats(b), _floats(c))

    def lt(self, a: Lanes, b: Lanes) -> Lanes:
        """a < b."""
        return np.asarray(_floats(a) < _floats(b))

    def le(self, a: Lanes, b: Lanes) -> Lanes:
        """a <= b."""
        return np.asarray(_floats(a) <= _floats(b))

    def eq(self, a: Lanes, b: Lanes) -> Lanes:
        """a == b."""
        return np.asarray(_floats(a) == _floats(b))

    def not_(self, a: Lanes) -> Lanes:
        """Logical negation."""
        return np.logical_not(a)

    def and_(self, a: Lanes, b: Lanes) -> Lanes:
        """Logical and."""
        return np.logical_and(a, b)

    def or_(self, a: Lanes, b: Lanes) -> Lanes:
        """Logical or."""
        return np.logical_or(a, b)

    def select(self, condition: Lanes, a: Lanes, b: Lanes) -> Lanes:
        """A where the condition holds, else b."""
        return np.where(cast("NDArray[np.bool_]", condition), a, b)

    def iadd(self, a: Lanes, b: Lanes) -> Lanes:
        """a + b modulo 2**64."""
        return np.add(_ints(a), _ints(b))

    def isub(self, a: Lanes, b: Lanes) -> Lanes:
        """a - b modulo 2**64."""
        return np.subtract(_ints(a), _ints(b))

    def imul(self, a: Lanes, b: Lanes) -> Lanes:
        """a * b modulo 2**64."""
        return np.multiply(_ints(a), _ints(b))

    def iand(self, a: Lanes, b: Lanes) -> Lanes:
        """Bitwise and."""
        return np.bitwise_and(_ints(a), _ints(b))

    def ior(self, a: Lanes, b: Lanes) -> Lanes:
        """Bitwise or."""
        return np.bitwise_or(_ints(a), _ints(b))

    def ixor(self, a: Lanes, b: Lanes) -> Lanes:
        """Bitwise exclusive or."""
        return np.bitwise_xor(_ints(a), _ints(b))

    def ishl(self, a: Lanes, count: int) -> Lanes:
        """Shift left."""
        return np.left_shift(_ints(a), np.int64(count))

    def ilshr(self, a: Lanes, count: int) -> Lanes:
        """Shift right, zeros come in."""
        return np.right_shift(_ints(a).view(np.uint64), np.uint64(count)).view(np.int64)

    def iashr(self, a: Lanes, count: int) -> Lanes:
        """Shift right, the sign comes in."""
        return np.right_shift(_ints(a), np.int64(count))

    def ireverse(self, a: Lanes) -> Lanes:
        """The 64 bits in reverse order."""
        x = np.ascontiguousarray(_ints(a)).view(np.uint64).byteswap()
        for shift, mask in ((1, 0x5555555555555555), (2, 0x3333333333333333), (4, 0x0F0F0F0F0F0F0F0F)):
            count, pattern = np.uint64(shift), np.uint64(mask)
            x = np.bitwise_or((x & pattern) << count, (x >> count) & pattern)
        return x.view(np.int64).reshape(a.shape)

    def ilt(self, a: Lanes, b: Lanes) -> Lanes:
        """a < b, signed."""
        return np.asarray(_ints(a) < _ints(b))

    def ieq(self, a: Lanes, b: Lanes) -> Lanes:
        """a == b."""
        return np.asarray(_ints(a) == _ints(b))

    def iclamp(self, a: Lanes, low: int, high: int) -> Lanes:
        """The nearest value in [low, high]."""
        return np.asarray(np.clip(_ints(a), low, high))

    def bits(self, a: Lanes) -> Lanes:
        """The NUMBER's bits as INTEGER."""
        return np.asarray(a, dtype=np.float64).view(np.int64)

    def from_bits(self, a: Lanes) -> Lanes:
        """The NUMBER with these bits."""
        return np.asarray(a, dtype=np.int64).view(np.float64)

    def to_number(self, a: Lanes) -> Lanes:
        """INTEGER to NUMBER, rounded to nearest."""
        return a.astype(np.float64)

    def to_integer(self, a: Lanes) -> Lanes:
        """NUMBER to INTEGER, toward zero; 0 where there is none."""
        return np.where(np.abs(_floats(a)) < 2.0**62, a, 0.0).astype(np.int64)

    def text_code(self, a: Lanes) -> Lanes:
        """Place of a TEXT."""
        return a.astype(np.int64)

    def error_code(self, a: Lanes) -> Lanes:
        """Number of an ERROR."""
        return a.astype(np.int64)

    def read_table(self, table: Table, index: Lanes) -> Lanes:
        """Element of a table."""
        return np.asarray(table.values[_ints(index)])

    def repeat(
        self, count: int, carries: Sequence[Lanes], body: Callable[[Lanes, Sequence[Lanes]], Sequence[Lanes]]
    ) -> tuple[Lanes, ...]:
        """Run `body(round, carries)` count times."""
        current = carries
        for i in range(count):
            current = body(np.asarray(i, dtype=np.int64), current)
        return tuple(current)

    def within(self, a: Lanes, low: float, high: float) -> Lanes:
        """The same value."""
        return a


class UnfusedOperations(BlockOperations):
    """`BlockOperations` whose `fma` rounds twice: faster, for tables where 1e-14 is enough."""

    @override
    def fma(self, a: Lanes, b: Lanes, c: Lanes) -> Lanes:
        """a * b + c, the product rounded too."""
        return np.add(np.multiply(_floats(a), _floats(b)), _floats(c))


def _floats(a: Lanes) -> NDArray[np.float64]:
    return cast("NDArray[np.float64]", a)


def _ints(a: Lanes) -> NDArray[np.int64]:
    return cast("NDArray[np.int64]", a)
