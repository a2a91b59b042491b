"""Calculates the cells of a workbook from its formulas, each once; `overlay` does so for a trial."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from mcdesk.formulas.arrays import Shape, as_array, cut_rows, stretch, unfolded
from mcdesk.formulas.cell_reading import AreaReader
from mcdesk.formulas.cell_store import (
    COLUMN_MASK,
    PENDING,
    ROW_SHIFT,
    SHEET_SHIFT,
    CellsMissing,
    Entry,
    Obstacle,
    ObstacleMet,
    ObstacleReason,
    Stop,
    address_of,
    key_of,
    load_cells,
    stopped,
)
from mcdesk.formulas.compilation import Compilation
from mcdesk.formulas.data_tables import data_table_inputs
from mcdesk.formulas.dates import DateReading, day_of_serial
from mcdesk.formulas.foreseen_cells import ForeseenCells
from mcdesk.formulas.frame import FormulaSource, Frame, Random
from mcdesk.formulas.iteration import IterationRule, settle
from mcdesk.formulas.stored_values import is_from_outside, stored_values
from mcdesk.formulas.values import BLANK, ArrayValue, Blank, LambdaValue, Missing, Reference, Scalar, Value
from mcdesk.formulas.walk import Walk
from mcdesk.formulas.work_budget import WorkBudget
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, CellAddress, Rectangle
from mcdesk.model.workbook import DataTable, Formula, FormulaKind, Workbook

_MOST_TABLE_WORK = 20_000_000
_TABLE_UNITS = 1_000


class RegionFiller(Protocol):
    """Calculates regions as a whole, each tried once."""

    def __contains__(self, key: int) -> bool:
        """Whether the cell's region has still to be tried."""

    def cells_before(self, key: int, cells: Mapping[int, Entry]) -> list[int]:
        """The cells to calculate before its region is filled; none once it was asked."""

    def fill(self, key: int, cells: dict[int, Entry]) -> None:
        """Calculate its region if that can be done, and be done with the region."""

    def give_up(self, key: int) -> None:
        """Leave the cells of its region to the evaluator."""


class Calculation:
    """All cells of a workbook, each calculated when it is first asked for.

    Args:
        overrides: cells with a value of their own instead of what the workbook says.
        now_serial: the moment of NOW and TODAY; None makes cells that ask for it obstacles.
        random: `(cell, draw) -> (0, 1)`; None makes cells that draw obstacles.
        reads_external: whether the copies of other workbooks' cells are read, or are obstacles.

    Attributes:
        cells: what is known of each cell by key; a Stop where there is no value.
        regions: what calculates the cells of large regions at once; None where each is evaluated.
        cycle_value: what cells have that read each other in a circle, where the workbook does not iterate.
        cycles: the cycles that were met, each cell by cell in the order of reading.
    """

    regions: RegionFiller | None = None
    cycle_value: Scalar = ErrorCode.CYCLE

    def __init__(
        self,
        workbook: Workbook,
        overrides: Mapping[CellAddress, Scalar] | None = None,
        now_serial: float | None = None,
        random: Random | None = None,
        reads_external: bool = True,
    ) -> None:
        self.workbook = workbook
        self.now_serial = now_serial
        self.random = random
        self.reads_external = reads_external
        self.cycles: list[tuple[CellAddress, ...]] = []
        self.cells: dict[int, Entry]
        self.cells, formulas = load_cells(workbook)
        self.budget = WorkBudget(len(formulas))
        self.dates = DateReading(workbook.date_1904, _year_of(now_serial, workbook.date_1904))
        self.compilation = Compilation(workbook, formulas, self.dates)
        self._reader = AreaReader(self.cells.get, workbook.used_part)
        self._spills: dict[int, Rectangle] = {}
        self._overrides = dict(overrides or {})
        for address, value in self._overrides.items():
            self.cells[key_of(address.sheet, address.row, address.column)] = value

    def value(self, address: CellAddress) -> Scalar | Obstacle:
        """The value of a cell, or what keeps it from having one."""
        key = key_of(address.sheet, address.row, address.column)
        entry = self.cells.get(key, BLANK)
        if entry is PENDING:
            self._calculate(key)
            entry = self.cells.get(key, BLANK)
        if isinstance(entry, Stop):
            assert entry.obstacle is not None
            return entry.obstacle
        return entry

    def entries(self, keys: Sequence[int]) -> list[Entry]:
        """What is known of cells with a formula after all of them are calculated."""
        entries = [self.cells[key] for key in keys]
        if Stop not in set(map(type, entries)):
            return entries
        for key, entry in zip(keys, entries, strict=True):
            # one calculation may give many of them
            if entry is PENDING and self.cells[key] is PENDING:
                self._calculate(key)
        return [self.cells[key] for key in keys]

    @property
    def formulas(self) -> FormulaSource:
        """The compiled formulas."""
        return self.compilation

    def read_flat(self, area: Rectangle) -> list[Scalar]:
        """The scalars of an area in row-major order."""
        return self._reader.flat(area)

    def read_area(self, area: Rectangle) -> ArrayValue:
        """The cells of an area, large ones folded beyond what is used."""
        return self._reader.array(area)

    def first_places(self, area: Rectangle) -> Mapping[Scalar, int]:
        """Where each scalar of an area stands first."""
        return self._reader.places(area)

    def spilled(self, value: Value) -> Value:
        """The cells that the formula in a cell spills into; #REF! where it does not spill."""
        if not isinstance(value, Reference) or len(value.areas) != 1:
            return value if isinstance(value, ErrorCode) else ErrorCode.REF
        area = value.areas[0]
        key = key_of(area.sheet, area.top, area.left)
        entry = self.cells.get(key, BLANK)
        if isinstance(entry, Stop):
            raise stopped(entry, key)
        found = self._spill(key)
        return ErrorCode.REF if found is None else Reference((found,))

    def _spill(self, key: int) -> Rectangle | None:
        return self._spills.get(key)

    def _calculate(self, wanted: int) -> None:
        """Calculate a cell and what it reads."""
        walk = Walk(wanted)
        while (key := walk.next_cell(self.cells)) is not None:
            if self._tries_region(walk, key):
                continue
            walk.start(key)
            missing = self.attempt(key)
            if missing and self._wait_for(walk, missing) and self.regions is not None:
                self._foreseen.calculate(key, missing[0])

    def attempt(self, key: int) -> tuple[int, ...]:
        """Calculate one cell; the cells that must have values before, none where it has one now."""
        try:
            self._evaluate(key)
        except CellsMissing as missing:
            return missing.keys
        except ObstacleMet as met:
            if not (is_from_outside(met.obstacle) and self._keep_stored(key)):
                self.cells[key] = Stop(_placed(met.obstacle, key))
        except (RecursionError, OverflowError, ZeroDivisionError):
            # Calls nested without end, or numbers beyond what a double holds.
            self.cells[key] = ErrorCode.NUM
        except ValueError:
            # As of a number with more digits than Python reads: one cell must not end all of them.
            self.cells[key] = ErrorCode.VALUE
        return ()

    def is_filled_by_another(self, key: int) -> bool:
        """Whether the cell is a part of another cell's array."""
        formula = self.workbook.formulas[self.compilation.formula_by_key[key]]
        is_array = formula.kind is FormulaKind.ARRAY
        return is_array and key != key_of(formula.sheet, formula.row, formula.column)

    def forget_areas(self) -> None:
        """Drop what is kept of areas, because cells changed."""
        self._reader.forget()

    def _keep_stored(self, key: int) -> bool:
        """Give a cell, or all cells of its array, what the file keeps; False where that is nothing."""
        if not self.reads_external:
            return False
        index = self.compilation.formula_by_key[key]
        values = stored_values(self.workbook, index, address_of(key))
        if values is None:
            return False
        formula = self.workbook.formulas[index]
        if formula.is_dynamic and formula.extent is not None:
            self._spills[key] = formula.extent
        self.cells.update({key_of(*place): value for place, value in values.items()})
        return True

    def _tries_region(self, walk: Walk, key: int) -> bool:
        if self.regions is None or key not in self.regions or walk.is_on_path(key):
            return False
        before = self.regions.cells_before(key, self.cells)
        if before:
            walk.attempt(before)
        else:
            self.regions.fill(key, self.cells)
        return True

    def _wait_for(self, walk: Walk, keys: tuple[int, ...]) -> bool:
        """Calculate these first; False where that is a cycle, or the end of an attempt at a region."""
        if self.regions is not None and walk.crosses(keys):
            self.regions.give_up(walk.abandon())
            return False
        cycle = walk.wait_for(keys)
        if cycle and self.workbook.is_iterative:
            rule = IterationRule(self.workbook.iterate_count, self.workbook.iterate_delta)
            settle(self, cycle, rule)
        elif cycle:
            self.cycles.append(tuple(address_of(key) for key in cycle))
            self.cells.update(dict.fromkeys(cycle, self.cycle_value))
        return not cycle

    @cached_property
    def _foreseen(self) -> ForeseenCells:
        return ForeseenCells(self.cells, self._plain_tree, self.attempt, self.budget)

    @cached_property
    def _tree_by_formula(self) -> list[int]:
        return self.compilation.trees.numbers.tolist()  # type: ignore[no-any-return]  # NumPy says so

    def _plain_tree(self, key: int) -> int:
        """The number of the tree of a cell that may be begun early; -1 for others."""
        if self.regions is not None and key in self.regions:
            return -1
        return self._tree_by_formula[self.compilation.formula_by_key[key]]

    def _evaluate(self, key: int) -> None:
        index = self.compilation.formula_by_key[key]
        formula = self.workbook.formulas[index]
        self.budget.begin()
        if formula.kind is FormulaKind.NORMAL:
            sheet, row = key >> SHEET_SHIFT, (key >> ROW_SHIFT) % MAX_ROWS
            frame = Frame(self, (sheet, row, key & COLUMN_MASK), is_array=False)
            self.cells[key] = cell_value(frame, self.compilation.formula(index, sheet)(frame))
        elif formula.kind is FormulaKind.ARRAY:
            self._evaluate_array(key, index, formula)
        elif formula.kind is FormulaKind.DATA_TABLE and formula.data_table is not None:
            self.cells[key] = self._table_value(address_of(key), formula, formula.data_table)
        else:
            raise ObstacleMet(Obstacle(ObstacleReason.SYNTAX))

    def _evaluate_array(self, key: int, index: int, formula: Formula) -> None:
        anchor = key_of(formula.sheet, formula.row, formula.column)
        if key != anchor:
            entry = self.cells.get(anchor, BLANK)
            if isinstance(entry, Stop):
                raise stopped(entry, anchor)
            # The anchor's array does not reach this cell any more.
            self.cells[key] = BLANK
            return
        frame = Frame(self, (formula.sheet, formula.row, formula.column), is_array=True)
        value = self.compilation.formula(index, formula.sheet)(frame)
        array = as_array(ErrorCode.CALC if isinstance(value, LambdaValue) else frame.operand(value))
        extent = formula.extent or Rectangle(
            formula.sheet, formula.row, formula.column, formula.row, formula.column
        )
        self.budget.spend_elements(extent.row_count, extent.column_count)
        if formula.is_dynamic:
            self._spill_from(anchor, extent, array)
            return
        rows, columns = extent.row_count, extent.column_count
        shown = cut_rows(array, 0, min(rows, array.row_count))
        self._fill(extent, stretch(shown, Shape(rows, columns, rows, columns)))

    def _spill_from(self, anchor: int, extent: Rectangle, array: ArrayValue) -> None:
        bottom, right = extent.top + array.row_count - 1, extent.left + array.column_count - 1
        area = Rectangle(extent.sheet, extent.top, extent.left, bottom, right)
        self.budget.spend_elements(area.row_count, area.column_count)
        if bottom >= MAX_ROWS or right >= MAX_COLUMNS or self._is_blocked(area):
            self.cells[anchor] = ErrorCode.SPILL
            return
        self._spills[anchor] = area
        self._fill(area, unfolded(array).rows)

    def _is_blocked(self, area: Rectangle) -> bool:
        """Whether a constant, or another formula, stands where an array would spill."""
        own = self._owner(key_of(area.sheet, area.top, area.left))
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                key = key_of(area.sheet, row, column)
                if self.cells.get(key, BLANK) is not BLANK and self._owner(key) != own:
                    return True
        return False

    def _owner(self, key: int) -> int | None:
        return self.compilation.formula_by_key.get(key)

    def _fill(self, area: Rectangle, rows: tuple[tuple[Scalar, ...], ...]) -> None:
        for row, elements in enumerate(rows[: area.row_count], area.top):
            for column, element in enumerate(elements[: area.column_count], area.left):
                self.cells[key_of(area.sheet, row, column)] = _final(element)

    def _table_value(self, address: CellAddress, formula: Formula, table: DataTable) -> Scalar:
        """The cell of a what-if table: its formula, with the input cells replaced."""
        assert formula.extent is not None
        work = formula.extent.size * len(self.compilation.formula_by_key)
        if work > _MOST_TABLE_WORK:
            raise ObstacleMet(Obstacle(ObstacleReason.UNSUPPORTED, "TABLE"))
        source, inputs = data_table_inputs(address, formula.extent, table)
        overrides = dict(self._overrides)
        for cell, fed_from in inputs.items():
            fed = self.value(fed_from)
            if isinstance(fed, Obstacle):
                raise ObstacleMet(fed)
            overrides[cell] = fed
        self.budget.spend(_TABLE_UNITS + sum(len(sheet.rows) for sheet in self.workbook.sheets))
        what_if = Calculation(self.workbook, overrides, self.now_serial, self.random, self.reads_external)
        what_if.budget = self.budget
        result = what_if.value(source)
        if isinstance(result, Obstacle):
            raise ObstacleMet(result)
        return result


def cell_value(frame: Frame, value: Value) -> Scalar:
    """Return what a cell shows of its formula's value: a blank is 0, an array gives its first element."""
    if type(value) is float:
        return value + 0.0
    return _final(frame.scalar(value)) if not isinstance(value, LambdaValue) else ErrorCode.CALC


def _year_of(serial: float | None, date_1904: bool) -> int | None:
    day = None if serial is None else day_of_serial(serial, date_1904)
    return None if day is None else day.year


def _placed(obstacle: Obstacle, key: int) -> Obstacle:
    has_cell = obstacle.reason is ObstacleReason.TOO_MUCH or is_from_outside(obstacle)
    return replace(obstacle, cell=address_of(key)) if has_cell and obstacle.cell is None else obstacle


def _final(value: Scalar) -> Scalar:
    if type(value) is float:
        # A minus zero is no number of Excel's.
        return value + 0.0
    return 0.0 if isinstance(value, Blank | Missing) else value
