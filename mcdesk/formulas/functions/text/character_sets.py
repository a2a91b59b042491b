"""Sets of characters in patterns: ranges of code points, written as the inside of a bracket."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

Range = tuple[int, int]
Ranges = tuple[Range, ...]

_LAST = 0x10FFFF
_DIGITS: Ranges = ((0x30, 0x39),)
_UPPER: Ranges = ((0x41, 0x5A),)
_LOWER: Ranges = ((0x61, 0x7A),)
_LETTERS = (*_UPPER, *_LOWER)
_WORD: Ranges = (*_DIGITS, *_UPPER, (0x5F, 0x5F), *_LOWER)
_SPACE: Ranges = ((0x09, 0x0D), (0x20, 0x20))
_PUNCTUATION: Ranges = ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E))
_ACROSS: Ranges = (
    (0x09, 0x09), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200A),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
)  # fmt: skip
_DOWN: Ranges = ((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029))


def complement(ranges: Sequence[Range]) -> Ranges:
    """Return all other characters; the ranges must be in order."""
    found: list[Range] = []
    start = 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, _LAST)) if start <= _LAST else tuple(found)


def written_ranges(ranges: Sequence[Range]) -> str:
    """Return ranges as they stand inside of brackets."""
    return "".join(
        written_code(low) if low == high else f"{written_code(low)}-{written_code(high)}"
        for low, high in ranges
    )


def written_code(code: int) -> str:
    """Return one character so that nothing in it has a meaning of its own."""
    character = chr(code)
    return character if character.isascii() and character.isalnum() else f"\\U{code:08x}"


# By the letter of the escape; without the property of Unicode, as PCRE has them by default.
RANGES_BY_ESCAPE: Mapping[str, Ranges] = MappingProxyType(
    {
        "d": _DIGITS, "D": complement(_DIGITS), "w": _WORD, "W": complement(_WORD),
        "s": _SPACE, "S": complement(_SPACE), "h": _ACROSS, "H": complement(_ACROSS),
        "v": _DOWN, "V": complement(_DOWN), "N": complement(((0x0A, 0x0A),)),
    }
)  # fmt: skip
# By the name between `[:` and `:]`.
RANGES_BY_CLASS: Mapping[str, Ranges] = MappingProxyType(
    {
        "alnum": (*_DIGITS, *_LETTERS), "alpha": _LETTERS, "ascii": ((0x00, 0x7F),),
        "blank": ((0x09, 0x09), (0x20, 0x20)), "cntrl": ((0x00, 0x1F), (0x7F, 0x7F)), "digit": _DIGITS,
        "graph": ((0x21, 0x7E),), "lower": _LOWER, "print": ((0x20, 0x7E),), "punct": _PUNCTUATION,
        "space": _SPACE, "upper": _UPPER, "word": _WORD,
        "xdigit": (*_DIGITS, (0x41, 0x46), (0x61, 0x66)),
    }
)  # fmt: skip
