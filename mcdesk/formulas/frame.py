"""One evaluation of one formula at one cell: the `Context` that worksheet functions see."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mcdesk.formulas.arrays import Operand, as_array, as_scalar, flatten, runs_of, unfolded
from mcdesk.formulas.cell_store import (
    ROW_SHIFT,
    SHEET_SHIFT,
    Entry,
    Obstacle,
    ObstacleMet,
    ObstacleReason,
    Stop,
    stopped,
)
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.deep_calls import on_fresh_stack
from mcdesk.formulas.lookup_keys import places_of
from mcdesk.formulas.mapping import OverSeries, map_scalars
from mcdesk.formulas.values import (
    BLANK,
    MISSING,
    ArrayValue,
    FunctionValue,
    LambdaValue,
    Reference,
    Scalar,
    Value,
)
from mcdesk.formulas.work_budget import CALL_UNITS, WorkBudget
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, Rectangle
from mcdesk.model.workbook import Workbook

# Excel's own bound is 16,384 divided by the number of parameters and one.
_DEEPEST_CALL = 2_000
# So many nest within a stack of the least size that threads have, whatever stands between them.
_CALLS_PER_STACK = 32
# Elements that a list repeats cost less than those that are made.
_LINE_PER_UNIT = 8
Random = Callable[[CellAddress, int], float]


class FormulaSource(Protocol):
    """Where a frame finds compiled formulas and the texts of formulas."""

    def body_of(self, function: LambdaValue, sheet: int) -> "Callable[[Frame], Value]":
        """The closure of a LAMBDA's body."""

    def indirect(self, text: str, frame: "Frame") -> Value:
        """The cells that a text stands for."""

    def formula_text(self, sheet: int, row: int, column: int) -> str | None:
        """The formula of a cell with its `=`."""


class CellSource(Protocol):
    """Where a frame finds cells: a whole calculation, or one trial over it.

    Attributes:
        cells: what is known of each cell by key; `get(key, BLANK)` gives a Stop where there is no value.
    """

    workbook: Workbook
    dates: DateReading
    cells: dict[int, Entry]
    now_serial: float | None
    random: Random | None
    reads_external: bool
    budget: WorkBudget

    @property
    def formulas(self) -> FormulaSource:
        """The compiled formulas."""

    def read_flat(self, area: Rectangle) -> list[Scalar]:
        """The scalars of an area in row-major order."""

    def read_area(self, area: Rectangle) -> ArrayValue:
        """The cells of an area, large ones folded beyond what is used."""

    def first_places(self, area: Rectangle) -> Mapping[Scalar, int]:
        """Where each scalar of an area stands first."""

    def spilled(self, value: Value) -> Value:
        """The cells that the formula in a cell spills into."""


class Frame:
    """The cell that is evaluated, the names bound around it, and how references are read.

    Attributes:
        cells: what the calculation knows of cells, by key.
        budget: of the calculation, to which work is charged.
        names: values bound by LET and LAMBDA, by name in lower case.
        is_array: whether references in scalar places give all their cells.
    """

    __slots__ = (
        "_draws",
        "budget",
        "calculation",
        "cells",
        "column",
        "depth",
        "is_array",
        "names",
        "row",
        "sheet",
    )

    def __init__(self, calculation: CellSource, cell: tuple[int, int, int], is_array: bool) -> None:
        self.calculation = calculation
        self.cells = calculation.cells
        self.budget = calculation.budget
        self.sheet, self.row, self.column = cell
        self.is_array = is_array
        self.names: Mapping[str, Value] = {}
        self.depth = 0
        self._draws = [0]

    def within(self, names: Mapping[str, Value], is_array: bool) -> "Frame":
        """The same cell with other names bound."""
        frame = Frame(self.calculation, (self.sheet, self.row, self.column), is_array)
        frame.names = names
        frame.depth = self.depth
        frame._draws = self._draws
        return frame

    @property
    def dates(self) -> DateReading:
        """How texts are read as dates."""
        return self.calculation.dates

    @property
    def now_serial(self) -> float:
        """The run's moment; an obstacle where the calculation has none."""
        moment = self.calculation.now_serial
        if moment is None:
            raise ObstacleMet(Obstacle(ObstacleReason.VOLATILE))
        return moment

    @property
    def position(self) -> tuple[int, int, int]:
        """Sheet, row and column of the cell."""
        return self.sheet, self.row, self.column

    @property
    def workbook(self) -> Workbook:
        """The workbook of the formula."""
        return self.calculation.workbook

    def scalar(self, value: Value) -> Scalar:
        """One scalar, by implicit intersection of references."""
        return as_scalar(self.intersect(value) if isinstance(value, Reference) else value)

    def array(self, value: Value) -> ArrayValue:
        """All cells of a reference or array; several areas give #VALUE!."""
        found = self.folded(value)
        if found.is_folded:
            self.budget.spend(found.row_count * found.column_count)
        return unfolded(found)

    def folded(self, value: Value) -> ArrayValue:
        """The same, folded where it is large and alike at its end."""
        if isinstance(value, Reference):
            if len(value.areas) != 1:
                return ArrayValue(((ErrorCode.VALUE,),))
            return self._read(value.areas[0])
        return as_array(value)

    def operand(self, value: Value) -> Operand:
        """The value with its references read as the kind of formula demands."""
        if not isinstance(value, Reference):
            return value
        if not self.is_array:
            return self.intersect(value)
        return self.whole(value)

    def whole(self, reference: Reference) -> Scalar | ArrayValue:
        """All cells of a reference, one cell as a scalar; several areas give #VALUE!."""
        if len(reference.areas) != 1:
            return ErrorCode.VALUE
        area = reference.areas[0]
        if area.top == area.bottom and area.left == area.right:
            return self.cell(area.sheet, area.top, area.left)
        return self._read(area)

    def elements(self, value: Value) -> list[Scalar]:
        """All scalars in row-major order; of large references as far as cells are used."""
        if isinstance(value, Reference):
            found: list[Scalar] = []
            for area in value.areas:
                found.extend(self.calculation.read_flat(area))
            self.budget.spend_reading(len(found))
            return found
        if not isinstance(value, ArrayValue):
            return [as_scalar(value)]
        if not value.is_folded:
            return flatten(value)
        size = value.row_count * value.column_count
        self.budget.spend(size if value.column_count > 1 else size // _LINE_PER_UNIT)
        return _line_elements(value) if value.column_count == 1 else flatten(unfolded(value))

    def first_places(self, value: Value) -> Mapping[Scalar, int]:
        """Where each scalar stands first; kept by the calculation for ranges."""
        if isinstance(value, Reference) and len(value.areas) == 1:
            self.budget.spend(1)
            return self.calculation.first_places(value.areas[0])
        if isinstance(value, ArrayValue) and not value.series and 1 in (value.row_count, value.column_count):
            # All that the last one stands for come after it.
            return places_of(flatten(value))
        return places_of(self.elements(value))

    def formula_of(self, sheet: int, row: int, column: int) -> str | None:
        """The formula text of a cell with its `=`."""
        return self.calculation.formulas.formula_text(sheet, row, column)

    def reference(self, text: str) -> Value:
        """What INDIRECT makes of a text."""
        return self.calculation.formulas.indirect(text, self)

    def next_draw(self) -> int:
        """Number of this random draw within the formula."""
        self._draws[0] += 1
        return self._draws[0] - 1

    def random(self, draw: int) -> float:
        """A uniform number; an obstacle where the calculation has no source of them."""
        source = self.calculation.random
        if source is None:
            raise ObstacleMet(Obstacle(ObstacleReason.VOLATILE))
        return source(CellAddress(self.sheet, self.row, self.column), draw)

    def call(self, function: LambdaValue, arguments: Sequence[Value]) -> Value:
        """Apply a LAMBDA; too many or too few arguments are #VALUE!, runaway recursion #NUM!."""
        if isinstance(function, FunctionValue):
            function = function.taking(len(arguments))
        if not function.required <= len(arguments) <= len(function.parameters):
            return ErrorCode.VALUE
        if self.depth >= _DEEPEST_CALL:
            return ErrorCode.NUM
        self.budget.spend(CALL_UNITS + len(function.closure))
        names = {**function.closure}
        names.update(zip(function.parameters, arguments, strict=False))
        for name in function.parameters[len(arguments) :]:
            names[name] = MISSING
        frame = self.within(names, is_array=True)
        frame.depth = self.depth + 1
        body = self.calculation.formulas.body_of(function, self.sheet)
        return body(frame) if frame.depth % _CALLS_PER_STACK else on_fresh_stack(body, frame)

    def cell(self, sheet: int, row: int, column: int) -> Scalar:
        """The value of one cell."""
        key = (sheet << SHEET_SHIFT) | (row << ROW_SHIFT) | column
        value = self.cells.get(key, BLANK)
        if isinstance(value, Stop):
            raise stopped(value, key)
        return value

    def spend(self, units: int) -> None:
        """Count work before it is done; an obstacle where it is too much."""
        self.budget.spend(units)

    def intersect(self, reference: Reference) -> Scalar:
        """The cell of a reference in this row or column; #VALUE! where there is none."""
        if len(reference.areas) != 1:
            return ErrorCode.VALUE
        area = reference.areas[0]
        row = area.top if area.top == area.bottom else self.row
        column = area.left if area.left == area.right else self.column
        if not area.contains(row, column):
            return ErrorCode.VALUE
        is_block = area.top != area.bottom and area.left != area.right
        if is_block:
            return ErrorCode.VALUE
        return self.cell(area.sheet, row, column)

    def _read(self, area: Rectangle) -> ArrayValue:
        found = self.calculation.read_area(area)
        self.budget.spend_reading(len(found.rows) * len(found.rows[0]))
        return found


def charged(frame: Frame, value: Value) -> Value:
    """Return a value that a function made, with the memory that it takes counted."""
    if type(value) is ArrayValue:
        frame.budget.spend_elements(len(value.rows), len(value.rows[0]))
    elif type(value) is str:
        frame.budget.spend_text(len(value))
    return value


def mapped(
    frame: Frame,
    function: Callable[..., Scalar],
    values: Sequence[Value],
    over_series: OverSeries | None = None,
) -> Scalar | ArrayValue:
    """Apply a function of scalars to values of which some may be arrays, with the elements counted."""
    return map_scalars(function, values, frame.spend, over_series)


def _line_elements(column: ArrayValue) -> list[Scalar]:
    found, repeated = runs_of(column)
    for run in repeated:
        if isinstance(run, tuple):
            found += [run[0]] * run[1]
        else:
            found += run.tolist()
    return found
