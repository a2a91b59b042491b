"""Scalars as keys of a mapping, so that equal ones in Excel's sense meet."""

from collections.abc import Sequence

from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode


def places_of(elements: Sequence[Scalar]) -> dict[Scalar, int]:
    """Return where each scalar stands first; text in lower case, TRUE apart from 1, blank left out."""
    if set(map(type, elements)) == {float}:
        # numbers are their own keys
        return dict(zip(reversed(elements), range(len(elements) - 1, -1, -1), strict=True))
    places: dict[Scalar, int] = {}
    for place in range(len(elements) - 1, -1, -1):
        element = elements[place]
        if element is not BLANK and not isinstance(element, ErrorCode):
            places[lookup_key(element)] = place
    return places


def lookup_key(value: Scalar) -> Scalar:
    """Return the key of a scalar in `places_of`; a logical value or an error must not equal a number."""
    if isinstance(value, ErrorCode):
        return "\x00" + value.text
    if isinstance(value, bool):
        return "\x00TRUE" if value else "\x00FALSE"
    return value.casefold() if isinstance(value, str) else value
