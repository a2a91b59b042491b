"""The CUDA back end: the program's kernels on the first GPU, evaluated stages on this side between them.

What the GPU cannot do, because it has too little memory or went away, the CPU does, with the same bits.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import Backend, ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.compiler_thread import compile_while_looking
from mcdesk.engine.backends.cubin_cache import CubinCache
from mcdesk.engine.backends.cuda_device import CudaDevice, DeviceBytes, DeviceMemoryExhausted, Kernel
from mcdesk.engine.backends.cuda_driver import Obstacle, find_gpu
from mcdesk.engine.backends.cuda_layout import TILE_TRIALS, Bytes, packed_tables, read_array, write_array
from mcdesk.engine.backends.cuda_text import ProgramKernels, cuda_text, program_kernels
from mcdesk.engine.backends.launch_pace import LaunchPace
from mcdesk.engine.backends.nvrtc import architecture_for, open_nvrtc
from mcdesk.engine.ir import DTYPE_BY_TYPE, EvaluatedStage, Program
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DeviceLost, RunFailed
from mcdesk.foundation.paths import user_folders

# Of the memory that is free; a screen or another process may want some too.
_USABLE_MEMORY_SHARE = 0.8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Built:
    """Kernels by number of their group, for one choice of wanted arrays, and the tables on the device."""

    text: ProgramKernels
    kernels: dict[int, Kernel]
    tables: DeviceBytes
    paces: dict[int, LaunchPace]


@dataclass(slots=True)
class _Part:
    """Consecutive trials whose kept arrays are on the device at the same time."""

    request: ChunkRequest
    tiles: int
    kept: DeviceBytes
    token: CancelToken
    scratch: DeviceBytes | None = field(default=None)
    scratch_tiles: int = field(default=0)


class CudaBackend:
    """Compiles on first use, once for each choice of wanted arrays.

    Args:
        open_fallback: the back end that goes on where the GPU cannot.
        compile_text: text to a file of machine code for the GPU; by default NVRTC and the cache folder.
        memory_bytes: of the device, at most; by default most of what is free.
    """

    name = "cuda"

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        open_fallback: Callable[[], Backend],
        compile_text: Callable[[str], Path] | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        self._program = program
        self._evaluators = evaluators
        self._open_fallback = open_fallback
        self._compile_text = compile_text or compile_for_this_gpu
        self._memory_bytes = memory_bytes
        self._device: CudaDevice | None = None
        self._fallback: Backend | None = None
        self._warnings: list[str] = []
        self._built: dict[frozenset[int], _Built] = {}
        # halved whenever the memory does not suffice
        self._most_tiles: int | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about how the trials were run."""
        return tuple(self._warnings)

    def build(self, wanted: Sequence[int]) -> None:
        """Compile and load for these slot arrays, unless that was done; what fails is left to the CPU."""
        chosen = frozenset(wanted)
        if chosen in self._built or self._fallback is not None:
            return
        try:
            self._built[chosen] = self._compiled(chosen)
        except (RunFailed, DeviceMemoryExhausted) as error:
            self._fall_back(error)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        token = cancel or CancelToken()
        if frozenset(request.wanted) not in self._built and self._fallback is None:
            compile_while_looking(lambda: self.build(request.wanted), token)
        if self._fallback is None:
            try:
                return self._run_on_device(request, token)
            except DeviceLost as error:
                self._fall_back(error)
        assert self._fallback is not None
        return self._fallback.run(request, token)

    def _fall_back(self, error: Exception) -> None:
        logger.warning("the CPU goes on: %s", error)
        self._warnings.append(f"The CPU went on, with the same results, where the GPU could not. {error}")
        self._built.clear()
        self._fallback = self._open_fallback()

    def _compiled(self, wanted: frozenset[int]) -> _Built:
        text = program_kernels(self._program, wanted)
        cubin = self._compile_text(cuda_text(text.text_by_group.values()))
        if self._device is None:
            self._device = CudaDevice()
        device, packed = self._device, packed_tables(self._program, text.layout)
        try:
            kernels = device.kernels(cubin, text.name_by_group)
        except DeviceLost:
            # a damaged file is not to stand in the way of the next run
            cubin.unlink(missing_ok=True)
            raise
        tables = device.allocate(packed.size)
        device.upload(packed, tables)
        return _Built(text, kernels, tables, {number: LaunchPace() for number in kernels})

    def _run_on_device(self, request: ChunkRequest, token: CancelToken) -> dict[int, SlotValues]:
        assert self._device is not None
        slots = self._program.slots
        results = {
            array: np.empty((slots[array].length, request.count), dtype=DTYPE_BY_TYPE[slots[array].type])
            for array in request.wanted
        }
        built = self._built[frozenset(request.wanted)]
        chunk = _DeviceChunk(self._program, self._evaluators, self._device, built)
        start = 0
        while start < request.count:
            count = min(self._tiles_that_fit(built) * TILE_TRIALS, request.count - start)
            part = ChunkRequest(request.seed, request.first + start, count, request.wanted)
            try:
                found = chunk.run(part, token)
            except DeviceMemoryExhausted as error:
                self._halve(count, error)
                continue
            for array, values in found.items():
                results[array][:, start : start + count] = values
            start += count
        return results

    def _tiles_that_fit(self, built: _Built) -> int:
        if self._most_tiles is None:
            assert self._device is not None
            layout = built.text.layout
            free = int(self._device.free_bytes() * _USABLE_MEMORY_SHARE)
            usable = free if self._memory_bytes is None else min(free, self._memory_bytes)
            self._most_tiles = max(usable // max(layout.kept_bytes + layout.scratch_bytes, 1), 1)
        return self._most_tiles

    def _halve(self, count: int, error: Exception) -> None:
        tiles = -(-count // TILE_TRIALS)
        if tiles == 1:
            raise DeviceLost("The GPU has too little free memory for this model") from error
        self._most_tiles = tiles // 2
        logger.info("the GPU's memory does not suffice for %d tiles; %d are tried", tiles, self._most_tiles)


class _DeviceChunk:
    """The groups of a program over parts of one chunk."""

    def __init__(
        self, program: Program, evaluators: Sequence[SlotEvaluator], device: CudaDevice, built: _Built
    ) -> None:
        self._program = program
        self._evaluators = evaluators
        self._device = device
        self._built = built
        self._layout = built.text.layout

    def run(self, request: ChunkRequest, token: CancelToken) -> dict[int, SlotValues]:
        """The wanted arrays of trials that fit on the device together."""
        tiles = -(-request.count // TILE_TRIALS)
        part = _Part(request, tiles, self._device.allocate(tiles * self._layout.kept_bytes), token)
        for number, group in enumerate(self._built.text.groups):
            token.raise_if_cancelled()
            if group.evaluated is not None:
                self._evaluate(group.evaluated, part)
            else:
                self._launch(number, part)
        return self._read(self._device.download(part.kept), request.wanted, request.count)

    def _launch(self, number: int, part: _Part) -> None:
        pace, layout, request = self._built.paces[number], self._layout, part.request
        seed = np.uint64(request.seed).astype(np.int64)
        start = 0
        while start < part.tiles:
            part.token.raise_if_cancelled()
            tiles = min(pace.tiles, part.tiles - start)
            arguments = (
                *(np.int64(request.first + start * TILE_TRIALS), seed),
                *(part.kept[start * layout.kept_bytes :], self._scratch(part, tiles), self._built.tables),
            )
            began = time.perf_counter()
            self._device.launch(self._built.kernels[number], tiles, arguments)
            pace.learn(tiles, time.perf_counter() - began)
            start += tiles

    def _scratch(self, part: _Part, tiles: int) -> DeviceBytes:
        if part.scratch is None or part.scratch_tiles < tiles:
            part.scratch = None
            part.scratch = self._device.allocate(tiles * self._layout.scratch_bytes)
            part.scratch_tiles = tiles
        return part.scratch

    def _evaluate(self, stage: EvaluatedStage, part: _Part) -> None:
        kept = self._device.download(part.kept)
        read = self._read(kept, stage.reads, part.request.count)
        written = self._evaluators[stage.evaluator](part.request.first, read, part.token)
        for array, values in written.items():
            write_array(self._program, self._layout, kept, array, values)
        self._device.upload(kept, part.kept)

    def _read(self, kept: Bytes, arrays: Iterable[int], count: int) -> dict[int, SlotValues]:
        return {array: read_array(self._program, self._layout, kept, array, count) for array in arrays}


def compile_for_this_gpu(text: str) -> Path:
    """The file of a text's machine code for the first GPU.

    Raises:
        RunFailed: if there is no GPU, or no compiler for it, or the text cannot be compiled.
    """
    gpu = find_gpu()
    if isinstance(gpu, Obstacle):
        raise RunFailed(gpu.reason)
    compiler = open_nvrtc(gpu.cuda_major)
    if compiler is None:
        raise RunFailed("NVRTC, the compiler of CUDA, is not installed")
    architecture = architecture_for(gpu.capability, compiler.architectures())
    if architecture is None:
        version = ".".join(map(str, compiler.version))
        raise RunFailed(f"NVRTC {version} does not compile for the GPU ({gpu.name})")
    return CubinCache(user_folders().cache / "cubins").cubin(compiler, text, architecture)
