"""Joins loops of as many rounds that follow or feed each other, so that values stay in registers.

Every slot element is written once; so a round may read what the same round or an earlier one wrote,
and nothing else stands in the way but results that a loop gives only at its end.
Source: Kennedy and McKinley 1993, Maximizing loop parallelism and improving data locality via loop
fusion and distribution.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
)
from mcdesk.engine.passes.loop_peeling import with_peeled_loops
from mcdesk.engine.statements import defined_values, size_of, used_values, with_place

_OWN_INDEX = -1
# Instructions of a round that loops are joined to, at most: longer rounds keep more values in registers,
# shorter ones let a processor see several at once (docs/decisions/0006-passes-over-the-program.md).
SHORT_ROUND, LONG_ROUND = 150, 300


def with_joined_loops(program: Program, most_instructions: int = SHORT_ROUND) -> Program:
    """The program with loops of nearly as many rounds made alike, and then joined."""
    return with_fused_loops(with_peeled_loops(program), most_instructions)


def with_fused_loops(program: Program, most_instructions: int = SHORT_ROUND) -> Program:
    """The program with as few loops as each stage needs, of rounds no longer than that."""
    stages = tuple(
        CompiledStage(stage.name, _fused(stage.body, most_instructions))
        if isinstance(stage, CompiledStage)
        else stage
        for stage in program.stages
    )
    return replace(program, stages=stages)


def _fused(body: Sequence[Statement], most_instructions: int) -> tuple[Statement, ...]:
    schedule = _Schedule(most_instructions)
    for statement in body:
        if isinstance(statement, Loop):
            schedule.add_loop(statement)
        else:
            schedule.add_instruction(statement)
    return tuple(schedule.statements())


@dataclass(frozen=True, slots=True)
class _Touch:
    """Elements of one slot array, from `first` to `last`; `at` is None where it is not known which.

    In a loop `at` is the place by its own index, named `_OWN_INDEX`.
    """

    at: Affine | None = None
    first: float = -math.inf
    last: float = math.inf

    def meets(self, other: "_Touch") -> bool:
        """Whether some element may be one of both."""
        return self.first <= other.last and other.first <= self.last


@dataclass(slots=True)
class _Facts:
    """What a loop takes from outside: values, and slots by array; and the slots that it writes."""

    used: set[int] = field(default_factory=set)
    reads: dict[int, list[_Touch]] = field(default_factory=dict)
    writes: dict[int, list[_Touch]] = field(default_factory=dict)


@dataclass(slots=True)
class _Bucket:
    """Instructions, and the loop that comes after them."""

    instructions: list[Instruction] = field(default_factory=list)
    loop: Loop | None = None
    size: int = 0  # of the loop's body
    writes: dict[int, list[_Touch]] = field(default_factory=dict)  # of the loop


class _Schedule:
    """Each statement as early as what it needs allows."""

    def __init__(self, most_instructions: int) -> None:
        self._most_instructions = most_instructions
        self._buckets = [_Bucket()]
        self._value_bucket: dict[int, int] = {}
        self._instruction_writes: dict[int, list[tuple[_Touch, int]]] = {}
        self._loop_writes: dict[int, list[tuple[_Touch, int]]] = {}
        self._places_by_count: dict[int, list[int]] = {}

    def statements(self) -> Iterator[Statement]:
        """All of them in their new order."""
        for bucket in self._buckets:
            yield from bucket.instructions
            if bucket.loop is not None:
                yield replace(bucket.loop, body=_fused(bucket.loop.body, self._most_instructions))

    def add_instruction(self, instruction: Instruction) -> None:
        """Put it where all that it needs is known."""
        place = 0
        for number in instruction.operands:
            place = max(place, self._value_bucket.get(number, 0))
        access = instruction.immediate
        if isinstance(access, SlotAccess):
            touch = _touch_of(instruction, access)
            if instruction.op is Op.WRITE_SLOT:
                self._instruction_writes.setdefault(access.array, []).append((touch, place))
            else:
                place = max(place, self._written_by(access.array, touch))
        self._value_bucket[instruction.result] = place
        self._buckets[place].instructions.append(instruction)

    def _written_by(self, array: int, read: _Touch) -> int:
        """The bucket whose instructions can read what was written of these elements so far."""
        after = [place + 1 for write, place in self._loop_writes.get(array, ()) if write.meets(read)]
        return max(self._bucket_of_instructions(array, read), *after, 0)

    def _bucket_of_instructions(self, array: int, read: _Touch) -> int:
        writes = self._instruction_writes.get(array, ())
        return max((place for write, place in writes if write.meets(read)), default=0)

    def add_loop(self, loop: Loop) -> None:
        """Join it with an earlier loop, or let it stand for itself."""
        facts, size = _facts_of(loop), size_of(loop.body)
        least = max((self._value_bucket.get(number, 0) for number in facts.used), default=0)
        for array, reads in facts.reads.items():
            least = max(least, *(self._bucket_of_instructions(array, read) for read in reads))
        for place in self._places_by_count.get(loop.count, ()):
            if place < least or self._buckets[place].size + size > self._most_instructions:
                continue
            if self._may_join(place, facts):
                self._buckets[place].size += size
                self._join(place, loop, facts)
                return
        place = len(self._buckets) - 1
        bucket = self._buckets[place]
        bucket.loop, bucket.size, bucket.writes = loop, size, facts.writes
        self._buckets.append(_Bucket())
        self._places_by_count.setdefault(loop.count, []).append(place)
        self._note(place, loop, facts)

    def _may_join(self, place: int, facts: _Facts) -> bool:
        target = self._buckets[place]
        for array, reads in facts.reads.items():
            for write, other in self._loop_writes.get(array, ()):
                if other > place and any(write.meets(read) for read in reads):
                    return False
        return all(
            _is_written_before(write, read)
            for array, reads in facts.reads.items()
            for read in reads
            for write in target.writes.get(array, ())
            if write.meets(read)
        )

    def _join(self, place: int, loop: Loop, facts: _Facts) -> None:
        bucket = self._buckets[place]
        target = bucket.loop
        assert target is not None
        body = tuple(_renamed(statement, loop.index, target.index) for statement in loop.body)
        bucket.loop = Loop(target.count, target.index, (*target.carries, *loop.carries), target.body + body)
        for array, accesses in facts.writes.items():
            bucket.writes.setdefault(array, []).extend(accesses)
        self._note(place, loop, facts)

    def _note(self, place: int, loop: Loop, facts: _Facts) -> None:
        for carry in loop.carries:
            self._value_bucket[carry.result] = place + 1
        for array, touches in facts.writes.items():
            self._loop_writes.setdefault(array, []).extend((touch, place) for touch in touches)


def _is_written_before(written: _Touch, needed: _Touch) -> bool:
    """Whether what a round reads was written by then."""
    write, read = written.at, needed.at
    if write is None or read is None:
        return False
    own_write, own_read = dict(write.terms), dict(read.terms)
    step = own_write.pop(_OWN_INDEX, 0)
    if not step or own_read.pop(_OWN_INDEX, 0) != step or own_read != own_write:
        return False
    distance = read.base - write.base
    return distance % step == 0 and distance // step <= 0


def _facts_of(loop: Loop) -> _Facts:
    facts = _Facts(set(used_values([loop])) - set(defined_values([loop])))
    _collect(loop.body, loop, set(), facts)
    return facts


def _collect(body: Iterable[Statement], own: Loop, inner: set[int], facts: _Facts) -> None:
    """Note the slots that statements touch; `inner` has the indices of the loops inside that one."""
    for statement in body:
        if isinstance(statement, Loop):
            _collect(statement.body, own, inner | {statement.index}, facts)
        elif isinstance(access := statement.immediate, SlotAccess):
            side = facts.writes if statement.op is Op.WRITE_SLOT else facts.reads
            moving = any(index in inner for index, _ in access.at.terms)
            touch = _Touch() if moving else _touch_of(statement, access, own)
            side.setdefault(access.array, []).append(touch)


def _touch_of(instruction: Instruction, access: SlotAccess, own: Loop | None = None) -> _Touch:
    """What an instruction touches, in all rounds of the loop that it stands in."""
    if instruction.op is Op.READ_SLOT_AT:
        return _Touch()
    at = access.at if own is None else _moved(access.at, own.index, _OWN_INDEX)
    steps = dict(at.terms)
    span = 0 if own is None else steps.pop(_OWN_INDEX, 0) * (own.count - 1)
    if steps:
        # an index of a loop around it: the same in all of these statements, but which is not known
        return _Touch(at)
    return _Touch(at, at.base + min(span, 0), at.base + max(span, 0))


def _renamed(statement: Statement, old: int, new: int) -> Statement:
    """A statement of a loop's body with another name for the loop's index."""
    if isinstance(statement, Loop):
        return replace(statement, body=tuple(_renamed(each, old, new) for each in statement.body))
    operands, immediate = statement.operands, statement.immediate
    if old in operands:
        operands = tuple(new if number == old else number for number in operands)
    elif immediate is None:
        return statement
    immediate = with_place(immediate, lambda at: _moved(at, old, new))
    return Instruction(statement.result, statement.op, operands, statement.type, immediate)


def _moved(at: Affine, old: int, new: int) -> Affine:
    """A place with another name for an index."""
    return Affine(at.base, tuple((new if index == old else index, step) for index, step in at.terms))
