"""Takes the first rounds out of loops, so that loops of nearly as many rounds can be joined.

The first cell of a row of recurrences reads something else than the others: its row becomes one cell and
a loop of one round less than the rows beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mcdesk.engine.ir import (
    Affine,
    Carry,
    CompiledStage,
    Instruction,
    Loop,
    Program,
    Statement,
)
from mcdesk.engine.statements import defined_values, size_of, with_place

_LEAST_ROUNDS = 8
_MOST_PEELED = 2
_MOST_COPIED = 4_000


def with_peeled_loops(program: Program) -> Program:
    """The program whose stages have loops of fewer different numbers of rounds."""
    stages = tuple(
        CompiledStage(stage.name, _peeled(stage.body)) if isinstance(stage, CompiledStage) else stage
        for stage in program.stages
    )
    return replace(program, stages=stages)


def _peeled(body: Sequence[Statement]) -> tuple[Statement, ...]:
    loops = [statement for statement in body if isinstance(statement, Loop)]
    wanted = _wanted_rounds({loop.count for loop in loops})
    copied = sum((loop.count - wanted[loop.count]) * size_of(loop.body) for loop in loops)
    if copied == 0 or copied > _MOST_COPIED:
        return tuple(body)
    peeler = _Peeler(max(defined_values(body)) + 1)
    found: list[Statement] = []
    for statement in body:
        if isinstance(statement, Loop):
            found.extend(peeler.peeled(statement, statement.count - wanted[statement.count]))
        else:
            found.append(statement)
    return tuple(found)


def _wanted_rounds(counts: set[int]) -> dict[int, int]:
    """For each number of rounds the least that is at most so many below it."""
    wanted: dict[int, int] = {}
    for count in sorted(counts):
        near = [wanted[other] for other in range(count - _MOST_PEELED, count) if other in wanted]
        reach = [each for each in near if count - each <= _MOST_PEELED and each >= _LEAST_ROUNDS]
        wanted[count] = min(reach, default=count)
    return wanted


class _Peeler:
    """Copies rounds under new value numbers."""

    def __init__(self, next_number: int) -> None:
        self._next = next_number

    def peeled(self, loop: Loop, rounds: int) -> list[Statement]:
        """The first rounds one by one, and the loop over the others."""
        if rounds == 0:
            return [loop]
        found: list[Statement] = []
        values = [carry.initial for carry in loop.carries]
        for number in range(rounds):
            names = {carry.inside: value for carry, value in zip(loop.carries, values, strict=True)}
            found += [self._copied(statement, names, loop.index, number) for statement in loop.body]
            values = [names.get(carry.following, carry.following) for carry in loop.carries]
        carries = tuple(
            replace(carry, initial=value) for carry, value in zip(loop.carries, values, strict=True)
        )
        body = tuple(_shifted(statement, loop.index, rounds) for statement in loop.body)
        return [*found, Loop(loop.count - rounds, loop.index, carries, body)]

    def _copied(self, statement: Statement, names: dict[int, int], index: int, number: int) -> Statement:
        """A statement of round `number`; `names` gets the new numbers of what it defines."""
        if isinstance(statement, Loop):
            return self._copied_loop(statement, names, index, number)
        result = statement.result
        operands = tuple(names.get(operand, operand) for operand in statement.operands)
        if result >= 0:
            names[result] = result = self._fresh()
        immediate = with_place(statement.immediate, lambda at: _at_round(at, index, number, names))
        return Instruction(result, statement.op, operands, statement.type, immediate)

    def _copied_loop(self, loop: Loop, names: dict[int, int], index: int, number: int) -> Loop:
        initials = [names.get(carry.initial, carry.initial) for carry in loop.carries]
        for inner in (loop.index, *(carry.inside for carry in loop.carries)):
            names[inner] = self._fresh()
        body = tuple(self._copied(statement, names, index, number) for statement in loop.body)
        followings = [names.get(carry.following, carry.following) for carry in loop.carries]
        carries = []
        for carry, initial, following in zip(loop.carries, initials, followings, strict=True):
            inside = names[carry.inside]
            names[carry.result] = self._fresh()
            carries.append(Carry(initial, inside, following, names[carry.result], carry.type))
        return Loop(loop.count, names[loop.index], tuple(carries), body)

    def _fresh(self) -> int:
        self._next += 1
        return self._next - 1


def _at_round(at: Affine, index: int, number: int, names: Mapping[int, int]) -> Affine:
    """The place in one round of the loop with that index."""
    base = at.base + sum(stride * number for term, stride in at.terms if term == index)
    terms = tuple((names.get(term, term), stride) for term, stride in at.terms if term != index)
    return Affine(base, terms)


def _shifted(statement: Statement, index: int, rounds: int) -> Statement:
    """A statement of a loop that begins so many rounds later."""
    if isinstance(statement, Loop):
        return replace(statement, body=tuple(_shifted(each, index, rounds) for each in statement.body))
    if statement.immediate is None:
        return statement
    immediate = with_place(statement.immediate, lambda at: _later(at, index, rounds))
    return Instruction(statement.result, statement.op, statement.operands, statement.type, immediate)


def _later(at: Affine, index: int, rounds: int) -> Affine:
    return Affine(at.base + sum(stride * rounds for term, stride in at.terms if term == index), at.terms)
