"""What a numerical algorithm may use: one protocol, three executions.

`ProgramBuilder` writes instructions, `ScalarOperations` computes with Python numbers and
`BlockOperations` with arrays; an algorithm written against `Operations` gives the same bits in all.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from mcdesk.engine.ir import Table
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")


class Operations(Protocol[V]):
    """Typed operations of `ir.Op` over values of type V; see there for types and rounding."""

    def number(self, value: float) -> V:
        """Constant NUMBER."""

    def integer(self, value: int) -> V:
        """Constant INTEGER; taken modulo 2**64."""

    def logical(self, value: bool) -> V:
        """Constant LOGICAL."""

    def error(self, code: ErrorCode) -> V:
        """Constant ERROR."""

    def add(self, a: V, b: V) -> V:
        """a + b."""

    def sub(self, a: V, b: V) -> V:
        """a - b."""

    def mul(self, a: V, b: V) -> V:
        """a * b."""

    def div(self, a: V, b: V) -> V:
        """a / b; the caller sees to b != 0."""

    def minimum(self, a: V, b: V) -> V:
        """b where b < a, else a."""

    def maximum(self, a: V, b: V) -> V:
        """b where b > a, else a."""

    def neg(self, a: V) -> V:
        """-a."""

    def absolute(self, a: V) -> V:
        """|a|."""

    def sqrt(self, a: V) -> V:
        """Square root, rounded once; the caller sees to a >= 0."""

    def floor(self, a: V) -> V:
        """Greatest whole number not above a."""

    def fma(self, a: V, b: V, c: V) -> V:
        """a * b + c rounded once."""

    def lt(self, a: V, b: V) -> V:
        """a < b."""

    def le(self, a: V, b: V) -> V:
        """a <= b."""

    def eq(self, a: V, b: V) -> V:
        """a == b, bit comparison apart from the sign of zero."""

    def not_(self, a: V) -> V:
        """Logical negation."""

    def and_(self, a: V, b: V) -> V:
        """Logical and."""

    def or_(self, a: V, b: V) -> V:
        """Logical or."""

    def select(self, condition: V, a: V, b: V) -> V:
        """A where the condition holds, else b; both are computed."""

    def iadd(self, a: V, b: V) -> V:
        """a + b modulo 2**64."""

    def isub(self, a: V, b: V) -> V:
        """a - b modulo 2**64."""

    def imul(self, a: V, b: V) -> V:
        """a * b modulo 2**64."""

    def iand(self, a: V, b: V) -> V:
        """Bitwise and."""

    def ior(self, a: V, b: V) -> V:
        """Bitwise or."""

    def ixor(self, a: V, b: V) -> V:
        """Bitwise exclusive or."""

    def ishl(self, a: V, count: int) -> V:
        """Shift left."""

    def ilshr(self, a: V, count: int) -> V:
        """Shift right, zeros come in."""

    def iashr(self, a: V, count: int) -> V:
        """Shift right, the sign comes in."""

    def ireverse(self, a: V) -> V:
        """The 64 bits in reverse order."""

    def ilt(self, a: V, b: V) -> V:
        """a < b, signed."""

    def ieq(self, a: V, b: V) -> V:
        """a == b."""

    def iclamp(self, a: V, low: int, high: int) -> V:
        """The nearest value in [low, high]."""

    def bits(self, a: V) -> V:
        """The NUMBER's bits as INTEGER."""

    def from_bits(self, a: V) -> V:
        """The NUMBER with these bits."""

    def to_number(self, a: V) -> V:
        """INTEGER to NUMBER, rounded to nearest."""

    def to_integer(self, a: V) -> V:
        """NUMBER to INTEGER, toward zero; |a| < 2**62."""

    def text_code(self, a: V) -> V:
        """Place of a TEXT in the program's strings."""

    def error_code(self, a: V) -> V:
        """Number of an ERROR."""

    def read_table(self, table: Table, index: V) -> V:
        """Element of a table; the index is proven to be inside."""

    def repeat(
        self, count: int, carries: Sequence[V], body: Callable[[V, Sequence[V]], Sequence[V]]
    ) -> tuple[V, ...]:
        """Run `body(round, carries)` count times; what it returns is carried on."""

    def within(self, a: V, low: float, high: float) -> V:
        """The same value, with the claim that low <= a <= high (range analysis only)."""
