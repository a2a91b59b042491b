"""Finds the numbers of a program that may be infinite, or no number, without a flag of the processor.

A flag is raised by an operation that is executed. None is executed for what is made of bits, for what is the
same in all trials, as it may be computed before them, and for constants: a compiler computes with them
itself, also where a choice has one, in the trials that choose it. Of these the values are followed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from mcdesk.engine.instruction_writer import applied
from mcdesk.engine.ir import (
    Affine,
    CompiledStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)
from mcdesk.engine.scalar_operations import Scalar, ScalarOperations

_SCALARS = ScalarOperations()
# What a compiler may find a value to be in some trials; nothing if it finds none, None for anything.
Known = frozenset[Scalar | None]
_NOTHING: Known = frozenset()
_ANYTHING: Known = frozenset((None,))
_MOST_KNOWN = 16
# Steps begin at multiples of 16 trials at most.
_LANES: Known = frozenset(range(16))
_NO_SHIFT: Known = frozenset((0,))
_DIFFER_BY_TRIAL = frozenset((Op.TRIAL, Op.READ_SLOT, Op.READ_SLOT_AT))
_OWN_RULES = _DIFFER_BY_TRIAL | {Op.IAND, Op.SELECT, Op.MIN, Op.MAX}
_NEVER_CONSTANT = frozenset((Op.SEED, Op.AFFINE, Op.READ_TABLE))
# an infinite constant is its own operation
_CALCULATE = frozenset((Op.CONSTANT, Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.SQRT, Op.FMA))
# a quotient of less by a constant may have lost digits
_SMALL = 1e-200


@dataclass(slots=True)
class _Arrays:
    """What is known of elements of slot arrays, by array and place.

    Only an element whose place is no matter of the round can be known where it is read. Nothing infinite is
    ever stored but in trials that a flag or a sum tells of; `silent` are the arrays where that is not sure.
    What was read before more became known of the array `is_stale`.
    """

    known: dict[tuple[int, int], Known] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)
    is_stale: bool = False

    def learn(self, place: tuple[int, int], known: Known) -> None:
        """More of an element."""
        joined = _joined(known, self.known.get(place, _NOTHING))
        if self.known.get(place) != joined:
            self.known[place] = joined
            self.is_stale |= place[0] in self.read

    def doubt(self, array: int) -> None:
        """That a flag or a sum tells of what is infinite in it."""
        self.is_stale |= array in self.read and array not in self.silent
        self.silent.add(array)


def origins_of(program: Program, terms: Mapping[int, set[int]]) -> dict[int, "Origins"]:
    """Of each compiled stage, by its place.

    Args:
        terms: the numbers of each stage that are summed up or flagged: whichever, they are no longer silent.
    """
    bodies = {
        place: stage.body for place, stage in enumerate(program.stages) if isinstance(stage, CompiledStage)
    }
    arrays = _Arrays()
    while True:
        arrays.is_stale = False
        origins = {place: Origins(program, terms[place], arrays) for place in bodies}
        for place, body in bodies.items():
            origins[place].walk(body)
        if not arrays.is_stale:
            return origins


class Origins:
    """Walks a stage from the first statement to the last.

    Attributes:
        silent: numbers that may be infinite without a flag.
        quotients: results of divisions whose loss of digits near zero has a flag.
    """

    def __init__(self, program: Program, terms: set[int], arrays: _Arrays) -> None:
        self._tables = program.tables
        self._terms = terms
        self._arrays = arrays
        self._known: dict[int, Known] = {}
        self._uniform: set[int] = set()
        self._trials: set[int] = set()
        self._turning: set[int] = set()  # whole numbers that differ by round, so that no compiler knows them
        self.silent: set[int] = set()
        self.quotients: set[int] = set()

    def walk(self, body: Iterable[Statement]) -> None:
        """Find both, and what is known of arrays."""
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _loop(self, loop: Loop) -> None:
        self._known[loop.index] = _ANYTHING
        self._uniform.add(loop.index)
        if loop.count > 1:
            self._turning.add(loop.index)
        for carry in loop.carries:
            self._follow(carry.initial, carry.inside)
        while True:
            before = [self._state(carry.inside) for carry in loop.carries]
            self.walk(loop.body)
            for carry in loop.carries:
                self._follow(carry.following, carry.inside)
            if [self._state(carry.inside) for carry in loop.carries] == before:
                break
        for carry in loop.carries:
            self._follow(carry.inside, carry.result)
            self._follow(carry.following, carry.result)

    def _state(self, number: int) -> tuple[bool, Known | None]:
        return self._is_silent(number), self._known.get(number)

    def _follow(self, one: int, other: int) -> None:
        if self._is_silent(one):
            self.silent.add(other)
        if one in self._known:
            self._known[other] = _joined(self._known[one], self._known.get(other, _NOTHING))

    def _is_silent(self, number: int) -> bool:
        # a term that stays in the sum betrays its trial: what it leads to need not
        return number in self.silent and number not in self._terms

    def _instruction(self, instruction: Instruction) -> None:
        op, operands, result = instruction.op, instruction.operands, instruction.result
        if op is Op.WRITE_SLOT:
            assert isinstance(instruction.immediate, SlotAccess)
            self._write(instruction.immediate, operands[0])
            return
        known = self._found(instruction) if op in _OWN_RULES else self._calculated(instruction)
        if known:
            self._known[result] = known
        if op not in _DIFFER_BY_TRIAL and self._uniform.issuperset(operands):
            self._uniform.add(result)
        if instruction.type is Type.INTEGER and self._turns(instruction):
            self._turning.add(result)
        if op is Op.DIV:
            self._divide(result, self._known.get(operands[0], _NOTHING))
        if instruction.type is Type.NUMBER and self._may_be_silent(instruction, known):
            self.silent.add(result)

    def _turns(self, instruction: Instruction) -> bool:
        at = instruction.immediate
        indices = [index for index, _ in at.terms] if isinstance(at, Affine) else instruction.operands
        return not self._turning.isdisjoint(indices)

    def _write(self, access: SlotAccess, number: int) -> None:
        known, place = self._known.get(number), self._place(access)
        if known is not None and place is not None:
            self._arrays.learn(place, known)
        if number in self._uniform and self._is_silent(number):
            self._arrays.doubt(access.array)

    def _read(self, access: SlotAccess, shifts: Known) -> Known:
        self._arrays.read.add(access.array)
        place = self._place(access)
        if place is None:
            return _NOTHING
        if None in shifts:
            return _ANYTHING
        array, base = place
        found = [self._arrays.known.get((array, base + int(each or 0)), _NOTHING) for each in shifts]
        return _limited(_NOTHING.union(*found))

    def _place(self, access: SlotAccess) -> tuple[int, int] | None:
        is_fixed = all(index not in self._turning for index, _ in access.at.terms)
        return (access.array, access.at.base) if is_fixed else None

    def _divide(self, result: int, dividend: Known) -> None:
        if all(each is not None and (each == 0 or abs(each) >= _SMALL) for each in dividend):
            self.quotients.add(result)
        else:
            self.quotients.discard(result)

    def _found(self, instruction: Instruction) -> Known:
        """Of an instruction that has a rule of its own."""
        op, operands, access = instruction.op, instruction.operands, instruction.immediate
        if isinstance(access, SlotAccess):
            if operands and operands[0] in self._turning:
                self._arrays.read.add(access.array)
                return _NOTHING
            return self._read(access, self._known.get(operands[0], _NOTHING) if operands else _NO_SHIFT)
        if op is Op.TRIAL:
            self._trials.add(instruction.result)
            return _NOTHING
        if op is Op.IAND:
            return _ANYTHING if self._is_lane(operands) else self._calculated(instruction)
        one, other = (self._known.get(each, _NOTHING) for each in operands[-2:])
        return _joined(one, other) if one or other else _NOTHING

    def _calculated(self, instruction: Instruction) -> Known:
        """From what is known of all operands."""
        known = []
        for each in instruction.operands:
            found = self._known.get(each)
            if found is None:
                return _NOTHING
            known.append(found)
        op, immediate = instruction.op, instruction.immediate
        if op is Op.CONSTANT:
            assert isinstance(immediate, float | int)
            return frozenset((immediate,))
        if op in _NEVER_CONSTANT or any(None in each for each in known):
            return _ANYTHING
        return _limited(frozenset(applied(_SCALARS, op, each, immediate) for each in product(*known)))

    def _is_lane(self, operands: tuple[int, ...]) -> bool:
        """Whether these are a trial and the mask of its lowest bits: its place in a step is known."""
        masks = [self._known.get(each, _NOTHING) for each in operands if each not in self._trials]
        return len(masks) < len(operands) and all(mask <= _LANES for mask in masks)

    def _may_be_silent(self, instruction: Instruction, known: Known) -> bool:
        op, immediate = instruction.op, instruction.immediate
        if op is Op.FROM_BITS:
            return True
        if isinstance(immediate, SlotAccess):
            return immediate.array in self._arrays.silent
        if op is Op.READ_TABLE and isinstance(immediate, int):
            return not np.isfinite(self._tables[immediate].values).all()
        if known and op in _CALCULATE and any(each is None or not math.isfinite(each) for each in known):
            return True
        return any(each in self.silent and each not in self._terms for each in instruction.operands)


def _joined(one: Known, other: Known) -> Known:
    return one if one == other else _limited(one | other)


def _limited(known: Known) -> Known:
    # what is no number is not equal to itself, so that sets of it would never stay the same
    is_anything = len(known) > _MOST_KNOWN or None in known or any(each != each for each in known)
    return _ANYTHING if is_anything else known
