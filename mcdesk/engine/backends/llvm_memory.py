"""Slots and tables of a program in LLVM's text.

An element of a slot array that only one function uses has its parts one after the other in scratch
memory; one of an array that is handed on has its trials in order.
"""

from collections.abc import Mapping, Sequence

from mcdesk.engine.backends.llvm_values import BYTES, MEMORY, Lines, Register, Shape
from mcdesk.engine.ir import Program, Type


class MemoryWriter:
    """Writes loads and stores.

    Args:
        scratch: byte offset of each slot array that only this function uses.
        kept: place of each other slot array among the pointers.
    """

    def __init__(
        self, program: Program, lines: Lines, scratch: Mapping[int, int], kept: Mapping[int, int]
    ) -> None:
        self._program = program
        self._lines = lines
        self._layout = lines.layout
        self._scratch = scratch
        self._kept = kept
        self._table_pointers: dict[int, str] = {}
        self._array_pointers: dict[int, str] = {}
        self._rows: dict[int, str] = {}

    def store(self, array: int, place: str, value: Register) -> None:
        """Set an element; `place` is a scalar or a whole number."""
        kind = self._program.slots[array].type
        names = self._lines.parts_of(value, Shape.FULL)
        if kind is Type.LOGICAL:
            memory = self._layout.memory_vector(kind)
            names = tuple(
                self._lines.put(f"zext {self._layout.vector(kind)} {name} to {memory}") for name in names
            )
        if array not in self._scratch:
            names = self._in_order(kind, names)
        vector = self._layout.memory_vector(kind)
        for part, pointer in enumerate(self._parts(array, place)):
            self._lines.body.append(f"  store {vector} {names[part]}, ptr {pointer}, align {BYTES[kind]}")

    def load(self, array: int, place: str) -> Register:
        """An element at a place that is the same in all trials."""
        kind = self._program.slots[array].type
        vector = self._layout.memory_vector(kind)
        names = tuple(
            self._lines.put(f"load {vector}, ptr {pointer}, align {BYTES[kind]}")
            for pointer in self._parts(array, place)
        )
        if array not in self._scratch:
            names = self._by_halves(kind, names)
        return self._unpacked(kind, names, Shape.FULL)

    def load_at(self, array: int, base: Register, shift: Register) -> Register:
        """An element whose place differs by trial."""
        kind, layout, put = self._program.slots[array].type, self._layout, self._lines.put
        is_scratch = array in self._scratch
        row = Register((self._row(array),), Type.INTEGER, Shape.UNIFORM, is_scratch)
        rows = self._lines.parts_of(row, Shape.FULL)
        firsts = self._lines.parts_of(base, Shape.FULL)
        shifts = self._lines.parts_of(shift, Shape.FULL)
        vector = layout.vector(Type.INTEGER)
        names = []
        for part in range(layout.parts):
            own = range(part * layout.width, (part + 1) * layout.width)
            lanes = layout.integers(own if is_scratch else layout.trial_offsets(part))
            place = put(f"add {vector} {firsts[part]}, {shifts[part]}")
            scaled = put(f"mul {vector} {place}, {rows[part]}")
            names.append(self._gathered(kind, self._array(array), put(f"add {vector} {scaled}, {lanes}")))
        return self._unpacked(kind, names, Shape.FULL)

    def table_element(self, number: int, index: Register) -> Register:
        """An element of a table; the index is proven in bounds."""
        kind = self._program.tables[number].type
        pointer = self._table(number)
        read = self._loaded if index.shape.is_scalar else self._gathered
        return self._unpacked(kind, [read(kind, pointer, name) for name in index.names], index.shape)

    def _loaded(self, kind: Type, pointer: str, place: str) -> str:
        at = self._lines.put(f"getelementptr {MEMORY[kind]}, ptr {pointer}, i64 {place}")
        return self._lines.put(f"load {MEMORY[kind]}, ptr {at}, align {BYTES[kind]}")

    def _gathered(self, kind: Type, pointer: str, places: str) -> str:
        memory, width = MEMORY[kind], self._layout.width
        at = self._lines.put(f"getelementptr {memory}, ptr {pointer}, <{width} x i64> {places}")
        vector = f"<{width} x {memory}>"
        short = {"double": "f64"}.get(memory, memory)
        name = f"@llvm.masked.gather.v{width}{short}.v{width}p0"
        pointers = f"<{width} x ptr> align {BYTES[kind]} {at}"
        return self._lines.put(
            f"call {vector} {name}({pointers}, <{width} x i1> splat (i1 true), {vector} poison)"
        )

    def _unpacked(self, kind: Type, loaded: Sequence[str], shape: Shape) -> Register:
        if kind is not Type.LOGICAL:
            return Register(tuple(loaded), kind, shape)
        memory = "i8" if shape.is_scalar else self._layout.memory_vector(kind)
        typed = self._layout.typed(kind, shape)
        return Register(
            tuple(self._lines.put(f"trunc {memory} {each} to {typed}") for each in loaded), kind, shape
        )

    def _in_order(self, kind: Type, names: Sequence[str]) -> tuple[str, ...]:
        """Even and odd trials in turn."""
        half = self._layout.parts // 2
        if not half:
            return tuple(names)
        width = self._layout.width
        turns = [lane // 2 + width * (lane % 2) for lane in range(2 * width)]
        return tuple(
            self._shuffled(
                kind, names[part // 2], names[half + part // 2], turns[width * (part % 2) :][:width]
            )
            for part in range(2 * half)
        )

    def _by_halves(self, kind: Type, names: Sequence[str]) -> tuple[str, ...]:
        """Trials in order to even ones and odd ones."""
        half = self._layout.parts // 2
        if not half:
            return tuple(names)
        width = self._layout.width
        return tuple(
            self._shuffled(
                kind, names[2 * part], names[2 * part + 1], [2 * lane + odd for lane in range(width)]
            )
            for odd in (0, 1)
            for part in range(half)
        )

    def _shuffled(self, kind: Type, one: str, other: str, places: Sequence[int]) -> str:
        vector = self._layout.memory_vector(kind)
        mask = ", ".join(f"i32 {place}" for place in places)
        return self._lines.put(
            f"shufflevector {vector} {one}, {vector} {other}, <{self._layout.width} x i32> <{mask}>"
        )

    def _parts(self, array: int, place: str) -> list[str]:
        """Pointers to the parts of an element."""
        kind, lines = self._program.slots[array].type, self._lines
        row = self._row(array)
        if place.isdecimal() and row.isdecimal():
            offset = str(int(place) * int(row))
        else:
            offset = lines.put(f"mul i64 {place}, {row}")
        first = lines.put(f"getelementptr {MEMORY[kind]}, ptr {self._array(array)}, i64 {offset}")
        width = self._layout.width
        others = [
            lines.put(f"getelementptr {MEMORY[kind]}, ptr {first}, i64 {part * width}")
            for part in range(1, self._layout.parts)
        ]
        return [first, *others]

    def _row(self, array: int) -> str:
        """How many elements lie between one place of an array and the next."""
        if array in self._scratch:
            return str(self._layout.lanes)
        if array not in self._rows:
            name = self._rows[array] = f"%r{array}"
            at = f"{name}.at = getelementptr i64, ptr %rows, i64 {self._kept[array]}"
            self._lines.entry += [f"  {at}", f"  {name} = load i64, ptr {name}.at"]
        return self._rows[array]

    def _array(self, array: int) -> str:
        """Pointer to the first element of an array for the step at hand."""
        kind, entry = self._program.slots[array].type, self._lines.entry
        if array in self._scratch:
            if array not in self._array_pointers:
                name = self._array_pointers[array] = f"%s{array}"
                entry.append(f"  {name} = getelementptr i8, ptr %scratch, i64 {self._scratch[array]}")
            return self._array_pointers[array]
        if array not in self._array_pointers:
            name = self._array_pointers[array] = f"%k{array}"
            entry.append(f"  {name}.at = getelementptr ptr, ptr %arrays, i64 {self._kept[array]}")
            entry.append(f"  {name} = load ptr, ptr {name}.at")
        base = self._array_pointers[array]
        return self._lines.put(f"getelementptr {MEMORY[kind]}, ptr {base}, i64 %offset")

    def _table(self, number: int) -> str:
        if number not in self._table_pointers:
            name = self._table_pointers[number] = f"%d{number}"
            self._lines.entry.append(f"  {name}.at = getelementptr ptr, ptr %tables, i64 {number}")
            self._lines.entry.append(f"  {name} = load ptr, ptr {name}.at")
        return self._table_pointers[number]
