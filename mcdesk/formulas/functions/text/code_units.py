"""Texts as Excel counts them: in UTF-16 code units, of which characters beyond U+FFFF take two."""

import re

_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")
_UNIT = "surrogatepass"


def units_of(text: str) -> str:
    """Return a text with one character for each code unit; most texts are that already."""
    if text.isascii() or _TWO_UNITS.search(text) is None:
        return text
    encoded = text.encode("utf-16-le", _UNIT)
    return "".join(encoded[at : at + 2].decode("utf-16-le", _UNIT) for at in range(0, len(encoded), 2))


def text_of(units: str) -> str:
    """Return the text of code units; half of a character becomes U+FFFD, which can be shown and stored."""
    if units.isascii():
        return units
    return units.encode("utf-16-le", _UNIT).decode("utf-16-le", "replace")
