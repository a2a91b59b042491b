"""Excel's values, errors and coercion, in one place.

Numbers are Python floats, text str, logical values bool, errors `ErrorCode`; what a number may not
be (NaN, infinity) becomes #NUM! before it leaves the function that made it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mcdesk.formulas.syntax import Node
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


@dataclass(frozen=True, slots=True)
class ArrayValue:
    """A rectangular array of scalars, at least 1 x 1, row by row."""

    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.rows[0])


@dataclass(frozen=True, slots=True)
class Reference:
    """Cells, not yet read: one area, or several of a union or a 3-D reference."""

    areas: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class LambdaValue:
    """A function made by LAMBDA with the names it closes over."""

    parameters: tuple[str, ...]
    body: Node
    closure: Mapping[str, "Value"] = field(default_factory=dict)


Value = Scalar | Missing | ArrayValue | Reference | LambdaValue


def as_number_or_error(value: float) -> float | ErrorCode:
    """The number, or #NUM! for what Excel has no number for."""
    return value if math.isfinite(value) else ErrorCode.NUM
