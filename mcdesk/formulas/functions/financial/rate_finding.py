"""The rate at which a value is zero: Newton's method, by bisection where that fails, in fixed rounds.

Compiled code cannot leave a loop early, so a round after the end changes nothing; in evaluation,
where it can, the loop ends with the search.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from mcdesk.engine.intervals import LARGEST
from mcdesk.engine.ir import Table, Type
from mcdesk.engine.operations import Operations
from mcdesk.formulas.functions.definition import Outcome
from mcdesk.foundation.error_codes import ErrorCode

V = TypeVar("V")

_NEWTON_ROUNDS = 40
_HALVINGS = 56
_TOLERANCE = 1e-13
_PLACES = (-0.999, -0.99, -0.9, -0.7, -0.5, -0.3, -0.1, 0.0, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0, 20.0, 1e3, 1e6)


def _place_table() -> Table:
    values = np.array(_PLACES)
    values.flags.writeable = False
    return Table(Type.NUMBER, values)


_PLACE_TABLE = _place_table()


def find_rate(ops: Operations[V], value_and_slope: Callable[[V], tuple[V, V]], guess: V) -> Outcome[V]:
    """A root above -1; #NUM! where none is found.

    Args:
        value_and_slope: of a rate; may be infinite or NaN.
        guess: where Newton's method begins.
    """
    is_found, rate = _by_newton(ops, value_and_slope, guess)
    if is_found is True:
        return Outcome(rate, ops.error(ErrorCode.NONE))
    is_bracketed, halved = _by_bisection(ops, value_and_slope)
    is_good = ops.or_(is_found, is_bracketed)
    error = ops.select(is_good, ops.error(ErrorCode.NONE), ops.error(ErrorCode.NUM))
    return Outcome(ops.select(is_found, rate, halved), error)


def _by_newton(ops: Operations[V], value_and_slope: Callable[[V], tuple[V, V]], guess: V) -> tuple[V, V]:
    """Whether the method converged, and where."""
    one, zero = ops.number(1.0), ops.number(0.0)

    def step(state: Sequence[V]) -> tuple[V, V, V]:
        _, _, rate = state
        value, slope = value_and_slope(rate)
        is_usable = ops.and_(_is_finite(ops, value), _is_finite(ops, slope))
        is_usable = ops.and_(is_usable, ops.not_(ops.eq(slope, zero)))
        following = ops.sub(rate, ops.div(value, ops.select(is_usable, slope, one)))
        is_usable = ops.and_(is_usable, _is_finite(ops, following))
        half_way = ops.div(ops.sub(rate, one), ops.number(2.0))
        following = ops.select(ops.le(following, ops.number(-1.0)), half_way, following)
        limit = ops.mul(ops.number(_TOLERANCE), ops.maximum(one, ops.absolute(rate)))
        is_close = ops.le(ops.absolute(ops.sub(following, rate)), limit)
        is_over = ops.or_(ops.not_(is_usable), is_close)
        return is_over, ops.and_(is_usable, is_close), ops.select(is_usable, following, rate)

    start = (ops.logical(False), ops.logical(False), ops.add(guess, zero))
    _, is_found, rate = _until_over(ops, _NEWTON_ROUNDS, start, step)
    return is_found, rate


def _by_bisection(ops: Operations[V], value_and_slope: Callable[[V], tuple[V, V]]) -> tuple[V, V]:
    """Whether two neighbours of some fixed rates have values of different sign, and the root between."""
    is_bracketed, low, high, at_low = _bracket(ops, value_and_slope)

    def step(_round: V, state: Sequence[V]) -> tuple[V, V]:
        middle = ops.div(ops.add(state[0], state[1]), ops.number(2.0))
        value = value_and_slope(middle)[0]
        is_beyond = ops.lt(ops.number(0.0), ops.mul(_sign(ops, value), at_low))
        return ops.select(is_beyond, middle, state[0]), ops.select(is_beyond, state[1], middle)

    low, high = ops.repeat(_HALVINGS, (low, high), step)
    return is_bracketed, ops.div(ops.add(low, high), ops.number(2.0))


def _bracket(ops: Operations[V], value_and_slope: Callable[[V], tuple[V, V]]) -> tuple[V, V, V, V]:
    """Whether there is a bracket, its ends, and the sign of the value at the lower one."""
    zero = ops.number(0.0)

    def sign_at(rate: V) -> V:
        value = value_and_slope(rate)[0]
        return ops.select(_is_finite(ops, value), _sign(ops, value), ops.number(2.0))

    def step(place: V, state: Sequence[V]) -> tuple[V, V, V, V, V, V]:
        is_found, low, high, at_low, before, sign_before = state
        rate = ops.read_table(_PLACE_TABLE, ops.iclamp(ops.iadd(place, ops.integer(1)), 0, len(_PLACES) - 1))
        sign = sign_at(rate)
        is_root = ops.eq(sign_before, zero)
        # 2 stands for a value that is none: its product is -1 with nothing
        is_crossing = ops.eq(ops.mul(sign_before, sign), ops.number(-1.0))
        is_new = ops.and_(ops.not_(is_found), ops.or_(is_root, is_crossing))
        return (
            ops.or_(is_found, is_new),
            ops.select(is_new, before, low),
            ops.select(is_new, ops.select(is_root, before, rate), high),
            ops.select(is_new, sign_before, at_low),
            rate,
            sign,
        )

    first = ops.number(_PLACES[0])
    start = (ops.logical(False), first, first, zero, first, sign_at(first))
    is_found, low, high, at_low, *_ = ops.repeat(len(_PLACES) - 1, start, step)
    return is_found, low, high, at_low


def _until_over(
    ops: Operations[V], most_rounds: int, start: Sequence[V], step: Callable[[Sequence[V]], Sequence[V]]
) -> tuple[V, ...]:
    """Rounds until the first of the state holds; after that it does not change."""
    if isinstance(start[0], bool):
        state = tuple(start)
        for _ in range(most_rounds):
            if state[0]:
                break
            state = tuple(step(state))
        return state

    def frozen(_round: V, state: Sequence[V]) -> list[V]:
        following = step(state)
        return [ops.select(state[0], old, new) for new, old in zip(following, state, strict=True)]

    return ops.repeat(most_rounds, start, frozen)


def _is_finite(ops: Operations[V], x: V) -> V:
    return ops.le(ops.absolute(x), ops.number(LARGEST))


def _sign(ops: Operations[V], x: V) -> V:
    zero = ops.number(0.0)
    below = ops.select(ops.lt(x, zero), ops.number(-1.0), zero)
    return ops.select(ops.lt(zero, x), ops.number(1.0), below)
