"""How often a long program is looked at, so that a cancel is seen soon."""

import numpy as np
import pytest

from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.backends.cpu import CpuBackend
from mcdesk.engine.backends.cpu_execution import piece_steps
from mcdesk.engine.backends.reference import ReferenceBackend
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, Program, SlotAccess, Type
from tests.unit.engine.backends.same_bits import assert_same


def _looped(count: int, start: float = 0.5) -> Program:
    draft = ProgramDraft()
    kept = draft.slot_array(Type.NUMBER, 1)
    ops = StageBuilder(draft)
    number = ops.add(ops.to_number(ops.iand(ops.trial(), ops.integer(7))), ops.number(start))
    (product,) = ops.loop(count, [number], lambda _, carried: [ops.mul(carried[0], number)])
    is_finite = ops.le(ops.absolute(product), ops.number(np.finfo(np.float64).max))
    ops.write_slot(SlotAccess(kept, Affine(0)), ops.select(is_finite, product, ops.number(-1.0)))
    ops.finish("looped")
    return draft.program()


@pytest.mark.parametrize(
    ("count", "steps"), [(10, 512), (100_000, 160), (500_000, 64), (900_000, 64), (4_000_000, 15), (10**8, 1)]
)
def test_that_longer_programs_have_fewer_steps_between_two_looks(count: int, steps: int) -> None:
    assert abs(piece_steps(_looped(count)) - steps) <= 1


def test_that_short_pieces_have_the_bits_of_the_reference_where_trials_overflow() -> None:
    program = _looped(4_000_000)
    request = ChunkRequest(1, 3, 300, (0,))

    found = CpuBackend(program, (), lanes=16, threads=1).run(request)

    # a million powers of 0.5 are 0, of 1.5 and more infinite: in most trials something is doubted
    one = ReferenceBackend(_looped(4_000), ()).run(request)
    assert_same(found, one)
