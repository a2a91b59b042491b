"""Values that one piece of a stage hands to later ones, in scratch memory."""

from mcdesk.engine.backends.llvm_values import MEMORY, Lines, Register
from mcdesk.engine.ir import Type

_WORD_BYTES = 8
_ALIGNMENT = 64


class Spills:
    """Where values are kept, from `start` on in the scratch memory; `end` is where the next would be."""

    def __init__(self, start: int) -> None:
        self.end = start
        self._kept: dict[int, tuple[int, Register]] = {}

    @property
    def numbers(self) -> frozenset[int]:
        """The values that are kept."""
        return frozenset(self._kept)

    def store(self, lines: Lines, number: int, value: Register) -> None:
        """Keep a value."""
        self._kept[number] = (self.end, value)
        for part, name in enumerate(value.names):
            pointer = self._pointer(lines, self.end, value, part)
            kind = lines.layout.typed(value.type, value.shape)
            memory = _memory_type(lines, value)
            if value.type is Type.LOGICAL:
                name = lines.put(f"zext {kind} {name} to {memory}")
            lines.body.append(f"  store {memory} {name}, ptr {pointer}, align {_WORD_BYTES}")
        size = len(value.names) * _part_bytes(lines, value)
        self.end += -(-size // _ALIGNMENT) * _ALIGNMENT

    def load(self, lines: Lines, number: int) -> Register:
        """A value that is kept."""
        offset, value = self._kept[number]
        names = []
        for part in range(len(value.names)):
            pointer = self._pointer(lines, offset, value, part)
            memory = _memory_type(lines, value)
            name = lines.put(f"load {memory}, ptr {pointer}, align {_WORD_BYTES}")
            if value.type is Type.LOGICAL:
                name = lines.put(f"trunc {memory} {name} to {lines.layout.typed(value.type, value.shape)}")
            names.append(name)
        return Register(tuple(names), value.type, value.shape)

    def _pointer(self, lines: Lines, offset: int, value: Register, part: int) -> str:
        place = offset + part * _part_bytes(lines, value)
        return lines.put(f"getelementptr i8, ptr %scratch, i64 {place}")


def _memory_type(lines: Lines, value: Register) -> str:
    return MEMORY[value.type] if value.shape.is_scalar else lines.layout.memory_vector(value.type)


def _part_bytes(lines: Lines, value: Register) -> int:
    return _WORD_BYTES * (1 if value.shape.is_scalar else lines.layout.width)
