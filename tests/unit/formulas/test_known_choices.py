"""What criteria choose for many cells at once: the same as cell by cell, sums in order."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.criteria import Criterion, criterion
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.known_choices import ChosenTotals, Condition, KnownChoices
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from tests.unit.formulas.test_criteria_index import CONDITIONS, MOST, SCALARS

_COUNT = 12
_CELLS = st.lists(SCALARS, min_size=_COUNT, max_size=_COUNT)
_ASKERS = 5


@st.composite
def _conditions(draw: st.DrawFn) -> list[Condition]:
    found: list[Condition] = []
    for _ in range(draw(st.integers(1, 3))):
        count = draw(st.sampled_from([1, _ASKERS]))
        asked = draw(st.lists(CONDITIONS, min_size=count, max_size=count))
        found.append(Condition(draw(_CELLS), [criterion(each, DateReading()) for each in asked]))
    return found


def _test_of(condition: Condition, asker: int) -> Criterion:
    return condition.tests[asker if len(condition.tests) > 1 else 0]


def _places(conditions: list[Condition], asker: int) -> list[int]:
    return [
        place
        for place in range(_COUNT)
        if all(_test_of(each, asker)(each.scalars[place]) for each in conditions)
    ]


@given(_conditions(), _CELLS)
def test_that_each_asker_has_what_a_look_at_each_cell_finds(
    conditions: list[Condition], values: list[Scalar]
) -> None:
    choices = KnownChoices(_COUNT, conditions)
    totals = ChosenTotals(choices, values)
    least, greatest = totals.extremes()

    for asker in range(_ASKERS):
        own = int(choices.set_by_asker[asker if len(choices.set_by_asker) > 1 else 0])
        places = _places(conditions, asker)
        chosen = [values[place] for place in places]
        numbers = [value for value in chosen if type(value) is float]
        total = 0.0
        for number in numbers:
            total += number
        first_error = next((value for value in chosen if isinstance(value, ErrorCode)), ErrorCode.NONE)

        assert choices.counts[own] == len(places)
        assert totals.counts[own] == len(numbers)
        assert struct.pack("<d", totals.totals[own] + 0.0) == struct.pack("<d", total + 0.0)
        assert (least[own], greatest[own]) == (min(numbers, default=0.0), max(numbers, default=0.0))
        assert totals.codes[own] == int(first_error)
        held = all(_test_of(each, asker)(BLANK) for each in conditions)
        assert bool(choices.holds_for_blank()[own]) is held


def test_that_equal_sets_of_tests_are_looked_for_once() -> None:
    tests = {name: criterion(name) for name in ("a", "b")}
    asked = Condition(["a", "b", "a"], [tests["a"], tests["b"], tests["a"], tests["a"]])

    choices = KnownChoices(3, [asked])

    assert choices.set_count == 2
    assert choices.counts[choices.set_by_asker].tolist() == [2.0, 1.0, 2.0, 2.0]


def test_that_the_largest_numbers_are_found() -> None:
    asked = Condition([MOST, 1.0, -MOST, MOST], [criterion(MOST), criterion(-MOST)])

    choices = KnownChoices(4, [asked])

    assert choices.counts[choices.set_by_asker].tolist() == [2.0, 1.0]
