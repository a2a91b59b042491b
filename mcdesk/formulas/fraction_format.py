"""Format codes of fractions: `# ?/?`, `# ??/??`, `?/8`."""

from collections.abc import Sequence
from fractions import Fraction


def format_fraction(value: float, tokens: Sequence[tuple[str, str]]) -> str:
    """Return a number as a fraction; `tokens` are kinds and texts of a format section."""
    slash = next(place for place, (_, text) in enumerate(tokens) if text == "/")
    below = "".join(text for _, text in tokens[slash + 1 :]).strip()
    above_at = slash - 1
    while above_at > 0 and tokens[above_at - 1][0] == "digit":
        above_at -= 1
    has_whole = any(kind == "digit" for kind, _ in tokens[:above_at])
    exact = Fraction(abs(value))
    whole = int(exact) if has_whole else 0
    nearest = _nearest(exact - whole, below)
    if has_whole and nearest == 1:
        whole, nearest = whole + 1, Fraction(0)
    return ("-" if value < 0 else "") + _written(whole, nearest, below, has_whole)


def _nearest(exact: Fraction, below: str) -> Fraction:
    if _is_given(below):
        return Fraction(round(exact * int(below)), int(below))
    return exact.limit_denominator(10 ** max(len(below), 1) - 1)


def _written(whole: int, nearest: Fraction, below: str, has_whole: bool) -> str:
    width = max(len(below), 1)
    if has_whole and not nearest:
        return f"{whole}{' ' * (2 * width + 2)}"
    above, under = nearest.numerator, nearest.denominator
    if _is_given(below):
        above, under = above * (int(below) // under), int(below)
    text = f"{str(above).rjust(width)}/{str(under).ljust(width)}"
    return f"{whole if whole else ''}{' ' if has_whole else ''}{text}"


def _is_given(below: str) -> bool:
    """Whether the denominator is a number; raised digits are none, though Python counts them as digits."""
    return below.isascii() and below.isdecimal() and bool(below.strip("0"))
