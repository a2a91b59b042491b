"""Where Ctrl+arrow goes in a row or column: as in Excel, to the ends of blocks of filled cells."""

import numpy as np
from numpy.typing import NDArray

from mcdesk.model.workbook import CellKind, Sheet


def jump(filled: NDArray[np.int64], start: int, step: int, last: int) -> int:
    """Return the place a jump leads to.

    Args:
        filled: (n,) int64, sorted: the places in the line that are filled.
        step: 1 or -1.
        last: the last place of the line; the first is 0.
    """
    if step < 0:
        return last - jump(last - filled[::-1], last - start, 1, last)
    here = int(np.searchsorted(filled, start, side="right"))
    following = filled[here:]
    if not len(following):
        return last
    is_filled = here > 0 and int(filled[here - 1]) == start
    if not is_filled or int(following[0]) != start + 1:
        return int(following[0])
    gaps = np.flatnonzero(np.diff(following) > 1)
    return int(following[gaps[0]] if len(gaps) else following[-1])


def filled_columns(sheet: Sheet, row: int) -> NDArray[np.int64]:
    """The columns of a row whose cells hold something."""
    first, end = np.searchsorted(sheet.rows, (row, row + 1))
    is_filled = _is_filled(sheet, slice(int(first), int(end)))
    columns: NDArray[np.int64] = sheet.columns[first:end][is_filled].astype(np.int64)
    return columns


def filled_rows(sheet: Sheet, column: int) -> NDArray[np.int64]:
    """The rows of a column whose cells hold something."""
    is_there = (sheet.columns == column) & _is_filled(sheet, slice(None))
    rows: NDArray[np.int64] = sheet.rows[is_there].astype(np.int64)
    return rows


def _is_filled(sheet: Sheet, part: slice) -> NDArray[np.bool_]:
    # Many files store empty cells for their looks; a formula that shows nothing is there all the same.
    is_filled: NDArray[np.bool_] = (sheet.kinds[part] != CellKind.BLANK) | (sheet.formulas[part] >= 0)
    return is_filled
