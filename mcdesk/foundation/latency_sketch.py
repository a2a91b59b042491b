"""Quantiles of positive numbers in little memory, each within a stated relative error; sketches add up.

Source: Masson, Rim and Lee 2019, DDSketch, PVLDB 12(12): counts in buckets whose bounds grow by a factor.
"""

import math
import struct
from collections.abc import Iterable

RELATIVE_ERROR = 0.01
_GROWTH = (1.0 + RELATIVE_ERROR) / (1.0 - RELATIVE_ERROR)
_LOG_GROWTH = math.log(_GROWTH)
# what is smaller counts as zero: a nanosecond, where milliseconds are counted
LEAST = 1e-6
_PAIR = struct.Struct("<iq")


class LatencySketch:
    """How often numbers of each size came; negative ones and zero count as zero."""

    __slots__ = ("_counts", "_zeros")

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._zeros = 0

    def __len__(self) -> int:
        """How many numbers were added."""
        return self._zeros + sum(self._counts.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LatencySketch):
            return NotImplemented
        return self._counts == other._counts and self._zeros == other._zeros

    __hash__ = None  # type: ignore[assignment]  # it changes

    def add(self, value: float) -> None:
        """Count one finite number."""
        if value < LEAST:
            self._zeros += 1
            return
        place = math.ceil(math.log(value) / _LOG_GROWTH)
        self._counts[place] = self._counts.get(place, 0) + 1

    def merge(self, other: "LatencySketch") -> None:
        """Count all that the other one counts."""
        self._zeros += other._zeros
        for place, count in other._counts.items():
            self._counts[place] = self._counts.get(place, 0) + count

    def quantile(self, fraction: float) -> float | None:
        """The number below which this fraction, 0 to 1, lies: off by at most `RELATIVE_ERROR` of itself.

        None without numbers.
        """
        count = len(self)
        if count == 0:
            return None
        left = fraction * (count - 1) - self._zeros
        if left < 0:
            return 0.0
        for place in sorted(self._counts):
            left -= self._counts[place]
            if left < 0:
                break
        return 2.0 * _GROWTH**place / (_GROWTH + 1.0)

    def share_above(self, limit: float) -> float | None:
        """The fraction of numbers above a limit, as exact as the limit's own bucket; None without numbers."""
        count = len(self)
        if count == 0:
            return None
        first = math.ceil(math.log(limit) / _LOG_GROWTH) if limit >= LEAST else -(2**31)
        return sum(each for place, each in self._counts.items() if place > first) / count

    def to_bytes(self) -> bytes:
        """As `from_bytes` reads it: the zeros, then place and count of each bucket."""
        pairs = sorted(self._counts.items())
        return b"".join((_PAIR.pack(0, self._zeros), *(_PAIR.pack(*pair) for pair in pairs)))

    @classmethod
    def from_bytes(cls, data: bytes) -> "LatencySketch":
        """What `to_bytes` wrote.

        Raises:
            ValueError: if it did not.
        """
        if len(data) < _PAIR.size or len(data) % _PAIR.size:
            raise ValueError("these are no counts of a sketch")
        (_, zeros), *pairs = _PAIR.iter_unpack(data)
        if zeros < 0 or any(count <= 0 for _, count in pairs):
            raise ValueError("a sketch counts no fewer than none")
        sketch = cls()
        sketch._zeros, sketch._counts = zeros, dict(pairs)
        return sketch


def merged(sketches: Iterable[LatencySketch]) -> LatencySketch:
    """One sketch of all that several have counted."""
    whole = LatencySketch()
    for each in sketches:
        whole.merge(each)
    return whole
