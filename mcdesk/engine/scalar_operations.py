"""`Operations` on Python numbers: the arithmetic of the certain part, one value at a time."""

import math
import struct
from collections.abc import Callable, Sequence

from mcdesk.engine.exact_fma import fma_scalar
from mcdesk.engine.ir import Table
from mcdesk.foundation.error_codes import ErrorCode

Scalar = float | int | bool

_WRAP = 1 << 64
_SIGN = 1 << 63


class ScalarOperations:
    """See `Operations`; NUMBER is float, LOGICAL bool, INTEGER, TEXT and ERROR int."""

    def number(self, value: float) -> Scalar:
        """Constant NUMBER."""
        return float(value)

    def integer(self, value: int) -> Scalar:
        """Constant INTEGER."""
        return _wrapped(value)

    def logical(self, value: bool) -> Scalar:
        """Constant LOGICAL."""
        return value

    def error(self, code: ErrorCode) -> Scalar:
        """Constant ERROR."""
        return int(code)

    def add(self, a: Scalar, b: Scalar) -> Scalar:
        """a + b."""
        return a + b

    def sub(self, a: Scalar, b: Scalar) -> Scalar:
        """a - b."""
        return a - b

    def mul(self, a: Scalar, b: Scalar) -> Scalar:
        """a * b."""
        return a * b

    def div(self, a: Scalar, b: Scalar) -> Scalar:
        """a / b as IEEE has it, zero included."""
        if b == 0.0:
            return math.nan if a == 0.0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)
        return a / b

    def minimum(self, a: Scalar, b: Scalar) -> Scalar:
        """b where b < a, else a."""
        return b if b < a else a

    def maximum(self, a: Scalar, b: Scalar) -> Scalar:
        """b where b > a, else a."""
        return b if b > a else a

    def neg(self, a: Scalar) -> Scalar:
        """-a."""
        return -a

    def absolute(self, a: Scalar) -> Scalar:
        """|a|."""
        return abs(a)

    def sqrt(self, a: Scalar) -> Scalar:
        """Square root; NaN below zero."""
        return math.sqrt(a) if a >= 0.0 else math.nan

    def floor(self, a: Scalar) -> Scalar:
        """Greatest whole number not above a."""
        # the sign of zero stays, as IEEE has it
        return math.copysign(float(math.floor(a)), a) if math.isfinite(a) else a

    def fma(self, a: Scalar, b: Scalar, c: Scalar) -> Scalar:
        """a * b + c rounded once."""
        return fma_scalar(a, b, c)

    def lt(self, a: Scalar, b: Scalar) -> Scalar:
        """a < b."""
        return a < b

    def le(self, a: Scalar, b: Scalar) -> Scalar:
        """a <= b."""
        return a <= b

    def eq(self, a: Scalar, b: Scalar) -> Scalar:
        """a == b."""
        return a == b

    def not_(self, a: Scalar) -> Scalar:
        """Logical negation."""
        return not a

    def and_(self, a: Scalar, b: Scalar) -> Scalar:
        """Logical and."""
        return a and b

    def or_(self, a: Scalar, b: Scalar) -> Scalar:
        """Logical or."""
        return a or b

    def select(self, condition: Scalar, a: Scalar, b: Scalar) -> Scalar:
        """A where the condition holds, else b."""
        return a if condition else b

    def iadd(self, a: Scalar, b: Scalar) -> Scalar:
        """a + b modulo 2**64."""
        return _wrapped(int(a) + int(b))

    def isub(self, a: Scalar, b: Scalar) -> Scalar:
        """a - b modulo 2**64."""
        return _wrapped(int(a) - int(b))

    def imul(self, a: Scalar, b: Scalar) -> Scalar:
        """a * b modulo 2**64."""
        return _wrapped(int(a) * int(b))

    def iand(self, a: Scalar, b: Scalar) -> Scalar:
        """Bitwise and."""
        return int(a) & int(b)

    def ior(self, a: Scalar, b: Scalar) -> Scalar:
        """Bitwise or."""
        return int(a) | int(b)

    def ixor(self, a: Scalar, b: Scalar) -> Scalar:
        """Bitwise exclusive or."""
        return int(a) ^ int(b)

    def ishl(self, a: Scalar, count: int) -> Scalar:
        """Shift left."""
        return _wrapped(int(a) << count)

    def ilshr(self, a: Scalar, count: int) -> Scalar:
        """Shift right, zeros come in."""
        return _wrapped((int(a) % _WRAP) >> count)

    def iashr(self, a: Scalar, count: int) -> Scalar:
        """Shift right, the sign comes in."""
        return int(a) >> count

    def ireverse(self, a: Scalar) -> Scalar:
        """The 64 bits in reverse order."""
        return _wrapped(int(f"{int(a) % _WRAP:064b}"[::-1], 2))

    def ilt(self, a: Scalar, b: Scalar) -> Scalar:
        """a < b, signed."""
        return a < b

    def ieq(self, a: Scalar, b: Scalar) -> Scalar:
        """a == b."""
        return a == b

    def iclamp(self, a: Scalar, low: int, high: int) -> Scalar:
        """The nearest value in [low, high]."""
        return min(max(int(a), low), high)

    def bits(self, a: Scalar) -> Scalar:
        """The NUMBER's bits as INTEGER."""
        return int(struct.unpack("<q", struct.pack("<d", a))[0])

    def from_bits(self, a: Scalar) -> Scalar:
        """The NUMBER with these bits."""
        return float(struct.unpack("<d", struct.pack("<q", a))[0])

    def to_number(self, a: Scalar) -> Scalar:
        """INTEGER to NUMBER, rounded to nearest."""
        return float(a)

    def to_integer(self, a: Scalar) -> Scalar:
        """NUMBER to INTEGER, toward zero; 0 where there is none."""
        return int(a) if abs(a) < 2.0**62 else 0

    def text_code(self, a: Scalar) -> Scalar:
        """Place of a TEXT."""
        return a

    def error_code(self, a: Scalar) -> Scalar:
        """Number of an ERROR."""
        return a

    def read_table(self, table: Table, index: Scalar) -> Scalar:
        """Element of a table."""
        value: Scalar = table.values[int(index)].item()
        return value

    def repeat(
        self,
        count: int,
        carries: Sequence[Scalar],
        body: Callable[[Scalar, Sequence[Scalar]], Sequence[Scalar]],
    ) -> tuple[Scalar, ...]:
        """Run `body(round, carries)` count times."""
        current = carries
        for i in range(count):
            current = body(i, current)
        return tuple(current)

    def within(self, a: Scalar, low: float, high: float) -> Scalar:
        """The same value."""
        return a


def _wrapped(value: int) -> int:
    return (value + _SIGN) % _WRAP - _SIGN
