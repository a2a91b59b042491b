"""The kernels of a program for one choice of kept slot arrays, and chunks of trials that run through them."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.cuda_device import CudaDevice, DeviceBytes
from mcdesk.engine.backends.cuda_layout import TILE_TRIALS, Bytes, packed_tables, read_array, write_array
from mcdesk.engine.backends.cuda_text import cuda_text, program_kernels
from mcdesk.engine.backends.launch_pace import LaunchPace
from mcdesk.engine.ir import EvaluatedStage, Program
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DeviceLost


@dataclass(slots=True)
class _Part:
    """Consecutive trials whose kept arrays are on the device at the same time."""

    request: ChunkRequest
    tiles: int
    kept: DeviceBytes
    token: CancelToken
    scratch: DeviceBytes | None = field(default=None)
    scratch_tiles: int = field(default=0)


class CudaCode:
    """A program compiled for the device; what the kept arrays do not need is left out.

    Args:
        compile_text: text to a file of machine code for the device.

    Raises:
        RunFailed: if it cannot be compiled, or the device failed.
        DeviceMemoryExhausted: if the device has no room for the tables.
    """

    def __init__(
        self, program: Program, kept: Iterable[int], device: CudaDevice, compile_text: Callable[[str], Path]
    ) -> None:
        text = program_kernels(program, kept)
        self._program = text.program
        self._groups = text.groups
        self._layout = text.layout
        self._device = device
        cubin = compile_text(cuda_text(text.text_by_group.values()))
        try:
            self._kernels = device.kernels(cubin, text.name_by_group)
        except DeviceLost:
            # a damaged file is not to stand in the way of the next run
            cubin.unlink(missing_ok=True)
            raise
        self._paces = {number: LaunchPace() for number in self._kernels}
        packed = packed_tables(self._program, self._layout)
        self._tables = device.allocate(packed.size)
        device.upload(packed, self._tables)

    @property
    def tile_bytes(self) -> int:
        """Device memory that each TILE_TRIALS trials take at most; at least one byte."""
        return max(self._layout.kept_bytes + self._layout.scratch_bytes, 1)

    def run(
        self, request: ChunkRequest, evaluators: Sequence[SlotEvaluator], token: CancelToken
    ) -> dict[int, SlotValues]:
        """The wanted arrays, all of them kept ones, of trials that fit on the device together.

        Raises:
            Cancelled: if `token` was cancelled; it is looked at before each launch.
            DeviceMemoryExhausted: if they do not fit.
            DeviceLost: if the device failed.
        """
        tiles = -(-request.count // TILE_TRIALS)
        part = _Part(request, tiles, self._device.allocate(tiles * self._layout.kept_bytes), token)
        for number, group in enumerate(self._groups):
            token.raise_if_cancelled()
            if group.evaluated is not None:
                self._evaluate(group.evaluated, evaluators, part)
            else:
                self._launch(number, part)
        return self._read(self._device.download(part.kept), request.wanted, request.count)

    def _launch(self, number: int, part: _Part) -> None:
        pace, layout, request = self._paces[number], self._layout, part.request
        seed = np.uint64(request.seed).astype(np.int64)
        start = 0
        while start < part.tiles:
            part.token.raise_if_cancelled()
            tiles = min(pace.tiles, part.tiles - start)
            arguments = (
                *(np.int64(request.first + start * TILE_TRIALS), seed),
                *(part.kept[start * layout.kept_bytes :], self._scratch(part, tiles), self._tables),
            )
            began = time.perf_counter()
            self._device.launch(self._kernels[number], tiles, arguments)
            pace.learn(tiles, time.perf_counter() - began)
            start += tiles

    def _scratch(self, part: _Part, tiles: int) -> DeviceBytes:
        if part.scratch is None or part.scratch_tiles < tiles:
            part.scratch = None
            part.scratch = self._device.allocate(tiles * self._layout.scratch_bytes)
            part.scratch_tiles = tiles
        return part.scratch

    def _evaluate(self, stage: EvaluatedStage, evaluators: Sequence[SlotEvaluator], part: _Part) -> None:
        kept = self._device.download(part.kept)
        read = self._read(kept, stage.reads, part.request.count)
        written = evaluators[stage.evaluator](part.request.first, read, part.token)
        for array, values in written.items():
            write_array(self._program, self._layout, kept, array, values)
        self._device.upload(kept, part.kept)

    def _read(self, kept: Bytes, arrays: Iterable[int], count: int) -> dict[int, SlotValues]:
        return {array: read_array(self._program, self._layout, kept, array, count) for array in arrays}
