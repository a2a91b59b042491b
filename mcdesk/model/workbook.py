"""What is in a workbook file, immutable and columnar; knows no mathematics and no file format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from operator import attrgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, CellAddress, Rectangle

Int32Array = npt.NDArray[np.int32]
ConstantValue = float | str | bool | ErrorCode


class CellKind(IntEnum):
    """Kind of a constant, or of the cached value of a formula."""

    BLANK = 0
    NUMBER = 1
    TEXT = 2
    LOGICAL = 3
    ERROR = 4


class FormulaKind(IntEnum):
    """How the file stores a formula."""

    NORMAL = 0
    ARRAY = 1
    DATA_TABLE = 2
    SPILL_FOLLOWER = 3


# Only areas as large as whole rows and columns are cut: the shape of others matters.
_LEAST_CUT = 16_384


@dataclass(frozen=True, slots=True)
class DataTable:
    """The inputs of a what-if data table, as the file names them; None where the input cell was deleted.

    One-dimensional: r1 is the input cell, fed from the row above (`is_row`) or the column to the left.
    Two-dimensional: r1 is fed from the row above, r2 from the column to the left.
    """

    r1: CellAddress | None
    r2: CellAddress | None
    is_two_dimensional: bool
    is_row: bool


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as stored, shared by all cells of a shared formula.

    `text` has no leading `=`; its relative references count from (`row`, `column`), the cell it was
    written in. `extent` is the range of an array formula or data table. A SPILL_FOLLOWER has no text:
    its value belongs to the formula at (`row`, `column`), whose extent it repeats; without an extent the
    file does not say whose it is.
    """

    text: str
    sheet: int
    row: int
    column: int
    kind: FormulaKind = FormulaKind.NORMAL
    extent: Rectangle | None = None
    is_dynamic: bool = False
    data_table: DataTable | None = None


@dataclass(frozen=True, slots=True)
class ColumnWidth:
    """Width of a run of columns (first and last included), in characters of the standard font."""

    first: int
    last: int
    width_characters: float
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What was repaired, left out or assumed on reading; `cell` is None if it is about the whole file."""

    title: str
    cell: CellAddress | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The cells of one sheet as parallel arrays of length n, in row-major order, read-only.

    Attributes:
        rows, columns: int32, zero-based.
        kinds: uint8, CellKind of the constant or of the cached value.
        numbers: float64; a logical value is 0 or 1, an error its ErrorCode, otherwise 0.
        texts: int32, index into `Workbook.strings`, or -1 if the value is no text.
        formulas: int32, index into `Workbook.formulas`, or -1 for a constant.
        styles: int32, index into `Workbook.number_formats`.
        has_cache: bool, whether a value is stored for the cell (a formula may lack one).
        owners: int32, index of the ARRAY or DATA_TABLE formula whose extent covers the cell, or -1.
        hidden_rows: int32, sorted.
        used_extent: the smallest rectangle around all stored cells, None for an empty sheet.
        filters: the rows below the header of each filter that is set; those hidden are filtered out.
        merged: disjoint.
        column_widths: disjoint, from left to right.
    """

    name: str
    index: int
    is_hidden: bool
    rows: Int32Array
    columns: Int32Array
    kinds: npt.NDArray[np.uint8]
    numbers: npt.NDArray[np.float64]
    texts: Int32Array
    formulas: Int32Array
    styles: Int32Array
    has_cache: npt.NDArray[np.bool_]
    owners: Int32Array
    hidden_rows: Int32Array
    filters: tuple[Rectangle, ...] = ()
    merged: tuple[Rectangle, ...] = ()
    column_widths: tuple[ColumnWidth, ...] = ()
    used_extent: Rectangle | None = field(init=False)
    _keys: npt.NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        keys = self.rows.astype(np.int64) * MAX_COLUMNS + self.columns
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "used_extent", self._used_extent())
        for array in self._arrays():
            array.flags.writeable = False

    def __reduce__(self) -> tuple[type["Sheet"], tuple[object, ...]]:
        # Made anew on the other side, because unpickled arrays could be written.
        return Sheet, tuple(getattr(self, part.name) for part in fields(self) if part.init)

    @property
    def cell_count(self) -> int:
        """Number of stored cells."""
        return len(self.rows)

    def _used_extent(self) -> Rectangle | None:
        if not self.cell_count:
            return None
        left, right = int(self.columns.min()), int(self.columns.max())
        return Rectangle(self.index, int(self.rows[0]), left, int(self.rows[-1]), right)

    def position(self, row: int, column: int) -> int:
        """Return where the cell stands in the arrays, or -1 if the sheet does not store it."""
        key = row * MAX_COLUMNS + column
        place = int(self._keys.searchsorted(key))
        return place if place < len(self._keys) and self._keys[place] == key else -1

    def positions_of(
        self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Return `position` of many cells."""
        if not len(self._keys):
            return np.full(rows.shape, -1, dtype=np.int64)
        wanted = rows * MAX_COLUMNS + columns
        places = np.minimum(self._keys.searchsorted(wanted), len(self._keys) - 1)
        return np.where(self._keys[places] == wanted, places, -1)

    def positions_in(self, area: Rectangle) -> npt.NDArray[np.int64]:
        """Return the places of the stored cells inside `area` (its sheet is not looked at), row-major."""
        first = int(self._keys.searchsorted(area.top * MAX_COLUMNS))
        last = int(self._keys.searchsorted((area.bottom + 1) * MAX_COLUMNS))
        columns = self.columns[first:last]
        return np.flatnonzero((columns >= area.left) & (columns <= area.right)) + first

    def _arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        return (
            self.rows, self.columns, self.kinds, self.numbers, self.texts, self.formulas,
            self.styles, self.has_cache, self.owners, self.hidden_rows, self._keys,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name of the workbook, or of one sheet; its relative references count from A1."""

    name: str
    sheet: int | None
    text: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A worksheet table; `extent` includes its header and totals rows; `is_filtered` if a filter is set."""

    name: str
    extent: Rectangle
    header_row_count: int
    totals_row_count: int
    columns: tuple[str, ...]
    is_filtered: bool = False

    @property
    def sheet(self) -> int:
        """Index of the sheet that holds the table."""
        return self.extent.sheet


@dataclass(frozen=True, slots=True)
class ExternalBook:
    """Another workbook that formulas read, as far as this file keeps copies of its values.

    `index` counts from 1, as in `[1]Sheet1!A1`. The keys of `cells` are sheet name in lower case, row
    and column; those of `names` are lower case too. The target is shown, never opened.
    """

    index: int
    target: str
    sheet_names: tuple[str, ...]
    cells: Mapping[tuple[str, int, int], ConstantValue]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Workbook:
    """A whole file; strings and formulas are stored once and named by index from the sheets."""

    path: Path
    sha256: str
    byte_count: int
    sheets: tuple[Sheet, ...]
    strings: tuple[str, ...]
    formulas: tuple[Formula, ...]
    names: tuple[DefinedName, ...] = ()
    tables: tuple[Table, ...] = ()
    number_formats: tuple[str, ...] = ("General",)
    date_1904: bool = False
    is_iterative: bool = False
    iterate_count: int = 100
    iterate_delta: float = 0.001
    external_books: tuple[ExternalBook, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def used_part(self, area: Rectangle) -> Rectangle:
        """A large area without what lies beyond the used cells of its sheet."""
        if area.size < _LEAST_CUT:
            return area
        used = self.sheets[area.sheet].used_extent
        last_row, last_column = (0, 0) if used is None else (used.bottom, used.right)
        bottom, right = (
            min(area.bottom, max(last_row, area.top)),
            min(area.right, max(last_column, area.left)),
        )
        return Rectangle(area.sheet, area.top, area.left, bottom, right)

    def filtered_rows(self, sheet: int) -> frozenset[int]:
        """The rows of a sheet that a filter hides."""
        filters = [*self.sheets[sheet].filters]
        filters += [table.extent for table in self.tables if table.is_filtered and table.sheet == sheet]
        filters.sort(key=attrgetter("top"))
        tops = np.array([area.top for area in filters], dtype=np.int64)
        # of the filters that begin no later, the one that goes furthest down
        furthest = np.maximum.accumulate(np.array([-1, *(area.bottom for area in filters)], dtype=np.int64))
        hidden = self.sheets[sheet].hidden_rows
        return frozenset(hidden[hidden <= furthest[tops.searchsorted(hidden, "right")]].tolist())

    @property
    def formula_cell_count(self) -> int:
        """Number of cells that carry a formula, spill followers that the file marks as such included."""
        return sum(int((sheet.formulas >= 0).sum()) for sheet in self.sheets)

    def sheet_index(self, name: str) -> int | None:
        """Return the index of a sheet by its name in any case, or None if there is none."""
        wanted = name.casefold()
        for sheet in self.sheets:
            if sheet.name.casefold() == wanted:
                return sheet.index
        return None
