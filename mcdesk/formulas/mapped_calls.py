"""Calls whose arguments are arrays where scalars are wanted, or arrays of references."""

from collections.abc import Callable, Sequence

import numpy as np

from mcdesk.formulas.argument_coercion import Coercion, as_it_is
from mcdesk.formulas.frame import Frame, mapped
from mcdesk.formulas.functions.definition import FunctionDefinition, Kind
from mcdesk.formulas.mapping import OverSeries, as_numbers
from mcdesk.formulas.series_bodies import run_over_series
from mcdesk.formulas.values import ArrayValue, Reference, Scalar, Series, Value
from mcdesk.foundation.error_codes import ErrorCode

_INFINITY = float("inf")
# Of an array they give an array of references, as long as somebody asks for these.
_GIVE_REFERENCES = frozenset(("OFFSET", "INDIRECT"))
_TAKE_REFERENCES_NAMES = """
N T SUBTOTAL COUNTBLANK COUNTIF COUNTIFS SUMIF SUMIFS AVERAGEIF AVERAGEIFS MAXIFS MINIFS
"""
_TAKE_REFERENCES = frozenset(_TAKE_REFERENCES_NAMES.split())


class MappedCall:
    """A function for each element of its array arguments; those that take ranges stay whole.

    Args:
        evaluate: the function of arguments and defaults.
        coercions: what makes a scalar of each argument; None where it is passed as it is.

    Attributes:
        takes_references: whether an array of references is gone through too, one by one.
    """

    def __init__(
        self,
        definition: FunctionDefinition,
        evaluate: Callable[..., Value],
        coercions: Sequence[Coercion | None],
        defaults: tuple[Scalar | None, ...],
    ) -> None:
        self._evaluate = evaluate
        self._coercions = coercions
        self._defaults = defaults
        self._over_series = _over_series(definition, coercions, defaults)
        self._gives_references = definition.name in _GIVE_REFERENCES
        self.takes_references = definition.name in _TAKE_REFERENCES

    def result(self, frame: Frame, arguments: Sequence[Value]) -> Value:
        """The results as an array; arguments that are no arrays are coerced already."""
        places: list[int] = []
        sources: list[Value] = []
        for place, (argument, coercion) in enumerate(zip(arguments, self._coercions, strict=True)):
            if coercion is not None:
                places.append(place)
                sources.append(argument)
            elif self.takes_references and isinstance(argument, ArrayValue) and argument.references:
                places.append(place)
                sources.append(ArrayValue(argument.references))  # type: ignore[arg-type]  # only passed on

        def one(*elements: Value) -> Value:
            return self._one(frame, arguments, places, elements)

        if self._gives_references:
            return _dereferenced(frame, mapped(frame, one, sources))  # type: ignore[arg-type]
        return mapped(frame, lambda *elements: _scalar(frame, one(*elements)), sources, self._over_series)

    def _one(
        self, frame: Frame, arguments: Sequence[Value], places: Sequence[int], elements: Sequence[Value]
    ) -> Value:
        complete = list(arguments)
        for place, element in zip(places, elements, strict=True):
            coercion = self._coercions[place]
            value = element if coercion is None else coercion(element)  # type: ignore[arg-type]  # scalar
            if type(value) is ErrorCode and coercion is not None and coercion is not as_it_is:
                return value
            complete[place] = value
        return finite(self._evaluate(frame, *complete, *self._defaults))


def finite(value: Value) -> Value:
    """Return a value, #NUM! for a number that is none."""
    is_bad = type(value) is float and not -_INFINITY < value < _INFINITY
    return ErrorCode.NUM if is_bad else value


def _scalar(frame: Frame, result: Value) -> Scalar:
    if type(result) is str:
        frame.budget.spend_text(len(result))
    return frame.scalar(result.rows[0][0] if isinstance(result, ArrayValue) else result)


def _dereferenced(frame: Frame, found: Value) -> Value:
    """An array of references with what single cells among them hold."""
    if not isinstance(found, ArrayValue):
        return found
    rows = tuple(tuple(_held(frame, element) for element in row) for row in found.rows)
    references = tuple(
        tuple(element if isinstance(element, Reference | ErrorCode) else ErrorCode.VALUE for element in row)
        for row in found.rows
    )
    return ArrayValue(rows, found.last_row_count, found.last_column_count, (), references)


def _held(frame: Frame, element: Value) -> Scalar:
    is_cell = isinstance(element, Reference) and len(element.areas) == 1 and element.areas[0].size == 1
    return frame.scalar(element) if is_cell or isinstance(element, ErrorCode) else ErrorCode.VALUE


def _over_series(
    definition: FunctionDefinition,
    coercions: Sequence[Coercion | None],
    defaults: tuple[Scalar | None, ...],
) -> OverSeries | None:
    """The function of whole series of numbers, where it has a body that can be run over them."""
    body = definition.elementwise
    if body is None or definition.needs_calendar:
        return None
    if any(parameter.kind is not Kind.NUMBER for parameter in definition.parameters):
        return None

    def over_series(values: Sequence[Scalar | Series]) -> Scalar | Series | None:
        numbers: list[object] = []
        for value, coercion in zip(values, coercions, strict=True):
            assert coercion is not None
            number = coercion(value.flat[0].item() if isinstance(value, np.ndarray) else value)
            if isinstance(number, ErrorCode):
                return number
            numbers.append(as_numbers(value) if isinstance(value, np.ndarray) else number)
        return run_over_series(body, *numbers, *defaults)

    return over_series
