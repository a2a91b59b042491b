"""What criteria choose among known cells, for many cells that ask at once: COUNTIF, SUMIFS and relatives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.block_operations import BlockOperations
from mcdesk.formulas.criteria import Criterion, NumberCriterion, TextCriterion
from mcdesk.formulas.criteria_index import CriteriaIndex
from mcdesk.formulas.lowered import NotLowerable
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

Places = NDArray[np.int64]
_BLOCK = BlockOperations()
# beyond that one may as well wait for the evaluator, who counts work
_MOST_CHOSEN = 6_000_000_000
_MOST_LOOKS = 20_000_000_000
# what it costs to take one place by its number, in looks at a cell in line
_LOOKS_PER_PLACE = 20
_MOST_TESTED_ALONE = 4_000_000
_CHOSEN_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Condition:
    """The cells that a criterion tests, and its test: one for all that ask, or one for each."""

    scalars: Sequence[Scalar]
    tests: Sequence[Criterion]


class KnownChoices:
    """The places that meet all conditions, in the order of the cells, for each set of equal tests.

    Args:
        windows: first place and the one after the last that each of those that ask looks at, (askers,);
            by default all of them.

    Attributes:
        set_by_asker: (askers,), the set of tests that each of those that ask has; of one if all have it.
    """

    def __init__(
        self, count: int, conditions: Sequence[Condition], windows: tuple[Places, Places] | None = None
    ) -> None:
        self._common = np.ones(count, dtype=np.bool_)
        self._varying: list[_Varying] = []
        self._single_tests = [each.tests[0] for each in conditions if len(each.tests) == 1]
        for each in conditions:
            scalars = each.scalars[:count]
            if len(each.tests) > 1:
                self._varying.append(_Varying(scalars, each.tests))
            else:
                self._common &= np.array([each.tests[0](scalar) for scalar in scalars], dtype=np.bool_)
        columns = [*(each.test_by_asker for each in self._varying), *(windows or ())]
        self.set_by_asker, first = _numbered(columns)
        self._window_by_set = None if windows is None else np.stack([each[first] for each in windows], axis=1)
        self._tests_by_set = [each.test_by_asker[first] for each in self._varying]
        self.set_count = len(first)

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """How many places each set of tests chooses."""
        counts = np.zeros(self.set_count)
        for owners, _ in self.chosen():
            counts += np.bincount(owners, minlength=self.set_count)
        return counts

    def holds_for_blank(self) -> NDArray[np.bool_]:
        """Whether a blank cell meets all tests of each set."""
        held = np.full(self.set_count, all(test(BLANK) for test in self._single_tests))
        for each, tests in zip(self._varying, self._tests_by_set, strict=True):
            held &= np.array([test(BLANK) for test in each.tests], dtype=np.bool_)[tests]
        return held

    def chosen(self) -> Iterator[tuple[Places, Places]]:
        """Sets of tests and the places that they choose, side by side, some at a time; sets ascend."""
        lead, common = self._lead(), np.flatnonzero(self._common)
        first, waiting, waiting_count, all_count = 0, [], 0, 0
        for number in range(self.set_count):
            if lead is not None:
                places = self._places(lead, number)
            else:
                places = np.flatnonzero(self._mask(number)) if self._varying else common
            if self._window_by_set is not None:
                start, stop = np.searchsorted(places, self._window_by_set[number]).tolist()
                places = places[start:stop]
            waiting.append(places)
            waiting_count += len(places)
            if waiting_count >= _CHOSEN_AT_ONCE or number == self.set_count - 1:
                all_count += waiting_count
                if all_count > _MOST_CHOSEN:
                    raise NotLowerable("criteria that choose very many cells")
                found = np.concatenate(waiting)
                owners = np.repeat(np.arange(first, number + 1), list(map(len, waiting)))
                yield (owners, found) if lead is None else self._filtered(lead, owners, found)
                first, waiting, waiting_count = number + 1, [], 0

    def _lead(self) -> int | None:
        """The condition that leaves the fewest places to look at; None if it is as well to look at all."""
        found = [
            (int(each.equal_counts[self._tests_by_set[number]].sum()), number)
            for number, each in enumerate(self._varying)
            if each.seeks_one_thing
        ]
        look_count = self.set_count * len(self._common) if self._varying else 0
        if found and min(found)[0] * _LOOKS_PER_PLACE <= look_count:
            return min(found)[1]
        if look_count > _MOST_LOOKS:
            raise NotLowerable("criteria over very many cells")
        return None

    def _places(self, lead: int, number: int) -> Places:
        return self._varying[lead].places(int(self._tests_by_set[lead][number]))

    def _mask(self, number: int) -> NDArray[np.bool_]:
        held = self._common
        for each, tests in zip(self._varying, self._tests_by_set, strict=True):
            held = held & each.mask(int(tests[number]))
        return held

    def _filtered(self, lead: int, owners: Places, places: Places) -> tuple[Places, Places]:
        kept = self._common[places]
        owners, places = owners[kept], places[kept]
        for number, each in enumerate(self._varying):
            if number != lead:
                held = each.held(self._tests_by_set[number][owners], places)
                owners, places = owners[held], places[held]
        return owners, places


class ChosenTotals:
    """Count, sum and first error of the numbers that each set of tests chooses."""

    def __init__(self, choices: KnownChoices, values: Sequence[Scalar]) -> None:
        self._choices = choices
        self._is_number = np.array([type(value) is float for value in values], dtype=np.bool_)
        self._numbers = np.array([value if type(value) is float else 0.0 for value in values])
        self._codes = np.array(
            [int(value) if isinstance(value, ErrorCode) else 0 for value in values], dtype=np.uint8
        )
        self._are_numbers, self._may_fail = bool(self._is_number.all()), bool(self._codes.any())
        count = choices.set_count
        self.counts, self.totals = np.zeros(count), np.zeros(count)
        self.codes = np.zeros(count, dtype=np.uint8)
        for owners, places in choices.chosen():
            self._add(owners, places)

    def _add(self, owners: Places, places: Places) -> None:
        own, numbers = self._chosen_numbers(owners, places)
        self.counts += np.bincount(own, minlength=len(self.counts))
        # adds one after the other, in order, as evaluation does
        self.totals += np.bincount(own, weights=numbers, minlength=len(self.counts))
        if self._may_fail:
            failing = self._codes[places] != 0
            sets, first = np.unique(owners[failing], return_index=True)
            self.codes[sets] = self._codes[places[failing]][first]

    def _chosen_numbers(self, owners: Places, places: Places) -> tuple[Places, NDArray[np.float64]]:
        if self._are_numbers:
            return owners, self._numbers[places]
        counted = self._is_number[places]
        return owners[counted], self._numbers[places[counted]]

    def extremes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the greatest of the numbers that each set chooses, 0 where it chooses none."""
        found = np.zeros(len(self.counts)), np.zeros(len(self.counts))
        for owners, places in self._choices.chosen():
            own, numbers = self._chosen_numbers(owners, places)
            if len(own):
                starts = np.flatnonzero(np.diff(own, prepend=-1))
                for ends, reduce in zip(found, (np.minimum, np.maximum), strict=True):
                    ends[own[starts]] = reduce.reduceat(numbers, starts)
        return found


class _Varying:
    """A condition with different tests, each of them once.

    Attributes:
        test_by_asker: (askers,), which of the tests each of those that ask has.
    """

    def __init__(self, scalars: Sequence[Scalar], tests: Sequence[Criterion]) -> None:
        self._scalars = scalars
        names = np.fromiter(map(id, tests), dtype=np.int64, count=len(tests))
        _, first, inverse = np.unique(names, return_index=True, return_inverse=True)
        self.tests = [tests[at] for at in first.tolist()]
        self.test_by_asker = inverse
        self._index = CriteriaIndex(scalars)
        self._last: tuple[int, Places] = (-1, np.empty(0, dtype=np.int64))

    @cached_property
    def seeks_one_thing(self) -> bool:
        """Whether each test is for one number or text."""
        return all(
            isinstance(test, TextCriterion) or (isinstance(test, NumberCriterion) and test.operator == "=")
            for test in self.tests
        )

    @cached_property
    def equal_counts(self) -> Places:
        """How many places each test chooses, of tests for one thing."""
        return np.diff(self._equal[0])

    def places(self, test: int) -> Places:
        """The places that a test chooses, ascending."""
        if self.seeks_one_thing:
            starts, places = self._equal
            return places[starts[test] : starts[test + 1]]
        if self._last[0] != test:
            self._last = (test, np.array(self._index.places(self.tests[test]), dtype=np.int64))
            self._check_work(self._index.searched_count)
        return self._last[1]

    @cached_property
    def _equal(self) -> tuple[Places, Places]:
        """Where the places of each test start, and the places."""
        return self._index.places_of_each(self.tests)

    def held(self, tests: Places, places: Places) -> NDArray[np.bool_]:
        """Whether each of some places meets the test beside it."""
        held = self._held_by_number(tests, places)
        if held is None:
            held = self._held_by_text(tests, places)
        if held is None:
            self._check_work(len(places))
            pairs = zip(tests.tolist(), places.tolist(), strict=True)
            held = np.array([self.tests[test](self._scalars[place]) for test, place in pairs], dtype=np.bool_)
        return held

    def _held_by_number(self, tests: Places, places: Places) -> NDArray[np.bool_] | None:
        if self._ranks is None:
            return None
        firsts, ends, is_other = self._ranks
        ranks = self._index.ranks[places]
        within: NDArray[np.bool_] = (ranks >= firsts[tests]) & (ranks < ends[tests])
        held: NDArray[np.bool_] = within != is_other[tests]
        return held

    @cached_property
    def _ranks(self) -> tuple[Places, Places, NDArray[np.bool_]] | None:
        return self._index.ranks_of_each(self.tests)

    def mask(self, test: int) -> NDArray[np.bool_]:
        """Whether each cell meets a test."""
        if self._ranks is None:
            held = np.zeros(len(self._scalars), dtype=np.bool_)
            held[self.places(test)] = True
            return held
        firsts, ends, is_other = self._ranks
        within: NDArray[np.bool_] = self._index.ranks >= firsts[test]
        within &= self._index.ranks < ends[test]
        return ~within if is_other[test] else within

    def _held_by_text(self, tests: Places, places: Places) -> NDArray[np.bool_] | None:
        if self._codes is None:
            return None
        wanted, found = self._codes
        return np.equal(wanted[tests], found[places])

    @cached_property
    def _codes(self) -> tuple[Places, Places] | None:
        """Numbers that equal texts share, of the tests and of the cells; None for other tests."""
        texts = [test.wanted for test in self.tests if isinstance(test, TextCriterion)]
        if len(texts) < len(self.tests):
            return None
        codes: dict[str, int] = {}
        wanted = [codes.setdefault(text, len(codes)) for text in texts]
        found = [codes.get(each.casefold(), -1) if isinstance(each, str) else -1 for each in self._scalars]
        return np.array(wanted, dtype=np.int64), np.array(found, dtype=np.int64)

    def _check_work(self, tested_count: int) -> None:
        if tested_count > _MOST_TESTED_ALONE:
            raise NotLowerable("criteria over very many cells")


def _numbered(columns: Sequence[Places]) -> tuple[Places, Places]:
    """A number for each row of some columns, equal rows the same, and the first row of each number."""
    if not columns:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    joined = columns[0]
    for column in columns[1:]:
        joined = np.unique(joined, return_inverse=True)[1] * (column.max() + 1) + column
    _, first, inverse = np.unique(joined, return_index=True, return_inverse=True)
    return inverse, first
