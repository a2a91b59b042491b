"""Values in LLVM's text: how many registers stand for one, and how they are written.

The trials of a step are held in parts of the processor's own width. The first half of the parts has
the even trials and the second half the odd ones, because the random stream makes two trials of one call:
what is the same for both is computed once. Steps begin at multiples of 16, or of their length where that is
less, so that what depends on trial // 16 alone, as a Sobol point does, is a scalar.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from mcdesk.engine.ir import Type

REGISTER = {
    Type.NUMBER: "double",
    Type.LOGICAL: "i1",
    Type.TEXT: "i32",
    Type.INTEGER: "i64",
    Type.ERROR: "i8",
}
MEMORY = {**REGISTER, Type.LOGICAL: "i8"}
BYTES = {Type.NUMBER: 8, Type.LOGICAL: 1, Type.TEXT: 4, Type.INTEGER: 8, Type.ERROR: 1}


BLOCK_TRIALS = 16


class Shape(IntEnum):
    """In how many trials a value differs."""

    UNIFORM = 0  # one scalar for all
    BLOCKED = 1  # a scalar for each 16 trials
    PAIRED = 2  # the same in an even trial and the odd one after it
    FULL = 3

    @property
    def is_scalar(self) -> bool:
        """Whether a register is a scalar, and no vector."""
        return self <= Shape.BLOCKED


@dataclass(frozen=True, slots=True)
class Register:
    """A value: the name of a scalar, or the names of its parts; a constant has literals as names."""

    names: tuple[str, ...]
    type: Type
    shape: Shape
    is_constant: bool = False

    @property
    def name(self) -> str:
        """The scalar."""
        assert self.shape is Shape.UNIFORM
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """Lanes of one part, and how many parts a step has (1, or an even number).

    Attributes:
        has_conversion: whether the processor makes whole numbers of a part of numbers by itself.
    """

    width: int
    parts: int
    has_conversion: bool = True

    @property
    def lanes(self) -> int:
        """Trials of one step."""
        return self.width * self.parts

    @property
    def blocks(self) -> int:
        """Blocks of 16 trials that a step has, or has a part of."""
        return max(self.lanes // BLOCK_TRIALS, 1)

    @property
    def alignment(self) -> int:
        """What every step's first trial is a multiple of."""
        return min(self.lanes, BLOCK_TRIALS)

    def count(self, shape: Shape) -> int:
        """Registers of a value."""
        if shape is Shape.UNIFORM:
            return 1
        if shape is Shape.BLOCKED:
            return self.blocks
        return self.parts // 2 if shape is Shape.PAIRED else self.parts

    def trial_offsets(self, part: int) -> Sequence[int]:
        """Trials of a part, counted from the first of the step."""
        if self.parts == 1:
            return range(self.width)
        half = self.parts // 2
        return [2 * ((part % half) * self.width + lane) + part // half for lane in range(self.width)]

    def typed(self, kind: Type, shape: Shape) -> str:
        """The type of one register of a value."""
        return REGISTER[kind] if shape.is_scalar else self.vector(kind)

    def vector(self, kind: Type) -> str:
        """The type of one part."""
        return _vector(self.width, REGISTER[kind])

    def memory_vector(self, kind: Type) -> str:
        """The type of one part in memory."""
        return _vector(self.width, MEMORY[kind])

    def integers(self, numbers: Sequence[int]) -> str:
        """A vector of known whole numbers."""
        return f"<{', '.join(f'i64 {number}' for number in numbers)}>"


@cache
def _vector(width: int, element: str) -> str:
    return f"<{width} x {element}>"


def splat(kind: Type, literal_text: str) -> str:
    """A vector of one literal."""
    return f"splat ({REGISTER[kind]} {literal_text})"


def literal(kind: Type, value: object) -> str:
    """A constant as LLVM writes it."""
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


def number_of(text: str) -> float:
    """The NUMBER that is written so as a literal."""
    (number,) = struct.unpack("<d", struct.pack("<Q", int(text, 16)))
    assert isinstance(number, float)
    return number


class Lines:
    """The lines of a function under construction; `entry` has those that run once."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.entry: list[str] = []
        self.body: list[str] = []
        self.label = "block"
        self._count = 0

    def put(self, operation: str) -> str:
        """Add an operation and return the name of its result."""
        self._count += 1
        name = f"%v{self._count}"
        self.body.append(f"  {name} = {operation}")
        return name

    def fresh(self, stem: str) -> str:
        """A name that nothing has."""
        self._count += 1
        return f"{stem}{self._count}"

    def parts_of(self, value: Register, shape: Shape) -> tuple[str, ...]:
        """The registers of a value, widened to a shape."""
        if value.shape is shape:
            return value.names
        layout = self.layout
        count = layout.count(shape)
        if value.shape is Shape.PAIRED or shape is Shape.BLOCKED:
            return value.names * (count // len(value.names))
        if value.is_constant:
            return (splat(value.type, value.name),) * count
        splats = [self._splat(value.type, name) for name in value.names]
        if len(splats) == 1:
            return (splats[0],) * count
        return tuple(splats[layout.trial_offsets(part)[0] // BLOCK_TRIALS] for part in range(count))

    def _splat(self, kind: Type, name: str) -> str:
        vector = self.layout.vector(kind)
        one = self.put(f"insertelement {vector} poison, {REGISTER[kind]} {name}, i64 0")
        zeros = f"<{self.layout.width} x i32> zeroinitializer"
        return self.put(f"shufflevector {vector} {one}, {vector} poison, {zeros}")
