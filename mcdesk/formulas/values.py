"""Excel's values, errors and coercion, in one place.

Numbers are Python floats, text str, logical values bool, errors `ErrorCode`; what a number may not
be (NaN, infinity) becomes #NUM! before it leaves the function that made it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.syntax import Call, NameReference, Node
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle


class Blank(Enum):
    """The value of an empty cell."""

    BLANK = "blank"


class Missing(Enum):
    """An argument left empty, as the second of IF(A1,,2)."""

    MISSING = "missing"


BLANK = Blank.BLANK
MISSING = Missing.MISSING

Scalar = float | str | bool | ErrorCode | Blank


# Numbers or logical values, read-only.
Series = NDArray[np.float64] | NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ArrayValue:
    """A rectangular array of scalars, at least 1 x 1, row by row.

    A folded array keeps one row, one column or both in place of many alike at its end, as the blank
    cells of a whole column are: docs/decisions/0008-folded-arrays.md.

    Attributes:
        rows: the rows that are kept, all of them unless the array is folded.
        last_row_count, last_column_count: how many the last row and the last column stand for.
        series: where it is not empty, for each kept column what the rows of the last one hold one after
            another, None where that is the same in all.
        references: where it is not empty, the cells (or error) in place of each element, as OFFSET gives
            them of an array; the elements are what single ones hold.
    """

    rows: tuple[tuple[Scalar, ...], ...]
    last_row_count: int = 1
    last_column_count: int = 1
    series: tuple[Series | None, ...] = field(default=(), compare=False)
    references: tuple[tuple["Reference | ErrorCode", ...], ...] = ()

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.rows) - 1 + self.last_row_count

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) - 1 + self.last_column_count

    @property
    def is_folded(self) -> bool:
        """Whether there are more elements than those that are kept."""
        return self.last_row_count > 1 or self.last_column_count > 1


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells, not yet read: one area, or several of a union or a 3-D reference."""

    areas: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class LambdaValue:
    """A function made by LAMBDA with the names it closes over; it needs the first `required` arguments."""

    parameters: tuple[str, ...]
    body: Node
    closure: Mapping[str, "Value"] = field(default_factory=dict)
    required: int = 0


@dataclass(frozen=True, slots=True)
class FunctionValue(LambdaValue):
    """A worksheet function as a value, such as SUM in GROUPBY(A1:A9,B1:B9,SUM)."""

    name: str = ""

    def taking(self, count: int) -> LambdaValue:
        """The same function as a LAMBDA of so many parameters."""
        return _function_of(self.name, count)


@dataclass(frozen=True, slots=True)
class FunctionVector(LambdaValue):
    """Several functions side by side, or below each other; calling it is #VALUE!."""

    functions: tuple[LambdaValue, ...] = ()
    is_across: bool = True


Value = Scalar | Missing | ArrayValue | Reference | LambdaValue


@lru_cache(1024)
def _function_of(name: str, count: int) -> LambdaValue:
    # a space keeps them apart from names that a formula can have
    parameters = tuple(f"argument {place}" for place in range(count))
    return LambdaValue(parameters, Call(name, tuple(map(NameReference, parameters))))


def as_number_or_error(value: float) -> float | ErrorCode:
    """The number, or #NUM! for what Excel has no number for."""
    return value if math.isfinite(value) else ErrorCode.NUM
