"""Every slot element is written once, before it is read, and before the end: proven element by element."""

import itertools
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    EvaluatedStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    SlotArray,
    Stage,
    Statement,
    Type,
)
from mcdesk.engine.slot_order import SlotFault, SlotOrder
from mcdesk.engine.verifier import ProgramFault, check

_N, _I = Type.NUMBER, Type.INTEGER
_numbers = itertools.count(1000)
_ONE = Instruction(0, Op.CONSTANT, (), _N, 1.0)


def _at(base: int, *terms: tuple[int, int]) -> Affine:
    return Affine(base, terms)


def _write(array: int, at: Affine) -> Instruction:
    return Instruction(-1, Op.WRITE_SLOT, (0,), _N, SlotAccess(array, at))


def _read(array: int, at: Affine) -> Instruction:
    return Instruction(next(_numbers), Op.READ_SLOT, (), _N, SlotAccess(array, at))


def _read_between(array: int, low: int, high: int, at: Affine) -> list[Statement]:
    whole, clamped = next(_numbers), next(_numbers)
    return [
        Instruction(whole, Op.TRIAL, (), _I),
        Instruction(clamped, Op.ICLAMP, (whole,), _I, (low, high)),
        Instruction(next(_numbers), Op.READ_SLOT_AT, (clamped,), _N, SlotAccess(array, at)),
    ]


def _loop(count: int, index: int, *body: Statement) -> Loop:
    return Loop(count, index, (), body)


def _stage(*body: Statement) -> CompiledStage:
    return CompiledStage("stage", (_ONE, *body))


def _program(lengths: Sequence[int], *stages: Stage) -> Program:
    return Program(stages, tuple(SlotArray(_N, length) for length in lengths), (), ())


_REFUSED = {
    "a straight stage misses an element": (
        _program([2, 1], _stage(_write(0, _at(0)), _read(0, _at(1)), _write(1, _at(0)))),
        "stage: element 1 of slot array 0 is read before it is written",
    ),
    "an element is written after its read": (
        _program([1], _stage(_read(0, _at(0)), _write(0, _at(0)))),
        "stage: element 0 of slot array 0 is read before it is written",
    ),
    "a loop leaves a gap that another reads": (
        _program(
            [6, 6],
            _stage(
                _loop(3, 1, _write(0, _at(0, (1, 2)))),
                _loop(6, 2, _read(0, _at(0, (2, 1))), _write(1, _at(0, (2, 1)))),
            ),
        ),
        "stage: element 1 of slot array 0 is read before it is written",
    ),
    "a round reads what a later round writes": (
        _program(
            [4], _stage(_write(0, _at(3)), _loop(3, 1, _read(0, _at(1, (1, 1))), _write(0, _at(0, (1, 1)))))
        ),
        "stage: element 1 of slot array 0 is read before it is written",
    ),
    "a backward sweep reads behind itself": (
        _program(
            [4], _stage(_write(0, _at(0)), _loop(3, 1, _read(0, _at(2, (1, -1))), _write(0, _at(3, (1, -1)))))
        ),
        "stage: element 2 of slot array 0 is read before it is written",
    ),
    "two rows of a grid are swapped": (
        _program(
            [6],
            _stage(
                _loop(3, 1, _write(0, _at(0, (1, 1)))),
                _loop(3, 2, _read(0, _at(5, (2, -1))), _write(0, _at(3, (2, 1)))),
            ),
        ),
        "stage: element 5 of slot array 0 is read before it is written",
    ),
    "a shift may reach what is not there yet": (
        _program(
            [4],
            _stage(
                _write(0, _at(0)),
                _loop(3, 1, *_read_between(0, 0, 1, _at(0, (1, 1))), _write(0, _at(1, (1, 1)))),
            ),
        ),
        "stage: element 1 of slot array 0 is read before it is written",
    ),
    "an evaluated stage reads an array with a gap": (
        _program([3, 1], _stage(_write(0, _at(0)), _write(0, _at(2))), EvaluatedStage("slow", 0, (0,), (1,))),
        "slow: element 1 of slot array 0 is read before it is written",
    ),
    "an evaluated stage writes what is written": (
        _program([2], _stage(_write(0, _at(1))), EvaluatedStage("slow", 0, (), (0,))),
        "slow: element 1 of slot array 0 is written twice",
    ),
    "rounds of two loops meet": (
        _program([5], _stage(_loop(2, 1, _loop(2, 2, _write(0, _at(0, (1, 1), (2, 1))))))),
        "stage: element 1 of slot array 0 is written twice",
    ),
    "more rounds than elements": (
        _program([5], _stage(_loop(2, 1, _loop(5, 2, _write(0, _at(0, (2, 1))))))),
        "stage: an element of slot array 0 is written twice",
    ),
    "an output is never written": (
        _program([1, 3], _stage(_write(0, _at(0)), _loop(2, 1, _write(1, _at(0, (1, 1)))))),
        "element 2 of slot array 1 is never written",
    ),
    "nothing is written at all": (_program([1]), "element 0 of slot array 0 is never written"),
}


@pytest.mark.parametrize("fault", sorted(_REFUSED))
def test_that_what_is_not_written_in_time_is_named(fault: str) -> None:
    program, message = _REFUSED[fault]

    with pytest.raises(ProgramFault) as raised:
        check(program)

    assert str(raised.value) == message


_ACCEPTED = {
    "a forward recursion": _program(
        [5], _stage(_write(0, _at(0)), _loop(4, 1, _read(0, _at(0, (1, 1))), _write(0, _at(1, (1, 1)))))
    ),
    "a backward sweep": _program(
        [5], _stage(_write(0, _at(4)), _loop(4, 1, _read(0, _at(4, (1, -1))), _write(0, _at(3, (1, -1)))))
    ),
    "arrays that read each other": _program(
        [5, 5],
        _stage(
            _write(0, _at(0)),
            _write(1, _at(0)),
            _loop(
                4,
                1,
                _read(1, _at(0, (1, 1))),
                _write(0, _at(1, (1, 1))),
                _read(0, _at(1, (1, 1))),
                _write(1, _at(1, (1, 1))),
            ),
        ),
    ),
    "a grid by columns, read by rows": _program(
        [6, 6],
        _stage(
            _loop(3, 1, _loop(2, 2, _write(0, _at(0, (2, 3), (1, 1))))),
            _loop(2, 3, _loop(3, 4, _read(0, _at(0, (3, 3), (4, 1))), _write(1, _at(0, (3, 3), (4, 1))))),
        ),
    ),
    "a window over what earlier rounds wrote": _program(
        [6],
        _stage(
            *(_write(0, _at(place)) for place in range(3)),
            _loop(3, 1, _loop(3, 2, _read(0, _at(0, (1, 1), (2, 1)))), _write(0, _at(3, (1, 1)))),
        ),
    ),
    "a shift among what is there": _program(
        [4],
        _stage(
            _write(0, _at(0)), _loop(3, 1, *_read_between(0, 0, 0, _at(0, (1, 1))), _write(0, _at(1, (1, 1))))
        ),
    ),
    "halves written by two stages": _program(
        [4, 1],
        _stage(_loop(2, 1, _write(0, _at(0, (1, 2))))),
        _stage(_loop(2, 1, _read(0, _at(0, (1, 2))), _write(0, _at(1, (1, 2))))),
        EvaluatedStage("slow", 0, (0,), (1,)),
    ),
}


@pytest.mark.parametrize("case", sorted(_ACCEPTED))
def test_that_what_is_written_in_time_is_accepted(case: str) -> None:
    check(_ACCEPTED[case])


def test_that_two_strides_of_one_index_add_up() -> None:
    check(
        _program(
            [4], _stage(_write(0, _at(1)), _write(0, _at(3)), _loop(2, 1, _write(0, _at(0, (1, 1), (1, 1)))))
        )
    )


def test_that_a_number_set_in_one_loop_is_not_set_again_in_the_next() -> None:
    loops = (_loop(2, index, Instruction(7, Op.CONSTANT, (), _N, 1.0)) for index in (1, 2))

    with pytest.raises(ProgramFault, match="value 7 is defined twice"):
        check(_program([], _stage(*loops)))


_LONG, _WINDOW = 200_000, 1000


def _moving_sum(first: int) -> Program:
    """Each element is written after the 1,000 that begin `first` places before it were read."""
    window = _loop(10**6, 2, _loop(_WINDOW, 3, _read(0, _at(_WINDOW - first, (1, 1), (3, 1)))))
    start = _loop(_WINDOW, 4, _write(0, _at(0, (4, 1))))
    return _program(
        [_LONG], _stage(start, _loop(_LONG - _WINDOW, 1, window, _write(0, _at(_WINDOW, (1, 1)))))
    )


def test_that_rounds_without_number_cost_no_more_than_their_elements() -> None:
    check(_moving_sum(first=_WINDOW))

    with pytest.raises(ProgramFault, match="element 1000 of slot array 0 is read before"):
        check(_moving_sum(first=_WINDOW - 1))


def test_that_more_accesses_than_can_be_counted_are_refused() -> None:
    body: Statement = _read(0, _at(0))
    for index in range(1, 4):
        body = _loop(10**9, index, body)

    with pytest.raises(ProgramFault, match="counted"):
        check(_program([1], _stage(_write(0, _at(0)), body)))


_LENGTH = 6
_bases, _strides, _counts = st.integers(0, _LENGTH - 1), st.integers(-3, 3), st.integers(1, 4)


@st.composite
def _bodies(draw: st.DrawFn, loops: tuple[tuple[int, int], ...] = ()) -> tuple[Statement, ...]:
    body: list[Statement] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["loop", "read", "shift", "write", "write"]))
        if kind == "loop":
            if len(loops) < 2:
                count, index = draw(_counts), next(_numbers)
                body.append(_loop(count, index, *draw(_bodies(loops=(*loops, (index, count))))))
            continue
        at = _at(draw(_bases), *((index, draw(_strides)) for index, _ in loops))
        low = draw(st.integers(0, 2)) if kind == "shift" else 0
        high = low + draw(st.integers(0, 2)) if kind == "shift" else 0
        reach = [_place(at, dict(zip(dict(loops), rounds, strict=True))) for rounds in _rounds(loops)]
        if min(reach) + low < 0 or max(reach) + high >= _LENGTH:
            continue
        if kind == "shift":
            body += _read_between(0, low, high, at)
        else:
            body.append(_read(0, at) if kind == "read" else _write(0, at))
    return tuple(body)


def _rounds(loops: Sequence[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    return itertools.product(*(range(count) for _, count in loops))


def _place(at: Affine, rounds: dict[int, int]) -> int:
    return at.base + sum(stride * rounds[index] for index, stride in at.terms)


def _run(
    body: Sequence[Statement], rounds: dict[int, int], shifts: dict[int, tuple[int, int]]
) -> Iterator[tuple]:
    for statement in body:
        if isinstance(statement, Loop):
            for i in range(statement.count):
                yield from _run(statement.body, {**rounds, statement.index: i}, shifts)
        elif isinstance(statement.immediate, SlotAccess):
            low, high = shifts[statement.operands[0]] if statement.op is Op.READ_SLOT_AT else (0, 0)
            place = _place(statement.immediate.at, rounds)
            yield statement.op is Op.WRITE_SLOT, set(range(place + low, place + high + 1))


def _clamps(body: Sequence[Statement]) -> Iterator[tuple[int, tuple[int, int]]]:
    for statement in body:
        if isinstance(statement, Loop):
            yield from _clamps(statement.body)
        elif isinstance(statement.immediate, tuple):
            yield statement.result, statement.immediate


def _is_in_order(body: Sequence[Statement], shifts: dict[int, tuple[int, int]]) -> bool:
    written: set[int] = set()
    for is_write, places in _run(body, {}, shifts):
        if bool(places & written) if is_write else not places <= written:
            return False
        if is_write:
            written |= places
    return len(written) == _LENGTH


def _fill(body: Sequence[Statement], shifts: dict[int, tuple[int, int]]) -> tuple[Statement, ...]:
    """The body after writes of all that it does not write itself, so that many are in order."""
    own = set().union(*(places for is_write, places in _run(body, {}, shifts) if is_write))
    return (*(_write(0, _at(place)) for place in range(_LENGTH) if place not in own), *body)


@settings(max_examples=400, deadline=None)
@given(_bodies(), st.booleans())
def test_that_the_proof_is_that_of_a_run_step_by_step(body: tuple[Statement, ...], is_filled: bool) -> None:
    shifts = dict(_clamps(body))
    whole = _fill(body, shifts) if is_filled else body
    order = SlotOrder([_LENGTH])
    try:
        order.body(whole, shifts)
        order.complete()
    except SlotFault:
        found = False
    else:
        found = True

    assert found == _is_in_order(whole, shifts)
