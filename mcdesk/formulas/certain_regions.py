"""Large regions of certain cells, calculated at once: their formula lowered, one lane per cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import Affine, SlotAccess
from mcdesk.formulas.blocks import CellMap
from mcdesk.formulas.cell_store import PENDING, ROW_SHIFT, SHEET_SHIFT, Entry, Stop, key_of
from mcdesk.formulas.emission import LanePosition, PartReader
from mcdesk.formulas.lowered import TYPE_BY_KIND, Lowered, LoweredKind, NotLowerable
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.reads import Read, reads_of
from mcdesk.formulas.regions import Region
from mcdesk.formulas.special_lowering import special_lowerings
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import FormulaKind, Workbook

# below this the set-up of a program costs more than the evaluation of the cells
_LEAST_LANES = 64
# more than there are kinds of scalars
_MOST_KINDS = 16


@dataclass(slots=True, eq=False)
class _Group:
    """A region, what it reads, whether that was asked for, and whether the region was tried."""

    region: Region
    reads: tuple[Read, ...]
    is_asked: bool = False
    is_done: bool = False


class CertainRegions:
    """Fills the regions that it can in one go; the evaluator calculates the cells of the others.

    A region is asked for twice: the first time for the cells that it reads, which the evaluator
    then calculates, the second time to be filled.
    """

    def __init__(self, workbook: Workbook, regions: Iterable[Region]) -> None:
        self._workbook = workbook
        self._group_by_key: dict[int, _Group] = {}
        for region in regions:
            if region.rectangle.size >= _LEAST_LANES and region.kind is FormulaKind.NORMAL:
                self._add(region)

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
        return self._pending(group, cells)

    def fill(self, key: int, cells: dict[int, Entry]) -> None:
        """Calculate a cell's region if that can be done at once, and be done with the region."""
        group = self._group_by_key[key]
        group.is_done = True
        if self._pending(group, cells):
            return
        known = _KnownCells(self._workbook, cells)
        for lanes in _lanes_by_kinds(group, cells):
            if len(lanes) < _LEAST_LANES:
                continue
            try:
                values = _RegionProgram(group.region, known, lanes).values()
            except NotLowerable:
                continue
            base = group.region.rectangle.sheet << SHEET_SHIFT
            keys = [base | (row << ROW_SHIFT) | column for row, column in lanes]
            filled = zip(keys, values, strict=True)
            cells.update([each for each in filled if cells.get(each[0]) is PENDING])

    def give_up(self, key: int) -> None:
        """Leave the cells of a cell's region to the evaluator."""
        if key in self._group_by_key:
            self._group_by_key[key].is_done = True

    def _add(self, region: Region) -> None:
        area = region.rectangle
        reads = reads_of(self._workbook, region.tree, area.sheet)
        swept = [read.swept(area) for read in reads.reads]
        is_own = any(each.sheet == area.sheet and each.intersect(area) is not None for each in swept)
        if not reads.is_dynamic and not is_own:
            group = _Group(region, reads.reads)
            for row in range(area.top, area.bottom + 1):
                first, last = (key_of(area.sheet, row, column) for column in (area.left, area.right))
                self._group_by_key.update(dict.fromkeys(range(first, last + 1), group))

    def _pending(self, group: _Group, cells: Mapping[int, Entry]) -> list[int]:
        found: list[int] = []
        for area in [read.swept(group.region.rectangle) for read in group.reads]:
            sheet = self._workbook.sheets[area.sheet]
            places = sheet.positions_in(area)
            columns, rows = (each[places].astype(np.int64) for each in (sheet.columns, sheet.rows))
            keys = columns | (rows << ROW_SHIFT) | (area.sheet << SHEET_SHIFT)
            found += [key for key in keys.tolist() if cells.get(key) is PENDING]
        return found


class _RegionProgram:
    """The formula of a region as a program in which each cell is a trial."""

    def __init__(self, region: Region, known: "_KnownCells", lanes: Sequence[tuple[int, int]]) -> None:
        self._region = region
        self._lane_count = len(lanes)
        self._draft = ProgramDraft()
        area = region.rectangle
        here = LanePosition(area.sheet, *lanes[0], lanes=tuple(lanes))
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

    def __init__(self, workbook: Workbook, cells: Mapping[int, Entry]) -> None:
        super().__init__(workbook, (), self._known)
        self._cells = cells

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
        known, base = self._cells.get, sheet << SHEET_SHIFT
        values = [known(base | (row << ROW_SHIFT) | column, BLANK) for row, column in cells]
        scalars = [value for value in values if not isinstance(value, Stop)]
        if len(scalars) < len(values):
            raise NotLowerable("a cell without a value")
        return scalars

    def _known(self, cell: CellAddress) -> Scalar:
        return self.certain(cell.sheet, cell.row, cell.column)


def _lanes_by_kinds(group: _Group, cells: Mapping[int, Entry]) -> list[list[tuple[int, int]]]:
    """The cells of a region in groups whose single-cell reads give values of the same kinds.

    Those that read a cell without a value are in none.
    """
    area = group.region.rectangle
    moving = [read for read in group.reads if not read.is_fixed and read.at(area.top, area.left).size == 1]
    kinds = np.zeros((area.row_count, area.column_count), dtype=np.int64)
    number_by_kind: dict[type, int] = {Stop: 0}
    for read in moving:
        tops, _, lefts, _ = (each if each[0] != each[-1] else each[:1] for each in read.over(area))
        keys = lefts[None, :] | (tops[:, None] << ROW_SHIFT) | (read.sheet << SHEET_SHIFT)
        found = [type(cells.get(key, BLANK)) for key in keys.ravel().tolist()]
        numbers = [number_by_kind.setdefault(each, len(number_by_kind)) for each in found]
        own = np.array(numbers, dtype=np.int64).reshape(keys.shape)
        kinds = np.where((own == 0) | (kinds < 0), -1, kinds * _MOST_KINDS + own)
        kinds = np.unique(kinds, return_inverse=True)[1].reshape(kinds.shape) - int(kinds.min() < 0)
    lanes: list[list[tuple[int, int]]] = []
    for kind in np.unique(kinds[kinds >= 0]).tolist():
        rows, columns = np.nonzero(kinds == kind)
        lanes.append(list(zip((rows + area.top).tolist(), (columns + area.left).tolist(), strict=True)))
    return lanes


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
