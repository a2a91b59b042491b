"""The cells of a workbook by whole-number key, constants loaded and formulas marked as not yet known."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_ROWS, CellAddress, Rectangle
from mcdesk.model.workbook import CellKind, FormulaKind, Sheet, Workbook

ROW_SHIFT = 14
SHEET_SHIFT = 34
COLUMN_MASK = (1 << ROW_SHIFT) - 1


class ObstacleReason(Enum):
    """Why a cell has no value of its own."""

    UNSUPPORTED = "unsupported function"
    USER_DEFINED = "user-defined function"
    VOLATILE = "volatile"
    EXTERNAL = "external"
    SYNTAX = "formula that cannot be read"
    TOO_MUCH = "needs too much calculation"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a cell, and all that read it, from being calculated.

    Attributes:
        name: of the function.
        cell: where it was met, of TOO_MUCH and of functions whose values come from outside of the cells.
    """

    reason: ObstacleReason
    name: str = ""
    cell: CellAddress | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """Stands for a cell that gives no value: not calculated yet, or never because of the obstacle."""

    obstacle: Obstacle | None = None


PENDING = Stop()
Entry = Scalar | Stop


class CellsMissing(Exception):
    """Cells that must be calculated before the formula can be."""

    def __init__(self, keys: tuple[int, ...]) -> None:
        super().__init__(keys)
        self.keys = keys


class ObstacleMet(Exception):
    """The formula needs what cannot be calculated."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


def stopped(stop: Stop, key: int) -> Exception:
    """Return what to raise on reading a cell that stands still."""
    return CellsMissing((key,)) if stop.obstacle is None else ObstacleMet(stop.obstacle)


def key_of(sheet: int, row: int, column: int) -> int:
    """Return the key of a cell; keys of one sheet are ordered by row, then column."""
    return (sheet << SHEET_SHIFT) | (row << ROW_SHIFT) | column


def keys_in(area: Rectangle) -> list[int]:
    """Return the keys of an area's cells, row-major."""
    first, last = (key_of(area.sheet, row, area.left) for row in (area.top, area.bottom))
    rows = range(first, last + 1, 1 << ROW_SHIFT)
    if area.column_count == 1:
        return list(rows)
    return [key for row in rows for key in range(row, row + area.column_count)]


def address_of(key: int) -> CellAddress:
    """Return the address of a key."""
    return CellAddress(key >> SHEET_SHIFT, (key >> ROW_SHIFT) % MAX_ROWS, key & COLUMN_MASK)


def load_cells(workbook: Workbook) -> tuple[dict[int, Entry], dict[int, int]]:
    """Return the cells by key, formulas as PENDING, and the index of the formula by key."""
    cells: dict[int, Entry] = {}
    formulas: dict[int, int] = {}
    for sheet in workbook.sheets:
        _load_sheet(workbook, sheet, cells, formulas)
    return cells, formulas


def cached_value(workbook: Workbook, sheet: Sheet, place: int) -> Scalar | None:
    """Return the value the file stores for a cell, None where it stores none."""
    if not sheet.has_cache[place]:
        return None
    kind = CellKind(int(sheet.kinds[place]))
    return _scalar(kind, float(sheet.numbers[place]), int(sheet.texts[place]), workbook.strings)


def _load_sheet(workbook: Workbook, sheet: Sheet, cells: dict[int, Entry], formulas: dict[int, int]) -> None:
    base = sheet.index << SHEET_SHIFT
    strings = workbook.strings
    keys = sheet.columns.astype(np.int64) | (sheet.rows.astype(np.int64) << ROW_SHIFT) | base
    is_formula = (sheet.formulas >= 0) | (sheet.owners >= 0)
    is_number = ~is_formula & (sheet.kinds == int(CellKind.NUMBER))
    cells.update(zip(keys[is_number].tolist(), sheet.numbers[is_number].tolist(), strict=True))
    others = ~is_formula & ~is_number & (sheet.kinds != 0)
    columns = (keys, sheet.kinds, sheet.numbers, sheet.texts)
    for key, kind, number, text in zip(*(each[others].tolist() for each in columns), strict=True):
        cells[key] = _scalar(CellKind(kind), number, text, strings)
    own = keys[is_formula].tolist()
    cells.update(dict.fromkeys(own, PENDING))
    formulas.update(zip(own, sheet.formulas[is_formula].tolist(), strict=True))
    is_owned = sheet.owners >= 0
    owned = (keys[is_owned], sheet.formulas[is_owned], sheet.owners[is_owned])
    for key, formula, owner in zip(*(each.tolist() for each in owned), strict=True):
        formulas[key] = _owning_formula(workbook, formula, owner)


def _owning_formula(workbook: Workbook, formula: int, owner: int) -> int:
    if formula < 0:
        return owner
    is_follower = workbook.formulas[formula].kind is FormulaKind.SPILL_FOLLOWER
    return owner if is_follower and owner >= 0 else formula


def _scalar(kind: CellKind, number: float, text: int, strings: tuple[str, ...]) -> Scalar:
    if kind is CellKind.TEXT:
        return strings[text]
    if kind is CellKind.LOGICAL:
        return number != 0.0
    return ErrorCode(int(number)) if kind is CellKind.ERROR else number
