"""How look-ups find a value: exact, by wildcard, nearest, and by Excel's binary search."""

from collections.abc import Mapping, Sequence
from typing import overload

from typing_extensions import override

from mcdesk.formulas.arrays import flatten
from mcdesk.formulas.comparison import compare_scalars
from mcdesk.formulas.criteria import has_wildcard, wildcard_pattern
from mcdesk.formulas.functions.definition import Context
from mcdesk.formulas.lookup_keys import lookup_key
from mcdesk.formulas.values import BLANK, ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


class FoldedLine(Sequence[Scalar]):
    """The elements of a row or column of which the last one that is kept stands for many."""

    def __init__(self, kept: Sequence[Scalar], count: int) -> None:
        self.kept = kept
        self._count = count
        self.alike_from = len(kept) - 1

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Scalar: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Scalar]: ...

    @override
    def __getitem__(self, place: int | slice) -> Scalar | Sequence[Scalar]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(self._count))]
        return self.kept[min(place, self.alike_from)]


def line_of(context: Context, values: Value) -> Sequence[Scalar]:
    """Return the elements of a row or column, without copies of those that are alike at its end."""
    is_long = isinstance(values, ArrayValue) and values.is_folded and not values.series
    if is_long and isinstance(values, ArrayValue) and 1 in (values.row_count, values.column_count):
        return FoldedLine(flatten(values), values.row_count * values.column_count)
    return context.elements(values)


def _alike_from(elements: Sequence[Scalar]) -> int:
    """The place from which all elements are the same, as far as that is known."""
    return elements.alike_from if isinstance(elements, FoldedLine) else len(elements)


def _kept(elements: Sequence[Scalar]) -> Sequence[Scalar]:
    return elements.kept if isinstance(elements, FoldedLine) else elements


def find_exact(context: Context, wanted: Scalar, values: Value, allows_wildcards: bool) -> int | None:
    """Return the place of the first equal element; a blank wanted value is 0."""
    if allows_wildcards and isinstance(wanted, str) and has_wildcard(wanted):
        return find_exact_among(wanted, line_of(context, values), {}, allows_wildcards)
    return find_exact_among(wanted, (), context.first_places(values), allows_wildcards)


def find_exact_among(
    wanted: Scalar, elements: Sequence[Scalar], places: Mapping[Scalar, int], allows_wildcards: bool
) -> int | None:
    """The same by where each element stands first; the elements are read for wildcards only."""
    if wanted is BLANK:
        wanted = 0.0
    if allows_wildcards and isinstance(wanted, str) and has_wildcard(wanted):
        fits = wildcard_pattern(wanted).fullmatch
        for place, element in enumerate(_kept(elements)):
            if isinstance(element, str) and fits(element):
                return place
        return None
    return places.get(lookup_key(wanted))


def find_last_exact(wanted: Scalar, elements: Sequence[Scalar], allows_wildcards: bool = False) -> int | None:
    """Return the place of the last equal element; a blank wanted value is only equal to blank ones."""
    pattern = None
    if allows_wildcards and isinstance(wanted, str) and has_wildcard(wanted):
        pattern = wildcard_pattern(wanted)
    kept = _kept(elements)
    for place in range(len(kept) - 1, -1, -1):
        element = kept[place]
        if pattern is not None:
            is_equal = isinstance(element, str) and pattern.fullmatch(element) is not None
        else:
            is_equal = _same_kind(element, wanted) and compare_scalars(element, wanted) == 0
        if is_equal:
            return len(elements) - 1 if place == _alike_from(elements) else place
    return None


def find_first_blank(elements: Sequence[Scalar]) -> int | None:
    """Return the place of the first blank element."""
    return next((place for place, element in enumerate(_kept(elements)) if element is BLANK), None)


def search_ascending(wanted: Scalar, elements: Sequence[Scalar]) -> int | None:
    """Return the place of the last element <= wanted, by bisection, as MATCH type 1 and LOOKUP do.

    Elements of another kind than the wanted value are stepped over. On unsorted data the steps of the
    bisection decide, so they are Excel's: the middle is rounded down, an equal element ends the search
    at the last of a run of equal ones.
    """
    return _bisect(wanted, elements)


def search_descending(wanted: Scalar, elements: Sequence[Scalar]) -> int | None:
    """Return the place of the last element >= wanted in descending data, as MATCH type -1 does."""
    if wanted is BLANK:
        wanted = 0.0
    found = None
    alike_from = _alike_from(elements)
    for place, element in enumerate(_kept(elements)):
        if not _same_kind(element, wanted):
            continue
        order = compare_scalars(element, wanted)
        if isinstance(order, ErrorCode) or order < 0:
            break
        found = len(elements) - 1 if place == alike_from and order > 0 else place
        if order == 0:
            break
    return found


def find_nearest(
    wanted: Scalar, elements: Sequence[Scalar], is_larger: bool, is_last: bool = False
) -> int | None:
    """Return the place of the equal element, else of the next smaller or larger one, in any order.

    The first of several alike, or the last.
    """
    best: int | None = None
    has_equal = False
    for place, element in enumerate(_kept(elements)):
        if not _same_kind(element, wanted):
            continue
        order = compare_scalars(element, wanted)
        if order == 0:
            best, has_equal = place, True
            if not is_last:
                break
            continue
        if has_equal or isinstance(order, ErrorCode) or (order > 0) is not is_larger:
            continue
        if best is None or _takes_over(element, elements[best], is_larger, is_last):
            best = place
    return len(elements) - 1 if is_last and best == _alike_from(elements) else best


def _takes_over(element: Scalar, best: Scalar, is_larger: bool, is_last: bool) -> bool:
    order = compare_scalars(element, best)
    if isinstance(order, ErrorCode):
        return False
    return (order < 0 if is_larger else order > 0) or (is_last and order == 0)


def _bisect(wanted: Scalar, elements: Sequence[Scalar]) -> int | None:
    if wanted is BLANK:
        wanted = 0.0
    low, high = 0, len(elements) - 1
    found: int | None = None
    while low <= high:
        halfway = (low + high) // 2
        middle = _comparable(elements, wanted, halfway, high)
        if middle is None:
            high = halfway - 1
            continue
        order = compare_scalars(elements[middle], wanted)
        if isinstance(order, ErrorCode):
            return found
        if order == 0:
            return _end_of_run(elements, wanted, middle)
        if order < 0:
            found = middle
            low = middle + 1
        else:
            high = halfway - 1
    return found


def _comparable(elements: Sequence[Scalar], wanted: Scalar, middle: int, high: int) -> int | None:
    """The nearest place from the middle upwards whose element can be compared, None if there is none."""
    for place in range(middle, min(high, max(middle, _alike_from(elements))) + 1):
        if _same_kind(elements[place], wanted):
            return place
    return None


def _end_of_run(elements: Sequence[Scalar], wanted: Scalar, place: int) -> int:
    while (
        place < _alike_from(elements)
        and place + 1 < len(elements)
        and _same_kind(elements[place + 1], wanted)
        and compare_scalars(elements[place + 1], wanted) == 0
    ):
        place += 1
    return len(elements) - 1 if place >= _alike_from(elements) else place


def _same_kind(a: Scalar, b: Scalar) -> bool:
    return type(a) is type(b) and not isinstance(a, ErrorCode)
