"""Large regions of certain cells, calculated at once: their formula lowered, one lane per cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import Affine, SlotAccess
from mcdesk.formulas.blocks import CellMap
from mcdesk.formulas.cell_store import PENDING, ROW_SHIFT, SHEET_SHIFT, Entry, Stop, key_of, keys_in
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.lanes import LanePosition, Lanes
from mcdesk.formulas.lowered import TYPE_BY_KIND, Lowered, LoweredKind, NotLowerable
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.node_evaluation import node_scalar
from mcdesk.formulas.reads import Read, reads_of
from mcdesk.formulas.regions import Region
from mcdesk.formulas.same_everywhere import is_same_everywhere
from mcdesk.formulas.special_lowering import special_lowerings
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import FormulaKind

# below this the set-up of a program costs more than the evaluation of the cells
_LEAST_LANES = 64
# more than there are kinds of scalars
_MOST_KINDS = 16


@dataclass(slots=True, eq=False)
class _Group:
    """A region, what it reads, whether that was asked for and has values, and whether it was tried.

    `numbers` are the areas that it reads, (rows, columns) float64, of which each cell holds a number.
    """

    region: Region
    reads: tuple[Read, ...]
    is_asked: bool = False
    is_read: bool = False
    is_done: bool = False
    numbers: dict[Rectangle, NDArray[np.float64]] = field(default_factory=dict)


class CertainRegions:
    """Fills the regions that it can in one go; the evaluator calculates the cells of the others.

    A region is asked for twice: the first time for the cells that it reads, which the evaluator
    then calculates, the second time to be filled.
    """

    def __init__(self, calculation: Calculation, regions: Iterable[Region]) -> None:
        self._calculation, self._workbook = calculation, calculation.workbook
        self._group_by_key: dict[int, _Group] = {}
        for region in regions:
            if region.rectangle.size >= _LEAST_LANES and region.kind is FormulaKind.NORMAL:
                self._add_or_cut(region)

    def __contains__(self, key: int) -> bool:
        """Whether the cell is in a region that has not been tried yet."""
        group = self._group_by_key.get(key)
        return group is not None and not group.is_done

    def cells_before(self, key: int, cells: Mapping[int, Entry]) -> list[int]:
        """The cells to calculate before a cell's region can be filled; none once it was asked."""
        group = self._group_by_key[key]
        if group.is_asked:
            return []
        group.is_asked = True
        before = self._pending(group, cells)
        group.is_read = not before
        return before

    def fill(self, key: int, cells: dict[int, Entry]) -> None:
        """Calculate a cell's region if that can be done at once, and be done with the region."""
        group = self._group_by_key[key]
        group.is_done = True
        if not group.is_read and self._pending(group, cells):
            return
        known = _KnownCells(self._calculation, group.numbers)
        for lanes in _lanes_by_kinds(group, cells):
            if len(lanes) < _LEAST_LANES:
                continue
            try:
                values = _RegionProgram(group.region, known, lanes).values()
            except NotLowerable:
                continue
            keys = lanes.keys(group.region.rectangle.sheet)
            if set(map(id, map(cells.get, keys))) == {id(PENDING)}:
                cells.update(zip(keys, values, strict=True))
            else:
                filled = zip(keys, values, strict=True)
                cells.update([each for each in filled if cells.get(each[0]) is PENDING])

    def give_up(self, key: int) -> None:
        """Leave the cells of a cell's region to the evaluator."""
        if key in self._group_by_key:
            self._group_by_key[key].is_done = True

    def _add_or_cut(self, region: Region) -> None:
        """Add a region, or its columns or rows one by one where its cells read each other across those."""
        area = region.rectangle
        reads = reads_of(self._workbook, region.tree, area.sheet)
        if reads.is_dynamic:
            return
        pieces = [area]
        if _reads_itself(area, reads.reads):
            columns = [replace(area, left=at, right=at) for at in range(area.left, area.right + 1)]
            rows = [replace(area, top=at, bottom=at) for at in range(area.top, area.bottom + 1)]
            longer = columns if area.row_count >= area.column_count else rows
            pieces = [] if _reads_itself(longer[0], reads.reads) else longer
        for piece in pieces if pieces and pieces[0].size >= _LEAST_LANES else ():
            group = _Group(Region(piece, region.tree), reads.reads)
            for keys in _lines(piece):
                self._group_by_key.update(dict.fromkeys(keys, group))

    def _pending(self, group: _Group, cells: Mapping[int, Entry]) -> list[int]:
        found: list[int] = []
        for area in dict.fromkeys(read.swept(group.region.rectangle) for read in group.reads):
            sheet = self._workbook.sheets[area.sheet]
            places = sheet.positions_in(area)
            columns, rows = (each[places].astype(np.int64) for each in (sheet.columns, sheet.rows))
            keys = columns | (rows << ROW_SHIFT) | (area.sheet << SHEET_SHIFT)
            listed = keys.tolist()
            values = list(map(cells.get, listed))
            kinds = set(map(type, values))
            if Stop in kinds:
                found += [key for key, value in zip(listed, values, strict=True) if value is PENDING]
            elif len(values) == area.size and kinds == {float}:
                shape = (area.row_count, area.column_count)
                group.numbers[area] = np.array(values, dtype=np.float64).reshape(shape)
        return found


class _RegionProgram:
    """The formula of a region as a program in which each cell is a trial."""

    def __init__(self, region: Region, known: "_KnownCells", lanes: Lanes) -> None:
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
        return _scalars(slots[arrays[0]][0], slots[arrays[1]][0], strings)

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


class _KnownCells(CellMap):
    """Calculated cells only."""

    def __init__(self, calculation: Calculation, numbers: Mapping[Rectangle, NDArray[np.float64]]) -> None:
        super().__init__(calculation.workbook, (), self._known, self._same, calculation.dates)
        self._calculation, self._cells = calculation, calculation.cells
        self._numbers = numbers
        self._lanes: Sequence[tuple[int, int]] = ()
        self._seen: dict[tuple[Read, tuple[int, int]], list[Scalar]] = {}
        self._areas: dict[Rectangle, list[Scalar]] = {}

    @override
    def certain(self, sheet: int, row: int, column: int) -> Scalar:
        """The value of a cell; one without a value keeps the region from being filled."""
        value = self._cells.get(key_of(sheet, row, column), BLANK)
        if isinstance(value, Stop):
            raise NotLowerable("a cell without a value")
        return value

    @override
    def certain_each(self, sheet: int, cells: Iterable[tuple[int, int]]) -> list[Scalar]:
        """The values of many cells, as `certain`."""
        return self._values([key_of(sheet, row, column) for row, column in cells])

    @override
    def certain_in(self, area: Rectangle) -> list[Scalar]:
        """The values of all cells of an area, row-major."""
        if area not in self._areas:
            self._areas[area] = self._values(keys_in(area))
        return self._areas[area]

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

    def _values(self, keys: list[int]) -> list[Scalar]:
        values = list(map(self._cells.get, keys))
        kinds = set(map(type, values))
        if Stop in kinds:
            raise NotLowerable("a cell without a value")
        if type(None) in kinds:
            values = [BLANK if value is None else value for value in values]
        return values  # type: ignore[return-value]  # no Stop among them

    def _same(self, node: Node, cell: CellAddress) -> Scalar | None:
        # what differs from cell to cell is left to the program
        return node_scalar(self._calculation, node, cell) if is_same_everywhere(node) else None

    def _known(self, cell: CellAddress) -> Scalar:
        return self.certain(cell.sheet, cell.row, cell.column)


def _seen_from(
    read: Read, part: Rectangle, lanes: Lanes, offset: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of what a reference shows from each lane."""
    tops, _, lefts, _ = read.over(part)
    return tops[lanes.rows - part.top] + offset[0], lefts[lanes.columns - part.left] + offset[1]


def _reads_itself(area: Rectangle, reads: Iterable[Read]) -> bool:
    swept = [read.swept(area) for read in reads]
    return any(each.sheet == area.sheet and each.intersect(area) is not None for each in swept)


def _lines(area: Rectangle) -> Iterator[range]:
    """The keys of an area's cells along its longer side."""
    if area.column_count > area.row_count:
        for row in range(area.top, area.bottom + 1):
            yield range(key_of(area.sheet, row, area.left), key_of(area.sheet, row, area.right) + 1)
        return
    for column in range(area.left, area.right + 1):
        first, last = (key_of(area.sheet, row, column) for row in (area.top, area.bottom))
        yield range(first, last + 1, 1 << ROW_SHIFT)


def _lanes_by_kinds(group: _Group, cells: Mapping[int, Entry]) -> list[Lanes]:
    """The cells of a region in groups whose single-cell reads give values of the same kinds.

    Those that read a cell without a value are in none.
    """
    area = group.region.rectangle
    moving = [
        read
        for read in dict.fromkeys(group.reads)
        if not read.is_fixed and read.at(area.top, area.left).size == 1
        # numbers alone make no difference
        if read.swept(area) not in group.numbers
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


def _scalars(values: SlotValues, errors: SlotValues, strings: Sequence[str]) -> list[Scalar]:
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
