"""Finds a trial by the value of an output, and the trials around it in the order of values.

Values are (trials,) float64 with NaN where a trial failed; they may be a map of a file, so that they are
looked through in pieces.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TOGETHER = 1 << 20


def nearest_trial(values: Floats, wanted: float) -> int | None:
    """The first trial (from 0) whose value is nearest to the wanted one; None where all have failed."""
    best, found = np.inf, None
    for first, piece in _pieces(values):
        distances = np.abs(piece - wanted)
        distances[np.isnan(distances)] = np.inf
        place = int(np.argmin(distances))
        if distances[place] < best:
            best, found = float(distances[place]), first + place
    return found


def share_up_to(values: Floats, value: float) -> float | None:
    """The part of the trials without error whose value is at most this one; None where all have failed."""
    below = total = 0
    for _, piece in _pieces(values):
        below += int(np.count_nonzero(piece <= value))
        total += int(np.count_nonzero(~np.isnan(piece)))
    return below / total if total else None


def trial_beside(values: Floats, trial: int, step: int) -> int | None:
    """The trial with the next higher value (step 1) or the next lower one (-1), equal ones by their number.

    Beside a failed trial lie the other failed ones, by number. None at the end.
    """
    value = float(values[trial])
    # of the negative the order is the other way round, and so is that of the numbers
    sign = 1.0 if step > 0 else -1.0
    best, found = np.inf, None
    for first, piece in _pieces(values):
        numbers = np.arange(first, first + len(piece))
        is_after = numbers > trial if step > 0 else numbers < trial
        if np.isnan(value):
            keys = np.where(np.isnan(piece) & is_after, sign * numbers, np.inf)
        else:
            ranked = sign * piece
            is_beyond = (ranked > sign * value) | ((piece == value) & is_after)
            keys = np.where(is_beyond, ranked, np.inf)
        if step > 0:
            place = int(np.argmin(keys))
            is_better = keys[place] < best
        else:
            place = len(keys) - 1 - int(np.argmin(keys[::-1]))
            is_better = keys[place] <= best
        if is_better and keys[place] < np.inf:
            best, found = float(keys[place]), first + place
    return found


def _pieces(values: Floats) -> Iterator[tuple[int, Floats]]:
    for first in range(0, len(values), _TOGETHER):
        yield first, np.asarray(values[first : first + _TOGETHER])
