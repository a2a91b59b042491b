"""Labels that keep clear of each other: which numbers an axis has room for, and where others move to."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFontMetricsF

from mcdesk.ui.charts.scale import Scale, ticks

TextOf = Callable[[float], str]

LABEL_GAP = 14.0
_PIXELS_PER_TICK = 56.0
_FEWEST = 3
_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Label:
    """A text on an axis: its value, and its place as a fraction of the axis."""

    value: float
    place: float
    text: str


def plain_number(value: float) -> str:
    """A number in at most four digits, without zeros that say nothing."""
    if not math.isfinite(value):
        return "\u2013"
    size = abs(value)
    if value == 0.0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        digits, _, power = f"{value:.4g}".partition("e")
        text = digits if not power else f"{digits}e{int(power)}"
    else:
        text = f"{float(f'{value:.4g}'):,.10f}".rstrip("0").rstrip(".")
    return text.replace("-", _MINUS)


def axis_labels(
    scale: Scale, length: float, text_of: TextOf, width_of: Callable[[str], float]
) -> list[Label]:
    """As many labels as an axis of `length` pixels holds without one touching the next.

    Args:
        width_of: of a text, along the axis, in pixels.
    """
    usual = max(int(length / _PIXELS_PER_TICK), 1)
    # plain numbers may be so far apart that a short axis has one of them
    for most in (*range(usual, 0, -1), *range(usual + 1, 2 * usual + 3)):
        found = _labels(scale, most, text_of)
        if len(found) >= _FEWEST and _are_apart(found, length, width_of):
            return found
    found = _labels(scale, usual, text_of)
    return found if _are_apart(found, length, width_of) else found[:1]


def horizontal_labels(scale: Scale, length: float, text_of: TextOf, metrics: QFontMetricsF) -> list[Label]:
    """Those of an axis below a chart."""
    return axis_labels(scale, length, text_of, metrics.horizontalAdvance)


def vertical_labels(scale: Scale, length: float, text_of: TextOf, metrics: QFontMetricsF) -> list[Label]:
    """Those of an axis beside a chart."""
    for most in range(max(int(length / (metrics.height() * 2.4)), 1), 0, -1):
        found = _labels(scale, most, text_of)
        if _are_apart(found, length, lambda _: metrics.height()):
            return found
    return _labels(scale, 1, text_of)[:1]


def spread(
    centres: Sequence[float], widths: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    """Centres near the wanted ones with which the labels neither overlap nor leave [low, high].

    The centres are ascending. Moves as little as it can, by the sum of squares; where there is too
    little room at all, labels begin at `low` and run over.
    """
    offsets, taken = [], 0.0
    for width in widths:
        offsets.append(taken + width / 2.0)
        taken += width + gap
    wanted = [centre - offset for centre, offset in zip(centres, offsets, strict=True)]
    most = max(high - (taken - gap), low)
    return [
        min(max(start, low), most) + offset for start, offset in zip(_ascending(wanted), offsets, strict=True)
    ]


def _ascending(wanted: Sequence[float]) -> list[float]:
    """The nearest sequence that never falls (pools of adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in wanted:
        pool = (value, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, count = pools.pop()
            pool = ((mean * count + pool[0] * pool[1]) / (count + pool[1]), count + pool[1])
        pools.append(pool)
    return [mean for mean, count in pools for _ in range(count)]


def _labels(scale: Scale, most: int, text_of: TextOf) -> list[Label]:
    values = ticks(scale, most)
    texts = _without_empty_decimals([text_of(value) for value in values])
    found: list[Label] = []
    for value, text in zip(values, texts, strict=True):
        # a coarse format writes neighbours alike; the second would claim what is not so
        if not found or text != found[-1].text:
            found.append(Label(value, scale.fraction(value), text))
    return found


def _without_empty_decimals(texts: list[str]) -> list[str]:
    empty = re.compile(r"\.0+(?=\D*$)")
    if all(empty.search(text) or "." not in text for text in texts):
        return [empty.sub("", text) for text in texts]
    return texts


def _are_apart(labels: Sequence[Label], length: float, width_of: Callable[[str], float]) -> bool:
    end = -math.inf
    for label in labels:
        half = width_of(label.text) / 2.0
        if label.place * length - half < end:
            return False
        end = label.place * length + half + LABEL_GAP
    return True
