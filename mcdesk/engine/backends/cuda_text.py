"""A program as CUDA C++: one kernel per run of compiled stages, one thread per trial.

Strict arithmetic: every rounding is asked for by name (`__dadd_rn`, `__fma_rn`), so that no compiler
contracts or reorders. The text holds no value of a table and needs no header: a host's compiler takes it too,
once the intrinsics and `threadIdx` are defined for it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mcdesk.engine.backends.cuda_layout import TILE_TRIALS, MemoryLayout, memory_layout
from mcdesk.engine.ir import (
    DTYPE_BY_TYPE,
    Affine,
    Instruction,
    Loop,
    Op,
    Program,
    SlotAccess,
    Statement,
    Type,
)
from mcdesk.engine.passes.dead_code import without_dead_code
from mcdesk.engine.stage_groups import StageGroup, shared_arrays, stage_groups

_HEAD = "typedef long long i64;\ntypedef unsigned long long u64;\ntypedef unsigned char u8;\n"
_KERNEL = """
extern "C" __global__ void __launch_bounds__({tile}) {name}(
    const i64 first, const i64 seed, u8* __restrict__ const kept_tiles, u8* __restrict__ const scratch_tiles,
    const u8* __restrict__ const tables)
{{
  const i64 lane = threadIdx.x;
  const i64 trial = first + (i64)blockIdx.x * {tile} + lane;
  u8* const kept = kept_tiles + (i64)blockIdx.x * {kept_bytes};
  u8* const scratch = scratch_tiles + (i64)blockIdx.x * {scratch_bytes};
"""
_REGISTER = {
    Type.NUMBER: "double",
    Type.LOGICAL: "bool",
    Type.TEXT: "int",
    Type.INTEGER: "i64",
    Type.ERROR: "u8",
}
_MEMORY = {**_REGISTER, Type.LOGICAL: "u8"}
_WHOLE_LIMIT = "0x1p+62"
# 0, 1 and 2 are the operands, `immediate` is the number or pair that the instruction carries
_EXPRESSIONS = {
    Op.ADD: "__dadd_rn({0}, {1})",
    Op.SUB: "__dsub_rn({0}, {1})",
    Op.MUL: "__dmul_rn({0}, {1})",
    Op.DIV: "__ddiv_rn({0}, {1})",
    Op.MIN: "{1} < {0} ? {1} : {0}",
    Op.MAX: "{1} > {0} ? {1} : {0}",
    Op.NEG: "-{0}",
    Op.ABS: "fabs({0})",
    Op.SQRT: "__dsqrt_rn({0})",
    Op.FLOOR: "floor({0})",
    Op.FMA: "__fma_rn({0}, {1}, {2})",
    Op.LT: "{0} < {1}",
    Op.LE: "{0} <= {1}",
    Op.EQ: "{0} == {1}",
    Op.NOT: "!{0}",
    Op.AND: "{0} & {1}",
    Op.OR: "{0} | {1}",
    Op.SELECT: "{0} ? {1} : {2}",
    Op.IADD: "(i64)((u64){0} + (u64){1})",
    Op.ISUB: "(i64)((u64){0} - (u64){1})",
    Op.IMUL: "(i64)((u64){0} * (u64){1})",
    Op.IAND: "{0} & {1}",
    Op.IOR: "{0} | {1}",
    Op.IXOR: "{0} ^ {1}",
    Op.ISHL: "(i64)((u64){0} << {immediate})",
    Op.ILSHR: "(i64)((u64){0} >> {immediate})",
    Op.IASHR: "{0} >> {immediate}",
    Op.IREVERSE: "(i64)__brevll((u64){0})",
    Op.ILT: "{0} < {1}",
    Op.IEQ: "{0} == {1}",
    Op.ICLAMP: "{0} < {low} ? {low} : {0} > {high} ? {high} : {0}",
    Op.BITS: "__double_as_longlong({0})",
    Op.FROM_BITS: "__longlong_as_double({0})",
    Op.TO_NUMBER: "__ll2double_rn({0})",
    Op.TO_INTEGER: f"__double2ll_rz(fabs({{0}}) < {_WHOLE_LIMIT} ? {{0}} : 0.0)",
    Op.TEXT_CODE: "(i64){0}",
    Op.ERROR_CODE: "(i64){0}",
    Op.TRIAL: "trial",
    Op.SEED: "seed",
}


@dataclass(frozen=True, slots=True)
class ProgramKernels:
    """A program without what its kept arrays do not need, and the kernels of its groups by their number."""

    program: Program
    groups: tuple[StageGroup, ...]
    layout: MemoryLayout
    text_by_group: dict[int, str]
    name_by_group: dict[int, str]


def program_kernels(program: Program, wanted: Iterable[int], stem: str = "group") -> ProgramKernels:
    """The kernels that leave these slot arrays behind.

    Args:
        stem: what their names begin with; one for each program where several share a module.
    """
    kept = shared_arrays(stage_groups(program)).union(wanted)
    program = without_dead_code(program, kept)
    groups = stage_groups(program)
    layout = memory_layout(program, kept)
    writer = KernelWriter(program, layout)
    names = {number: f"{stem}{number}" for number, group in enumerate(groups) if group.stages}
    texts = {number: writer.text(name, groups[number]) for number, name in names.items()}
    return ProgramKernels(program, groups, layout, texts, names)


def cuda_text(kernels: Iterable[str]) -> str:
    """The text of a module with these kernels."""
    return _HEAD + "".join(kernels)


class KernelWriter:
    """Writes the kernels of one program.

    Their parameters: number of the first trial, seed, and the memory of `MemoryLayout`: a tile for each block
    of threads for the kept arrays and for the scratch arrays, and the tables.
    """

    def __init__(self, program: Program, layout: MemoryLayout) -> None:
        self._program = program
        self._layout = layout
        self._lines: list[str] = []
        self._indent = "  "

    def text(self, name: str, group: StageGroup) -> str:
        """The kernel that runs the stages of a group, one after the other."""
        self._lines = []
        for array in sorted(group.arrays & self._layout.local):
            slot = self._program.slots[array]
            self._put(f"{_MEMORY[slot.type]} a{array}[{slot.length}];")
        for stage in group.stages:
            self._block("{", stage.body, ())
        head = _KERNEL.format(
            name=name,
            tile=TILE_TRIALS,
            kept_bytes=self._layout.kept_bytes,
            scratch_bytes=self._layout.scratch_bytes,
        )
        return head + "\n".join((*self._lines, "}", ""))

    # statements ----------------------------------------------------------------------------------------

    def _block(self, head: str, body: Iterable[Statement], last: Iterable[str]) -> None:
        self._put(head)
        outer, self._indent = self._indent, self._indent + "  "
        for statement in body:
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)
        for line in last:
            self._put(line)
        self._indent = outer
        self._put("}")

    def _loop(self, loop: Loop) -> None:
        carries = loop.carries
        for carry in carries:
            self._put(f"{_REGISTER[carry.type]} v{carry.inside} = v{carry.initial};")
        # all of them at once: one may be handed on as another
        handed_on = [
            *(f"const {_REGISTER[carry.type]} n{carry.inside} = v{carry.following};" for carry in carries),
            *(f"v{carry.inside} = n{carry.inside};" for carry in carries),
        ]
        # unrolled, a large program takes five times as long to compile, and spills
        self._put("#pragma unroll 1")
        index = f"v{loop.index}"
        self._block(f"for (i64 {index} = 0; {index} < {loop.count}; ++{index}) {{", loop.body, handed_on)
        for carry in carries:
            self._put(f"const {_REGISTER[carry.type]} v{carry.result} = v{carry.inside};")

    def _instruction(self, instruction: Instruction) -> None:
        operands = [f"v{number}" for number in instruction.operands]
        match instruction.op, instruction.immediate:
            case Op.WRITE_SLOT, SlotAccess(array, at):
                self._put(f"{self._element(array, _affine(at))} = {operands[0]};")
                return
            case Op.READ_SLOT, SlotAccess(array, at):
                found = self._read(array, _affine(at))
            case Op.READ_SLOT_AT, SlotAccess(array, at):
                found = self._read(array, f"{_affine(at)} + {operands[0]}")
            case Op.READ_TABLE, int(number):
                found = self._table_element(number, operands[0])
            case Op.AFFINE, Affine() as at:
                found = _affine(at)
            case Op.CONSTANT, float() | int() as value:
                found = _literal(instruction.type, value)
            case _:
                found = _expression(instruction, operands)
        self._put(f"const {_REGISTER[instruction.type]} v{instruction.result} = {found};")

    # memory --------------------------------------------------------------------------------------------

    def _read(self, array: int, place: str) -> str:
        element = self._element(array, place)
        return f"{element} != 0" if self._program.slots[array].type is Type.LOGICAL else element

    def _element(self, array: int, place: str) -> str:
        layout, kind = self._layout, self._program.slots[array].type
        if array in layout.local:
            return f"a{array}[{place}]"
        block, places = ("scratch", layout.scratch) if array in layout.scratch else ("kept", layout.kept)
        begin = places[array] // DTYPE_BY_TYPE[kind].itemsize
        return f"(({_MEMORY[kind]}*){block})[({begin} + {place}) * {TILE_TRIALS} + lane]"

    def _table_element(self, number: int, index: str) -> str:
        kind = self._program.tables[number].type
        element = f"((const {_MEMORY[kind]}*)(tables + {self._layout.tables[number]}))[{index}]"
        return f"{element} != 0" if kind is Type.LOGICAL else element

    def _put(self, line: str) -> None:
        self._lines.append(self._indent + line)


def _affine(at: Affine) -> str:
    terms = [f"{stride} * v{index}" for index, stride in at.terms]
    return " + ".join((str(at.base), *terms))


def _expression(instruction: Instruction, operands: Sequence[str]) -> str:
    template, immediate = _EXPRESSIONS[instruction.op], instruction.immediate
    if isinstance(immediate, tuple):
        low, high = (_literal(Type.INTEGER, bound) for bound in immediate)
        return template.format(*operands, low=low, high=high)
    return template.format(*operands, immediate=immediate)


def _literal(kind: Type, value: float) -> str:
    if kind is Type.NUMBER:
        number = float(value)
        # beyond what a literal can say: by its bits
        return number.hex() if math.isfinite(number) else f"__longlong_as_double({_special_bits(number)})"
    if kind is Type.LOGICAL:
        return "true" if value else "false"
    if kind is not Type.INTEGER:
        return str(int(value))
    whole = (int(value) + (1 << 63)) % (1 << 64) - (1 << 63)
    return f"{whole}LL" if whole > -(1 << 63) else f"({whole + 1}LL - 1)"


def _special_bits(number: float) -> str:
    if math.isnan(number):
        return "0x7ff8000000000000LL"
    return "0x7ff0000000000000LL" if number > 0 else "(i64)0xfff0000000000000ULL"
