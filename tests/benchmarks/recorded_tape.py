"""A benchmark model as a tape: each operation of its plain formulas is one ufunc over a block of trials.

The formulas are run once over recorders instead of numbers. What is written twice alike is computed once,
buffers are used again as soon as nobody reads them, and inputs come from NumPy's own distributions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from tests.benchmark_models import (
    Constants,
    Draws,
    Numbers,
    cash_flow,
    project_finance,
    read_draws,
    wide_sheet,
)

Operand = Any  # a number, an array that is the same in all trials, or a recorder
Compute = Callable[..., object]

FORMULAS_BY_NAME: Mapping[str, Callable[[Draws, Constants], dict[str, Numbers]]] = {
    "A": cash_flow,
    "B": project_finance,
    "C": wide_sheet,
}


class RecordedTape:
    """One model, run block by block.

    Args:
        block_trials: trials of one block.
    """

    def __init__(self, name: str, setup: Path, constants: Constants, block_trials: int) -> None:
        self._block_trials = block_trials
        self._draws = read_draws(setup)
        self._inputs = {row: np.empty(block_trials) for row in self._draws}
        recording = _Recording()
        inputs = {row: recording.keep(buffer) for row, buffer in self._inputs.items()}
        outputs = FORMULAS_BY_NAME[name](inputs, constants)  # type: ignore[arg-type]  # recorders do as numbers
        calls, buffers = _bound(recording.steps, set(map(_place, outputs.values())), block_trials)
        self._calls = calls
        self._outputs = {cell: buffers[_place(each)] for cell, each in outputs.items()}

    def __len__(self) -> int:
        """Operations of a block."""
        return len(self._calls)

    def run(self, rng: np.random.Generator, trials: int) -> dict[str, Numbers]:
        """Outputs by cell; whole blocks are computed, what is too many is dropped."""
        found: dict[str, list[Numbers]] = {}
        for _ in range(0, trials, self._block_trials):
            inputs = {row: draw(rng, self._block_trials) for row, draw in self._draws.items()}
            for cell, values in self.outputs_of(inputs).items():
                found.setdefault(cell, []).append(values.copy())
        return {cell: np.concatenate(blocks)[:trials] for cell, blocks in found.items()}

    def outputs_of(self, inputs: Draws) -> dict[str, Numbers]:
        """Outputs of one block by cell, in buffers that the next call writes."""
        for row, values in inputs.items():
            np.copyto(self._inputs[row], values)
        for compute, arguments, out in self._calls:
            compute(*arguments, out=out)
        return self._outputs


@dataclass(frozen=True)
class _Step:
    """One operation; operands are places of earlier steps where they are recorders."""

    compute: Compute
    operands: tuple[Operand, ...]
    dtype: np.dtype[Any]
    buffer: Numbers | None = None

    @property
    def reads(self) -> set[int]:
        """The places of what it needs."""
        return {each.place for each in self.operands if isinstance(each, _Recorder)}


class _Recording:
    def __init__(self) -> None:
        self.steps: list[_Step] = []
        self._place_by_key: dict[object, int] = {}

    def keep(self, buffer: Numbers) -> "_Recorder":
        """What is there before the tape begins."""
        self.steps.append(_Step(np.copyto, (), buffer.dtype, buffer))
        return _Recorder(self, len(self.steps) - 1)

    def add(self, compute: Compute, operands: tuple[Operand, ...], dtype: npt.DTypeLike) -> "_Recorder":
        """One operation more, or the one that is written alike."""
        key = (compute, *(id(each) if isinstance(each, np.ndarray) else each for each in operands))
        place = self._place_by_key.setdefault(key, len(self.steps))
        if place == len(self.steps):
            self.steps.append(_Step(compute, operands, np.dtype(dtype)))
        return _Recorder(self, place)


class _Recorder(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for the numbers of a block, and notes down what is done with them."""

    def __init__(self, recording: _Recording, place: int) -> None:
        self.recording, self.place = recording, place

    @override
    def __eq__(self, other: object) -> bool:  # type: ignore[override]  # in keys; no formula compares so
        return isinstance(other, _Recorder) and other.place == self.place

    @override
    def __hash__(self) -> int:
        return hash(self.place)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Operand) -> "_Recorder":
        assert method == "__call__"
        if ufunc in (np.less, np.less_equal, np.greater, np.greater_equal):
            return self.recording.add(ufunc, operands, bool)
        steps = self.recording.steps
        kinds = (steps[each.place].dtype if isinstance(each, _Recorder) else each for each in operands)
        return self.recording.add(ufunc, operands, np.result_type(*kinds))

    def __array_function__(
        self, function: Callable[..., object], _: object, operands: tuple[Operand, ...], named: object
    ) -> "_Recorder":
        if function is np.full_like:
            return self.recording.add(_fill, operands[1:], float)
        compute, dtype = _COMPUTE_BY_FUNCTION[function]
        # of named arguments there is only side="right"
        return self.recording.add(compute, operands, dtype)


def _fill(value: float, out: Numbers) -> None:
    out.fill(value)


def _where(condition: Numbers, yes: Operand, no: Operand, out: Numbers) -> None:
    np.copyto(out, no)
    np.copyto(out, yes, where=condition)  # type: ignore[arg-type]  # truth values


def _search(keys: Numbers, values: Numbers, out: Numbers) -> None:
    np.copyto(out, np.searchsorted(keys, values, side="right"))


def _take(values: Numbers, places: Numbers, _: int, out: Numbers) -> None:
    np.take(values, places, out=out, mode="clip")  # type: ignore[arg-type]  # whole numbers


_COMPUTE_BY_FUNCTION: Mapping[Callable[..., object], tuple[Compute, type]] = {
    np.where: (_where, float),
    np.searchsorted: (_search, np.intp),
    np.take_along_axis: (_take, float),
}


def _place(value: object) -> int:
    assert isinstance(value, _Recorder)
    return value.place


def _bound(
    steps: list[_Step], outputs: set[int], block_trials: int
) -> tuple[list[tuple[Compute, tuple[Operand, ...], Numbers]], dict[int, Numbers]]:
    """The calls that are needed with their buffers, and the buffer of each step."""
    last_use = _last_uses(steps, outputs)
    buffers = {place: step.buffer for place, step in enumerate(steps) if step.buffer is not None}
    free: dict[np.dtype[Any], list[Numbers]] = {}
    calls = []
    for place, step in enumerate(steps):
        if place not in last_use or step.buffer is not None:
            continue
        values = tuple(buffers[each.place] if isinstance(each, _Recorder) else each for each in step.operands)
        ended = [used for used in step.reads if last_use[used] == place and steps[used].buffer is None]
        # only a ufunc may write where it reads
        if isinstance(step.compute, np.ufunc):
            _release(free, (buffers[used] for used in ended))
        pool = free.setdefault(step.dtype, [])
        buffers[place] = pool.pop() if pool else np.empty(block_trials, dtype=step.dtype)
        if not isinstance(step.compute, np.ufunc):
            _release(free, (buffers[used] for used in ended))
        calls.append((step.compute, values, buffers[place]))
    return calls, buffers


def _release(free: dict[np.dtype[Any], list[Numbers]], ended: Iterable[Numbers]) -> None:
    for buffer in ended:
        free.setdefault(buffer.dtype, []).append(buffer)


def _last_uses(steps: list[_Step], outputs: set[int]) -> dict[int, int]:
    """Where each step that is needed is read for the last time; outputs are never given away."""
    found = dict.fromkeys(outputs, len(steps))
    for place in reversed(range(len(steps))):
        if place in found:
            for used in steps[place].reads:
                found.setdefault(used, place)
    return found
