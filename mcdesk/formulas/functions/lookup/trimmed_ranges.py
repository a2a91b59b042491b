"""TRIMRANGE, and how files keep the operators `.:.`, `:.` and `.:`."""

from collections.abc import Callable, Sequence

from mcdesk.formulas.arrays import cut_rows, transposed
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.values import BLANK, ArrayValue, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle

_LEADING, _TRAILING, _BOTH = 1, 2, 3


def trim_range(context: Context, source: Value, rows: float, columns: float) -> Value:
    """TRIMRANGE: the part without blank edges, of a reference as a reference; #REF! where all is blank.

    `rows` and `columns`: 1 for the leading edge, 2 for the trailing one, 3 for both, 0 for none.
    """
    if not (0 <= rows < 4 and 0 <= columns < 4):
        return ErrorCode.VALUE
    if isinstance(source, ErrorCode):
        return source
    if isinstance(source, Reference) and len(source.areas) != 1:
        return ErrorCode.VALUE
    array = context.folded(source)
    if array.series:
        array = context.array(array)
    kept_rows = _kept(array.rows, array.row_count, int(rows))
    kept_columns = _kept(tuple(zip(*array.rows, strict=True)), array.column_count, int(columns))
    if kept_rows is None or kept_columns is None:
        return ErrorCode.REF
    if isinstance(source, Reference):
        area = source.areas[0]
        top, left = area.top + kept_rows.start, area.left + kept_columns.start
        bottom, right = area.top + kept_rows.stop - 1, area.left + kept_columns.stop - 1
        return Reference((Rectangle(area.sheet, top, left, bottom, right),))
    return _cut(array, kept_rows, kept_columns)


def _kept(lines: Sequence[Sequence[Scalar]], count: int, edges: int) -> range | None:
    """Which of so many lines are kept, of which the last given one stands for the rest."""
    filled = [place for place, line in enumerate(lines) if any(element is not BLANK for element in line)]
    if not filled:
        return None
    last = count - 1 if filled[-1] == len(lines) - 1 else filled[-1]
    return range(filled[0] if edges & _LEADING else 0, last + 1 if edges & _TRAILING else count)


def _cut(array: ArrayValue, rows: range, columns: range) -> ArrayValue:
    by_row = cut_rows(array, rows.start, rows.stop)
    return transposed(cut_rows(transposed(by_row), columns.start, columns.stop))


def _trimmed(edges: int) -> Callable[..., Value]:
    return lambda context, source: trim_range(context, source, float(edges), float(edges))


_RANGE = cells("range")
_ROWS, _COLUMNS = (absent_if_empty(number(name, float(_BOTH))) for name in ("rows", "columns"))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("TRIMRANGE", trim_range, _RANGE, _ROWS, _COLUMNS),
    function("_TRO_ALL", _trimmed(_BOTH), _RANGE),
    function("_TRO_LEADING", _trimmed(_LEADING), _RANGE),
    function("_TRO_TRAILING", _trimmed(_TRAILING), _RANGE),
)
