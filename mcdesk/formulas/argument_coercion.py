"""How arguments become the scalars that a parameter's kind asks for."""

from collections.abc import Callable, Mapping

from mcdesk.formulas.arrays import Operand, as_scalar
from mcdesk.formulas.coercion import to_logical, to_number, to_text
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.functions.definition import Kind
from mcdesk.formulas.values import MISSING, Scalar
from mcdesk.foundation.error_codes import ErrorCode

Coercion = Callable[[Operand], Scalar]


def number_argument(dates: DateReading) -> Coercion:
    """What makes a number of an argument; an empty one is 0."""

    def coerce(value: Operand) -> Scalar:
        return 0.0 if value is MISSING else to_number(as_scalar(value), dates)

    return coerce


def plain_number(dates: DateReading) -> Coercion:
    """The same for functions of the Analysis ToolPak: a logical value is no number, an empty one #N/A."""

    def coerce(value: Operand) -> Scalar:
        if value is MISSING:
            return ErrorCode.NA
        return ErrorCode.VALUE if isinstance(value, bool) else to_number(as_scalar(value), dates)

    return coerce


def _text_argument(value: Operand) -> Scalar:
    return "" if value is MISSING else to_text(as_scalar(value))


def _logical_argument(value: Operand) -> Scalar:
    return False if value is MISSING else to_logical(as_scalar(value))


def _without_error(value: Operand) -> Scalar:
    return as_scalar(value)


def as_it_is(value: Operand) -> Scalar:
    """A scalar, errors included."""
    return as_scalar(value)


COERCION_BY_KIND: Mapping[Kind, Coercion] = {
    Kind.TEXT: _text_argument,
    Kind.LOGICAL: _logical_argument,
    Kind.SCALAR: _without_error,
    Kind.ANY: as_it_is,
}
