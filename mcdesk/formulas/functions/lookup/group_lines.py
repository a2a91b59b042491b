"""The lines of a summary: groups of rows by their fields, in order, with totals between and around them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from mcdesk.formulas.functions.lookup.dynamic_arrays import order_of
from mcdesk.formulas.lookup_keys import lookup_key
from mcdesk.formulas.values import BLANK, Scalar

Row = tuple[Scalar, ...]
Places = tuple[int, ...]
# The aggregate of some rows in one column of the results, from 0; for sorting by it.
Aggregate = Callable[[Places, int], Scalar]

_TOTAL, _GRAND_TOTAL = "Total", "Grand Total"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a summary.

    Attributes:
        labels: one for each field; empty text where a total has none.
        places: the rows of the data that it stands for, from 0.
        parent: the rows of the group around it.
    """

    labels: Row
    places: Places
    parent: Places


@dataclass(frozen=True, slots=True)
class Order:
    """How lines are sorted.

    Attributes:
        keys: columns from 1, the fields first and then the results, negative for downwards; what is not
            named goes up.
        is_table: whether lines are sorted as a whole, not within the groups around them.
    """

    keys: tuple[int, ...] = ()
    is_table: bool = False


def group_lines(
    fields: Sequence[Row], places: Places, order: Order, depth: int, aggregate: Aggregate
) -> list[Line]:
    """Return the lines of these rows, totals included.

    Args:
        fields: the fields of each row of the data.
        places: the rows that count.
        depth: 0 without totals, 1 for a grand total, one more for each level of subtotals; negative for
            totals at the top.
    """
    width = len(fields[0])
    if order.is_table:
        lines = _table(fields, places, order, aggregate)
    else:
        lines = list(_nested(fields, places, order, _Level((), depth), aggregate))
    if depth == 0:
        return lines
    label = _TOTAL if abs(depth) == 1 else _GRAND_TOTAL
    total = Line(_padded((label,), width), places, places)
    return [*lines, total] if depth > 0 else [total, *lines]


@dataclass(frozen=True, slots=True)
class _Level:
    """The groups around: their labels, and the depth of totals that is asked for."""

    labels: Row
    depth: int

    def below(self, label: Scalar) -> "_Level":
        return _Level((*self.labels, label), self.depth)

    @property
    def has_total(self) -> bool:
        return 0 < len(self.labels) < abs(self.depth)


@dataclass(frozen=True, slots=True)
class _Sort:
    """By what groups are sorted: a field or a column of the results, from 0, up (1) or down (-1)."""

    column: int
    direction: int
    is_result: bool


def _nested(
    fields: Sequence[Row], places: Places, order: Order, level: _Level, aggregate: Aggregate
) -> Iterator[Line]:
    width, number = len(fields[0]), len(level.labels)
    groups = _groups([(place, (fields[place][number],)) for place in places])
    sorts = [_sort_of(key, width) for key in order.keys]
    chosen = [sort for sort in sorts if sort.is_result or sort.column == number]
    for sort in (_Sort(number, 1, False), *chosen[:1]):
        groups = _sorted(groups, sort, 0, aggregate)
    for labels, members in groups:
        below = level.below(labels[0])
        if number == width - 1:
            yield Line(below.labels, members, places)
            continue
        total = Line(_padded(below.labels, width), members, places)
        if below.has_total and level.depth < 0:
            yield total
        yield from _nested(fields, members, order, below, aggregate)
        if below.has_total and level.depth > 0:
            yield total


def _table(fields: Sequence[Row], places: Places, order: Order, aggregate: Aggregate) -> list[Line]:
    width = len(fields[0])
    groups = _groups([(place, fields[place]) for place in places])
    named = [_sort_of(key, width) for key in order.keys]
    unnamed = [_Sort(column, 1, False) for column in range(width)]
    # the first to sort by is sorted by last
    for sort in reversed((*named, *unnamed)):
        groups = _sorted(groups, sort, sort.column, aggregate)
    return [Line(labels, members, places) for labels, members in groups]


def _groups(rows: Sequence[tuple[int, Row]]) -> list[tuple[Row, Places]]:
    """Rows with equal fields together, named as the first of them."""
    labels: dict[Row, Row] = {}
    members: dict[Row, list[int]] = {}
    for place, row in rows:
        key = tuple(lookup_key(element) for element in row)
        labels.setdefault(key, tuple("" if element is BLANK else element for element in row))
        members.setdefault(key, []).append(place)
    return [(labels[key], tuple(found)) for key, found in members.items()]


def _sort_of(key: int, width: int) -> _Sort:
    at, direction = abs(key) - 1, -1 if key < 0 else 1
    return _Sort(at - width, direction, True) if at >= width else _Sort(at, direction, False)


def _sorted(
    groups: list[tuple[Row, Places]], sort: _Sort, label: int, aggregate: Aggregate
) -> list[tuple[Row, Places]]:
    """The groups sorted by one of their labels, or by a result; others stay in their order."""
    keyed: list[tuple[Scalar, tuple[Row, Places]]] = [
        (aggregate(group[1], sort.column) if sort.is_result else group[0][label], group) for group in groups
    ]

    def compare(a: tuple[Scalar, tuple[Row, Places]], b: tuple[Scalar, tuple[Row, Places]]) -> int:
        return order_of(a[0], b[0], sort.direction)

    return [group for _, group in sorted(keyed, key=cmp_to_key(compare))]


def _padded(labels: Row, width: int) -> Row:
    return labels + ("",) * (width - len(labels))
