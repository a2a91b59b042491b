"""GROUPBY and PIVOTBY: summaries of data by one or two kinds of groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.formulas.arrays import array_of, flatten
from mcdesk.formulas.coercion import to_logical, to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Kind, Parameter
from mcdesk.formulas.functions.logical.lambda_calls import applied
from mcdesk.formulas.functions.lookup.group_lines import Line, Order, Places, Row, group_lines
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function, value
from mcdesk.formulas.values import (
    ArrayValue,
    FunctionValue,
    FunctionVector,
    LambdaValue,
    Scalar,
    Value,
)
from mcdesk.foundation.error_codes import ErrorCode

# Functions that take all of the data beside the group.
_OF_TWO = frozenset(("PERCENTOF",))
_ROWS_PER_UNIT = 8
_HEADERS_HIDDEN, _HEADERS_MADE, _HEADERS_SHOWN = 1, 2, 3


class _Refused(Exception):
    """The arguments have no result but an error."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Names:
    """What stands at the head of fields and values; empty where nothing is shown."""

    rows: Row
    columns: Row
    values: Row


class _Measures:
    """The columns of values, and the functions of them."""

    def __init__(self, context: Context, values: Sequence[Row], functions: Value) -> None:
        self._context = context
        self._columns = list(zip(*values, strict=True))
        if not isinstance(functions, LambdaValue):
            raise _Refused(ErrorCode.VALUE)
        is_vector = isinstance(functions, FunctionVector)
        self.functions = functions.functions if isinstance(functions, FunctionVector) else (functions,)
        self.is_across = is_vector and functions.is_across if isinstance(functions, FunctionVector) else True
        self.names = _function_names(self.functions) if is_vector else ()

    @property
    def value_count(self) -> int:
        """How many columns of values there are."""
        return len(self._columns)

    def result(self, function: int, column: int, places: Places, whole: Places) -> Scalar:
        """A function of some rows of a column, beside others where it takes two."""
        chosen = self.functions[function]
        arguments: list[Value] = [self._part(column, places)]
        if _takes_two(chosen):
            arguments.append(self._part(column, whole))
        return applied(self._context, chosen, arguments)

    def _part(self, column: int, places: Places) -> ArrayValue:
        self._context.spend(len(places) // _ROWS_PER_UNIT)
        source = self._columns[column]
        return ArrayValue(tuple((source[place],) for place in places))


def group_by(context: Context, rows: Value, values: Value, functions: Value, *options: Value | None) -> Value:
    """GROUPBY: field_headers, total_depth, sort_order, filter_array, field_relationship."""
    headers, depth, order, kept, relationship = options
    try:
        fields, found = _tables(context, rows, values)
        names, first = _headers(context, headers, (fields, (), found))
        places = _kept(context, kept, len(fields), first)
        measures = _Measures(context, found, functions)
        arranged = Order(_keys(context, order), _option(context, relationship, 0, (0, 1)) == 1)
        total_depth = _depth(context, depth, len(fields[0]), arranged)
        functions_of_values = [
            (function, column)
            for function in range(len(measures.functions))
            for column in range(measures.value_count)
        ]

        def aggregate(members: Places, column: int) -> Scalar:
            if column >= len(functions_of_values):
                raise _Refused(ErrorCode.VALUE)
            return measures.result(*functions_of_values[column], members, places)

        lines = group_lines(fields, places, arranged, total_depth, aggregate)
        return _group_table(measures, lines, names, places)
    except _Refused as refused:
        return refused.code


def _group_table(measures: _Measures, lines: Sequence[Line], names: _Names, places: Places) -> Value:
    width = len(lines[0].labels)
    repeated = measures.value_count
    body: list[Sequence[Scalar]] = []
    if measures.names and measures.is_across:
        body.append([""] * width + [name for name in measures.names for _ in range(repeated)])
    columns = range(len(measures.functions)) if measures.is_across else range(1)
    if names.values:
        between = [] if measures.is_across else [""]
        body.append([*names.rows, *between, *(name for _ in columns for name in names.values)])
    for line in lines:
        if measures.is_across:
            results = [
                measures.result(f, column, line.places, places) for f in columns for column in range(repeated)
            ]
            body.append([*line.labels, *results])
            continue
        for f, name in enumerate(measures.names):
            results = [measures.result(f, column, line.places, places) for column in range(repeated)]
            body.append([*line.labels, name, *results])
    return array_of(body)


def pivot_by(
    context: Context, rows: Value, columns: Value, values: Value, functions: Value, *options: Value | None
) -> Value:
    """PIVOTBY: field_headers, depth and order of rows and of columns, filter_array, relative_to."""
    headers, row_depth, row_order, column_depth, column_order, kept, relative = options
    try:
        row_fields, found = _tables(context, rows, values)
        column_fields, _ = _tables(context, columns, values)
        names, first = _headers(context, headers, (row_fields, column_fields, found))
        places = _kept(context, kept, len(row_fields), first)
        measures = _Measures(context, found, functions)

        def aggregate(members: Places, column: int) -> Scalar:
            if column >= measures.value_count:
                raise _Refused(ErrorCode.VALUE)
            return measures.result(0, column, members, places)

        axes = [
            group_lines(fields, places, order, _depth(context, depth, len(fields[0]), order), aggregate)
            for fields, order, depth in (
                (row_fields, Order(_keys(context, row_order)), row_depth),
                (column_fields, Order(_keys(context, column_order)), column_depth),
            )
        ]
        base = _option(context, relative, 0, range(5))
        return _pivot_table(measures, axes[0], axes[1], names, (places, base))
    except _Refused as refused:
        return refused.code


def _pivot_table(
    measures: _Measures,
    rows: Sequence[Line],
    columns: Sequence[Line],
    names: _Names,
    whole: tuple[Places, int],
) -> Value:
    width, height = len(rows[0].labels) + (not measures.is_across), len(columns[0].labels)
    across = range(len(measures.functions)) if measures.is_across else range(1)
    block = len(across) * measures.value_count
    body: list[Sequence[Scalar]] = []
    for level in range(height):
        corner: list[Scalar] = [""] * width
        if names.columns:
            corner[-1] = names.columns[level]
        body.append([*corner, *(line.labels[level] for line in columns for _ in range(block))])
    if measures.names and measures.is_across:
        named = [name for name in measures.names for _ in range(measures.value_count)]
        body.append([""] * width + named * len(columns))
    if names.values:
        head = [*names.rows, *([] if measures.is_across else [""])]
        body.append([*head, *(name for _ in columns for _ in across for name in names.values)])
    for row in rows:
        for f in range(1) if measures.is_across else range(len(measures.functions)):
            labels = [*row.labels, *([] if measures.is_across else [measures.names[f]])]
            functions = across if measures.is_across else (f,)
            results = [
                cell for column in columns for cell in _crossing(measures, row, column, functions, whole)
            ]
            body.append([*labels, *results])
    return array_of(body)


def _crossing(
    measures: _Measures, row: Line, column: Line, functions: Sequence[int], whole: tuple[Places, int]
) -> list[Scalar]:
    """The results where a row and a column meet; empty text where no data does."""
    members = _both(row.places, column.places)
    count = measures.value_count
    if not members:
        return [""] * (count * len(functions))
    places, base = whole
    compared = (
        column.places,
        row.places,
        places,
        _both(row.places, column.parent),
        _both(row.parent, column.places),
    )[base]
    return [measures.result(f, value, members, compared) for f in functions for value in range(count)]


def _both(left: Places, right: Places) -> Places:
    inside = set(right)
    return tuple(place for place in left if place in inside)


def _tables(context: Context, fields: Value, values: Value) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    left, right = context.array(fields), context.array(values)
    if left.row_count != right.row_count:
        raise _Refused(ErrorCode.VALUE)
    context.spend(left.row_count * (left.column_count + right.column_count))
    return left.rows, right.rows


def _headers(
    context: Context, asked: Value | None, tables: tuple[Sequence[Row], Sequence[Row], Sequence[Row]]
) -> tuple[_Names, int]:
    """The names to show, and the place of the first row of data."""
    values = tables[2]
    mode = None if asked is None else _option(context, asked, 0, range(4))
    widths = [len(table[0]) if table else 0 for table in tables]
    if mode is None:
        has_names = isinstance(values[0][0], str) and len(values) > 1 and type(values[1][0]) is float
        mode = (_HEADERS_SHOWN if max(widths[:2]) > 1 else _HEADERS_HIDDEN) if has_names else 0
    if mode == _HEADERS_MADE:
        made = ("Row Field", "Column Field", "Value")
        found = [tuple(f"{name} {i + 1}" for i in range(n)) for name, n in zip(made, widths, strict=True)]
        return _Names(*found), 0
    if mode == _HEADERS_SHOWN:
        return _Names(*(table[0] if table else () for table in tables)), 1
    return _Names((), (), ()), int(mode == _HEADERS_HIDDEN)


def _kept(context: Context, kept: Value | None, count: int, first: int) -> Places:
    """The rows of data that a filter keeps."""
    places = range(first, count)
    if kept is not None:
        flags = flatten(context.array(kept))
        if len(flags) != count:
            raise _Refused(ErrorCode.VALUE)
        places = [place for place in places if _holds(flags[place])]  # type: ignore[assignment]  # a sequence
    if not places:
        raise _Refused(ErrorCode.CALC)
    return tuple(places)


def _holds(flag: Scalar) -> bool:
    holds = to_logical(flag)
    if isinstance(holds, ErrorCode):
        raise _Refused(holds)
    return holds


def _keys(context: Context, order: Value | None) -> tuple[int, ...]:
    found: list[int] = []
    for element in [] if order is None else context.elements(order):
        number = to_number(element, context.dates)
        if isinstance(number, ErrorCode):
            raise _Refused(number)
        if not int(number):
            raise _Refused(ErrorCode.VALUE)
        found.append(int(number))
    return tuple(found)


def _depth(context: Context, asked: Value | None, width: int, order: Order) -> int:
    """How deep totals go: as deep as there are fields, no deeper than 1 in a table."""
    most = 1 if order.is_table else width
    return 1 if asked is None else _option(context, asked, 1, range(-most, most + 1))


def _option(context: Context, asked: Value | None, default: int, allowed: Sequence[int]) -> int:
    if asked is None:
        return default
    number = to_number(context.scalar(asked), context.dates)
    if isinstance(number, ErrorCode):
        raise _Refused(number)
    if int(number) not in allowed:
        raise _Refused(ErrorCode.VALUE)
    return int(number)


def _takes_two(chosen: LambdaValue) -> bool:
    return chosen.name in _OF_TWO if isinstance(chosen, FunctionValue) else len(chosen.parameters) > 1


def _function_names(functions: Sequence[LambdaValue]) -> tuple[str, ...]:
    """Their own names; the others are counted if there are several."""
    others = [each for each in functions if not isinstance(each, FunctionValue)]
    names: list[str] = []
    count = 0
    for each in functions:
        count += not isinstance(each, FunctionValue)
        custom = f"CUSTOM{count}" if len(others) > 1 else "CUSTOM"
        names.append(each.name if isinstance(each, FunctionValue) else custom)
    return tuple(names)


_FIELDS, _VALUES, _FUNCTION = cells("row_fields"), cells("values"), value("function")


def _optional(name: str) -> Parameter:
    return absent_if_empty(Parameter(name, Kind.RANGE, True))


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function(
        "GROUPBY",
        group_by,
        _FIELDS,
        _VALUES,
        _FUNCTION,
        _optional("field_headers"),
        _optional("total_depth"),
        _optional("sort_order"),
        _optional("filter_array"),
        _optional("field_relationship"),
    ),
    function(
        "PIVOTBY",
        pivot_by,
        _FIELDS,
        cells("column_fields"),
        _VALUES,
        _FUNCTION,
        _optional("field_headers"),
        _optional("row_total_depth"),
        _optional("row_sort_order"),
        _optional("column_total_depth"),
        _optional("column_sort_order"),
        _optional("filter_array"),
        _optional("relative_to"),
    ),
)
