"""The typed program that every back end executes: instructions, loops, stages, slots, tables.

It knows trials and numbers, not spreadsheets. The instruction set is closed: a new instruction
needs a page in `docs/decisions/`.
"""

import hashlib
import marshal
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Type(Enum):
    """Type of one value in one trial."""

    NUMBER = "number"  # IEEE binary64, never NaN or infinite once stored in a slot
    LOGICAL = "logical"
    TEXT = "text"  # index into Program.strings
    INTEGER = "integer"  # 64 bits, two's complement, wraps
    ERROR = "error"  # foundation.error_codes.ErrorCode, 0 for none

    # members are looked up for each instruction: by identity, which Python has at hand
    __hash__ = object.__hash__


DTYPE_BY_TYPE: dict[Type, np.dtype[np.generic]] = {
    Type.NUMBER: np.dtype(np.float64),
    Type.LOGICAL: np.dtype(np.bool_),
    Type.TEXT: np.dtype(np.int32),
    Type.INTEGER: np.dtype(np.int64),
    Type.ERROR: np.dtype(np.uint8),
}


class Op(Enum):
    """The closed instruction set; the comment gives operand types and result."""

    CONSTANT = "constant"  # immediate -> any type
    TRIAL = "trial"  # -> INTEGER, number of the trial, from 0
    SEED = "seed"  # -> INTEGER, the 64-bit seed of the run
    ADD = "add"  # NUMBER, NUMBER -> NUMBER; IEEE, round to nearest even
    SUB = "sub"
    MUL = "mul"
    DIV = "div"
    MIN = "min"  # second where it is less, else first
    MAX = "max"  # second where it is greater, else first
    NEG = "neg"
    ABS = "abs"
    SQRT = "sqrt"
    FLOOR = "floor"
    FMA = "fma"  # a * b + c rounded once; only engine/mathematics emits it
    LT = "lt"  # NUMBER, NUMBER -> LOGICAL
    LE = "le"
    EQ = "eq"
    NOT = "not"  # LOGICAL -> LOGICAL
    AND = "and"
    OR = "or"
    SELECT = "select"  # LOGICAL, T, T -> T
    IADD = "iadd"  # INTEGER, INTEGER -> INTEGER
    ISUB = "isub"
    IMUL = "imul"
    IAND = "iand"
    IOR = "ior"
    IXOR = "ixor"
    ISHL = "ishl"  # by 0 to 63
    ILSHR = "ilshr"
    IASHR = "iashr"
    IREVERSE = "ireverse"  # INTEGER -> INTEGER, bit 63 becomes bit 0
    ILT = "ilt"  # INTEGER, INTEGER -> LOGICAL
    IEQ = "ieq"
    ICLAMP = "iclamp"  # INTEGER, immediate (low, high) -> INTEGER
    BITS = "bits"  # NUMBER -> INTEGER, same bits
    FROM_BITS = "from_bits"
    TO_NUMBER = "to_number"  # INTEGER -> NUMBER, rounded to nearest
    TO_INTEGER = "to_integer"  # NUMBER -> INTEGER, toward zero; undefined beyond 2**62
    TEXT_CODE = "text_code"  # TEXT -> INTEGER
    ERROR_CODE = "error_code"  # ERROR -> INTEGER
    AFFINE = "affine"  # immediate Affine over loop indices -> INTEGER
    READ_TABLE = "read_table"  # INTEGER, immediate table number -> type of the table
    READ_SLOT = "read_slot"  # immediate SlotAccess -> type of the slot array
    READ_SLOT_AT = "read_slot_at"  # INTEGER, immediate SlotAccess -> same; the operand is added
    WRITE_SLOT = "write_slot"  # T, immediate SlotAccess; no result

    __hash__ = object.__hash__  # as that of Type


_NAME_BY_TYPE = {each: each.value for each in Type}
_NAME_BY_OP = {each: each.value for each in Op}


@dataclass(frozen=True, slots=True)
class Affine:
    """base + sum of stride * loop index; `terms` pairs the index's value number with its stride."""

    base: int
    terms: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SlotAccess:
    """One element of one slot array."""

    array: int
    at: Affine


Immediate = float | int | bool | tuple[int, int] | Affine | SlotAccess | None


@dataclass(frozen=True, slots=True)
class Instruction:
    """One operation; `result` is its value number (-1 for WRITE_SLOT)."""

    result: int
    op: Op
    operands: tuple[int, ...]
    type: Type
    immediate: Immediate = None


@dataclass(frozen=True, slots=True)
class Carry:
    """A value handed from one round of a loop to the next, and out of it at the end."""

    initial: int
    inside: int
    following: int
    result: int
    type: Type


@dataclass(frozen=True, slots=True)
class Loop:
    """`count` rounds (at least one) of `body`; `index` is the round, an INTEGER from 0."""

    count: int
    index: int
    carries: tuple[Carry, ...]
    body: tuple["Statement", ...]


Statement = Instruction | Loop


@dataclass(frozen=True, slots=True)
class SlotArray:
    """Values that live from stage to stage in every trial: `length` elements of one type."""

    type: Type
    length: int


@dataclass(frozen=True, slots=True)
class Table:
    """Values that are the same in all trials; a read-only one-dimensional array."""

    type: Type
    values: NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class CompiledStage:
    """Instructions that a back end runs for a block of trials at once."""

    name: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedStage:
    """Work for the evaluator, trial by trial: reads and writes whole slot arrays by number.

    `evaluator` is the place of the stage's function in the list that comes with the program.
    """

    name: str
    evaluator: int
    reads: tuple[int, ...]
    writes: tuple[int, ...]


Stage = CompiledStage | EvaluatedStage


@dataclass(frozen=True, slots=True)
class Program:
    """Stages in order, joined by slot arrays."""

    stages: tuple[Stage, ...]
    slots: tuple[SlotArray, ...]
    tables: tuple[Table, ...]
    strings: tuple[str, ...]
    # its hash, once that was asked for: it takes as long as to find and load kept code
    known_hash: list[str] = field(default_factory=list, init=False, repr=False, compare=False)


def program_instructions(program: Program) -> Iterator[Instruction]:
    """Every instruction of the compiled stages, in order, loop bodies once."""
    for stage in program.stages:
        if isinstance(stage, CompiledStage):
            yield from _instructions(stage.body)


def step_count(program: Program) -> int:
    """How many instructions the compiled stages execute for one trial."""
    return sum(_steps(stage.body) for stage in program.stages if isinstance(stage, CompiledStage))


def program_hash(program: Program) -> str:
    """SHA-256 (hexadecimal) over all that decides a trial's bits in the compiled stages."""
    if program.known_hash:
        return program.known_hash[0]
    digest = hashlib.sha256()
    stages = tuple(_plain_stage(stage) for stage in program.stages)
    slots = tuple((slot.type.value, slot.length) for slot in program.slots)
    tables = tuple((table.type.value, len(table.values)) for table in program.tables)
    # version 2 has nothing in it that depends on which of the equal parts are one
    digest.update(marshal.dumps((stages, slots, tables, program.strings), 2))
    for table in program.tables:
        digest.update(np.ascontiguousarray(table.values).tobytes())
    program.known_hash.append(digest.hexdigest())
    return program.known_hash[0]


def _plain_stage(stage: Stage) -> tuple[Any, ...]:
    if isinstance(stage, EvaluatedStage):
        return stage.name, stage.evaluator, stage.reads, stage.writes
    return stage.name, _plain_body(stage.body)


def _plain_body(body: tuple[Statement, ...]) -> tuple[Any, ...]:
    return tuple(
        [
            _plain_loop(each)
            if isinstance(each, Loop)
            else (
                each.result,
                _NAME_BY_OP[each.op],
                each.operands,
                _NAME_BY_TYPE[each.type],
                _plain_immediate(each.immediate),
            )
            for each in body
        ]
    )


def _plain_loop(loop: Loop) -> tuple[Any, ...]:
    carries = tuple(
        (each.initial, each.inside, each.following, each.result, _NAME_BY_TYPE[each.type])
        for each in loop.carries
    )
    return loop.count, loop.index, carries, _plain_body(loop.body)


def _plain_immediate(immediate: Immediate) -> Any:
    if isinstance(immediate, SlotAccess):
        return immediate.array, immediate.at.base, immediate.at.terms
    return (immediate.base, immediate.terms) if isinstance(immediate, Affine) else immediate


def _instructions(body: tuple[Statement, ...]) -> Iterator[Instruction]:
    for statement in body:
        if isinstance(statement, Loop):
            yield from _instructions(statement.body)
        else:
            yield statement


def _steps(body: tuple[Statement, ...]) -> int:
    return sum(
        statement.count * _steps(statement.body) if isinstance(statement, Loop) else 1 for statement in body
    )
