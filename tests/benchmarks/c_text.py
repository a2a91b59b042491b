"""A program as C for gcc's vectoriser: short runs of instructions, each a loop over a block of trials.

For tests only. Values that one run hands to another, and slots, are arrays with an element for each trial of
the block; error codes and texts are as wide as numbers, so that all elements of a loop have one width.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mcdesk.engine.ir import (
    Affine,
    Carry,
    CompiledStage,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)

C_TYPE = {
    Type.NUMBER: "double",
    Type.LOGICAL: "int64_t",
    Type.TEXT: "int64_t",
    Type.INTEGER: "int64_t",
    Type.ERROR: "int64_t",
}
# what is narrower than a number keeps gcc from vectorising
MEMORY_TYPE = {**C_TYPE, Type.LOGICAL: "int64_t"}
TABLE_TYPE = {**C_TYPE, Type.LOGICAL: "uint8_t", Type.TEXT: "int32_t", Type.ERROR: "uint8_t"}

_HEAD = """#include <stdint.h>
#define EACH_TRIAL for (int t = 0; t < LANES; ++t)
static inline int64_t bits(double x) { int64_t r; __builtin_memcpy(&r, &x, 8); return r; }
static inline double from_bits(int64_t x) { double r; __builtin_memcpy(&r, &x, 8); return r; }
static inline int64_t whole(double x) {
  double safe = __builtin_fabs(x) < 0x1p62 ? x : 0.0;
  return (int64_t)safe;
}
static inline int64_t reverse(int64_t x) {
  uint64_t r = __builtin_bswap64((uint64_t)x);
  r = (r & 0x5555555555555555) << 1 | (r >> 1 & 0x5555555555555555);
  r = (r & 0x3333333333333333) << 2 | (r >> 2 & 0x3333333333333333);
  return (int64_t)((r & 0x0F0F0F0F0F0F0F0F) << 4 | (r >> 4 & 0x0F0F0F0F0F0F0F0F));
}
static inline int64_t clamp(int64_t x, int64_t low, int64_t high) {
  int64_t r = x < low ? low : x;
  return r > high ? high : r;
}
"""
_EXPRESSIONS = {
    Op.ADD: "{0} + {1}", Op.SUB: "{0} - {1}", Op.MUL: "{0} * {1}", Op.DIV: "{0} / {1}",
    Op.MIN: "{1} < {0} ? {1} : {0}", Op.MAX: "{1} > {0} ? {1} : {0}", Op.NEG: "-{0}",
    Op.ABS: "__builtin_fabs({0})", Op.SQRT: "__builtin_sqrt({0})", Op.FLOOR: "__builtin_floor({0})",
    Op.FMA: "__builtin_fma({0}, {1}, {2})", Op.LT: "{0} < {1}", Op.LE: "{0} <= {1}", Op.EQ: "{0} == {1}",
    Op.NOT: "{0} ^ 1", Op.AND: "{0} & {1}", Op.OR: "{0} | {1}", Op.SELECT: "{0} ? {1} : {2}",
    Op.IADD: "{0} + {1}", Op.ISUB: "{0} - {1}", Op.IMUL: "{0} * {1}", Op.IAND: "{0} & {1}",
    Op.IOR: "{0} | {1}", Op.IXOR: "{0} ^ {1}", Op.ISHL: "{0} << {i}", Op.IASHR: "{0} >> {i}",
    Op.ILSHR: "(int64_t)((uint64_t){0} >> {i})", Op.IREVERSE: "reverse({0})",
    Op.ILT: "{0} < {1}", Op.IEQ: "{0} == {1}",
    Op.ICLAMP: "clamp({0}, {i[0]}, {i[1]})", Op.BITS: "bits({0})", Op.FROM_BITS: "from_bits({0})",
    Op.TO_NUMBER: "(double){0}", Op.TO_INTEGER: "whole({0})", Op.TEXT_CODE: "{0}", Op.ERROR_CODE: "{0}",
    Op.TRIAL: "first + t", Op.SEED: "seed",
}  # fmt: skip


@dataclass
class _Run:
    """Instructions that share a loop over the trials, and the carries that are handed on at its end."""

    number: int
    instructions: list[Instruction] = field(default_factory=list)
    carries: list[tuple[str, Carry]] = field(default_factory=list)


@dataclass
class _Round:
    """A loop of the program around runs."""

    loop: Loop
    parts: "list[_Run | _Round]"


@dataclass(frozen=True)
class CText:
    """Writes `void run(first, blocks, seed, tables, outputs, row)`.

    Args:
        lanes: trials of one block.
        longest: instructions of one run.
    """

    program: Program
    wanted: Sequence[int]
    lanes: int
    longest: int

    def text(self) -> str:
        """The whole file."""
        slots = self.program.slots
        stages = [stage for stage in self.program.stages if isinstance(stage, CompiledStage)]
        bodies = [_StageText(self, stage, number).text() for number, stage in enumerate(stages)]
        memory = [
            f"static _Alignas(64) {MEMORY_TYPE[slot.type]} s{array}[{slot.length} * LANES];"
            for array, slot in enumerate(slots)
        ]
        tables = [
            f"static const {TABLE_TYPE[table.type]} *__restrict T{number};"
            for number, table in enumerate(self.program.tables)
        ]
        calls = [f"    stage{number}(first + block * LANES, seed);" for number in range(len(stages))]
        run = [
            "void run(int64_t first, int64_t blocks, int64_t seed, void **tables, void **outputs,",
            "    int64_t row) {",
            *(f"  T{number} = tables[{number}];" for number in range(len(tables))),
            "  for (int64_t block = 0; block < blocks; ++block) {",
            *calls,
            *(self._copied(place, array) for place, array in enumerate(self.wanted)),
            "  }",
            "}",
        ]
        return "\n".join((f"#define LANES {self.lanes}", _HEAD, *memory, *tables, *bodies, *run, ""))

    def _copied(self, place: int, array: int) -> str:
        slot = self.program.slots[array]
        kind = TABLE_TYPE[slot.type]
        return (
            f"    for (int p = 0; p < {slot.length}; ++p) EACH_TRIAL"
            f" (({kind} *)outputs[{place}])[p * row + block * LANES + t] = s{array}[p * LANES + t];"
        )


class _StageText:
    """The function of one stage."""

    def __init__(self, owner: CText, stage: CompiledStage, number: int) -> None:
        self._owner = owner
        self._stage = stage
        self._name = f"stage{number}"
        self._stem = f"{number}_"
        self._runs = 0
        self._type: dict[int, Type] = {}
        self._home: dict[int, int] = {}  # number of the run that computes a value; none: a carry
        self._uniform: set[int] = set()
        self._indices: dict[int, str] = {}
        self._handed_on: set[int] = set()
        self._parts = self._divided(stage.body)

    def text(self) -> str:
        """The function, after the arrays that it uses."""
        self._find_handed_on(self._parts)
        lines = [line for part in self._parts for line in self._part(part, "  ")]
        arrays = [
            f"static _Alignas(64) {MEMORY_TYPE[self._type[number]]} x{self._stem}{number}[LANES];"
            for number in sorted(self._handed_on)
        ]
        head = f"static void __attribute__((noinline)) {self._name}(int64_t first, int64_t seed) {{"
        return "\n".join((*arrays, head, *lines, "}"))

    # division into runs ------------------------------------------------------------------------------

    def _divided(self, body: Iterable[Statement]) -> "list[_Run | _Round]":
        parts: list[_Run | _Round] = []
        run: _Run | None = None
        for statement in body:
            if isinstance(statement, Loop):
                parts.append(self._round(statement))
                run = None
                continue
            if run is None or self._is_full(run, statement):
                run = self._fresh_run()
                parts.append(run)
            self._take(run, statement)
        return parts

    def _round(self, loop: Loop) -> _Round:
        self._indices[loop.index] = f"i{loop.index}"
        self._uniform.add(loop.index)
        for carry in loop.carries:
            self._type[carry.inside] = self._type[carry.result] = carry.type
            self._handed_on |= {carry.inside, carry.result}
        parts = self._divided(loop.body)
        last = parts[-1] if parts and isinstance(parts[-1], _Run) else self._fresh_run()
        if last not in parts:
            parts.append(last)
        last.carries = [("inside", carry) for carry in loop.carries]
        return _Round(loop, parts)

    def _fresh_run(self) -> _Run:
        self._runs += 1
        return _Run(self._runs)

    def _is_full(self, run: _Run, following: Instruction) -> bool:
        if len(run.instructions) >= self._owner.longest:
            return True
        access = following.immediate
        if not isinstance(access, SlotAccess):
            return False
        # an element chosen by the trial could be any that the loop writes
        conflicting = Op.WRITE_SLOT if following.op is Op.READ_SLOT_AT else Op.READ_SLOT_AT
        if following.op is Op.READ_SLOT:
            return False
        return any(
            each.op is conflicting
            and isinstance(each.immediate, SlotAccess)
            and each.immediate.array == access.array
            for each in run.instructions
        )

    def _take(self, run: _Run, instruction: Instruction) -> None:
        run.instructions.append(instruction)
        if instruction.op is Op.WRITE_SLOT:
            return
        self._type[instruction.result] = instruction.type
        self._home[instruction.result] = run.number
        varying = instruction.op in (Op.TRIAL, Op.READ_SLOT, Op.READ_SLOT_AT)
        if not varying and all(operand in self._uniform for operand in instruction.operands):
            self._uniform.add(instruction.result)

    def _find_handed_on(self, parts: "Iterable[_Run | _Round]") -> None:
        for run in _all_runs(parts):
            used = [operand for each in run.instructions for operand in each.operands]
            used += [carry.following for _, carry in run.carries]
            self._handed_on |= {
                number
                for number in used
                if number not in self._uniform and self._home.get(number) != run.number
            }
        for around in _all_rounds(parts):
            initial = {carry.initial for carry in around.loop.carries}
            self._handed_on |= initial - self._uniform

    # text --------------------------------------------------------------------------------------------

    def _part(self, part: "_Run | _Round", margin: str) -> Iterator[str]:
        if isinstance(part, _Run):
            yield from self._run_text(part, margin)
            return
        loop, index = part.loop, self._indices[part.loop.index]
        yield from self._handed([(carry.inside, carry.initial) for carry in loop.carries], 0, margin)
        yield f"{margin}for (int64_t {index} = 0; {index} < {loop.count}; ++{index}) {{"
        for inner in part.parts:
            yield from self._part(inner, margin + "  ")
        yield f"{margin}}}"
        yield from self._handed([(carry.result, carry.inside) for carry in loop.carries], 0, margin)

    def _run_text(self, run: _Run, margin: str) -> Iterator[str]:
        inside: list[str] = []
        for instruction in run.instructions:
            if instruction.result in self._uniform:
                kind = C_TYPE[instruction.type]
                yield f"{margin}const {kind} v{instruction.result} = {self._expression(instruction, run)};"
            else:
                inside += self._line(instruction, run)
        inside += self._handed_inside(run)
        if inside:
            yield f"{margin}EACH_TRIAL {{"
            yield from (f"{margin}  {line}" for line in inside)
            yield f"{margin}}}"

    def _line(self, instruction: Instruction, run: _Run) -> list[str]:
        if instruction.op is Op.WRITE_SLOT:
            assert isinstance(instruction.immediate, SlotAccess)
            target = self._element(instruction.immediate, None)
            return [f"{target} = {self._read(instruction.operands[0], run.number)};"]
        result = instruction.result
        lines = [f"const {C_TYPE[instruction.type]} v{result} = {self._expression(instruction, run)};"]
        if result in self._handed_on:
            lines.append(f"x{self._stem}{result}[t] = v{result};")
        return lines

    def _handed_inside(self, run: _Run) -> list[str]:
        """All carries are read before one is written."""
        pairs = [(carry.inside, carry.following) for _, carry in run.carries]
        return self._assignments(pairs, run.number)

    def _handed(self, pairs: Sequence[tuple[int, int]], run: int, margin: str) -> Iterator[str]:
        if pairs:
            yield f"{margin}EACH_TRIAL {{ {' '.join(self._assignments(pairs, run))} }}"

    def _assignments(self, pairs: Sequence[tuple[int, int]], run: int) -> list[str]:
        read = [
            f"const {C_TYPE[self._type[target]]} n{target} = {self._read(source, run)};"
            for target, source in pairs
        ]
        return read + [f"x{self._stem}{target}[t] = n{target};" for target, _ in pairs]

    def _read(self, number: int, run: int) -> str:
        if number in self._indices:
            return self._indices[number]
        if number in self._uniform or self._home.get(number, -1) == run:
            return f"v{number}"
        return f"x{self._stem}{number}[t]"

    def _expression(self, instruction: Instruction, run: _Run) -> str:
        operands = [self._read(operand, run.number) for operand in instruction.operands]
        immediate = instruction.immediate
        match instruction.op, immediate:
            case Op.CONSTANT, _:
                return _literal(instruction.type, immediate)
            case Op.AFFINE, Affine() as at:
                return self._affine(at)
            case Op.READ_TABLE, int(number):
                return f"T{number}[{operands[0]}]"
            case Op.READ_SLOT, SlotAccess() as access:
                return self._element(access, None)
            case Op.READ_SLOT_AT, SlotAccess() as access:
                return self._element(access, operands[0])
        return _EXPRESSIONS[instruction.op].format(*operands, i=immediate)

    def _element(self, access: SlotAccess, shift: str | None) -> str:
        place = self._affine(access.at) + (f" + {shift}" if shift else "")
        return f"s{access.array}[({place}) * LANES + t]"

    def _affine(self, at: Affine) -> str:
        return " + ".join([str(at.base), *(f"{self._indices[i]} * {stride}" for i, stride in at.terms)])


def _all_runs(parts: "Iterable[_Run | _Round]") -> Iterator[_Run]:
    for part in parts:
        if isinstance(part, _Run):
            yield part
        else:
            yield from _all_runs(part.parts)


def _all_rounds(parts: "Iterable[_Run | _Round]") -> Iterator[_Round]:
    for part in parts:
        if isinstance(part, _Round):
            yield part
            yield from _all_rounds(part.parts)


def _literal(kind: Type, value: object) -> str:
    if kind is Type.NUMBER:
        assert isinstance(value, float | int)
        return f"from_bits(0x{struct.unpack('<Q', struct.pack('<d', float(value)))[0]:X})"
    assert isinstance(value, int)
    number = int(value)
    if kind is Type.INTEGER:
        return f"(int64_t)0x{number % (1 << 64):X}u"
    return str(number)
