"""Runs of compiled stages that one function can execute, and the slot arrays between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcdesk.engine.ir import CompiledStage, EvaluatedStage, Loop, Program, SlotAccess, Statement


@dataclass(frozen=True, slots=True)
class StageGroup:
    """Consecutive compiled stages and the arrays that they touch, or one evaluated stage.

    `places` are those of its stages in the program.
    """

    stages: tuple[CompiledStage, ...]
    evaluated: EvaluatedStage | None
    arrays: frozenset[int]
    places: tuple[int, ...]


def stage_groups(program: Program) -> tuple[StageGroup, ...]:
    """The stages of a program: consecutive compiled ones together, each evaluated one by itself."""
    groups: list[StageGroup] = []
    run: list[tuple[int, CompiledStage]] = []

    def close() -> None:
        if run:
            stages = tuple(stage for _, stage in run)
            arrays = frozenset(array for stage in stages for array in _touched(stage.body))
            groups.append(StageGroup(stages, None, arrays, tuple(place for place, _ in run)))
            run.clear()

    for place, stage in enumerate(program.stages):
        if isinstance(stage, CompiledStage):
            run.append((place, stage))
        else:
            close()
            groups.append(StageGroup((), stage, frozenset((*stage.reads, *stage.writes)), (place,)))
    close()
    return tuple(groups)


def _touched(body: Iterable[Statement]) -> Iterable[int]:
    for statement in body:
        if isinstance(statement, Loop):
            yield from _touched(statement.body)
        elif isinstance(statement.immediate, SlotAccess):
            yield statement.immediate.array


def shared_arrays(groups: Sequence[StageGroup]) -> frozenset[int]:
    """Arrays that more than one group touches, or an evaluated stage."""
    seen: set[int] = set()
    shared: set[int] = set()
    for group in groups:
        shared |= group.arrays if group.evaluated is not None else group.arrays & seen
        seen |= group.arrays
    return frozenset(shared)
