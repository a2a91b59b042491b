"""From values to places on an axis, and the plain numbers that are written along it."""

import math
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = (1.0, 2.0, 5.0, 10.0)
_SLACK = 1e-9
# In steps: what was rounded to a step stands at it, also where doubles are coarse.
_SAME_PLACE = 1e-3
_BOX_PIXELS = 2.0
_LARGEST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`, both finite and apart; logarithmic only above zero.

    Places are fractions of the axis, so that what is painted does not depend on the size of the values:
    the transforms of Qt take 1e-12 for zero.
    """

    low: float
    high: float
    is_log: bool = False

    @classmethod
    def around(cls, low: float, high: float, is_log: bool = False) -> "Scale":
        """From low to high; where the two are not apart, some way around them."""
        if is_log:
            low = max(low, 1e-300)
            return cls(low, high, True) if high > low * (1.0 + 1e-6) else cls(low / 2.0, low * 2.0, True)
        # closer than this, neighbours on the screen would be the same number
        least = max(abs(low), abs(high)) * 1e-14
        if high - low > least and high * 0.5 - low * 0.5 > 0.0:
            return cls(low, high)
        middle = low * 0.5 + high * 0.5
        reach = max(abs(middle) * 0.05, 1e-300) if middle else 1.0
        return cls(max(middle - reach, -_LARGEST), min(middle + reach, _LARGEST))

    def fraction(self, value: float) -> float:
        """Where a value lies: 0 at `low`, 1 at `high`."""
        if self.is_log:
            return math.log(max(value, 1e-300) / self.low) / math.log(self.high / self.low)
        # halves, because the whole span may be more than a double holds
        return (value * 0.5 - self.low * 0.5) / (self.high * 0.5 - self.low * 0.5)

    def fractions(self, values: Floats) -> Floats:
        """Where values lie; same shape, float64; NaN where a value is none."""
        if self.is_log:
            found: Floats = np.log(np.maximum(values, 1e-300) / self.low) / math.log(self.high / self.low)
            return found
        linear: Floats = (values * 0.5 - self.low * 0.5) / (self.high * 0.5 - self.low * 0.5)
        return linear

    def value(self, fraction: float) -> float:
        """What lies there."""
        if self.is_log:
            return self.low * math.exp(fraction * math.log(self.high / self.low))
        return self.low * (1.0 - fraction) + self.high * fraction


def ticks(scale: Scale, most: int) -> list[float]:
    """Plain numbers along the axis, lowest first: about `most` of them, never many more."""
    if scale.is_log:
        return _log_ticks(scale, most)
    raw = (scale.high * 0.5 - scale.low * 0.5) / max(most, 1) * 2.0
    if not math.isfinite(raw) or raw < 1e-300:
        return [scale.low, scale.high]
    power = 10.0 ** math.floor(math.log10(raw))
    step = _plain_step(raw)
    first, last = _places(scale, step)
    if last <= first:
        # one number alone says nothing of the scale
        smaller = (size * power / tens for tens in (1.0, 10.0) for size in reversed(_STEPS))
        step = next((each for each in smaller if each < step and _has_two(scale, each)), step)
        first, last = _places(scale, step)
    return [_plain(place, step) for place in range(first, min(last, first + 4 * most) + 1)]


def plain_near(scale: Scale, value: float, parts: float) -> float:
    """The plainest number that is one of `parts` of the axis away at most: 0 rather than -313."""
    step = _step_within(scale, parts)
    found = value if step is None else _plain(round(value / step), step)
    return found if math.isfinite(found) else value


def plain_beside(scale: Scale, value: float, parts: float, steps: int) -> float:
    """So many plain numbers further, up or down, which are about as near to each other as `parts`."""
    step = _step_within(scale, parts)
    if step is None:
        return scale.value(scale.fraction(value) + steps / parts)
    place = value / step
    start = round(place)
    if abs(place - start) > _SAME_PLACE:
        start = math.floor(place) if steps > 0 else math.ceil(place)
    found = _plain(start + steps, step)
    return found if math.isfinite(found) else value


def _places(scale: Scale, step: float) -> tuple[int, int]:
    return math.ceil(scale.low / step - _SLACK), math.floor(scale.high / step + _SLACK)


def _has_two(scale: Scale, step: float) -> bool:
    first, last = _places(scale, step)
    return last > first


def cut_line(across: Floats, up: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """The part of a line between two places: its points there, and where it crosses the ends.

    Painting does not clip: files of vector graphics leave clipping out.

    Args:
        across: (points,) ascending.
        up: (points,) heights; finite.

    Returns:
        Both, (points that are left,); empty if the line does not reach there.
    """
    if not across.size:
        return across, up
    first = int(np.searchsorted(across, low, side="right"))
    last = int(np.searchsorted(across, high, side="left"))
    # where the line is upright at an end, the end has the height on the side that is kept
    start = [_crossing(across, up, first, low)] if 0 < first < len(across) else []
    end = [_crossing(across, up, last, high)] if 0 < last < len(across) else []
    start = [up[-1]] if first == len(across) and across[-1] == low else start
    end = [up[0]] if last == 0 and across[0] == high else end
    return (
        np.concatenate(([low] * len(start), across[first:last], [high] * len(end))),
        np.concatenate((start, up[first:last], end)),
    )


def thinned_line(across: Floats, up: Floats) -> tuple[Floats, Floats]:
    """A line in pixels without points in the midst of others: a wide line costs by its points."""
    boxes = np.floor(across / _BOX_PIXELS) + 1j * np.floor(up / _BOX_PIXELS)
    is_kept = np.ones(len(boxes), np.bool_)
    # the first and the last of a box, because the line may jump between boxes
    is_kept[1:-1] = (boxes[1:-1] != boxes[:-2]) | (boxes[1:-1] != boxes[2:])
    return across[is_kept], up[is_kept]


def _crossing(across: Floats, up: Floats, after: int, place: float) -> float:
    """The height at a place between the point before `after` and that point."""
    return float(np.interp(place, across[after - 1 : after + 1], up[after - 1 : after + 1]))


def _plain_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, `least` or a little more."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((size * power for size in _STEPS if size * power >= least * (1.0 - _SLACK)), least)


def _step_within(scale: Scale, parts: float) -> float | None:
    """The plain step for an axis of so many parts; None where there are no plain numbers."""
    step = (scale.high * 0.5 - scale.low * 0.5) / parts * 2.0
    # neighbours that are closer than a double tells apart cannot be counted in steps
    largest = max(abs(scale.low), abs(scale.high))
    if scale.is_log or not math.isfinite(step) or step < max(largest * 1e-12, 1e-300):
        return None
    return _plain_step(step)


def _plain(place: int, step: float) -> float:
    # 3 * 0.1 is 0.30000000000000004; fifteen digits write it as 0.3
    return float(f"{place * step:.15g}") if abs(place) < 1e12 else place * step


def _log_ticks(scale: Scale, most: int) -> list[float]:
    inside: list[float] = []
    first, last = math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high))
    for digits in ((1.0, 2.0, 5.0), (1.0,)):
        found = [digit * 10.0**power for power in range(first, last + 1) for digit in digits]
        inside = [tick for tick in found if -_SLACK <= scale.fraction(tick) <= 1.0 + _SLACK]
        if len(inside) <= most:
            return inside
    every = -(-len(inside) // max(most, 1))
    return inside[::every]
