"""Which cells of a range meet a criterion, found by order and by text instead of one by one."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.comparison import EQUAL_FRACTION, compare_numbers
from mcdesk.formulas.criteria import Criterion, NumberCriterion, TextCriterion
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import Scalar

# numbers that are further apart than that are surely not equal
_SURELY_APART = 4.0 * EQUAL_FRACTION
_ORDERS = ("=", "<", "<=", ">", ">=")

Places = NDArray[np.int64]
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

    def places_of_each(self, tests: Sequence[Criterion]) -> tuple[Places, Places]:
        """Where the places of each test start, (tests + 1,), and the places of all, each ascending."""
        if not self._places_by_text and all(map(_is_equality, tests)):
            return self._places_of_numbers([test for test in tests if isinstance(test, NumberCriterion)])
        found = [np.array(self.places(test), dtype=np.int64) for test in tests]
        return _starts([len(each) for each in found]), np.concatenate(found)

    def _places_of_numbers(self, tests: Sequence[NumberCriterion]) -> tuple[Places, Places]:
        """The same for equality with numbers, where no text reads as one."""
        numbers, places = (np.array(each) for each in self._numbers)
        wanted = np.array([test.number for test in tests])
        reach = np.abs(wanted) * _SURELY_APART
        with np.errstate(over="ignore"):  # what is beyond all numbers is infinite, and just as good
            lowest, highest = wanted - reach, wanted + reach
        first = np.searchsorted(numbers, lowest)
        last = np.searchsorted(numbers, highest, side="right")
        ends = np.minimum(np.stack((first, last - 1)), max(len(numbers) - 1, 0))
        is_plain = (first == last) | (numbers[ends] == wanted).all(axis=0) if len(numbers) else first == last
        lengths = last - first
        starts = _starts(lengths)
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        found = places[np.repeat(first, lengths) + within].astype(np.int64)
        if is_plain.all():
            return starts, found
        # beside equal ones there are others that nearly are
        each = [
            found[starts[at] : starts[at + 1]]
            if is_plain[at]
            else np.array(self.places(test), dtype=np.int64)
            for at, test in enumerate(tests)
        ]
        return _starts([len(one) for one in each]), np.concatenate(each)

    @cached_property
    def ranks(self) -> Places:
        """Where each cell stands among the numbers in their order, (cells,); -1 for what is no number."""
        ranks = np.full(len(self._scalars), -1, dtype=np.int64)
        ranks[self._numbers[1]] = np.arange(len(self._numbers[1]))
        return ranks

    def ranks_of_each(self, tests: Sequence[Criterion]) -> tuple[Places, Places, NDArray[np.bool_]] | None:
        """First and last but one rank of the numbers that meet each test, and whether it wants all others.

        None where ranks are not all there is to the tests.
        """
        numbers = [test for test in tests if isinstance(test, NumberCriterion)]
        is_other = np.array([test.operator == "<>" for test in numbers], dtype=np.bool_)
        # texts that read as the number are equal to it
        has_texts = bool(self._places_by_text) and any(test.operator in ("=", "<>") for test in numbers)
        if len(numbers) < len(tests) or has_texts:
            return None
        spans = np.array([_span(self._numbers[0], test) for test in numbers], dtype=np.int64)
        return spans[:, 0], spans[:, 1], is_other

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


def _is_equality(test: Criterion) -> bool:
    return isinstance(test, NumberCriterion) and test.operator == "="


def _starts(lengths: Sequence[int] | Places) -> Places:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def _ordered(found: list[tuple[float, int]]) -> _Ordered:
    found.sort()
    return [number for number, _ in found], [place for _, place in found]


def _between(ordered: _Ordered, test: NumberCriterion) -> list[int]:
    """The places of the numbers that meet a comparison, in any order."""
    first, last = _span(ordered[0], test)
    return ordered[1][first:last]


def _span(numbers: list[float], test: NumberCriterion) -> tuple[int, int]:
    """From where to before where ordered numbers meet a comparison; for `<>` where they do not."""
    wanted = test.number
    reach = abs(wanted) * _SURELY_APART
    first, last = bisect_left(numbers, wanted - reach), bisect_right(numbers, wanted + reach)
    # from the first to before the last are all that are equal
    while first < last and compare_numbers(numbers[first], wanted) < 0:
        first += 1
    while last > first and compare_numbers(numbers[last - 1], wanted) > 0:
        last -= 1
    match test.operator:
        case "<":
            return 0, first
        case "<=":
            return 0, last
        case ">":
            return last, len(numbers)
        case ">=":
            return first, len(numbers)
    return first, last
