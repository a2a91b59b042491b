"""Which cells of a range meet a criterion, found by order and by text instead of one by one."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from mcdesk.formulas.comparison import EQUAL_FRACTION, compare_numbers
from mcdesk.formulas.criteria import Criterion, NumberCriterion, TextCriterion
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import Scalar

# numbers that are further apart than that are surely not equal
_SURELY_APART = 4.0 * EQUAL_FRACTION
_ORDERS = ("=", "<", "<=", ">", ">=")

_Ordered = tuple[list[float], list[int]]


class CriteriaIndex:
    """Made once for the cells of a range and asked for many criteria; for one thread.

    Attributes:
        searched_count: how many cells were looked at one by one, for criteria without an order.
    """

    def __init__(self, scalars: Sequence[Scalar]) -> None:
        self._scalars = scalars
        self._numbers_in_texts: dict[DateReading | None, _Ordered] = {}
        self.searched_count = 0

    def places(self, holds: Criterion) -> list[int]:
        """The places of the cells that meet a criterion, ascending."""
        if isinstance(holds, TextCriterion):
            return self._places_by_text.get(holds.wanted, [])
        if isinstance(holds, NumberCriterion) and holds.operator in _ORDERS:
            found = _between(self._numbers, holds)
            if holds.operator == "=" and self._places_by_text:
                found += _between(self._texts_as_numbers(holds.dates), holds)
            return sorted(found)
        self.searched_count += len(self._scalars)
        return [place for place, scalar in enumerate(self._scalars) if holds(scalar)]

    @cached_property
    def _numbers(self) -> _Ordered:
        return _ordered(
            [(scalar, place) for place, scalar in enumerate(self._scalars) if type(scalar) is float]
        )

    @cached_property
    def _places_by_text(self) -> dict[str, list[int]]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, scalar in enumerate(self._scalars):
            if isinstance(scalar, str):
                places[scalar.casefold()].append(place)
        return dict(places)

    def _texts_as_numbers(self, dates: DateReading | None) -> _Ordered:
        known = self._numbers_in_texts.get(dates)
        if known is None:
            read = [
                (number, place)
                for place, scalar in enumerate(self._scalars)
                if isinstance(scalar, str) and (number := text_to_number(scalar, dates)) is not None
            ]
            known = self._numbers_in_texts[dates] = _ordered(read)
        return known


def _ordered(found: list[tuple[float, int]]) -> _Ordered:
    found.sort()
    return [number for number, _ in found], [place for _, place in found]


def _between(ordered: _Ordered, test: NumberCriterion) -> list[int]:
    """The places of the numbers that meet a comparison, in any order."""
    numbers, places = ordered
    wanted = test.number
    reach = abs(wanted) * _SURELY_APART
    first, last = bisect_left(numbers, wanted - reach), bisect_right(numbers, wanted + reach)
    # from the first to before the last are all that are equal
    while first < last and compare_numbers(numbers[first], wanted) < 0:
        first += 1
    while last > first and compare_numbers(numbers[last - 1], wanted) > 0:
        last -= 1
    match test.operator:
        case "=":
            return places[first:last]
        case "<":
            return places[:first]
        case "<=":
            return places[:last]
        case ">":
            return places[last:]
    return places[first:]
