"""Database functions: rows of a range with headers, chosen by a block of criteria."""

from collections.abc import Callable

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.criteria import criterion
from mcdesk.formulas.functions.definition import Body, Context, FunctionDefinition, run_body
from mcdesk.formulas.functions.mathematics import sums
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.functions.statistics import moments
from mcdesk.formulas.values import BLANK, ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_OPERATIONS = ScalarOperations()
Row = tuple[Scalar, ...]
Reduction = Callable[[list[Scalar]], Scalar]


def _over(reduce: Reduction) -> Callable[..., Scalar]:
    def evaluate(context: Context, database: Value, field: Value | None, block: Value) -> Scalar:
        table, conditions = context.folded(database), context.folded(block)
        column = _column(context, table, field)
        if isinstance(column, ErrorCode):
            return column
        rows = [row for row in table.rows[1:] if _is_chosen(context, table.rows[0], row, conditions)]
        found = [row[column] if column is not None else 1.0 for row in rows]
        if table.last_row_count > 1 and rows and rows[-1] is table.rows[-1]:
            found += found[-1:] * (table.last_row_count - 1)
        return reduce(found)

    return evaluate


def _column(context: Context, table: ArrayValue, field: Value | None) -> int | ErrorCode | None:
    """Place of a field by number from 1 or by header; None where it is left out."""
    if field is None:
        return None
    wanted = context.scalar(field)
    if isinstance(wanted, ErrorCode):
        return wanted
    if isinstance(wanted, float):
        if not 1 <= wanted < table.column_count + 1:
            return ErrorCode.VALUE
        return min(int(wanted), len(table.rows[0])) - 1
    found = _header(table.rows[0], wanted)
    return ErrorCode.VALUE if found is None else found


def _header(headers: Row, wanted: Scalar) -> int | None:
    name = to_text(wanted)
    for place, header in enumerate(headers):
        text = to_text(header)
        if isinstance(name, str) and isinstance(text, str) and text.casefold() == name.casefold():
            return place
    return None


def _is_chosen(context: Context, headers: Row, row: Row, conditions: ArrayValue) -> bool:
    """Whether a row meets all criteria of any line of the block."""
    return any(_meets(context, headers, row, conditions.rows[0], line) for line in conditions.rows[1:])


def _meets(context: Context, headers: Row, row: Row, names: Row, line: Row) -> bool:
    for name, condition in zip(names, line, strict=True):
        if condition is BLANK:
            continue
        place = _header(headers, name)
        if place is None:
            return False
        pattern = f"{condition}*" if _is_prefix(condition) else condition
        if not criterion(pattern, context.dates)(row[place]):
            return False
    return True


def _is_prefix(condition: Scalar) -> bool:
    # Plain text finds all that begins with it, unlike in COUNTIF.
    return isinstance(condition, str) and bool(condition) and condition[0] not in "<>="


def _of_body(body: Body) -> Reduction:
    def reduce(values: list[Scalar]) -> Scalar:
        for value in values:
            if isinstance(value, ErrorCode):
                return value
        numbers = CollectedNumbers([value for value in values if type(value) is float])
        outcome = run_body(body, _OPERATIONS, numbers)
        return ErrorCode(int(outcome.error)) if outcome.error else float(outcome.value)

    return reduce


def _single(values: list[Scalar]) -> Scalar:
    if not values:
        return ErrorCode.VALUE
    return values[0] if len(values) == 1 else ErrorCode.NUM


def _count(values: list[Scalar]) -> Scalar:
    return float(sum(type(value) is float for value in values))


def _count_all(values: list[Scalar]) -> Scalar:
    return float(sum(value is not BLANK for value in values))


_REDUCTIONS: tuple[tuple[str, Reduction], ...] = (
    ("DSUM", _of_body(sums.total)),
    ("DAVERAGE", _of_body(moments.mean)),
    ("DCOUNT", _count),
    ("DCOUNTA", _count_all),
    ("DMAX", _of_body(sums.highest)),
    ("DMIN", _of_body(sums.lowest)),
    ("DPRODUCT", _of_body(sums.product)),
    ("DSTDEV", _of_body(moments.sample_deviation)),
    ("DSTDEVP", _of_body(moments.population_deviation)),
    ("DVAR", _of_body(moments.sample_variance)),
    ("DVARP", _of_body(moments.population_variance)),
    ("DGET", _single),
)
FUNCTIONS: tuple[FunctionDefinition, ...] = tuple(
    function(name, _over(reduce), cells("database"), absent_if_empty(cells("field")), cells("criteria"))
    for name, reduce in _REDUCTIONS
)
