"""Scalars to numbers, text and logical values, as Excel converts them in arithmetic and in arguments."""

from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import BLANK, Blank, Scalar
from mcdesk.foundation.error_codes import ErrorCode

# General changes to powers of ten where more places than these would be needed.
_MOST_PLACES = 20


def to_number(value: Scalar, dates: DateReading | None = None) -> float | ErrorCode:
    """Return the number of a scalar: blank 0, TRUE 1, text if it reads as a number, else #VALUE!."""
    if type(value) is float:
        return value
    if isinstance(value, ErrorCode):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, str):
        number = text_to_number(value, dates)
        return ErrorCode.VALUE if number is None else number
    return 0.0 if value is BLANK else float(value)


def to_text(value: Scalar) -> str | ErrorCode:
    """Return the text of a scalar as `&` joins it: blank "", numbers with 15 digits."""
    if isinstance(value, str | ErrorCode):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Blank):
        return ""
    return number_to_text(value)


def to_logical(value: Scalar) -> bool | ErrorCode:
    """Return the logical value of a scalar: numbers but 0 are TRUE, only "TRUE" and "FALSE" among text."""
    if isinstance(value, bool | ErrorCode):
        return value
    if isinstance(value, str):
        upper = value.upper()
        if upper in ("TRUE", "FALSE"):
            return upper == "TRUE"
        return ErrorCode.VALUE
    return False if isinstance(value, Blank) else value != 0.0


def number_to_text(value: float) -> str:
    """Return a number in the format General without a limit of width, 15 significant digits."""
    if value == 0.0:
        return "0"
    mantissa, _, exponent_text = f"{abs(value):.14e}".partition("e")
    exponent = int(exponent_text)
    digits = mantissa.replace(".", "").rstrip("0")
    sign = "-" if value < 0.0 else ""
    places = len(digits) - 1 - exponent
    if exponent > _MOST_PLACES or places > _MOST_PLACES:
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}E{exponent:+03d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    if places <= 0:
        return sign + digits + "0" * -places
    return f"{sign}{digits[: exponent + 1]}.{digits[exponent + 1 :]}"
