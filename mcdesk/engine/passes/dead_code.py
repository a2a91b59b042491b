"""Leaves out what nobody asks for: slot arrays that are not read, and all that only they need."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

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
)


def without_dead_code(program: Program, wanted: Iterable[int]) -> Program:
    """The program that gives the wanted slot arrays; those that it does without have length 0."""
    needed = set(wanted)
    while True:
        before = len(needed)
        stages = _living_stages(program.stages, needed)
        if len(needed) == before:
            break
    slots = tuple(
        slot if array in needed else SlotArray(slot.type, 0) for array, slot in enumerate(program.slots)
    )
    return replace(program, stages=stages, slots=slots)


def _living_stages(stages: Sequence[Stage], needed: set[int]) -> tuple[Stage, ...]:
    """The stages without what is not needed; what they read of slots becomes needed."""
    found: list[Stage] = []
    for stage in reversed(stages):
        if isinstance(stage, EvaluatedStage):
            needed.update(stage.reads)
            needed.update(stage.writes)
            found.append(stage)
        else:
            body = _Liveness(needed).living(stage.body, set())
            found.append(CompiledStage(stage.name, body))
    return tuple(reversed(found))


class _Liveness:
    """Walks statements from the last to the first; `live` has the values that what follows uses."""

    def __init__(self, needed: set[int]) -> None:
        self._needed = needed

    def living(self, body: Sequence[Statement], live: set[int]) -> tuple[Statement, ...]:
        """The statements that are needed, `live` becoming what is used before them."""
        found: list[Statement] = []
        for statement in reversed(body):
            if isinstance(statement, Loop):
                loop = self._loop(statement, live)
                if loop is not None:
                    found.append(loop)
            elif self._is_live(statement, live):
                self._use(statement, live)
                found.append(statement)
        return tuple(reversed(found))

    def _is_live(self, instruction: Instruction, live: set[int]) -> bool:
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(instruction.immediate, SlotAccess)
            return instruction.immediate.array in self._needed
        return instruction.result in live

    def _use(self, instruction: Instruction, live: set[int]) -> None:
        live.update(instruction.operands)
        immediate = instruction.immediate
        if isinstance(immediate, SlotAccess):
            if instruction.op is not Op.WRITE_SLOT:
                self._needed.add(immediate.array)
            live.update(index for index, _ in immediate.at.terms)
        elif isinstance(immediate, Affine):
            live.update(index for index, _ in immediate.terms)

    def _loop(self, loop: Loop, live: set[int]) -> Loop | None:
        kept = {place for place, carry in enumerate(loop.carries) if carry.result in live}
        while True:
            inside = set(live)
            inside.update(loop.carries[place].following for place in kept)
            body = self.living(loop.body, inside)
            more = {place for place, carry in enumerate(loop.carries) if carry.inside in inside} - kept
            if not more:
                break
            kept |= more
        if not body and not kept:
            return None
        carries = tuple(carry for place, carry in enumerate(loop.carries) if place in kept)
        live.update(inside)
        live.update(carry.initial for carry in carries)
        return Loop(loop.count, loop.index, carries, body)
