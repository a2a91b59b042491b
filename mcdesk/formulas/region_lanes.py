"""A region of cells that do not read each other, calculated at once: one lane per cell."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import Affine, SlotAccess
from mcdesk.formulas.cell_store import ROW_SHIFT, SHEET_SHIFT, Entry, Stop
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.known_cells import KnownCells
from mcdesk.formulas.lanes import LanePosition, Lanes
from mcdesk.formulas.lowered import TYPE_BY_KIND, Lowered, LoweredKind, NotLowerable
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.reads import Read
from mcdesk.formulas.regions import Region
from mcdesk.formulas.special_lowering import special_lowerings
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

# more than there are kinds of scalars
_MOST_KINDS = 16
# the areas that a region reads of which each cell holds a number, (rows, columns) float64
NumbersByArea = Mapping[Rectangle, NDArray[np.float64]]


class RegionProgram:
    """The formula of a region as a program in which each cell is a trial."""

    def __init__(self, region: Region, known: "LaneCells", lanes: Lanes) -> None:
        self._region = region
        self._lane_count = len(lanes)
        self._draft = ProgramDraft()
        area = region.rectangle
        here = LanePosition(area.sheet, *lanes[0], lanes=lanes)
        self._reader = PartReader(StageBuilder(self._draft), known, area, here)

    def values(self) -> list[Scalar]:
        """The value of each lane.

        Raises:
            NotLowerable: if the formula, or what it reads, has no instructions.
        """
        lowering = FormulaLowering(self._reader, _no_draw, special_lowerings())
        lowered = lowering.formula(self._region.tree)
        arrays = self._written(lowered)
        backend = open_backend("reference", self._draft.program(), ())
        slots = backend.run(ChunkRequest(0, 0, self._lane_count, arrays))
        strings = self._draft.strings if lowered.kind is LoweredKind.TEXT else ()
        return scalars_of(slots[arrays[0]][0], slots[arrays[1]][0], strings)

    def _written(self, lowered: Lowered) -> tuple[int, int]:
        ops = self._reader.ops
        if lowered.text is not None:
            raise NotLowerable("a text")
        value = ops.number(0.0) if lowered.value is None else lowered.value
        errors = ops.error(ErrorCode.NONE) if lowered.error is None else lowered.error
        kind = TYPE_BY_KIND.get(lowered.kind)
        arrays = tuple(self._one_slot(ops, each) for each in (value, errors))
        if kind is None and lowered.error is None:
            raise NotLowerable("a value that only the evaluator knows")
        ops.finish("certain")
        return arrays[0], arrays[1]

    def _one_slot(self, ops: StageBuilder, value: Value) -> int:
        array = self._draft.slot_array(value.type, 1)
        ops.write_slot(SlotAccess(array, Affine(0)), value)
        return array


class LaneCells(KnownCells):
    """Calculated cells only, kept as the lanes see them."""

    def __init__(self, calculation: Calculation, numbers: NumbersByArea) -> None:
        super().__init__(calculation)
        self._numbers = numbers
        self._lanes: Sequence[tuple[int, int]] = ()
        self._seen: dict[tuple[Read, tuple[int, int]], list[Scalar]] = {}

    @override
    def certain_seen(
        self, read: Read, part: Rectangle, cells: Sequence[tuple[int, int]], offset: tuple[int, int]
    ) -> list[Scalar]:
        """What a reference shows from each lane; kept, as formulas read a cell more than once."""
        assert isinstance(cells, Lanes)
        if cells is not self._lanes:
            self._lanes = cells
            self._seen.clear()
        known = self._seen.get((read, offset))
        if known is None:
            numbers = self.numbers_seen(read, part, cells, offset)
            if numbers is None:
                rows, columns = _seen_from(read, part, cells, offset)
                known = self._values((columns | (rows << ROW_SHIFT) | (read.sheet << SHEET_SHIFT)).tolist())
            else:
                known = numbers.tolist()
            self._seen[read, offset] = known
        return known

    @override
    def numbers_seen(
        self, read: Read, part: Rectangle, cells: Sequence[tuple[int, int]], offset: tuple[int, int]
    ) -> NDArray[np.float64] | None:
        """The same as an array where each cell of the area holds a number."""
        area = read.swept(part)
        numbers = self._numbers.get(area)
        if numbers is None:
            return None
        assert isinstance(cells, Lanes)
        rows, columns = _seen_from(read, part, cells, offset)
        return numbers[rows - area.top, columns - area.left]

    @override
    def values_seen(
        self, node: Node, part: Rectangle, cells: Sequence[tuple[int, int]]
    ) -> list[Scalar] | None:
        """What a part of a formula is in each lane, by a program of its own."""
        assert isinstance(cells, Lanes)
        try:
            return RegionProgram(Region(part, node), self, cells).values()
        except NotLowerable:
            return None


def lanes_by_kinds(
    region: Region, reads: Sequence[Read], numbers: NumbersByArea, cells: Mapping[int, Entry]
) -> list[Lanes]:
    """The cells of a region in groups whose single-cell reads give values of the same kinds.

    Those that read a cell without a value are in none.
    """
    area = region.rectangle
    moving = [
        read
        for read in dict.fromkeys(reads)
        if not read.is_fixed and read.at(area.top, area.left).size == 1
        # numbers alone make no difference
        if read.swept(area) not in numbers
    ]
    kinds = np.zeros((area.row_count, area.column_count), dtype=np.int64)
    number_by_kind: dict[type, int] = {Stop: 0}
    for read in moving:
        tops, _, lefts, _ = (each if each[0] != each[-1] else each[:1] for each in read.over(area))
        keys = lefts[None, :] | (tops[:, None] << ROW_SHIFT) | (read.sheet << SHEET_SHIFT)
        # a cell that the file does not have is None here
        found = list(map(type, map(cells.get, keys.ravel().tolist())))
        for each in set(found):
            number_by_kind.setdefault(each, len(number_by_kind))
        own = np.array(list(map(number_by_kind.__getitem__, found)), dtype=np.int64).reshape(keys.shape)
        kinds = np.where((own == 0) | (kinds < 0), -1, kinds * _MOST_KINDS + own)
        kinds = np.unique(kinds, return_inverse=True)[1].reshape(kinds.shape) - int(kinds.min() < 0)
    alike = [np.nonzero(kinds == kind) for kind in np.unique(kinds[kinds >= 0]).tolist()]
    return [Lanes(rows + area.top, columns + area.left) for rows, columns in alike]


def _seen_from(
    read: Read, part: Rectangle, lanes: Lanes, offset: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of what a reference shows from each lane."""
    tops, _, lefts, _ = read.over(part)
    return tops[lanes.rows - part.top] + offset[0], lefts[lanes.columns - part.left] + offset[1]


def scalars_of(values: SlotValues, errors: SlotValues, strings: Sequence[str]) -> list[Scalar]:
    """The scalars that slots hold; `strings` if they hold texts."""
    # a minus zero is no number of Excel's
    plain = np.add(values, 0.0) if values.dtype == np.float64 else values
    scalars: list[Scalar] = plain.tolist()
    if strings:
        scalars = [strings[code] for code in values.tolist()]
    for place in np.flatnonzero(errors).tolist():
        scalars[place] = ErrorCode(int(errors[place]))
    return scalars


def _no_draw(_place: int) -> Value:
    raise NotLowerable("a random number")
