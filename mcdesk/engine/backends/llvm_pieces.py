"""Cuts long stages into pieces, so that the time to compile grows with their length and no faster.

A value that a later piece uses is kept in memory between them; one that costs nothing is made again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcdesk.engine.ir import CompiledStage, Instruction, Loop, Op, Statement
from mcdesk.engine.statements import defined_values, used_values

_MOST_INSTRUCTIONS = 500
_REMADE = (Op.CONSTANT, Op.TRIAL, Op.SEED)


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive statements of one stage.

    `remade` come first; `kept` are the values that later pieces use, `used` those of earlier ones.
    """

    remade: tuple[Instruction, ...]
    body: tuple[Statement, ...]
    kept: tuple[int, ...]
    used: frozenset[int]


def pieces_of(stage: CompiledStage) -> list[Piece]:
    """The pieces of a stage, in order; one where it is short."""
    bodies = list(_cut(stage.body))
    if len(bodies) == 1:
        return [Piece((), stage.body, (), frozenset())]
    remade = {
        statement.result: statement
        for statement in stage.body
        if isinstance(statement, Instruction) and statement.op in _REMADE
    }
    defined = [set(defined_values(body)) for body in bodies]
    wanted = [set(used_values(body)) for body in bodies]
    later: set[int] = set()
    pieces: list[Piece] = []
    for place in range(len(bodies) - 1, -1, -1):
        foreign = wanted[place] - defined[place]
        again = tuple(remade[number] for number in sorted(foreign & remade.keys()))
        used = frozenset(foreign - remade.keys())
        kept = tuple(sorted(number for number in later & defined[place] if number not in remade))
        pieces.append(Piece(again, tuple(bodies[place]), kept, used))
        later |= used
    return pieces[::-1]


def _cut(body: Sequence[Statement]) -> Iterable[list[Statement]]:
    piece: list[Statement] = []
    size = 0
    for statement in body:
        more = _size(statement)
        if piece and size + more > _MOST_INSTRUCTIONS:
            yield piece
            piece, size = [], 0
        piece.append(statement)
        size += more
    yield piece


def _size(statement: Statement) -> int:
    if isinstance(statement, Loop):
        return sum(map(_size, statement.body)) + len(statement.carries)
    return 0 if statement.op in _REMADE else 1
