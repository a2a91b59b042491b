"""The reference back end: NumPy, one array operation per instruction. Slow, obvious, the oracle."""

from collections.abc import Callable, Sequence

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.block_operations import BlockOperations, Lanes
from mcdesk.engine.ir import (
    DTYPE_BY_TYPE,
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
from mcdesk.foundation.cancellation import CancelToken

_BLOCK = BlockOperations()
_METHOD_BY_OP: dict[Op, Callable[..., Lanes]] = {
    op: getattr(_BLOCK, name)
    for op, name in {
        Op.MIN: "minimum",
        Op.MAX: "maximum",
        Op.ABS: "absolute",
        Op.NOT: "not_",
        Op.AND: "and_",
        Op.OR: "or_",
    }.items()
} | {
    op: getattr(_BLOCK, op.value)
    for op in (
        *(Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG, Op.SQRT, Op.FLOOR, Op.FMA, Op.LT, Op.LE, Op.EQ),
        *(
            Op.SELECT,
            Op.IADD,
            Op.ISUB,
            Op.IMUL,
            Op.IAND,
            Op.IOR,
            Op.IXOR,
            Op.ISHL,
            Op.ILSHR,
            Op.IASHR,
            Op.IREVERSE,
        ),
        *(Op.ILT, Op.IEQ, Op.BITS, Op.FROM_BITS, Op.TO_NUMBER, Op.TO_INTEGER, Op.TEXT_CODE, Op.ERROR_CODE),
    )
}


class ReferenceBackend:
    """Runs a program over blocks of trials; scratch memory is slots x block x 8 bytes."""

    name = "reference"
    is_at_full_speed = True
    warnings: tuple[str, ...] = ()

    def __init__(
        self, program: Program, evaluators: Sequence[SlotEvaluator], block_trials: int = 4096
    ) -> None:
        self._program = program
        self._evaluators = evaluators
        self._block_trials = block_trials

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        """Nothing has to be."""

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials; looks at the token before each instruction."""
        token = cancel or CancelToken()
        slots = self._program.slots
        results = {
            array: np.empty((slots[array].length, request.count), dtype=DTYPE_BY_TYPE[slots[array].type])
            for array in request.wanted
        }
        for start in range(0, request.count, self._block_trials):
            count = min(self._block_trials, request.count - start)
            block = self._run_block(
                request.seed, range(request.first + start, request.first + start + count), token
            )
            for array, whole in results.items():
                whole[:, start : start + count] = block[array]
        return results

    def close(self) -> None:
        """Nothing is kept from run to run."""

    def _run_block(self, seed: int, trials: range, cancel: CancelToken) -> list[SlotValues]:
        slots = [
            np.zeros((slot.length, len(trials)), dtype=DTYPE_BY_TYPE[slot.type])
            for slot in self._program.slots
        ]
        with np.errstate(all="ignore"):
            for stage in self._program.stages:
                if isinstance(stage, CompiledStage):
                    _Block(self._program, slots, seed, trials, cancel).execute(stage.body)
                else:
                    read = {array: slots[array] for array in stage.reads}
                    for array, values in self._evaluators[stage.evaluator](
                        trials.start, read, cancel
                    ).items():
                        slots[array][...] = values
        return slots


class _Block:
    """One compiled stage over one block of trials."""

    def __init__(
        self, program: Program, slots: list[SlotValues], seed: int, trials: range, cancel: CancelToken
    ) -> None:
        self._program = program
        self._slots = slots
        self._values: dict[int, Lanes] = {}
        self._indices: dict[int, int] = {}
        self._trials = np.arange(trials.start, trials.stop, dtype=np.int64)
        self._seed = _BLOCK.integer(seed)
        self._cancel = cancel

    def execute(self, body: Sequence[Statement]) -> None:
        """Run the statements in order."""
        raise_if_cancelled = self._cancel.raise_if_cancelled
        for statement in body:
            raise_if_cancelled()
            if isinstance(statement, Loop):
                self._loop(statement)
            else:
                self._instruction(statement)

    def _loop(self, loop: Loop) -> None:
        values = self._values
        for carry in loop.carries:
            values[carry.inside] = values[carry.initial]
        for i in range(loop.count):
            self._indices[loop.index] = i
            self.execute(loop.body)
            following = [values[carry.following] for carry in loop.carries]
            for carry, value in zip(loop.carries, following, strict=True):
                values[carry.inside] = value
        for carry in loop.carries:
            values[carry.result] = values[carry.inside]

    def _instruction(self, instruction: Instruction) -> None:
        operands = [self._values[number] for number in instruction.operands]
        method = _METHOD_BY_OP.get(instruction.op)
        if method is None:
            self._special(instruction, operands)
        elif instruction.immediate is None:
            self._values[instruction.result] = method(*operands)
        else:
            self._values[instruction.result] = method(*operands, instruction.immediate)

    def _special(self, instruction: Instruction, operands: list[Lanes]) -> None:
        immediate = instruction.immediate
        match instruction.op, immediate:
            case Op.WRITE_SLOT, SlotAccess(array, at):
                self._slots[array][self._place(at)] = operands[0]
                return
            case Op.READ_SLOT, SlotAccess(array, at):
                value: Lanes = self._slots[array][self._place(at)]
            case Op.READ_SLOT_AT, SlotAccess(array, at):
                value = self._gathered(array, self._place(at), operands[0])
            case Op.READ_TABLE, int(number):
                value = _BLOCK.read_table(self._program.tables[number], operands[0])
            case Op.ICLAMP, (int(low), int(high)):
                value = _BLOCK.iclamp(operands[0], low, high)
            case Op.AFFINE, Affine() as at:
                value = np.asarray(self._place(at), dtype=np.int64)
            case _:
                value = self._source(instruction)
        self._values[instruction.result] = value

    def _source(self, instruction: Instruction) -> Lanes:
        if instruction.op is Op.TRIAL:
            return self._trials
        if instruction.op is Op.SEED:
            return self._seed
        if instruction.type is Type.INTEGER:
            return _BLOCK.integer(int(_immediate_number(instruction)))
        return np.asarray(_immediate_number(instruction), dtype=DTYPE_BY_TYPE[instruction.type])

    def _gathered(self, array: int, base: int, shift: Lanes) -> Lanes:
        lanes = np.arange(len(self._trials))
        return np.asarray(self._slots[array][base + np.asarray(shift, dtype=np.int64), lanes])

    def _place(self, at: Affine) -> int:
        return at.base + sum(stride * self._indices[index] for index, stride in at.terms)


def _immediate_number(instruction: Instruction) -> float | int | bool:
    assert isinstance(instruction.immediate, float | int)
    return instruction.immediate
