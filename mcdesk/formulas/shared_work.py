"""What many formulas need and a program does once: ranges of unlike cells side by side, and more."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import DTYPE_BY_TYPE, Affine, SlotAccess, Table, Type
from mcdesk.formulas.blocks import Block, CellItem, CellMap
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

# fewer stretches of like cells are read where they stand
_LEAST_STRETCHES = 32
_TYPE_BY_KIND: dict[type, Type] = {float: Type.NUMBER, bool: Type.LOGICAL, str: Type.TEXT}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Cells from a place on that stand at equal steps in one block, or are certain."""

    first: int
    items: tuple[CellItem, ...]

    @property
    def stride(self) -> int:
        return self.items[1][1] - self.items[0][1] if len(self.items) > 1 else 0


class SharedWork:
    """Slot arrays that are filled before all loops, the first time that they are asked for.

    Only for formulas that read none of the cells that their own loops write.
    """

    def __init__(self, cells: CellMap) -> None:
        self._cells = cells
        self._blocks: dict[Rectangle, Block | None] = {}
        self._arrays: dict[Hashable, int] = {}
        self._copies: dict[Hashable, Block] = {}

    def array(self, ops: StageBuilder, key: Hashable, make: Callable[[], int]) -> int:
        """The slot array that `make` fills, once for each key."""
        if key not in self._arrays:
            with ops.outside_loops():
                self._arrays[key] = make()
        return self._arrays[key]

    def gathered(self, ops: StageBuilder, area: Rectangle) -> Block | None:
        """A copy of cells of one type that stand in many places; None where there is no use or no way."""
        if area not in self._blocks:
            self._blocks[area] = self._gather(ops, area)
        return self._blocks[area]

    def side_by_side(self, ops: StageBuilder, items: Sequence[CellItem]) -> Block | None:
        """A copy of single cells, in their order; None where they are not of one type."""
        kinds = {_kind_of(item) for item in items}
        key = tuple((item[0] and item[0].value_array, item[1]) for item in items)
        if len(kinds) != 1 or None in kinds:
            return None
        if key not in self._copies:
            self._copies[key] = self._copied(ops, items, Rectangle(0, 0, 0, 0, len(items) - 1))
        return self._copies[key]

    def _gather(self, ops: StageBuilder, area: Rectangle) -> Block | None:
        if area.size < _LEAST_STRETCHES or self._cells.is_certain(area):
            return None
        items = self._cells.items(area)
        kinds = {_kind_of(item) for item in items}
        if len(list(_stretches(items))) < _LEAST_STRETCHES or len(kinds) != 1 or None in kinds:
            return None
        return self._copied(ops, items, area)

    def _copied(self, ops: StageBuilder, items: Sequence[CellItem], area: Rectangle) -> Block:
        kind = _kind_of(items[0]) or Type.NUMBER
        may_fail = any(item[0] is not None and item[0].error_array is not None for item in items)
        copy = Block(area, None, type=kind, value_array=ops.draft.slot_array(kind, area.size))
        copy.error_array = ops.draft.slot_array(Type.ERROR, area.size) if may_fail else None
        with ops.outside_loops():
            for stretch in _stretches(items):
                _copy(ops, stretch, copy)
        return copy


def _kind_of(item: CellItem) -> Type | None:
    return _TYPE_BY_KIND.get(type(item[2])) if item[0] is None else item[0].type


def _stretches(items: Sequence[CellItem]) -> Iterator[_Stretch]:
    first = 0
    for place in range(1, len(items) + 1):
        if place == len(items) or not _goes_on(items, first, place):
            yield _Stretch(first, tuple(items[first:place]))
            first = place


def _goes_on(items: Sequence[CellItem], first: int, place: int) -> bool:
    block, at, _ = items[place]
    if block is not items[first][0]:
        return False
    if block is None or place == first + 1:
        return True
    return at - items[place - 1][1] == items[first + 1][1] - items[first][1]


def _copy(ops: StageBuilder, stretch: _Stretch, copy: Block) -> None:
    count = len(stretch.items)

    def one(index: int | None) -> tuple[Value, ...]:
        terms = () if index is None else ((index, 1),)
        at = Affine(stretch.first, terms)
        value, error = _element(ops, stretch, terms, copy.type or Type.NUMBER)
        ops.write_slot(SlotAccess(copy.value_array, at), value)
        if copy.error_array is not None:
            ops.write_slot(SlotAccess(copy.error_array, at), error or ops.error(ErrorCode.NONE))
        return ()

    if count == 1:
        one(None)
    else:
        ops.loop(count, (), lambda index, _: one(index))


def _element(
    ops: StageBuilder, stretch: _Stretch, terms: tuple[tuple[int, int], ...], kind: Type
) -> tuple[Value, Value | None]:
    block, place, _ = stretch.items[0]
    if block is None:
        table = _table(ops, [item[2] for item in stretch.items], kind)
        return ops.read_table(table, ops.affine(Affine(0, terms))), None
    at = Affine(place, tuple((index, stretch.stride) for index, _ in terms))
    value = ops.read_slot(SlotAccess(block.value_array, at))
    if block.error_array is None:
        return value, None
    return value, ops.read_slot(SlotAccess(block.error_array, at))


def _table(ops: StageBuilder, scalars: Sequence[Scalar], kind: Type) -> Table:
    known = [ops.draft.text(scalar) if isinstance(scalar, str) else scalar for scalar in scalars]
    values = np.array(known, dtype=DTYPE_BY_TYPE[kind])
    values.flags.writeable = False
    return Table(kind, values)
