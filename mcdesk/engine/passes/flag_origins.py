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
from mcdesk.engine.ir import CompiledStage, Instruction, Loop, Op, Program, SlotAccess, Statement, Type
from mcdesk.engine.scalar_operations import Scalar, ScalarOperations

_SCALARS = ScalarOperations()
# What a compiler may find a value to be in some trials; nothing if it finds none, None for anything.
Known = frozenset[Scalar | None]
_NOTHING: Known = frozenset()
_ANYTHING: Known = frozenset((None,))
_MOST_KNOWN = 16
# Steps begin at multiples of 16 trials at most.
_LANES: Known = frozenset(range(16))
_READS = (Op.READ_SLOT, Op.READ_SLOT_AT)
_CALCULATE = frozenset((Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.SQRT, Op.FMA))
# a quotient of less by a constant may have lost digits
_SMALL = 1e-200


@dataclass(slots=True)
class _Arrays:
    """What is known of elements of slot arrays, by array and place.

    Only an element whose place is no matter of the round can be known where it is read. Nothing infinite is
    ever stored but in trials that a flag or a sum tells of; `silent` are the arrays where that is not sure.
    """

    known: dict[tuple[int, int], Known] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)


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
        before = _Arrays(dict(arrays.known), set(arrays.silent))
        origins = {place: Origins(program, terms[place], arrays) for place in bodies}
        for place, body in bodies.items():
            origins[place].walk(body)
        if arrays == before:
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
        self._single: set[int] = set()  # indices of loops of one round
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
        if loop.count == 1:
            self._single.add(loop.index)
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
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(instruction.immediate, SlotAccess)
            self._write(instruction.immediate, instruction.operands[0])
            return
        result, known = instruction.result, self._found(instruction)
        if known:
            self._known[result] = known
        if instruction.op not in (Op.TRIAL, *_READS) and all(
            each in self._uniform for each in instruction.operands
        ):
            self._uniform.add(result)
        if instruction.op is Op.DIV:
            self._divide(result, self._known.get(instruction.operands[0], _NOTHING))
        if instruction.type is Type.NUMBER and self._may_be_silent(instruction, known):
            self.silent.add(result)

    def _write(self, access: SlotAccess, number: int) -> None:
        known, place = self._known.get(number), self._place(access)
        if known is not None and place is not None:
            self._arrays.known[place] = _joined(known, self._arrays.known.get(place, _NOTHING))
        if number in self._uniform and self._is_silent(number):
            self._arrays.silent.add(access.array)

    def _read(self, access: SlotAccess, shifts: Known) -> Known:
        place = self._place(access)
        if place is None:
            return _NOTHING
        if None in shifts:
            return _ANYTHING
        array, base = place
        found = [self._arrays.known.get((array, base + int(each or 0)), _NOTHING) for each in shifts]
        return _limited(_NOTHING.union(*found))

    def _place(self, access: SlotAccess) -> tuple[int, int] | None:
        is_fixed = all(index in self._single for index, _ in access.at.terms)
        return (access.array, access.at.base) if is_fixed else None

    def _divide(self, result: int, dividend: Known) -> None:
        if all(each is not None and (each == 0 or abs(each) >= _SMALL) for each in dividend):
            self.quotients.add(result)
        else:
            self.quotients.discard(result)

    def _found(self, instruction: Instruction) -> Known:
        op, immediate = instruction.op, instruction.immediate
        known = [self._known.get(each, _NOTHING) for each in instruction.operands]
        match op, immediate:
            case Op.CONSTANT, (float() | int() | bool()) as value:
                return frozenset((value,))
            case Op.TRIAL, _:
                self._trials.add(instruction.result)
                return _NOTHING
            case Op.IAND, _ if self._is_lane(instruction.operands):
                return _ANYTHING
            case Op.READ_SLOT, SlotAccess() as access:
                return self._read(access, frozenset((0,)))
            case Op.READ_SLOT_AT, SlotAccess() as access:
                return self._read(access, known[0])
            case ((Op.SELECT | Op.MIN | Op.MAX), _):
                return _joined(*known[-2:])
        if not all(known):
            return _NOTHING
        if op in (Op.SEED, Op.AFFINE, Op.READ_TABLE) or any(None in each for each in known):
            return _ANYTHING
        return _limited(frozenset(applied(_SCALARS, op, each, immediate) for each in product(*known)))

    def _is_lane(self, operands: tuple[int, ...]) -> bool:
        """Whether these are a trial and the mask of its lowest bits: its place in a step is known."""
        masks = [self._known.get(each, _NOTHING) for each in operands if each not in self._trials]
        return len(masks) < len(operands) and all(mask <= _LANES for mask in masks)

    def _may_be_silent(self, instruction: Instruction, known: Known) -> bool:
        match instruction.op, instruction.immediate:
            case Op.FROM_BITS, _:
                return True
            case Op.CONSTANT, float(number):
                return not math.isfinite(number)
            case Op.READ_TABLE, int(table):
                return not np.isfinite(self._tables[table].values).all()
            case ((Op.READ_SLOT | Op.READ_SLOT_AT), SlotAccess(array)):
                return array in self._arrays.silent
        if instruction.op in _CALCULATE and any(each is None or not math.isfinite(each) for each in known):
            return True
        return any(map(self._is_silent, instruction.operands))


def _joined(one: Known, other: Known) -> Known:
    return _limited(one | other)


def _limited(known: Known) -> Known:
    # what is no number is not equal to itself, so that sets of it would never stay the same
    is_anything = len(known) > _MOST_KNOWN or any(each is None or each != each for each in known)
    return _ANYTHING if is_anything else known
