"""The beginning of a program."""

from mcdesk.engine.builder import ProgramDraft, StageBuilder
from mcdesk.engine.ir import Affine, EvaluatedStage, SlotAccess, Type
from mcdesk.engine.program_prefix import program_prefix


def _program() -> ProgramDraft:
    draft = ProgramDraft()
    arrays = [draft.slot_array(Type.NUMBER, 2) for _ in range(4)]
    ops = StageBuilder(draft)
    for place in range(2):
        ops.write_slot(SlotAccess(arrays[0], Affine(place)), ops.number(place))
    ops.loop(2, (), lambda index, _: _written(ops, arrays[1], index))
    ops.finish("first")
    draft.add_stage(EvaluatedStage("second", 0, (arrays[0],), (arrays[2],)))
    ops = StageBuilder(draft)
    ops.loop(2, (), lambda index, _: _written(ops, arrays[3], index))
    ops.finish("third")
    return draft


def _written(ops: StageBuilder, array: int, index: int) -> tuple[()]:
    ops.write_slot(SlotAccess(array, Affine(0, ((index, 1),))), ops.number(1.0))
    return ()


def test_that_a_prefix_ends_with_the_last_write_to_what_is_wanted() -> None:
    program = _program().program()
    whole = [len(stage.body) if hasattr(stage, "body") else 1 for stage in program.stages]

    found = {
        array: [len(stage.body) if hasattr(stage, "body") else 1 for stage in prefix.stages]
        for array in range(4)
        if (prefix := program_prefix(program, [array]))
    }

    assert found[0] == [whole[0] - 1]
    assert found[1] == whole[:1]
    assert found[2] == whole[:2]
    assert found[3] == whole


def test_that_nothing_is_needed_for_nothing() -> None:
    assert program_prefix(_program().program(), []).stages == ()
