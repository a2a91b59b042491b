"""The beginning of a program: no more than it takes to fill some of its slot arrays."""

from collections.abc import Iterable
from dataclasses import replace

from mcdesk.engine.ir import (
    CompiledStage,
    EvaluatedStage,
    Loop,
    Op,
    Program,
    SlotAccess,
    Stage,
    Statement,
    program_instructions,
)


def program_prefix(program: Program, arrays: Iterable[int]) -> Program:
    """The program up to the last statement that writes one of the arrays.

    Arrays that are written only later have no elements; one of which some elements are written makes
    a program that the verifier refuses.
    """
    wanted = frozenset(arrays)
    kept: tuple[Stage, ...] = ()
    for number, stage in enumerate(program.stages):
        if isinstance(stage, CompiledStage):
            end = max((i for i, each in enumerate(stage.body, 1) if _writes(each, wanted)), default=0)
            if end:
                kept = (*program.stages[:number], replace(stage, body=stage.body[:end]))
        elif wanted.intersection(stage.writes):
            kept = program.stages[: number + 1]
    used = _arrays_of(kept)
    slots = tuple(slot if i in used else replace(slot, length=0) for i, slot in enumerate(program.slots))
    return replace(program, stages=kept, slots=slots)


def _arrays_of(stages: Iterable[Stage]) -> set[int]:
    found: set[int] = set()
    for stage in stages:
        if isinstance(stage, EvaluatedStage):
            found.update((*stage.reads, *stage.writes))
    accesses = (each.immediate for each in program_instructions(Program(tuple(stages), (), (), ())))
    return found | {each.array for each in accesses if isinstance(each, SlotAccess)}


def _writes(statement: Statement, arrays: frozenset[int]) -> bool:
    if isinstance(statement, Loop):
        return any(_writes(each, arrays) for each in statement.body)
    access = statement.immediate
    return statement.op is Op.WRITE_SLOT and isinstance(access, SlotAccess) and access.array in arrays
