"""Where a look-up finds a value that is uncertain, or among cells that are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas import operators
from mcdesk.formulas.aligned_cells import (
    Cursor,
    RangeCells,
    State,
    fold_segments,
    segments_of,
    table_value,
)
from mcdesk.formulas.functions.definition import run_body
from mcdesk.formulas.functions.lookup.searching import (
    find_exact_among,
    find_last_exact,
    find_nearest,
    search_ascending,
    search_descending,
)
from mcdesk.formulas.lookup_keys import places_of
from mcdesk.formulas.lowered import Lowered, LoweredKind, NotLowerable, as_number, is_error
from mcdesk.formulas.lowering import FormulaLowering
from mcdesk.formulas.number_search import place_among_certain, place_among_slots
from mcdesk.formulas.syntax import Node
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

_MOST_PLACES = 2_000_000


class Search(Enum):
    """How the wanted value is looked for."""

    EXACT = "exact"  # the first equal element
    WILDCARD = "wildcard"  # the same, `*` and `?` in a wanted text stand for others
    LAST = "last"  # the last equal element
    LAST_WILDCARD = "last wildcard"  # the last one for which a text with `*` and `?` stands
    ASCENDING = "ascending"  # Excel's bisection
    DESCENDING = "descending"  # step by step in descending data
    SMALLER = "smaller"  # the next smaller one, in any order
    LARGER = "larger"  # the next larger one, in any order
    LAST_SMALLER = "last smaller"  # the last of several next smaller ones
    LAST_LARGER = "last larger"  # the last of several next larger ones


_LAST = frozenset((Search.LAST, Search.LAST_WILDCARD, Search.LAST_SMALLER, Search.LAST_LARGER))
_LARGER = frozenset((Search.LARGER, Search.LAST_LARGER))


@dataclass(frozen=True, slots=True)
class Found:
    """The place from 0 as INTEGER, and whether there is one; `places` are those that can be found."""

    place: Value
    is_found: Value
    places: frozenset[int]
    error: Value | None = None


def find_place(
    lowering: FormulaLowering, node: Node, keys: RangeCells, search: Search, finds_blank: bool = False
) -> Found:
    """Look for what a node gives among the cells of a row or column.

    `finds_blank` says that a blank is looked for as one, not as 0.
    """
    known = lowering.reader.known_scalars(node)
    elements = keys.certain_scalars()
    if known is not None and elements is not None:
        if len(known) > _MOST_PLACES:
            raise NotLowerable("very many look-ups")
        return _of_position(lowering, known, elements, search)
    wanted = lowering.scalar(node)
    if finds_blank and wanted.surely().kind is LoweredKind.BLANK:
        raise NotLowerable("a look-up of a blank cell")
    if wanted.kind is LoweredKind.TEXT and wanted.text is None:
        return _of_text(lowering, wanted, elements, search)
    if wanted.kind is LoweredKind.TEXT and known is not None and len(known) == 1:
        found = _scanned_text(lowering, keys, known[0], search)
        return replace(found, error=wanted.error)
    if wanted.kind not in (LoweredKind.NUMBER, LoweredKind.BLANK):
        raise NotLowerable("a look-up of something else than a number or text")
    number = as_number(lowering.ops, wanted)
    assert number.value is not None
    place, is_found = _number_place(lowering, number.value, keys, search)
    return Found(place, is_found, frozenset(range(keys.count)), number.error)


def _all_searched(wanted: Sequence[Scalar], elements: Sequence[Scalar], search: Search) -> list[int | None]:
    """Where each is found."""
    if search not in (Search.EXACT, Search.WILDCARD):
        return [_searched(each, elements, search) for each in wanted]
    places, allows = places_of(elements), search is Search.WILDCARD
    return [find_exact_among(each, elements, places, allows) for each in wanted]


def _searched(wanted: Scalar, elements: Sequence[Scalar], search: Search) -> int | None:
    match search:
        case Search.EXACT | Search.WILDCARD:
            return _all_searched((wanted,), elements, search)[0]
        case Search.LAST | Search.LAST_WILDCARD:
            return find_last_exact(wanted, elements, search is Search.LAST_WILDCARD)
        case Search.ASCENDING:
            return search_ascending(wanted, elements)
        case Search.DESCENDING:
            return search_descending(wanted, elements)
    return find_nearest(wanted, elements, search in _LARGER, search in _LAST)


def _of_position(
    lowering: FormulaLowering, wanted: Sequence[Scalar], elements: Sequence[Scalar], search: Search
) -> Found:
    """A place for each cell that the body stands for; what is wanted may be an error."""
    reader, ops = lowering.reader, lowering.ops
    index = reader.position.index_in(ops, reader.part) if len(wanted) > 1 else None
    codes = [int(each) if isinstance(each, ErrorCode) else 0 for each in wanted]
    sought = [BLANK if isinstance(each, ErrorCode) else each for each in wanted]
    found = _tabulated(ops, _all_searched(sought, elements, search), index)
    if not any(codes):
        return found
    return replace(found, error=table_value(ops, Type.ERROR, codes, index or ops.integer(0)))


def _of_text(
    lowering: FormulaLowering, wanted: Lowered, elements: Sequence[Scalar] | None, search: Search
) -> Found:
    """A text that varies among certain cells: the place of each text that there is."""
    if elements is None or wanted.value is None:
        raise NotLowerable("a text that varies among uncertain cells")
    ops = lowering.ops
    places = _all_searched(ops.draft.strings, elements, search)
    found = _tabulated(ops, places, ops.text_code(wanted.value))
    return Found(found.place, found.is_found, found.places, wanted.error)


def _tabulated(ops: StageBuilder, places: Sequence[int | None], index: Value | None) -> Found:
    at = ops.integer(0) if index is None else index
    is_found = table_value(ops, Type.LOGICAL, [place is not None for place in places], at)
    place = table_value(ops, Type.INTEGER, [place or 0 for place in places], at)
    return Found(
        place, is_found, frozenset(place for place in places if place is not None) or frozenset((0,))
    )


def _scanned_text(lowering: FormulaLowering, keys: RangeCells, wanted: Scalar, search: Search) -> Found:
    """A certain text among cells of which some are uncertain."""
    ops = lowering.ops
    if search not in (Search.EXACT, Search.WILDCARD, Search.LAST, Search.LAST_WILDCARD):
        raise NotLowerable("the order of texts that vary")

    def equals(scalar: Scalar) -> bool:
        return _searched(wanted, (scalar,), search) is not None

    def is_wanted(cursor: Cursor) -> Value:
        if cursor.is_certain:
            return cursor.of_certain(Type.LOGICAL, equals)
        element = cursor.lowered()
        if element.kind is not LoweredKind.TEXT or element.value is None:
            return ops.logical(False)
        texts = [equals(text) for text in ops.draft.strings]
        held = table_value(ops, Type.LOGICAL, texts, ops.text_code(element.value))
        return held if element.error is None else ops.and_(held, ops.not_(is_error(ops, element.error)))

    place, is_found = _first(lowering, keys, is_wanted, search in _LAST)
    return Found(place, is_found, frozenset(range(keys.count)))


def _first(
    lowering: FormulaLowering, keys: RangeCells, is_wanted: Callable[[Cursor], Value], is_last: bool = False
) -> tuple[Value, Value]:
    """The first or last place that is wanted."""
    ops = lowering.ops

    def step(state: State, cursors: Sequence[Cursor], place: int | Value) -> State:
        here = ops.integer(place) if isinstance(place, int) else place
        holds = is_wanted(cursors[0])
        takes = holds if is_last else ops.and_(holds, ops.not_(state[1]))
        return [ops.select(takes, here, state[0]), ops.or_(state[1], holds)]

    start = [ops.integer(0), ops.logical(False)]
    place, is_found = fold_segments(lowering.reader, segments_of([keys]), start, step)
    return place, is_found


def _number_place(
    lowering: FormulaLowering, wanted: Value, keys: RangeCells, search: Search
) -> tuple[Value, Value]:
    ops = lowering.ops
    elements = keys.certain_scalars()
    if elements is not None and search in (Search.EXACT, Search.WILDCARD, Search.ASCENDING):
        return place_among_certain(ops, elements, wanted, search is Search.ASCENDING)
    match search:
        case Search.EXACT | Search.WILDCARD:
            return _first(lowering, keys, lambda cursor: _compared(ops, cursor, wanted, ops.eq))
        case Search.LAST | Search.LAST_WILDCARD:
            is_equal = _equality(ops)
            return _first(lowering, keys, lambda cursor: _compared(ops, cursor, wanted, is_equal), True)
        case Search.ASCENDING:
            return place_among_slots(lowering.reader, keys, wanted)
        case Search.DESCENDING:
            return _descending(lowering, keys, wanted)
    return _nearest(lowering, keys, wanted, search)


def _equality(ops: StageBuilder) -> Callable[[Value, Value], Value]:
    return lambda a, b: run_body(operators.equal, ops, a, b).value


def _compared(
    ops: StageBuilder, cursor: Cursor, wanted: Value, compare: Callable[[Value, Value], Value]
) -> Value:
    is_number, value = _plain_number(ops, cursor)
    return ops.and_(is_number, compare(value, wanted))


def _plain_number(ops: StageBuilder, cursor: Cursor) -> tuple[Value, Value]:
    """Whether an element is a number and no error, and the number."""
    is_number, value, error = cursor.number()
    if error is None or cursor.is_certain:
        return is_number, value
    return ops.and_(is_number, ops.not_(is_error(ops, error))), value


def _descending(lowering: FormulaLowering, keys: RangeCells, wanted: Value) -> tuple[Value, Value]:
    ops = lowering.ops

    def step(state: State, cursors: Sequence[Cursor], place: int | Value) -> State:
        here = ops.integer(place) if isinstance(place, int) else place
        is_number, value = _plain_number(ops, cursors[0])
        found, has_any, is_over = state
        counts = ops.and_(is_number, ops.not_(is_over))
        is_below = run_body(operators.less, ops, value, wanted).value
        is_equal = run_body(operators.equal, ops, value, wanted).value
        takes = ops.and_(counts, ops.not_(is_below))
        ends = ops.and_(counts, ops.or_(is_below, is_equal))
        return [ops.select(takes, here, found), ops.or_(has_any, takes), ops.or_(is_over, ends)]

    start = [ops.integer(0), ops.logical(False), ops.logical(False)]
    place, has_any, _ = fold_segments(lowering.reader, segments_of([keys]), start, step)
    return place, has_any


def _nearest(
    lowering: FormulaLowering, keys: RangeCells, wanted: Value, search: Search
) -> tuple[Value, Value]:
    ops, is_larger, is_last = lowering.ops, search in _LARGER, search in _LAST
    beyond = operators.greater if is_larger else operators.less
    nearer = operators.less if is_larger else operators.greater

    def step(state: State, cursors: Sequence[Cursor], place: int | Value) -> State:
        here = ops.integer(place) if isinstance(place, int) else place
        is_number, value = _plain_number(ops, cursors[0])
        found, best, has_any, has_equal = state
        is_equal = ops.and_(is_number, run_body(operators.equal, ops, value, wanted).value)
        is_beyond = ops.and_(is_number, run_body(beyond, ops, value, wanted).value)
        is_nearer = run_body(nearer, ops, value, best).value
        if is_last:
            is_nearer = ops.or_(is_nearer, run_body(operators.equal, ops, value, best).value)
        is_best = ops.and_(is_beyond, ops.or_(ops.not_(has_any), is_nearer))
        is_fresh = ops.not_(has_equal)
        takes = ops.or_(is_equal if is_last else ops.and_(is_equal, is_fresh), ops.and_(is_best, is_fresh))
        return [
            ops.select(takes, here, found),
            ops.select(takes, value, best),
            ops.or_(has_any, takes),
            ops.or_(has_equal, is_equal),
        ]

    start = [ops.integer(0), ops.number(0.0), ops.logical(False), ops.logical(False)]
    place, _, has_any, _ = fold_segments(lowering.reader, segments_of([keys]), start, step)
    return place, has_any
