"""VALUETOTEXT and ARRAYTOTEXT: values as texts, plain or as they are typed in a formula."""

from collections.abc import Callable, Iterator

from mcdesk.formulas.arrays import flatten
from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, anything, cells, function
from mcdesk.formulas.functions.text.characters import joined
from mcdesk.formulas.values import ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


def value_to_text(_context: Context, value: Scalar, form: float) -> Scalar:
    """VALUETOTEXT; #VALUE! for a format other than 0 and 1."""
    writer = _writer(form)
    return ErrorCode.VALUE if writer is None else joined((writer(value),))


def array_to_text(context: Context, source: Value, form: float) -> Scalar:
    """ARRAYTOTEXT: all elements in a line, or the constant that gives the array in a formula."""
    writer = _writer(form)
    if writer is None:
        return ErrorCode.VALUE
    array = context.array(source)
    if writer is _plain:
        return joined(f"{', ' if place else ''}{_plain(value)}" for place, value in enumerate(flatten(array)))
    return joined(_typed_parts(array))


def _typed_parts(array: ArrayValue) -> Iterator[str]:
    for number_of_row, row in enumerate(array.rows):
        yield ";" if number_of_row else "{"
        for place, value in enumerate(row):
            yield f"{',' if place else ''}{_typed(value)}"
    yield "}"


def _writer(form: float) -> Callable[[Scalar], str] | None:
    if not 0.0 <= form < 2.0:
        return None
    return _typed if form >= 1.0 else _plain


def _plain(value: Scalar) -> str:
    shown = to_text(value)
    return shown.text if isinstance(shown, ErrorCode) else shown


def _typed(value: Scalar) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else _plain(value)


_FORM = absent_if_empty(number("format", 0.0))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("VALUETOTEXT", value_to_text, anything("value"), _FORM),
    function("ARRAYTOTEXT", array_to_text, cells("array"), _FORM),
)
