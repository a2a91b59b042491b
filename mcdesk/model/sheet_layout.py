"""Merged cells and widths of columns as Excel would have them: none overlaps another one."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from mcdesk.model.addresses import MAX_COLUMNS, Rectangle
from mcdesk.model.workbook import ColumnWidth

_AREAS_PER_LOOK = 10_000


def disjoint_areas(areas: Sequence[Rectangle], look_up: Callable[[], None]) -> tuple[Rectangle, ...]:
    """Return the areas in their order without those that overlap one that begins in an earlier row.

    Args:
        areas: of one sheet; of two that begin in the same row, the first given counts as the earlier.
        look_up: is called now and then, and may raise.
    """
    kept: list[int] = []
    # the areas that reach into the row, from left to right, and some that ended above it
    lefts: list[int] = []
    reaching: list[Rectangle] = []
    for count, place in enumerate(sorted(range(len(areas)), key=lambda place: areas[place].top)):
        if count % _AREAS_PER_LOOK == 0:
            look_up()
        area = areas[place]
        stop = start = bisect_right(lefts, area.right)
        while start and reaching[start - 1].right >= area.left and reaching[start - 1].bottom < area.top:
            start -= 1
        if start and reaching[start - 1].right >= area.left:
            # what ended is forgotten here too, or it would be gone through again and again
            del lefts[start:stop], reaching[start:stop]
        else:
            lefts[start:stop], reaching[start:stop] = [area.left], [area]
            kept.append(place)
    return tuple(areas[place] for place in sorted(kept))


def disjoint_widths(widths: Iterable[ColumnWidth]) -> tuple[ColumnWidth, ...]:
    """Return the widths from left to right; of several for a column, the last one counts."""
    given = list(widths)
    width_by_column = np.full(MAX_COLUMNS, -1, dtype=np.int64)
    for place, width in enumerate(given):
        width_by_column[width.first : width.last + 1] = place
    edges = (np.flatnonzero(np.diff(width_by_column)) + 1).tolist()
    runs = zip([0, *edges], [*edges, MAX_COLUMNS], strict=True)
    return tuple(
        replace(given[place], first=first, last=end - 1)
        for first, end in runs
        if (place := int(width_by_column[first])) >= 0
    )
