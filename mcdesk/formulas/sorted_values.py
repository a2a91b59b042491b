"""Order among values of one trial: a sorting network for few, selection bit by bit for many."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import Numbers

V = TypeVar("V")

_SIGN = 1 << 63
_BELOW_SIGN = _SIGN - 1


def sorted_values(ops: Operations[V], values: Sequence[V]) -> list[V]:
    """The values in ascending order."""
    # minus zero has no place of its own
    ordered = [ops.add(value, ops.number(0.0)) for value in values]
    for low, high in _comparisons(len(ordered)):
        a, b = ordered[low], ordered[high]
        ordered[low], ordered[high] = ops.minimum(a, b), ops.maximum(a, b)
    return ordered


def neighbours_by_bits(ops: Operations[V], numbers: Numbers[V], place: V) -> tuple[V, V]:
    """The numbers at a place (a whole NUMBER from 0, inside of all) and at the next in ascending order.

    0 and 0 of no numbers.

    The bits of a number, with those of negative ones turned, are whole numbers of the same order; the
    wanted one is found from its highest bit down, by counting how many are not above.
    """
    wanted = ops.to_integer(place)

    def step(_round: V, state: Sequence[V]) -> tuple[V, V]:
        prefix, bit = state
        # the largest key that has a 0 here
        highest = ops.ixor(ops.ior(prefix, ops.isub(bit, ops.integer(1))), ops.integer(_SIGN))
        is_zero = ops.ilt(wanted, _count_up_to(ops, numbers, highest))
        return ops.select(is_zero, prefix, ops.ior(prefix, bit)), ops.ilshr(bit, 1)

    found = ops.repeat(64, (ops.integer(0), ops.integer(_SIGN)), step)[0]
    key = ops.ixor(found, ops.integer(_SIGN))
    beyond = _least_above(ops, numbers, key)
    has_more = ops.ilt(ops.iadd(wanted, ops.integer(1)), _count_up_to(ops, numbers, key))
    count = numbers.count()
    is_last = ops.le(count, ops.add(place, ops.number(1.0)))
    following = ops.select(ops.or_(has_more, is_last), key, beyond)
    is_empty = ops.eq(count, ops.number(0.0))
    low, high = (ops.select(is_empty, ops.number(0.0), _number_of(ops, each)) for each in (key, following))
    return low, high


def _count_up_to(ops: Operations[V], numbers: Numbers[V], highest: V) -> V:
    def step(state: Sequence[V], x: V) -> tuple[V]:
        counts = ops.not_(ops.ilt(highest, _key_of(ops, x)))
        return (ops.iadd(state[0], ops.select(counts, ops.integer(1), ops.integer(0))),)

    return numbers.fold((ops.integer(0),), step)[0]


def _least_above(ops: Operations[V], numbers: Numbers[V], key: V) -> V:
    def step(state: Sequence[V], x: V) -> tuple[V]:
        own = _key_of(ops, x)
        is_better = ops.and_(ops.ilt(key, own), ops.ilt(own, state[0]))
        return (ops.select(is_better, own, state[0]),)

    return numbers.fold((ops.integer(_BELOW_SIGN),), step)[0]


def _key_of(ops: Operations[V], x: V) -> V:
    bits = ops.bits(ops.add(x, ops.number(0.0)))
    return ops.ixor(bits, ops.iand(ops.iashr(bits, 63), ops.integer(_BELOW_SIGN)))


def _number_of(ops: Operations[V], key: V) -> V:
    bits = ops.ixor(key, ops.iand(ops.iashr(key, 63), ops.integer(_BELOW_SIGN)))
    # it is one of the numbers
    return ops.within(ops.from_bits(bits), -1.7976931348623157e308, 1.7976931348623157e308)


def _comparisons(count: int) -> Iterator[tuple[int, int]]:
    """Batcher's odd-even merge sort: Knuth, TAOCP 3, 5.3.4, algorithm M; for any count."""
    p = 1
    while p < count:
        k = p
        while k >= 1:
            for j in range(k % p, count - k, 2 * k):
                for i in range(min(k, count - j - k)):
                    if (i + j) // (p * 2) == (i + j + k) // (p * 2):
                        yield i + j, i + j + k
            k //= 2
        p *= 2
