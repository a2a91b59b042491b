"""Functions that give arrays: SEQUENCE, FILTER, SORT, UNIQUE, stacking and cutting."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cmp_to_key

from mcdesk.formulas.arrays import array_of, column_of, cut_rows, flatten, lengthened, transposed
from mcdesk.formulas.coercion import to_logical, to_number
from mcdesk.formulas.comparison import compare_scalars
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Kind, Parameter, number
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function, logical, value
from mcdesk.formulas.lookup_keys import lookup_key
from mcdesk.formulas.syntax import ErrorLiteral
from mcdesk.formulas.values import BLANK, ArrayValue, FunctionVector, LambdaValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

Row = tuple[Scalar, ...]
_MOST_ELEMENTS = 2_000_000
_COMPARED_PER_UNIT = 4
# what a vector of functions gives where it is called
_NO_BODY = ErrorLiteral(ErrorCode.VALUE)


def sequence(context: Context, rows: float, columns: float, start: float, step: float) -> Value:
    """SEQUENCE."""
    count, width = int(rows), int(columns)
    if count < 1 or width < 1 or count * width > _MOST_ELEMENTS:
        return ErrorCode.CALC if count == 0 or width == 0 else ErrorCode.VALUE
    context.spend(count * width)
    return array_of(
        [start + step * (row * width + column) for column in range(width)] for row in range(count)
    )


def filter_(context: Context, source: Value, keep: Value, if_empty: Value) -> Value:
    """FILTER: the rows or columns for which a condition holds."""
    array, kept = context.folded(source), context.folded(keep)
    if kept.series:
        array, kept = context.array(source), context.array(keep)
    flags: list[bool] = []
    for element in flatten(kept):
        holds = to_logical(element)
        if isinstance(holds, ErrorCode):
            return holds
        flags.append(holds)
    is_by_row = kept.column_count == 1 and kept.row_count == array.row_count
    if not is_by_row and not (kept.row_count == 1 and kept.column_count == array.column_count):
        return ErrorCode.VALUE
    lines = array if is_by_row else _turned(context, array)
    count = max(len(lines.rows), len(flags))
    lines, flags = lengthened(lines, count), flags + flags[-1:] * (count - len(flags))
    found = tuple(line for line, holds in zip(lines.rows, flags, strict=True) if holds)
    if not found:
        return ErrorCode.CALC if if_empty is None else if_empty
    result = replace(lines, rows=found) if flags[-1] else ArrayValue(found, 1, lines.last_column_count)
    return result if is_by_row else transposed(result)


def _turned(context: Context, array: ArrayValue) -> ArrayValue:
    """The array with rows and columns exchanged."""
    return transposed(context.array(array) if array.series else array)


def sort(context: Context, source: Value, index: Value, order: Value, is_by_column: bool) -> Value:
    """SORT."""
    array = context.folded(source)
    lines = _turned(context, array) if is_by_column else array
    places = _numbers(context, index, 1.0)
    orders = _numbers(context, order, 1.0)
    if isinstance(places, ErrorCode):
        return places
    if isinstance(orders, ErrorCode):
        return orders
    if any(not 1 <= place <= lines.column_count for place in places):
        return ErrorCode.VALUE
    keys = [column_of(lines, int(place) - 1) for place in places]
    result = _sorted_lines(context, lines, keys, orders)
    return transposed(result) if is_by_column else result


def sort_by(context: Context, source: Value, *keys: Value) -> Value:
    """SORTBY: by other ranges, each with an order."""
    array = context.folded(source)
    columns = [context.folded(key) for key in keys[::2]]
    columns = [each if each.column_count == 1 else _turned(context, each) for each in columns]
    orders: list[float] = []
    for place in range(1, len(columns) * 2, 2):
        order = _numbers(context, keys[place] if place < len(keys) else None, 1.0)
        if isinstance(order, ErrorCode):
            return order
        orders.append(order[0])
    is_by_row = columns[0].row_count == array.row_count
    lines = array if is_by_row else _turned(context, array)
    if any((each.row_count, each.column_count) != (lines.row_count, 1) for each in columns):
        return ErrorCode.VALUE
    result = _sorted_lines(context, lines, columns, orders)
    return result if is_by_row else transposed(result)


def _sorted_lines(
    context: Context, lines: ArrayValue, keys: Sequence[ArrayValue], orders: Sequence[float]
) -> ArrayValue:
    """The rows in the order of columns beside them, folded as long as the last one stays the last."""
    count = max(len(each.rows) for each in (lines, *keys))
    lines, *keys = (lengthened(each, count) for each in (lines, *keys))
    places = _sorted_places(context, keys, orders)
    has_series = any(each.series for each in (lines, *keys))
    if lines.last_row_count > 1 and (has_series or places[-1] != count - 1):
        lines, *keys = (context.array(each) for each in (lines, *keys))
        places = _sorted_places(context, keys, orders)
    return replace(lines, rows=tuple(lines.rows[place] for place in places))


def _sorted_places(context: Context, keys: Sequence[ArrayValue], orders: Sequence[float]) -> list[int]:
    columns = [flatten(key) for key in keys]
    count = len(columns[0])
    context.spend(count * count.bit_length() // _COMPARED_PER_UNIT)

    def compare(a: int, b: int) -> int:
        for at, column in enumerate(columns):
            result = order_of(column[a], column[b], -1 if orders[min(at, len(orders) - 1)] < 0 else 1)
            if result:
                return result
        return 0

    return sorted(range(count), key=cmp_to_key(compare))


def order_of(a: Scalar, b: Scalar, direction: int) -> int:
    """Return -1, 0 or 1 for the order in which two elements are sorted, up or down (direction -1)."""
    # Blanks stay last in both orders; errors come after everything else.
    if (a is BLANK) or (b is BLANK):
        return int(a is BLANK) - int(b is BLANK)
    rank = int(isinstance(a, ErrorCode)) - int(isinstance(b, ErrorCode))
    if rank or isinstance(a, ErrorCode):
        return rank * direction
    order = compare_scalars(a, b)
    return 0 if isinstance(order, ErrorCode) else order * direction


def _numbers(context: Context, value: Value | None, default: float) -> list[float] | ErrorCode:
    if value is None:
        return [default]
    found: list[float] = []
    for element in context.elements(value):
        read = to_number(element, context.dates)
        if isinstance(read, ErrorCode):
            return read
        found.append(read)
    return found


def unique(context: Context, source: Value, is_by_column: bool, is_once: bool) -> Value:
    """UNIQUE: rows or columns once each, or only those that stand once."""
    array = context.folded(source)
    if array.series:
        array = context.array(array)
    array = transposed(array) if is_by_column else array
    counts: dict[Row, int] = {}
    first: dict[Row, Row] = {}
    for place, line in enumerate(array.rows, 1):
        key = tuple(lookup_key(element) for element in line)
        counts[key] = counts.get(key, 0) + (array.last_row_count if place == len(array.rows) else 1)
        first.setdefault(key, line)
    found = tuple(line for key, line in first.items() if not is_once or counts[key] == 1)
    if not found:
        return ErrorCode.CALC
    result = ArrayValue(found, 1, array.last_column_count)
    return transposed(result) if is_by_column else result


def stack_down(context: Context, *sources: Value) -> Value:
    """VSTACK, of functions too."""
    functions = tuple(source for source in sources if isinstance(source, LambdaValue))
    if len(functions) == len(sources):
        return FunctionVector((), _NO_BODY, functions=functions, is_across=False)
    return _stacked(context, [context.folded(source) for source in sources])


def stack_across(context: Context, *sources: Value) -> Value:
    """HSTACK, of functions too."""
    functions = tuple(source for source in sources if isinstance(source, LambdaValue))
    if len(functions) == len(sources):
        return FunctionVector((), _NO_BODY, functions=functions)
    columns = _stacked(context, [_turned(context, context.folded(source)) for source in sources])
    return transposed(columns)


def _stacked(context: Context, arrays: Sequence[ArrayValue]) -> ArrayValue:
    *before, last = arrays
    before = [context.array(array) if array.last_row_count > 1 else array for array in before]
    arrays = [*before, context.array(last) if last.series else last]
    width = max(array.column_count for array in arrays)
    kept = max(_kept_columns(array, width) for array in arrays)
    context.spend(kept * sum(len(array.rows) for array in arrays))
    rows = tuple(_widened(row, array.column_count, width, kept) for array in arrays for row in array.rows)
    return ArrayValue(rows, arrays[-1].last_row_count, width - kept + 1)


def _kept_columns(array: ArrayValue, width: int) -> int:
    return len(array.rows[0]) if array.column_count == width else array.column_count + 1


def _widened(row: Row, own_count: int, width: int, kept: int) -> Row:
    if own_count == width:
        return row + row[-1:] * (kept - len(row))
    return row + row[-1:] * (own_count - len(row)) + (ErrorCode.NA,) * (kept - own_count)


def _cut(keeps: bool) -> Callable[..., Value]:
    """TAKE keeps, DROP leaves out; negative counts from the end."""

    def evaluate(context: Context, source: Value, rows: Value | None, columns: Value | None) -> Value:
        array = context.folded(source)
        counts = [_count(context, value) for value in (rows, columns)]
        for found in counts:
            if isinstance(found, ErrorCode):
                return found
        row_limit, column_limit = (None if isinstance(count, ErrorCode) else count for count in counts)
        kept_rows = _kept(array.row_count, row_limit, keeps)
        kept_columns = _kept(array.column_count, column_limit, keeps)
        if not kept_rows or not kept_columns:
            return ErrorCode.CALC
        if len(kept_rows) < array.row_count:
            array = cut_rows(array, kept_rows.start, kept_rows.stop)
        if len(kept_columns) < array.column_count:
            array = transposed(cut_rows(_turned(context, array), kept_columns.start, kept_columns.stop))
        return array

    return evaluate


def _count(context: Context, value: Value | None) -> float | ErrorCode | None:
    """A count that may be left out, which means all."""
    if value is None:
        return None
    return to_number(context.scalar(value), context.dates)


def _kept(size: int, count: float | None, keeps: bool) -> range:
    if count is None:
        return range(size)
    amount = min(abs(int(count)), size)
    from_end = (count < 0) is keeps
    kept = amount if keeps else size - amount
    return range(size - kept, size) if from_end else range(kept)


def _chosen(is_rows: bool) -> Callable[..., Value]:
    def evaluate(context: Context, source: Value, *indices: Value) -> Value:
        array = context.folded(source)
        lines = array if is_rows else _turned(context, array)
        if lines.last_row_count > 1:
            lines = context.array(lines)
        found: list[Row] = []
        for index in indices:
            places = _numbers(context, index, 0.0)
            if isinstance(places, ErrorCode):
                return places
            for place in places:
                if not 1 <= abs(int(place)) <= lines.row_count:
                    return ErrorCode.VALUE
                found.append(lines.rows[int(place) - 1 if place > 0 else int(place)])
        context.spend(len(found) * len(lines.rows[0]))
        result = ArrayValue(tuple(found), 1, lines.last_column_count)
        return result if is_rows else transposed(result)

    return evaluate


def _to_line(is_column: bool) -> Callable[..., Value]:
    def evaluate(context: Context, source: Value, ignored: float, by_column: bool) -> Value:
        array = _without_ignored_end(context.folded(source), int(ignored))
        elements = context.elements(_turned(context, array) if by_column else array)
        if int(ignored) in (1, 3):
            elements = [element for element in elements if element is not BLANK]
        if int(ignored) in (2, 3):
            elements = [element for element in elements if not isinstance(element, ErrorCode)]
        return array_of((element,) for element in elements) if is_column else array_of([elements])

    return evaluate


def _without_ignored_end(array: ArrayValue, ignored: int) -> ArrayValue:
    """The array, its last row kept once if nothing of it counts."""
    counts = array.series or not all(
        (ignored in (1, 3) and element is BLANK) or (ignored in (2, 3) and isinstance(element, ErrorCode))
        for element in array.rows[-1]
    )
    return array if counts else replace(array, last_row_count=1)


def _wrapped(is_rows: bool) -> Callable[..., Value]:
    def evaluate(context: Context, source: Value, count: float, filling: Value) -> Value:
        elements = context.elements(context.folded(source))
        if count < 1:
            return ErrorCode.NUM
        # Beyond the elements there is one line, which is not filled.
        width = int(min(count, len(elements)))
        fill: Scalar = ErrorCode.NA if filling is None else context.scalar(filling)
        elements = elements + [fill] * (-len(elements) % width)
        lines = ArrayValue(tuple(tuple(elements[at : at + width]) for at in range(0, len(elements), width)))
        return lines if is_rows else transposed(lines)

    return evaluate


def expand(
    context: Context, source: Value, rows: Value | None, columns: Value | None, filling: Value | None
) -> Value:
    """EXPAND."""
    array = context.array(source)
    sizes: list[int] = []
    for asked, own in ((rows, array.row_count), (columns, array.column_count)):
        count = _count(context, asked)
        if isinstance(count, ErrorCode):
            return count
        sizes.append(own if count is None else int(count))
    tall, wide = sizes
    if tall < array.row_count or wide < array.column_count or tall * wide > _MOST_ELEMENTS:
        return ErrorCode.VALUE
    fill: Scalar = ErrorCode.NA if filling is None else context.scalar(filling)
    padded = tuple(row + (fill,) * (wide - len(row)) for row in array.rows)
    return ArrayValue(padded + ((fill,) * wide,) * (tall - array.row_count))


_ARRAY = cells("array")
_COUNTS = (absent_if_empty(value("rows", True)), absent_if_empty(value("columns", True)))
_FILLING = absent_if_empty(cells("filling", True))
_IGNORED = absent_if_empty(number("ignored", 0.0))
_BY_COLUMN = absent_if_empty(logical("by_column", False))
_ORDER = absent_if_empty(cells("order", True))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function(
        "SEQUENCE",
        sequence,
        absent_if_empty(Parameter("rows", Kind.NUMBER, default=1.0)),
        absent_if_empty(number("columns", 1.0)),
        absent_if_empty(number("start", 1.0)),
        absent_if_empty(number("step", 1.0)),
    ),
    function("FILTER", filter_, _ARRAY, cells("include"), absent_if_empty(cells("if_empty", True))),
    function("SORT", sort, _ARRAY, absent_if_empty(cells("index", True)), _ORDER, _BY_COLUMN),
    function("SORTBY", sort_by, _ARRAY, cells("by"), _ORDER, repeating=2),
    function("UNIQUE", unique, _ARRAY, _BY_COLUMN, absent_if_empty(logical("once", False))),
    function("VSTACK", stack_down, _ARRAY, repeating=1),
    function("HSTACK", stack_across, _ARRAY, repeating=1),
    function("TAKE", _cut(True), _ARRAY, *_COUNTS),
    function("DROP", _cut(False), _ARRAY, *_COUNTS),
    function("CHOOSEROWS", _chosen(True), _ARRAY, cells("index"), repeating=1),
    function("CHOOSECOLS", _chosen(False), _ARRAY, cells("index"), repeating=1),
    function("TOROW", _to_line(False), _ARRAY, _IGNORED, _BY_COLUMN),
    function("TOCOL", _to_line(True), _ARRAY, _IGNORED, _BY_COLUMN),
    function("WRAPROWS", _wrapped(True), _ARRAY, number("count"), _FILLING),
    function("WRAPCOLS", _wrapped(False), _ARRAY, number("count"), _FILLING),
    function("EXPAND", expand, _ARRAY, *_COUNTS, _FILLING),
)
