"""The order of scalars as Excel compares them: numbers, text, logical values; 15 digits of numbers."""

from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

# docs/decisions/0002-snapping-and-comparison.md has the evidence.
EQUAL_FRACTION = 2.0**-49


def compare_numbers(a: float, b: float) -> int:
    """Return -1, 0 or 1 for a below, equal to or above b, as the bodies compare."""
    if a == b or abs(a - b) <= max(abs(a), abs(b)) * EQUAL_FRACTION:
        return 0
    return -1 if a < b else 1


def compare_scalars(a: Scalar, b: Scalar) -> int | ErrorCode:
    """Return -1, 0 or 1 in Excel's order: numbers, then text without regard to case, then FALSE, TRUE.

    A blank is 0, "" or FALSE, whatever it meets; the first error wins.
    """
    if isinstance(a, ErrorCode):
        return a
    if isinstance(b, ErrorCode):
        return b
    a, b = _filled(a, b), _filled(b, a)
    if type(a) is float and type(b) is float:
        return compare_numbers(a, b)
    rank_a, rank_b = _rank(a), _rank(b)
    if rank_a != rank_b:
        return -1 if rank_a < rank_b else 1
    if isinstance(a, str) and isinstance(b, str):
        return compare_texts(a, b)
    return int(bool(a)) - int(bool(b))


def compare_texts(a: str, b: str) -> int:
    """Return -1, 0 or 1 in alphabetical order without regard to case."""
    lower_a, lower_b = a.casefold(), b.casefold()
    return (lower_a > lower_b) - (lower_a < lower_b)


def _filled(value: Scalar, other: Scalar) -> Scalar:
    if value is not BLANK:
        return value
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0.0


def _rank(value: Scalar) -> int:
    if isinstance(value, str):
        return 1
    return 2 if isinstance(value, bool) else 0
