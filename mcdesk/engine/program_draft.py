"""What the stages of a program under construction share: slots, tables, texts."""

import numpy as np

from mcdesk.engine.intervals import FINITE, Interval
from mcdesk.engine.ir import Program, SlotArray, Stage, Table, Type


class ProgramDraft:
    """What the stages share: slot arrays with their intervals, tables, strings."""

    def __init__(self) -> None:
        self._slots: list[SlotArray] = []
        self._intervals: list[Interval] = []
        self._tables: list[Table] = []
        self._table_numbers: dict[tuple[Type, bytes], int] = {}
        self._strings: list[str] = []
        self._string_codes: dict[str, int] = {}
        self._stages: list[Stage] = []

    def slot_array(self, kind: Type, length: int) -> int:
        """Number of a new slot array."""
        self._slots.append(SlotArray(kind, length))
        self._intervals.append(FINITE)
        return len(self._slots) - 1

    def slot_type(self, array: int) -> Type:
        """Type of a slot array."""
        return self._slots[array].type

    def slot_interval(self, array: int) -> Interval:
        """Bounds of a slot array's elements."""
        return self._intervals[array]

    def narrow_slot(self, array: int, interval: Interval) -> None:
        """Say that the array's elements lie in the interval; all its writers are known."""
        self._intervals[array] = interval

    def table(self, table: Table) -> int:
        """Number of a table; equal tables share one."""
        key = (table.type, np.ascontiguousarray(table.values).tobytes())
        if key not in self._table_numbers:
            self._table_numbers[key] = len(self._tables)
            self._tables.append(table)
        return self._table_numbers[key]

    def text(self, value: str) -> int:
        """Code of a text."""
        if value not in self._string_codes:
            self._string_codes[value] = len(self._strings)
            self._strings.append(value)
        return self._string_codes[value]

    @property
    def strings(self) -> tuple[str, ...]:
        """Texts so far, in order of their codes."""
        return tuple(self._strings)

    def add_stage(self, stage: Stage) -> None:
        """Append a stage."""
        self._stages.append(stage)

    def program(self) -> Program:
        """The finished program."""
        return Program(tuple(self._stages), tuple(self._slots), tuple(self._tables), tuple(self._strings))
