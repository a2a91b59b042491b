"""Joins loops of as many rounds that follow or feed each other, so that values stay in registers.

Every slot element is written once; so a round may read what the same round or an earlier one wrote,
and nothing else stands in the way but results that a loop gives only at its end.
Source: Kennedy and McKinley 1993, Maximizing loop parallelism and improving data locality via loop
fusion and distribution.
"""

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
from mcdesk.engine.statements import defined_values, used_values, with_place

_OWN_INDEX = -1


def with_joined_loops(program: Program) -> Program:
    """The program with loops of nearly as many rounds made alike, and then joined."""
    return with_fused_loops(with_peeled_loops(program))


def with_fused_loops(program: Program) -> Program:
    """The program with as few loops as each stage needs."""
    stages = tuple(
        CompiledStage(stage.name, _fused(stage.body)) if isinstance(stage, CompiledStage) else stage
        for stage in program.stages
    )
    return replace(program, stages=stages)


def _fused(body: Sequence[Statement]) -> tuple[Statement, ...]:
    schedule = _Schedule()
    for statement in body:
        if isinstance(statement, Loop):
            schedule.add_loop(statement)
        else:
            schedule.add_instruction(statement)
    return tuple(schedule.statements())


@dataclass(slots=True)
class _Facts:
    """What a loop takes from outside: values, and slots by array; and the slots that it writes."""

    used: set[int] = field(default_factory=set)
    reads: dict[int, list[Affine | None]] = field(default_factory=dict)  # None: anywhere
    writes: dict[int, list[Affine | None]] = field(default_factory=dict)


@dataclass(slots=True)
class _Bucket:
    """Instructions, and the loop that comes after them."""

    instructions: list[Instruction] = field(default_factory=list)
    loop: Loop | None = None
    writes: dict[int, list[Affine | None]] = field(default_factory=dict)  # of the loop


class _Schedule:
    """Each statement as early as what it needs allows."""

    def __init__(self) -> None:
        self._buckets = [_Bucket()]
        self._value_bucket: dict[int, int] = {}
        self._instruction_write: dict[int, int] = {}
        self._loop_writes: dict[int, list[int]] = {}
        self._places_by_count: dict[int, list[int]] = {}

    def statements(self) -> Iterator[Statement]:
        """All of them in their new order."""
        for bucket in self._buckets:
            yield from bucket.instructions
            if bucket.loop is not None:
                yield replace(bucket.loop, body=_fused(bucket.loop.body))

    def add_instruction(self, instruction: Instruction) -> None:
        """Put it where all that it needs is known."""
        place = max((self._value_bucket.get(number, 0) for number in instruction.operands), default=0)
        access = instruction.immediate
        if isinstance(access, SlotAccess):
            if instruction.op is not Op.WRITE_SLOT:
                place = max(place, self._known_from(access.array))
            else:
                earlier = self._instruction_write.get(access.array, 0)
                self._instruction_write[access.array] = max(place, earlier)
        self._value_bucket[instruction.result] = place
        self._buckets[place].instructions.append(instruction)

    def _known_from(self, array: int) -> int:
        """The bucket from which on all that was written to an array so far can be read."""
        after = [place + 1 for place in self._loop_writes.get(array, ())]
        return max(self._instruction_write.get(array, 0), *after, 0)

    def add_loop(self, loop: Loop) -> None:
        """Join it with an earlier loop, or let it stand for itself."""
        facts = _facts_of(loop)
        least = max((self._value_bucket.get(number, 0) for number in facts.used), default=0)
        for array in facts.reads:
            least = max(least, self._instruction_write.get(array, 0))
        for place in self._places_by_count.get(loop.count, ()):
            if place >= least and self._may_join(place, facts):
                self._join(place, loop, facts)
                return
        place = len(self._buckets) - 1
        bucket = self._buckets[place]
        bucket.loop, bucket.writes = loop, facts.writes
        self._buckets.append(_Bucket())
        self._places_by_count.setdefault(loop.count, []).append(place)
        self._note(place, loop, facts)

    def _may_join(self, place: int, facts: _Facts) -> bool:
        writers = {other for array in facts.reads for other in self._loop_writes.get(array, ())}
        if any(other > place for other in writers):
            return False
        target = self._buckets[place]
        assert target.loop is not None
        return all(
            _is_written_before(write, read)
            for array, reads in facts.reads.items()
            if array in target.writes
            for read in reads
            for write in target.writes[array]
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
        for array in facts.writes:
            self._loop_writes.setdefault(array, []).append(place)


def _is_written_before(write: Affine | None, read: Affine | None) -> bool:
    """Whether what a round reads was written by then; the loop's own index is `_OWN_INDEX`."""
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
    _collect(loop.body, loop.index, set(), facts)
    return facts


def _collect(body: Iterable[Statement], own: int, inner: set[int], facts: _Facts) -> None:
    """Note the slots that statements touch; `inner` has the indices of the loops around them."""
    for statement in body:
        if isinstance(statement, Loop):
            _collect(statement.body, own, inner | {statement.index}, facts)
        elif isinstance(access := statement.immediate, SlotAccess):
            side = facts.writes if statement.op is Op.WRITE_SLOT else facts.reads
            moving = statement.op is Op.READ_SLOT_AT or any(index in inner for index, _ in access.at.terms)
            at = None if moving else _moved(access.at, own, _OWN_INDEX)
            side.setdefault(access.array, []).append(at)


def _renamed(statement: Statement, old: int, new: int) -> Statement:
    """A statement of a loop's body with another name for the loop's index."""
    if isinstance(statement, Loop):
        return replace(statement, body=tuple(_renamed(each, old, new) for each in statement.body))
    operands = tuple(new if number == old else number for number in statement.operands)
    immediate = with_place(statement.immediate, lambda at: _moved(at, old, new))
    return replace(statement, operands=operands, immediate=immediate)


def _moved(at: Affine, old: int, new: int) -> Affine:
    """A place with another name for an index."""
    return Affine(at.base, tuple((new if index == old else index, step) for index, step in at.terms))
