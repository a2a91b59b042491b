"""Complex numbers as Excel has them: texts such as "3+4i", read and written."""

import math
import re
from dataclasses import dataclass

from mcdesk.formulas.coercion import number_to_text
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

_SIZE = r"(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?"
_PATTERN = re.compile(
    rf"(?P<real>[+-]?{_SIZE})(?:(?P<imaginary>[+-](?:{_SIZE})?)(?P<unit>[ij]))?"
    rf"|(?P<alone>[+-]?(?:{_SIZE})?)(?P<unit_alone>[ij])"
)


@dataclass(frozen=True, slots=True)
class ComplexNumber:
    """A complex number; `unit` is "i" or "j" as it was written, "" where no imaginary part was."""

    real: float
    imaginary: float = 0.0
    unit: str = ""

    @property
    def is_zero(self) -> bool:
        """Whether both parts are 0."""
        return self.real == 0.0 and self.imaginary == 0.0

    @property
    def size(self) -> float:
        """The distance from 0."""
        return math.hypot(self.real, self.imaginary)


def read_complex(source: Scalar) -> ComplexNumber | ErrorCode:
    """Return the complex number of a scalar.

    A blank is 0; #VALUE! for a logical value, #NUM! for a text of another form, capital I and J or
    spaces within included.
    """
    if isinstance(source, ErrorCode):
        return source
    if isinstance(source, bool):
        return ErrorCode.VALUE
    if not isinstance(source, str):
        return ComplexNumber(0.0 if source is BLANK else float(source))
    found = _PATTERN.fullmatch(source)
    if found is None:
        return ErrorCode.NUM
    real = float(found["real"] or 0.0)
    imaginary = _coefficient(found["imaginary"] if found["unit"] else found["alone"])
    unit = found["unit"] or found["unit_alone"] or ""
    if not (math.isfinite(real) and math.isfinite(imaginary)):
        return ErrorCode.NUM
    return ComplexNumber(real, imaginary if unit else 0.0, unit)


def write_complex(number: ComplexNumber) -> Scalar:
    """Return the text of a complex number, 15 digits of each part; #NUM! for what is no number.

    A part that is 0 is left out, and so is a coefficient of 1.
    """
    if not (math.isfinite(number.real) and math.isfinite(number.imaginary)):
        return ErrorCode.NUM
    if number.imaginary == 0.0:
        return number_to_text(number.real)
    size = number_to_text(abs(number.imaginary))
    part = ("" if size == "1" else size) + (number.unit or "i")
    if number.imaginary < 0.0:
        part = "-" + part
    if number.real == 0.0:
        return part
    return number_to_text(number.real) + ("" if number.imaginary < 0.0 else "+") + part


def common_unit(*numbers: ComplexNumber) -> str | ErrorCode:
    """Return the unit that numbers share, "" where none has one; #VALUE! for i beside j."""
    units = {number.unit for number in numbers if number.unit}
    return ErrorCode.VALUE if len(units) > 1 else next(iter(units), "")


def _coefficient(text: str | None) -> float:
    if text is None:
        return 0.0
    return float(text + "1" if text in ("", "+", "-") else text)
