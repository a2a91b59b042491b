"""From the scalars that a declared draw is given to a distribution, or the error that its cell has."""

from collections.abc import Sequence
from typing import TypeVar

from mcdesk.engine.distribution_refusal import refusal
from mcdesk.engine.distributions import Distribution
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.dialects import ListShape
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

T = TypeVar("T")


def numeric_distribution(family: str, scalars: Sequence[Scalar]) -> Distribution | ErrorCode:
    """A distribution of numeric parameters; #NUM! where they are not acceptable."""
    numbers = _numbers(scalars)
    return numbers if isinstance(numbers, ErrorCode) else _accepted(Distribution(family, numbers))


def discrete_distribution(
    shape: ListShape, lists: Sequence[Sequence[Scalar]], column_count: int = 1
) -> Distribution | ErrorCode:
    """A `discrete` from the elements of its arguments.

    Args:
        lists: values and weights, or one list; a TABLE row by row.
        column_count: of a TABLE.
    """
    found: list[tuple[float, ...]] = []
    for scalars in split_lists(shape, lists, column_count):
        numbers = _numbers(scalars)
        if isinstance(numbers, ErrorCode):
            return numbers
        found.append(numbers)
    if len(found) == 1:
        found.append((1.0,) * len(found[0]))
    return _accepted(Distribution("discrete", (), tuple(found)))


def split_lists(shape: ListShape, lists: Sequence[Sequence[T]], column_count: int) -> Sequence[Sequence[T]]:
    """Values, and weights where there are any."""
    if shape is ListShape.TABLE and column_count == 2:
        return lists[0][::2], lists[0][1::2]
    return lists


def _numbers(scalars: Sequence[Scalar]) -> tuple[float, ...] | ErrorCode:
    numbers: list[float] = []
    for scalar in scalars:
        number = to_number(scalar)
        if isinstance(number, ErrorCode):
            return number
        numbers.append(number)
    return tuple(numbers)


def _accepted(distribution: Distribution) -> Distribution | ErrorCode:
    return ErrorCode.NUM if refusal(distribution) is not None else distribution
