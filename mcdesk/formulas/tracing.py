"""What a cell reads and what reads it, in the workbook as it stands; for people who follow a formula."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.cell_store import ObstacleMet
from mcdesk.formulas.data_tables import data_table_inputs
from mcdesk.formulas.declarations import keep_stored_draws
from mcdesk.formulas.dependencies import DependencyGraph
from mcdesk.formulas.dynamic_references import DynamicReferences
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.reads import reads_of
from mcdesk.formulas.regions import Region, find_regions
from mcdesk.foundation.garbage import collection_paused
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import FormulaKind, Workbook

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Sweeps:
    """The rectangles that whole regions read, as parallel arrays of length n.

    Attributes:
        bounds: (n, 5) int64: sheet, top, left, bottom, right.
        readers: int64, which region reads each.
    """

    bounds: Ids
    readers: Ids


class Tracer:
    """The traces of one workbook; references such as OFFSET count as what they mean now. For one thread.

    Attributes:
        calculation: the workbook as it stands; cells that draw have the numbers that the file keeps.
        graph: which stored cells read which.
    """

    def __init__(
        self,
        workbook: Workbook,
        calculation: Calculation,
        regions: tuple[Region, ...],
        graph: DependencyGraph,
    ) -> None:
        self.workbook, self.calculation, self.graph = workbook, calculation, graph
        self._regions = regions
        self._sweeps = _sweeps(workbook, regions)
        areas = [region.rectangle for region in regions]
        self._own = np.array(
            [(each.sheet, each.top, each.left, each.bottom, each.right) for each in areas], dtype=np.int64
        ).reshape(-1, 5)

    def areas_read(self, cell: CellAddress) -> tuple[Rectangle, ...]:
        """The areas that the formula of a cell names, empty cells among them; none for a constant."""
        found: dict[Rectangle, None] = {}
        for place in _containing(self._own, cell):
            found.update(dict.fromkeys(_areas_read(self.workbook, self._regions[place], cell)))
        return tuple(found)

    def direct_precedents(self, cell: CellAddress) -> tuple[CellAddress, ...]:
        """The stored cells that a cell reads directly, in the order of the sheets."""
        ids = [self.graph.ids_in(area) for area in self.areas_read(cell)]
        return self._addresses(np.unique(np.concatenate([*ids, _NONE])))

    def direct_dependents(self, cell: CellAddress) -> tuple[CellAddress, ...]:
        """The stored cells that read a cell directly, in the order of the sheets."""
        found = [_NONE]
        for reader in dict.fromkeys(self._sweeps.readers[_containing(self._sweeps.bounds, cell)].tolist()):
            found.append(self._readers_of(self._regions[reader], cell))
        return self._addresses(np.unique(np.concatenate(found)))

    def all_precedents(self, cell: CellAddress) -> tuple[CellAddress, ...]:
        """The stored cells that a cell reads, directly or not, without itself."""
        return self._reached(cell, self.graph.precedents([self.graph.cell_id(cell)]))

    def all_dependents(self, cell: CellAddress) -> tuple[CellAddress, ...]:
        """The stored cells that read a cell, directly or not, without itself."""
        return self._reached(cell, self.graph.dependents([self.graph.cell_id(cell)]))

    def is_read(self) -> NDArray[np.bool_]:
        """Mask over stored cells, by id: whether any formula reads the cell."""
        mask = np.zeros(self.graph.cell_count, dtype=np.bool_)
        for sheet, top, left, bottom, right in np.unique(self._sweeps.bounds, axis=0).tolist():
            mask[self.graph.ids_in(Rectangle(sheet, top, left, bottom, right))] = True
        return mask

    def copy_counts(self) -> Ids:
        """For each stored cell, by id, how many cells have the same formula beside it; 0 for constants."""
        counts = np.zeros(self.graph.cell_count, dtype=np.int64)
        for region in self._regions:
            counts[self.graph.ids_in(region.rectangle)] = region.rectangle.size
        return counts

    def _readers_of(self, region: Region, cell: CellAddress) -> Ids:
        ids = self.graph.ids_in(region.rectangle)
        if region.kind is FormulaKind.DATA_TABLE:
            reading = [
                number
                for number in ids.tolist()
                if _is_in(_areas_read(self.workbook, region, self.graph.address(number)), cell)
            ]
            return np.array(reading, dtype=np.int64)
        if region.owner >= 0:
            return ids
        area = region.rectangle
        is_reading = np.zeros((area.row_count, area.column_count), dtype=np.bool_)
        for read in reads_of(self.workbook, region.tree, area.sheet).reads:
            if read.sheet == cell.sheet:
                tops, bottoms, lefts, rights = read.over(area)
                rows = (tops <= cell.row) & (cell.row <= bottoms)
                is_reading |= rows[:, None] & ((lefts <= cell.column) & (cell.column <= rights))[None, :]
        return ids[is_reading.ravel()]

    def _reached(self, cell: CellAddress, mask: NDArray[np.bool_]) -> tuple[CellAddress, ...]:
        ids = np.flatnonzero(mask[: self.graph.cell_count])
        return self._addresses(ids[ids != self.graph.cell_id(cell)])

    def _addresses(self, ids: Ids) -> tuple[CellAddress, ...]:
        return tuple(map(self.graph.address, ids.tolist()))


@collection_paused()
def build_tracer(workbook: Workbook, now_serial: float | None = None) -> Tracer:
    """Find what reads what; takes about as long as opening a model.

    Args:
        now_serial: the moment of NOW and TODAY, for references that depend on it.

    Raises:
        ModelInvalid: if the formulas read too many cells.
    """
    calculation = Calculation(workbook, now_serial=now_serial)
    found = find_regions(workbook, calculation.compilation.trees)
    keep_stored_draws(calculation, found)
    regions = DynamicReferences(calculation, found).regions()
    return Tracer(workbook, calculation, regions, _graph(workbook, regions))


def _graph(workbook: Workbook, regions: tuple[Region, ...]) -> DependencyGraph:
    graph = DependencyGraph(workbook)
    for region in regions:
        if region.owner < 0:
            graph.add_region(region, reads_of(workbook, region.tree, region.rectangle.sheet))
            continue
        for number in graph.ids_in(region.rectangle).tolist():
            for area in _areas_read(workbook, region, graph.address(number)):
                graph.add_edges([number], graph.ids_in(area).tolist())
    return graph


def _areas_read(workbook: Workbook, region: Region, cell: CellAddress) -> tuple[Rectangle, ...]:
    """What one cell of a region reads."""
    if region.owner >= 0:
        formula = workbook.formulas[region.owner]
        if formula.kind is FormulaKind.DATA_TABLE:
            return _table_areas(workbook, region.owner, cell)
        cell = CellAddress(formula.sheet, formula.row, formula.column)
    reads = reads_of(workbook, region.tree, region.rectangle.sheet).reads
    return tuple(dict.fromkeys(read.at(cell.row, cell.column) for read in reads))


def _table_areas(workbook: Workbook, owner: int, cell: CellAddress) -> tuple[Rectangle, ...]:
    formula = workbook.formulas[owner]
    if formula.data_table is None or formula.extent is None:
        return ()
    try:
        source, fed = data_table_inputs(cell, formula.extent, formula.data_table)
    except ObstacleMet:
        return ()
    return tuple(map(_single, (source, *fed.keys(), *fed.values())))


def _sweeps(workbook: Workbook, regions: tuple[Region, ...]) -> _Sweeps:
    bounds: list[tuple[int, int, int, int, int]] = []
    readers: list[int] = []
    for place, region in enumerate(regions):
        for area in _swept(workbook, region):
            bounds.append((area.sheet, area.top, area.left, area.bottom, area.right))
            readers.append(place)
    return _Sweeps(np.array(bounds, dtype=np.int64).reshape(-1, 5), np.array(readers, dtype=np.int64))


def _swept(workbook: Workbook, region: Region) -> list[Rectangle]:
    """The areas that all cells of a region read together."""
    if region.owner < 0:
        reads = reads_of(workbook, region.tree, region.rectangle.sheet).reads
        return [read.swept(region.rectangle) for read in reads]
    own = region.rectangle
    if region.kind is not FormulaKind.DATA_TABLE:
        return list(_areas_read(workbook, region, CellAddress(own.sheet, own.top, own.left)))
    cells = [
        CellAddress(own.sheet, row, column)
        for row in range(own.top, own.bottom + 1)
        for column in range(own.left, own.right + 1)
    ]
    return [area for cell in cells for area in _areas_read(workbook, region, cell)]


def _containing(bounds: Ids, cell: CellAddress) -> Ids:
    """Which of some rectangles hold a cell."""
    sheet, top, left, bottom, right = bounds.T
    is_holding = (sheet == cell.sheet) & (top <= cell.row) & (cell.row <= bottom)
    return np.flatnonzero(is_holding & (left <= cell.column) & (cell.column <= right))


def _is_in(areas: tuple[Rectangle, ...], cell: CellAddress) -> bool:
    return any(area.sheet == cell.sheet and area.contains(cell.row, cell.column) for area in areas)


def _single(cell: CellAddress) -> Rectangle:
    return Rectangle(cell.sheet, cell.row, cell.column, cell.row, cell.column)


_NONE: Ids = np.empty(0, dtype=np.int64)
