"""From the scalars that a declared draw is given to a distribution, or the error that its cell has."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from mcdesk.engine.distribution_refusal import refusal
from mcdesk.engine.distributions import Distribution, Truncation
from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.dialects import ListShape
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode

T = TypeVar("T")

Borders = tuple[Scalar | None, Scalar | None]


def numeric_distribution(
    family: str, scalars: Sequence[Scalar], borders: Borders = (None, None)
) -> Distribution | ErrorCode:
    """A distribution of numeric parameters; #NUM! where they are not acceptable."""
    numbers = _numbers(scalars)
    return numbers if isinstance(numbers, ErrorCode) else _cut(Distribution(family, numbers), borders)


def list_distribution(
    family: str,
    shape: ListShape,
    lists: Sequence[Sequence[Scalar]],
    column_count: int = 1,
    borders: Borders = (None, None),
) -> Distribution | ErrorCode:
    """A distribution with lists from the elements of its arguments.

    Args:
        lists: values and weights, or one list; a TABLE row by row; RANGED with two numbers first.
        column_count: of a TABLE.
        borders: of a truncation.
    """
    found: list[tuple[float, ...]] = []
    for scalars in split_lists(shape, lists, column_count):
        numbers = _numbers(scalars)
        if isinstance(numbers, ErrorCode):
            return numbers
        found.append(numbers)
    if shape is ListShape.RANGED:
        ends = tuple(each for one in found[:2] for each in one)
        return _cut(Distribution(family, ends, tuple(found[2:])), borders)
    if len(found) == 1:
        found.append((1.0,) * len(found[0]))
    return _cut(Distribution(family, (), tuple(found)), borders)


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


def _cut(distribution: Distribution, borders: Borders) -> Distribution | ErrorCode:
    low, high = (None if each is None else to_number(each) for each in borders)
    for each in (low, high):
        if isinstance(each, ErrorCode):
            return each
    if borders != (None, None):
        assert not isinstance(low, ErrorCode) and not isinstance(high, ErrorCode)
        ends = (-math.inf if low is None else low, math.inf if high is None else high)
        distribution = replace(distribution, truncation=Truncation(*ends))
    return ErrorCode.NUM if refusal(distribution) is not None else distribution
