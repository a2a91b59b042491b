"""Which cells read which: a graph over all stored cells of a workbook, as arrays."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.reads import Read, Reads
from mcdesk.formulas.regions import Region
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, CellAddress, Rectangle
from mcdesk.model.workbook import Workbook

Ids = NDArray[np.int64]

_MOST_EDGES = 60_000_000
# below it one node after the other is quicker
_FEW = 24


class DependencyGraph:
    """Edges from readers to what they read; nodes are cells, then shared ranges.

    A cell's id is its place in its sheet's arrays plus the sheet's offset.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        counts = [sheet.cell_count for sheet in workbook.sheets]
        self._offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        self._range_by_rectangle: dict[Rectangle, int] = {}
        self._sources: list[Ids] = []
        self._targets: list[Ids] = []
        self._edge_count = 0
        self._forward: tuple[Ids, Ids] | None = None
        self._backward: tuple[Ids, Ids] | None = None

    @property
    def cell_count(self) -> int:
        """Number of cells; ids below it are cells."""
        return int(self._offsets[-1])

    def cell_id(self, address: CellAddress) -> int:
        """Id of a stored cell, -1 for one that the workbook does not store."""
        place = self._workbook.sheets[address.sheet].position(address.row, address.column)
        return place if place < 0 else place + int(self._offsets[address.sheet])

    def address(self, cell: int) -> CellAddress:
        """Address of a cell's id."""
        sheet = int(np.searchsorted(self._offsets, cell, side="right")) - 1
        place = cell - int(self._offsets[sheet])
        arrays = self._workbook.sheets[sheet]
        return CellAddress(sheet, int(arrays.rows[place]), int(arrays.columns[place]))

    def ids_in(self, area: Rectangle) -> Ids:
        """Ids of the stored cells in a rectangle, row-major."""
        places: Ids = self._workbook.sheets[area.sheet].positions_in(area)
        return places + int(self._offsets[area.sheet])

    def cells_in(self, area: Rectangle, chosen: NDArray[np.bool_]) -> Ids:
        """Row and column, (cells, 2), of the stored cells in a rectangle that a mask over nodes chooses."""
        ids = self.ids_in(area)
        places = ids[chosen[ids]] - int(self._offsets[area.sheet])
        sheet = self._workbook.sheets[area.sheet]
        return np.stack((sheet.rows[places], sheet.columns[places]), axis=1).astype(np.int64)

    def add_region(self, region: Region, reads: Reads) -> None:
        """Add the edges of a region's cells."""
        own = self.ids_in(region.rectangle)
        for read in reads.reads:
            if read.is_fixed:
                node = self._range_node(read.at(0, 0))
                self._add(own, np.full(len(own), node, dtype=np.int64))
            elif read.top is read.bottom and read.left is read.right:
                self._add_cells(region, own, read)
            else:
                self._add_windows(region, own, read)

    def add_edges(self, readers: Sequence[int], read: Iterable[int]) -> None:
        """Add edges from each reader to each of the cells read."""
        targets = np.fromiter(read, dtype=np.int64)
        for reader in readers:
            self._add(np.full(len(targets), reader, dtype=np.int64), targets)

    def precedents(self, cells: Iterable[int]) -> NDArray[np.bool_]:
        """Mask over nodes: the given cells and all that they read, directly or not."""
        if self._forward is None:
            self._forward = self._compressed(np.concatenate(self._sources or [_EMPTY]), 0)
        return self._reached(cells, self._forward)

    def dependents(self, cells: Iterable[int]) -> NDArray[np.bool_]:
        """Mask over nodes: the given cells and all that read them, directly or not."""
        if self._backward is None:
            self._backward = self._compressed(np.concatenate(self._targets or [_EMPTY]), 1)
        return self._reached(cells, self._backward)

    def _range_node(self, area: Rectangle) -> int:
        node = self._range_by_rectangle.get(area)
        if node is None:
            node = self.cell_count + len(self._range_by_rectangle)
            self._range_by_rectangle[area] = node
            inside = self.ids_in(area)
            self._add(np.full(len(inside), node, dtype=np.int64), inside)
        return node

    def _add_cells(self, region: Region, own: Ids, read: Read) -> None:
        rows, columns = self._grid(region, read)
        places = self._workbook.sheets[read.sheet].positions_of(rows, columns)
        is_stored = places >= 0
        self._add(own[is_stored], places[is_stored] + int(self._offsets[read.sheet]))

    def _grid(self, region: Region, read: Read) -> tuple[Ids, Ids]:
        assert read.top is not None and read.left is not None
        area = region.rectangle
        rows = np.arange(area.top, area.bottom + 1, dtype=np.int64)
        columns = np.arange(area.left, area.right + 1, dtype=np.int64)
        rows = np.full_like(rows, read.top.offset) if read.top.is_absolute else rows + read.top.offset
        columns = (
            np.full_like(columns, read.left.offset) if read.left.is_absolute else columns + read.left.offset
        )
        shape = (area.row_count, area.column_count)
        wide_rows = np.broadcast_to((rows % MAX_ROWS)[:, None], shape)
        return wide_rows.ravel(), np.broadcast_to((columns % MAX_COLUMNS)[None, :], shape).ravel()

    def _add_windows(self, region: Region, own: Ids, read: Read) -> None:
        for cell in own:
            address = self.address(int(cell))
            node = self._range_node(read.at(address.row, address.column))
            self._add(np.array([cell], dtype=np.int64), np.array([node], dtype=np.int64))

    def _add(self, sources: Ids, targets: Ids) -> None:
        self._edge_count += len(sources)
        if self._edge_count > _MOST_EDGES:
            raise ModelInvalid(
                "The workbook's formulas read too many cells",
                f"More than {_MOST_EDGES:,} single reads; shorten the longest ranges.",
            )
        self._sources.append(sources)
        self._targets.append(targets)
        self._forward = self._backward = None

    def _compressed(self, keys: Ids, side: int) -> tuple[Ids, Ids]:
        others = (self._targets, self._sources)[side]
        values = np.concatenate(others or [_EMPTY])
        order = np.argsort(keys, kind="stable")
        count = self.cell_count + len(self._range_by_rectangle)
        starts = np.searchsorted(keys[order], np.arange(count + 1))
        return starts, values[order]

    def _reached(self, cells: Iterable[int], edges: tuple[Ids, Ids]) -> NDArray[np.bool_]:
        starts, values = edges
        seen = np.zeros(len(starts) - 1, dtype=np.bool_)
        frontier = np.unique(np.fromiter(cells, dtype=np.int64))
        seen[frontier] = True
        while len(frontier):
            if len(frontier) <= _FEW:
                frontier = _unseen_one_by_one(frontier, edges, seen)
                continue
            following = values[_ranges(starts, frontier)]
            frontier = np.unique(following[~seen[following]])
            seen[frontier] = True
        return seen


def _ranges(starts: Ids, nodes: Ids) -> Ids:
    """Places of the edges of some nodes."""
    lengths = starts[nodes + 1] - starts[nodes]
    first = np.repeat(starts[nodes] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return first + np.arange(int(lengths.sum()))


def _unseen_one_by_one(nodes: Ids, edges: tuple[Ids, Ids], seen: NDArray[np.bool_]) -> Ids:
    """What few nodes lead to, and on from there while it is few: long chains have one in each step."""
    starts, values = edges
    waiting: list[int] = nodes.tolist()
    while waiting and len(waiting) <= _FEW:
        found: list[int] = []
        for node in waiting:
            for other in values[starts[node] : starts[node + 1]].tolist():
                if not seen[other]:
                    seen[other] = True
                    found.append(other)
        waiting = found
    return np.array(waiting, dtype=np.int64)


_EMPTY = np.empty(0, dtype=np.int64)
