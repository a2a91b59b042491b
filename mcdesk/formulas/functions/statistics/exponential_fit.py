"""Curves of constant growth through points: GROWTH and LOGEST, the fits of TREND and LINEST to logarithms."""

from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.functions.definition import Context, FunctionDefinition
from mcdesk.formulas.functions.mathematics.scalar_mathematics import exp, log
from mcdesk.formulas.functions.parameters import absent_if_empty, cells, function
from mcdesk.formulas.functions.statistics.linear_fits import line_estimate, trend
from mcdesk.formulas.values import ArrayValue, Scalar, Value, as_number_or_error
from mcdesk.foundation.error_codes import ErrorCode


def growth(context: Context, known_y: Value, known_x: Value, new_x: Value, has_constant: Value) -> Value:
    """GROWTH; #NUM! where a known y is not above 0."""
    logarithms = _logarithms(context, known_y)
    if isinstance(logarithms, ErrorCode):
        return logarithms
    return _raised(trend(context, logarithms, known_x, new_x, has_constant))


def growth_estimate(
    context: Context, known_y: Value, known_x: Value, has_constant: Value, wants_statistics: Value
) -> Value:
    """LOGEST: the growth by each variable and the constant factor; the statistics are those of logarithms."""
    logarithms = _logarithms(context, known_y)
    if isinstance(logarithms, ErrorCode):
        return logarithms
    found = line_estimate(context, logarithms, known_x, has_constant, wants_statistics)
    if not isinstance(found, ArrayValue):
        return found
    first = _raised(ArrayValue(found.rows[:1]))
    return array_of([*first.rows, *found.rows[1:]]) if isinstance(first, ArrayValue) else first


def _logarithms(context: Context, known_y: Value) -> ArrayValue | ErrorCode:
    """The logarithms of all numbers; what is none stays for the fit to refuse."""
    rows: list[list[Scalar]] = []
    for row in context.array(known_y).rows:
        if any(type(y) is float and y <= 0.0 for y in row):
            return ErrorCode.NUM
        rows.append([log(y) if type(y) is float else y for y in row])
    return array_of(rows)


def _raised(fitted: Value) -> Value:
    if not isinstance(fitted, ArrayValue):
        return fitted
    return array_of(
        [as_number_or_error(exp(x)) if type(x) is float else x for x in row] for row in fitted.rows
    )


_KNOWN = (cells("known_y"), absent_if_empty(cells("known_x", True)))
_CONSTANT = absent_if_empty(cells("constant", True))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("GROWTH", growth, *_KNOWN, absent_if_empty(cells("new_x", True)), _CONSTANT),
    function("LOGEST", growth_estimate, *_KNOWN, _CONSTANT, absent_if_empty(cells("statistics", True))),
)
