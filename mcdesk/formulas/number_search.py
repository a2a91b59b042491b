"""A number looked for by bisection in the steps that Excel takes, which decide in unsorted data."""

from collections.abc import Callable, Sequence

import numpy as np

from mcdesk.engine.builder import StageBuilder, Value
from mcdesk.engine.ir import Type
from mcdesk.formulas import operators
from mcdesk.formulas.aligned_cells import Cursor, RangeCells, State, fold_segments, segments_of, table_value
from mcdesk.formulas.comparison import compare_numbers
from mcdesk.formulas.element_reading import element_at
from mcdesk.formulas.emission import PartReader
from mcdesk.formulas.functions.definition import run_body
from mcdesk.formulas.key_order import KeyOrder
from mcdesk.formulas.lowered import LoweredKind, NotLowerable, is_error
from mcdesk.formulas.sorted_search import clear_thresholds, count_not_above
from mcdesk.formulas.values import Scalar

_MOST_STEPS = 20_000
_LEAST_SHARED = 16


def place_among_certain(
    ops: StageBuilder, elements: Sequence[Scalar], wanted: Value, is_near: bool
) -> tuple[Value, Value]:
    """The place among certain cells, and whether there is one.

    Args:
        is_near: the last one not above by bisection, else the first equal one.
    """
    if not any(type(element) is float for element in elements):
        return ops.integer(0), ops.logical(False)
    return _bisected_table(ops, elements, wanted) if is_near else _equal_in_table(ops, elements, wanted)


def place_among_slots(reader: PartReader, keys: RangeCells, wanted: Value) -> tuple[Value, Value]:
    """The last place that is not above among uncertain numbers, by bisection, and whether there is one."""
    ops, count = reader.ops, keys.count
    segments = segments_of([keys])
    rounds = count.bit_length() + 1
    if not all(all(segment.strips[0].number_flags(segment.count)) for segment in segments):
        raise NotLowerable("an approximate look-up among cells of several kinds")
    blocks = [segment.strips[0].block for segment in segments]
    may_fail = any(block is not None and block.error_array is not None for block in blocks)
    order = _order_of(reader, keys)
    if order is None and (may_fail or len(segments) > 1) and rounds * count > _MOST_STEPS:
        raise NotLowerable("an approximate look-up among very many unlike cells")

    def value_at(place: Value) -> Value:
        element = element_at(reader, keys, ops.iclamp(place, 0, count - 1))
        assert element.value is not None
        return element.value

    def comparable(place: Value) -> Value:
        if not may_fail:
            return place
        return _next_without_error(reader, keys, place) if order is None else order.comparable(place)

    found, has_any, is_equal = _bisection(ops, rounds, count, (comparable, value_at), wanted)
    end = _end_of_run(reader, keys, found, wanted) if order is None else order.end(found)
    return ops.select(is_equal, end, found), has_any


def _equal_in_table(ops: StageBuilder, elements: Sequence[Scalar], wanted: Value) -> tuple[Value, Value]:
    first: dict[float, int] = {}
    for place, element in enumerate(elements):
        if type(element) is float:
            first.setdefault(element + 0.0, place)
    keys = sorted(first)
    last = _last_of(ops, count_not_above(ops, np.array(keys), wanted))
    is_found = ops.eq(table_value(ops, Type.NUMBER, keys, last), wanted)
    return table_value(ops, Type.INTEGER, [first[key] for key in keys], last), is_found


def _last_of(ops: StageBuilder, count: Value) -> Value:
    return ops.isub(count, ops.integer(1))


def _bisected_table(ops: StageBuilder, elements: Sequence[Scalar], wanted: Value) -> tuple[Value, Value]:
    count = len(elements)
    if all(type(element) is float for element in elements):
        # in data that is sorted without doubt all ways lead to the same place
        thresholds = clear_thresholds([element for element in elements if type(element) is float])
        if thresholds is not None:
            last = _last_of(ops, count_not_above(ops, thresholds, wanted))
            return last, ops.le(ops.number(float(thresholds[0])), wanted)
    values = [element if type(element) is float else 0.0 for element in elements]
    following, ends = [count] * count, list(range(count))
    for place in range(count - 1, -1, -1):
        has_next = place + 1 < count
        if type(elements[place]) is float:
            following[place] = place
        elif has_next:
            following[place] = following[place + 1]
        if has_next and _are_equal(elements[place], elements[place + 1]):
            ends[place] = ends[place + 1]

    def comparable(place: Value) -> Value:
        return table_value(ops, Type.INTEGER, following, place) if following != ends_of(count) else place

    def value_at(place: Value) -> Value:
        return table_value(ops, Type.NUMBER, values, place)

    rounds = count.bit_length() + 1
    found, has_any, is_equal = _bisection(ops, rounds, count, (comparable, value_at), wanted)
    return ops.select(is_equal, table_value(ops, Type.INTEGER, ends, found), found), has_any


def ends_of(count: int) -> list[int]:
    """Each place as the end of its own run."""
    return list(range(count))


def _are_equal(a: Scalar, b: Scalar) -> bool:
    return type(a) is float and type(b) is float and compare_numbers(a, b) == 0


def _bisection(
    ops: StageBuilder,
    rounds: int,
    count: int,
    read: tuple[Callable[[Value], Value], Callable[[Value], Value]],
    wanted: Value,
) -> tuple[Value, Value, Value]:
    """The place, whether there is one, and whether its element is equal.

    `read`: the nearest place upwards that can be compared (`count` where there is none), and its number.
    """
    comparable, value_at = read
    one = ops.integer(1)

    def step(_round: Value, state: Sequence[Value]) -> list[Value]:
        low, high, found, has_any, is_equal = state
        is_open = ops.and_(ops.not_(ops.ilt(high, low)), ops.not_(is_equal))
        halfway = ops.ilshr(ops.iclamp(ops.iadd(low, high), 0, 2 * count), 1)
        middle = comparable(halfway)
        has_middle = ops.not_(ops.ilt(high, middle))
        value = value_at(middle)
        equals = run_body(operators.equal, ops, value, wanted).value
        is_below = run_body(operators.less, ops, value, wanted).value
        fits = ops.and_(ops.and_(is_open, has_middle), ops.or_(equals, is_below))
        shrinks = ops.and_(is_open, ops.not_(fits))
        return [
            ops.select(fits, ops.iadd(middle, one), low),
            ops.select(shrinks, ops.isub(halfway, one), high),
            ops.select(fits, middle, found),
            ops.or_(has_any, fits),
            ops.or_(is_equal, ops.and_(fits, equals)),
        ]

    start = [ops.integer(0), ops.integer(count - 1), ops.integer(0), ops.logical(False), ops.logical(False)]
    state: Sequence[Value] = start
    for i in range(rounds):
        state = step(ops.integer(i), state)
    return state[2], state[3], state[4]


def _order_of(reader: PartReader, keys: RangeCells) -> KeyOrder | None:
    """What many searches of the same keys share; None where each must go through them on its own."""
    if reader.shared is None or keys.is_moving or keys.count < _LEAST_SHARED:
        return None
    strip = keys.single_strip()
    return None if strip is None else KeyOrder(reader, strip, keys.count, reader.shared)


def _next_without_error(reader: PartReader, keys: RangeCells, place: Value) -> Value:
    ops = reader.ops

    def step(state: State, cursors: Sequence[Cursor], here: int | Value) -> State:
        at = ops.integer(here) if isinstance(here, int) else here
        _, _, error = cursors[0].number()
        is_error_free = ops.logical(True) if error is None else ops.not_(is_error(ops, error))
        is_later = ops.not_(ops.ilt(at, place))
        is_first = ops.ilt(at, state[0])
        takes = ops.and_(ops.and_(is_later, is_first), is_error_free)
        return [ops.select(takes, at, state[0])]

    return fold_segments(reader, segments_of([keys]), [ops.integer(keys.count)], step)[0]


def _end_of_run(reader: PartReader, keys: RangeCells, start: Value, wanted: Value) -> Value:
    """The last place of a run of equal elements."""
    ops = reader.ops

    def step(state: State, cursors: Sequence[Cursor], here: int | Value) -> State:
        at = ops.integer(here) if isinstance(here, int) else here
        element = cursors[0].lowered()
        assert element.value is not None and element.kind is LoweredKind.NUMBER
        goes_on = ops.ieq(at, ops.iadd(state[0], ops.integer(1)))
        equals = run_body(operators.equal, ops, element.value, wanted).value
        if element.error is not None:
            equals = ops.and_(equals, ops.not_(is_error(ops, element.error)))
        return [ops.select(ops.and_(goes_on, equals), at, state[0])]

    return fold_segments(reader, segments_of([keys]), [start], step)[0]
