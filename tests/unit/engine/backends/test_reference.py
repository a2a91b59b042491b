"""The reference back end: loops, gathers, evaluated stages, every instruction, any block size."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.block_operations import BlockOperations
from mcdesk.engine.builder import ProgramDraft, StageBuilder, Value
from mcdesk.engine.ir import Affine, EvaluatedStage, Program, SlotAccess, Table, Type
from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.engine.verifier import check
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.error_codes import ErrorCode

_TRIALS = 37


def _run(program: Program, array: int, block_trials: int = 4096, **evaluators: Any) -> SlotValues:
    check(program)
    backend = ReferenceBackend(program, tuple(evaluators.values()), block_trials)
    return backend.run(ChunkRequest(9, 5, _TRIALS, (array,)))[array]


def _balance(draft: ProgramDraft) -> int:
    """A balance that grows by its own tenth and the trial's number over six periods."""
    ops = StageBuilder(draft)
    balances = draft.slot_array(Type.NUMBER, 6)
    deposit = ops.to_number(ops.trial())

    def grow(index: int, state: Any) -> list[Value]:
        balance = ops.add(ops.mul(state[0], ops.number(1.1)), deposit)
        ops.write_slot(SlotAccess(balances, Affine(0, ((index, 1),))), balance)
        return [balance]

    ops.loop(6, [ops.number(100.0)], grow)
    ops.finish("balance")
    return balances


def test_that_a_carry_goes_from_round_to_round() -> None:
    draft = ProgramDraft()
    balances = _balance(draft)

    found = _run(draft.program(), balances)

    balance = np.full(_TRIALS, 100.0)
    for row in found:
        balance = balance * 1.1 + np.arange(5, 5 + _TRIALS)
        np.testing.assert_array_equal(row, balance)


def test_that_carries_change_places_at_once() -> None:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    out = draft.slot_array(Type.INTEGER, 2)
    pair = ops.repeat(5, [ops.trial(), ops.integer(-1)], lambda _, state: [state[1], state[0]])
    for place, value in enumerate(pair):
        ops.write_slot(SlotAccess(out, Affine(place)), value)
    ops.finish("swap")

    found = _run(draft.program(), out)

    assert set(found[0].tolist()) == {-1}
    assert found[1].tolist() == list(range(5, 5 + _TRIALS))


def test_that_a_gather_reads_another_place_in_each_trial() -> None:
    draft = ProgramDraft()
    balances = _balance(draft)
    ops = StageBuilder(draft)
    out = draft.slot_array(Type.NUMBER, 1)
    shift = ops.iclamp(ops.isub(ops.trial(), ops.integer(20)), 0, 4)
    ops.write_slot(SlotAccess(out, Affine(0)), ops.read_slot(SlotAccess(balances, Affine(1)), shift))
    ops.finish("gather")
    program = draft.program()

    found = _run(program, out)[0]

    places = 1 + np.clip(np.arange(5, 5 + _TRIALS) - 20, 0, 4)
    np.testing.assert_array_equal(found, _run(program, balances)[places, np.arange(_TRIALS)])


@pytest.mark.parametrize("block_trials", [1, 2, 7, 36, 37, 1000])
def test_that_an_evaluated_stage_stands_between_compiled_ones(block_trials: int) -> None:
    draft = ProgramDraft()
    balances = _balance(draft)
    middle, out = draft.slot_array(Type.NUMBER, 6), draft.slot_array(Type.NUMBER, 1)
    draft.add_stage(EvaluatedStage("slow", 0, (balances,), (middle,)))
    ops = StageBuilder(draft)
    ops.write_slot(SlotAccess(out, Affine(0)), ops.read_slot(SlotAccess(middle, Affine(5))))
    ops.finish("after")

    def slow(first: int, read: Mapping[int, SlotValues], cancel: CancelToken) -> dict[int, SlotValues]:
        assert read.keys() == {balances}
        trials = first + np.arange(read[balances].shape[1])
        return {middle: np.asarray(read[balances], dtype=np.float64) - trials}

    found = _run(draft.program(), out, block_trials, slow=slow)[0]

    np.testing.assert_array_equal(found, _run_balance()[5] - np.arange(5, 5 + _TRIALS))


def _run_balance() -> SlotValues:
    draft = ProgramDraft()
    balances = _balance(draft)
    return _run(draft.program(), balances)


_FLOATS = (0.0, -0.0, 1.0, -1.5, 2.5, 1e308, -1e308, 5e-324, 2.0**62, -(2.0**61), 4503599627370497.5)
_WHOLES = (0, 1, -1, 7, 63, 2**62, -(2**63), 2**63 - 1, 0x9E3779B97F4A7C15 - 2**64)
_N, _I = Type.NUMBER, Type.INTEGER
_OPERATIONS: dict[str, tuple[tuple[Type, ...], Type, tuple[Any, ...]]] = {
    **dict.fromkeys(("add", "sub", "mul", "div", "minimum", "maximum"), ((_N, _N), _N, ())),
    **dict.fromkeys(("neg", "absolute", "sqrt", "floor"), ((_N,), _N, ())),
    **dict.fromkeys(("lt", "le", "eq"), ((_N, _N), Type.LOGICAL, ())),
    **dict.fromkeys(("iadd", "isub", "imul", "iand", "ior", "ixor"), ((_I, _I), _I, ())),
    **dict.fromkeys(("ishl", "ilshr", "iashr"), ((_I,), _I, (13,))),
    **dict.fromkeys(("ilt", "ieq"), ((_I, _I), Type.LOGICAL, ())),
    "fma": ((_N, _N, _N), _N, ()),
    "iclamp": ((_I,), _I, (-5, 8)),
    "ireverse": ((_I,), _I, ()),
    "bits": ((_N,), _I, ()),
    "from_bits": ((_I,), _N, ()),
    "to_number": ((_I,), _N, ()),
    "to_integer": ((_N,), _I, ()),
}


@pytest.mark.parametrize("name", _OPERATIONS)
def test_that_an_operation_gives_the_same_bits_everywhere(name: str) -> None:
    kinds, result, immediate = _OPERATIONS[name]
    columns = _cases(kinds)

    scalar = [getattr(ScalarOperations(), name)(*row, *immediate) for row in zip(*columns, strict=True)]
    with np.errstate(all="ignore"):
        lanes = [np.array(column, dtype=_dtype(kind)) for column, kind in zip(columns, kinds, strict=True)]
        block = getattr(BlockOperations(), name)(*lanes, *immediate)
    program = _run_operation(name, kinds, result, immediate, columns)

    assert _bits(scalar) == _bits(block.tolist()) == _bits(program.tolist())


def _cases(kinds: tuple[Type, ...]) -> list[list[Any]]:
    pools = [_FLOATS if kind is Type.NUMBER else _WHOLES for kind in kinds]
    rows = [
        tuple(pool[(i * (2 * place + 1) + i // len(pool)) % len(pool)] for place, pool in enumerate(pools))
        for i in range(121)
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _run_operation(
    name: str, kinds: tuple[Type, ...], result: Type, immediate: tuple[Any, ...], columns: list[list[Any]]
) -> SlotValues:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    out = draft.slot_array(result, 1)
    place = ops.iclamp(ops.trial(), 0, len(columns[0]) - 1)
    operands = [
        ops.read_table(Table(kind, np.array(column, dtype=_dtype(kind))), place)
        for kind, column in zip(kinds, columns, strict=True)
    ]
    ops.write_slot(SlotAccess(out, Affine(0)), getattr(ops, name)(*operands, *immediate))
    ops.finish(name)
    check(draft.program())
    backend = ReferenceBackend(draft.program(), (), 50)
    return backend.run(ChunkRequest(1, 0, len(columns[0]), (out,)))[out][0]


def _dtype(kind: Type) -> str:
    return "float64" if kind is Type.NUMBER else "int64"


def _bits(values: list[Any]) -> list[bytes | int]:
    # NaN payloads are nobody's business
    return [
        (b"nan" if value != value else struct.pack("<d", value)) if isinstance(value, float) else int(value)
        for value in values
    ]


def _logical(build: Callable[[StageBuilder, Value, Value], Value]) -> list[Any]:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    out = draft.slot_array(Type.LOGICAL, 1)
    bit = [ops.ieq(ops.iand(ops.ilshr(ops.trial(), i), ops.integer(1)), ops.integer(1)) for i in (0, 1)]
    ops.write_slot(SlotAccess(out, Affine(0)), build(ops, bit[0], bit[1]))
    ops.finish("logic")
    found: list[Any] = (
        ReferenceBackend(draft.program(), ()).run(ChunkRequest(1, 0, 4, (out,)))[out][0].tolist()
    )
    return found


def test_that_logic_follows_its_tables() -> None:
    assert _logical(lambda ops, a, b: ops.and_(a, b)) == [False, False, False, True]
    assert _logical(lambda ops, a, b: ops.or_(a, b)) == [False, True, True, True]
    assert _logical(lambda ops, a, b: ops.not_(a)) == [True, False, True, False]
    assert _logical(lambda ops, a, b: ops.select(a, b, ops.logical(True))) == [True, False, True, True]
    assert _logical(lambda ops, a, b: ops.and_(ops.logical(True), a)) == [False, True, False, True]
    assert _logical(lambda ops, a, b: ops.or_(a, ops.logical(True))) == [True] * 4


def test_that_texts_and_errors_have_the_codes_of_the_program() -> None:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    texts, errors = draft.slot_array(Type.TEXT, 2), draft.slot_array(Type.ERROR, 1)
    codes = draft.slot_array(Type.INTEGER, 2)
    for place, text in enumerate(("low", "high")):
        ops.write_slot(SlotAccess(texts, Affine(place)), ops.text(text))
    ops.write_slot(SlotAccess(errors, Affine(0)), ops.error(ErrorCode.NUM))
    ops.write_slot(SlotAccess(codes, Affine(0)), ops.text_code(ops.read_slot(SlotAccess(texts, Affine(1)))))
    ops.write_slot(SlotAccess(codes, Affine(1)), ops.error_code(ops.read_slot(SlotAccess(errors, Affine(0)))))
    ops.finish("codes")

    found = _run(draft.program(), codes)

    assert draft.strings == ("low", "high")
    assert found[:, 0].tolist() == [1, int(ErrorCode.NUM)]


def test_that_a_trial_and_the_seed_are_whole_numbers_of_64_bits() -> None:
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    out = draft.slot_array(Type.INTEGER, 2)
    ops.write_slot(SlotAccess(out, Affine(0)), ops.trial())
    ops.write_slot(SlotAccess(out, Affine(1)), ops.seed())
    ops.finish("sources")

    request = ChunkRequest(2**64 - 1, 2**40, 2, (out,))
    found = ReferenceBackend(draft.program(), ()).run(request)[out]

    assert found.tolist() == [[2**40, 2**40 + 1], [-1, -1]]
