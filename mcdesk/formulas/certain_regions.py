"""Large regions of certain cells, calculated at once; those that read each other in one sweep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.binding import walk
from mcdesk.formulas.cell_store import PENDING, ROW_SHIFT, SHEET_SHIFT, Entry, Stop, key_of, keys_in
from mcdesk.formulas.dialects import is_declaration, is_draw
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.lowered import NotLowerable
from mcdesk.formulas.reads import Read, reads_of
from mcdesk.formulas.rectangle_index import RectangleIndex
from mcdesk.formulas.region_lanes import LaneCells, RegionProgram, lanes_by_kinds
from mcdesk.formulas.region_sweeps import LEAST_CELLS_OF_A_PART, LEAST_CELLS_OF_A_SWEEP, swept_regions
from mcdesk.formulas.regions import Region
from mcdesk.formulas.schedule import connected_groups
from mcdesk.formulas.syntax import Call, Node
from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import FormulaKind

# below this the set-up of a program costs more than the evaluation of the cells
_LEAST_LANES = 64
# lines of so many cells are quicker one after the other than all of them in one sweep
_LEAST_LINE = 1024


@dataclass(frozen=True, slots=True)
class _Member:
    """A region and what it reads."""

    region: Region
    reads: tuple[Read, ...]

    @property
    def areas(self) -> list[Rectangle]:
        """What all of its cells read together, by reference."""
        return [read.swept(self.region.rectangle) for read in self.reads]


@dataclass(slots=True, eq=False)
class _Group:
    """Regions to calculate at once, whether what they read was asked for and has values, and whether tried.

    `numbers` are the areas that they read, (rows, columns) float64, of which each cell holds a number.
    """

    members: tuple[_Member, ...]
    is_sweep: bool = False
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
        members: list[_Member] = []
        for region in regions:
            if region.rectangle.size >= _LEAST_LANES and region.kind is FormulaKind.NORMAL:
                reads = reads_of(self._workbook, region.tree, region.rectangle.sheet)
                if not reads.is_dynamic:
                    members.append(_Member(region, reads.reads))
        for group in _groups(members):
            for member in group.members:
                for keys in _lines(member.region.rectangle):
                    self._group_by_key.update(dict.fromkeys(keys, group))

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
        if group.is_sweep:
            self._fill_sweep(group, cells)
        else:
            self._fill_lanes(group, cells)

    def give_up(self, key: int) -> None:
        """Leave the cells of a cell's region to the evaluator."""
        if key in self._group_by_key:
            self._group_by_key[key].is_done = True

    def _fill_lanes(self, group: _Group, cells: dict[int, Entry]) -> None:
        (member,) = group.members
        known = LaneCells(self._calculation, group.numbers)
        for lanes in lanes_by_kinds(member.region, member.reads, group.numbers, cells):
            if len(lanes) < _LEAST_LANES:
                continue
            try:
                values = RegionProgram(member.region, known, lanes).values()
            except NotLowerable:
                continue
            keys = lanes.keys(member.region.rectangle.sheet)
            if _are_pending(keys, cells):
                cells.update(zip(keys, values, strict=True))
            else:
                filled = zip(keys, values, strict=True)
                cells.update([each for each in filled if cells.get(each[0]) is PENDING])

    def _fill_sweep(self, group: _Group, cells: dict[int, Entry]) -> None:
        # one that has a value already would be calculated otherwise by what reads it
        for member in group.members:
            if not all(_are_pending(keys, cells) for keys in _lines(member.region.rectangle)):
                return
        try:
            found = swept_regions(self._calculation, [member.region for member in group.members])
        except NotLowerable:
            return
        for each in found:
            cells.update(zip(keys_in(each.rectangle), each.values, strict=True))

    def _pending(self, group: _Group, cells: Mapping[int, Entry]) -> list[int]:
        found: dict[int, None] = {}
        for area in dict.fromkeys(area for member in group.members for area in member.areas):
            sheet = self._workbook.sheets[area.sheet]
            places = sheet.positions_in(area)
            columns, rows = (each[places].astype(np.int64) for each in (sheet.columns, sheet.rows))
            keys = columns | (rows << ROW_SHIFT) | (area.sheet << SHEET_SHIFT)
            listed = keys.tolist()
            values = list(map(cells.get, listed))
            kinds = set(map(type, values))
            if Stop in kinds:
                pending = [key for key, value in zip(listed, values, strict=True) if value is PENDING]
                found |= dict.fromkeys(self._outside(group, pending) if group.is_sweep else pending)
            elif len(values) == area.size and kinds == {float}:
                shape = (area.row_count, area.column_count)
                group.numbers[area] = np.array(values, dtype=np.float64).reshape(shape)
        return list(found)

    def _outside(self, group: _Group, keys: Sequence[int]) -> list[int]:
        return [key for key in keys if self._group_by_key.get(key) is not group]


def _groups(members: Sequence[_Member]) -> Iterator[_Group]:
    """The regions in groups of those that read each other."""
    index = RectangleIndex([member.region.rectangle for member in members])
    read = [{other for area in member.areas for other in index.touching(area)} for member in members]
    for numbers in connected_groups(read):
        first = members[numbers[0]]
        if len(numbers) > 1:
            yield from _swept([members[number] for number in numbers])
        elif numbers[0] in read[numbers[0]]:
            yield from _reading_itself(first)
        else:
            yield _Group((first,))


def _reading_itself(member: _Member) -> Iterator[_Group]:
    """A region line by line, where its lines do not read themselves, or in one sweep."""
    area = member.region.rectangle
    if area.row_count >= area.column_count:
        longer = [replace(area, left=at, right=at) for at in range(area.left, area.right + 1)]
    else:
        longer = [replace(area, top=at, bottom=at) for at in range(area.top, area.bottom + 1)]
    lines = [_Group((_Member(Region(line, member.region.tree), member.reads),)) for line in longer]
    has_lines = longer[0].size >= _LEAST_LANES and not _reads_itself(longer[0], member.reads)
    if has_lines and longer[0].size >= _LEAST_LINE:
        yield from lines
        return
    swept = list(_swept([member]))
    yield from swept or (lines if has_lines else ())


def _swept(members: Sequence[_Member]) -> Iterator[_Group]:
    cell_count = sum(member.region.rectangle.size for member in members)
    is_worth_while = cell_count >= max(LEAST_CELLS_OF_A_SWEEP, LEAST_CELLS_OF_A_PART * len(members))
    if is_worth_while and not any(_draws(member.region.tree) for member in members):
        yield _Group(tuple(members), is_sweep=True)


def _draws(tree: Node) -> bool:
    names = [node.name for node in walk(tree) if isinstance(node, Call)]
    return any(is_draw(name) or is_declaration(name) for name in names)


def _are_pending(keys: Iterable[int], cells: Mapping[int, Entry]) -> bool:
    return set(map(id, map(cells.get, keys))) == {id(PENDING)}


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
