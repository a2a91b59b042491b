"""A program with an evaluated stage between compiled ones."""

from collections.abc import Mapping

import numpy as np

from mcdesk.engine.backends.backend import SlotValues
from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, EvaluatedStage, Program, SlotAccess, Type
from mcdesk.foundation.cancellation import CancelToken


def with_evaluator() -> tuple[Program, int]:
    """The program, and the slot array that it leaves its result in."""
    draft = ProgramDraft()
    ops = StageBuilder(draft)
    given, found, out = (draft.slot_array(Type.NUMBER, length) for length in (2, 3, 1))
    for place in range(2):
        value = ops.add(ops.to_number(ops.trial()), ops.number(place / 4))
        ops.write_slot(SlotAccess(given, Affine(place)), value)
    ops.finish("before")
    draft.add_stage(EvaluatedStage("python", 0, (given,), (found,)))
    ops = StageBuilder(draft)
    total = ops.add(ops.read_slot(SlotAccess(found, Affine(1))), ops.read_slot(SlotAccess(given, Affine(0))))
    ops.write_slot(SlotAccess(out, Affine(0)), total)
    ops.finish("after")
    return draft.program(), out


def evaluate(first: int, slots: Mapping[int, SlotValues], cancel: CancelToken) -> Mapping[int, SlotValues]:
    """What the evaluated stage does."""
    assert slots[0][0, 0] == first
    return {1: np.stack([slots[0][0] * 2, slots[0][1] * 3, slots[0][0] - first])}
