"""What annotations say about the values of a place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Never

import numpy as np
import pytest
from numpy.typing import NDArray

from mcdesk.foundation.plain_shapes import Shape, plain_class, shape_of

INTS = Shape({int: ()})


@dataclass
class Counted:
    """One field is not for `__init__`."""

    count: int
    later: "Later"  # noqa: F821  # on purpose: it is told when it is asked for

    def __post_init__(self) -> None:
        self.doubled = 2 * self.count


@pytest.mark.parametrize(
    ("hint", "shape"),
    [
        (object, None),
        (Any, None),
        (Never, Shape({})),
        (int, INTS),
        (None, Shape({type(None): ()})),
        (float, Shape({float: (), int: ()})),
        (int | None, Shape({int: (), type(None): ()})),
        (int | object, None),
        (tuple[int, ...], Shape({tuple: (INTS,)}, None)),
        (tuple[int, int], Shape({tuple: (INTS,)}, frozenset({2}))),
        (tuple[int] | tuple[int, int], Shape({tuple: (INTS,)}, frozenset({1, 2}))),
        (tuple[int, ...] | tuple[int, int], Shape({tuple: (INTS,)}, None)),
        (tuple[()], Shape({tuple: (Shape({}),)}, frozenset({0}))),
        (list[int] | list[str], Shape({list: (Shape({int: (), str: ()}),)})),
        (frozenset[int], Shape({frozenset: (INTS,)})),
        (dict[str, int], Shape({dict: (Shape({str: ()}), INTS)})),
        (Mapping[str, int], Shape({dict: (Shape({str: ()}), INTS)})),
    ],
)
def test_that_an_annotation_tells_the_shape(hint: object, shape: Shape | None) -> None:
    assert shape_of(hint) == shape


@pytest.mark.parametrize("hint", [Callable[[], int], "int", set[int]])
def test_that_an_annotation_without_meaning_is_refused(hint: object) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        shape_of(hint)


@pytest.mark.parametrize(
    ("hint", "dtype", "is_allowed"),
    [
        (NDArray[np.float64], "f8", True),
        (NDArray[np.float64], "f4", False),
        (NDArray[np.float64] | NDArray[np.uint8], "u1", True),
        (NDArray[np.generic], "?", True),
        (np.ndarray, "i4", True),
        (int, "i4", False),
    ],
)
def test_that_an_array_is_of_the_annotated_type(hint: object, dtype: str, is_allowed: bool) -> None:
    shape = shape_of(hint)

    assert shape is not None
    assert shape.allows_array(np.dtype(dtype)) is is_allowed


def test_that_an_annotation_may_speak_of_what_its_module_does_not_know() -> None:
    kept = plain_class(Counted, {"Later": str})

    assert kept.names == ("count", "later")
    assert kept.shapes == (INTS, Shape({str: ()}))
    assert [each.doubled for each in kept.make([[1, 2], ["a", "b"]])] == [2, 4]
