"""The CUDA back end: programs on the first GPU, with the same bits as on the processor.

What the GPU cannot do, because it has too little memory or went away, the processor does.
"""

import atexit
import logging
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import Backend, ChunkRequest, SlotEvaluator, SlotValues
from mcdesk.engine.backends.code_cache import CodeTold
from mcdesk.engine.backends.compiler_thread import compile_while_looking
from mcdesk.engine.backends.cubin_cache import CubinCache
from mcdesk.engine.backends.cuda_code import CudaCode
from mcdesk.engine.backends.cuda_device import CudaDevice, DeviceMemoryExhausted
from mcdesk.engine.backends.cuda_driver import Obstacle, find_gpu
from mcdesk.engine.backends.cuda_layout import TILE_TRIALS
from mcdesk.engine.backends.nvrtc import architecture_for, open_nvrtc
from mcdesk.engine.ir import DTYPE_BY_TYPE, CompiledStage, Program
from mcdesk.engine.passes.finite_numbers import Assumed, assuming_finite
from mcdesk.engine.passes.loop_fusion import with_joined_loops
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DeviceLost, RunFailed
from mcdesk.foundation.paths import user_folders
from mcdesk.foundation.vault import is_encrypted

# Of the memory that is free; a screen or another process may want some too.
_USABLE_MEMORY_SHARE = 0.8

logger = logging.getLogger(__name__)


class CudaBackend:
    """Compiles on first use, once for each choice of wanted arrays.

    Args:
        open_fallback: the back end that goes on where the GPU cannot.
        compile_text: text to a file of machine code for the GPU; by default NVRTC and the cache folder.
        memory_bytes: of the device, at most; by default most of what is free.
    """

    name = "cuda"
    is_at_full_speed = True

    def __init__(
        self,
        program: Program,
        evaluators: Sequence[SlotEvaluator],
        open_fallback: Callable[[], Backend],
        compile_text: Callable[[str], Path] | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        self._program = with_joined_loops(program)
        self._evaluators = evaluators
        self._open_fallback = open_fallback
        self._compile_text = compile_text or compile_for_this_gpu
        self._memory_bytes = memory_bytes
        self._assumed = _assumed(self._program)
        self._device: CudaDevice | None = None
        self._fallback: Backend | None = None
        self._warnings: list[str] = []
        self._codes: dict[tuple[frozenset[int], bool], CudaCode] = {}
        # halved whenever the memory does not suffice
        self._most_tiles: int | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about how the trials were run."""
        return tuple(self._warnings)

    def is_at_hand(self, _wanted: Sequence[int]) -> bool:
        """No: loading a kernel takes a while, whoever made it."""
        return False

    def build(self, wanted: Sequence[int]) -> None:
        """Compile and load for these slot arrays, unless that was done; what fails is left to the CPU."""
        if self._fallback is None:
            try:
                self._compile(wanted)
            except (RunFailed, DeviceMemoryExhausted) as error:
                self._fall_back(error)

    def prepare(self, request: ChunkRequest, cancel: CancelToken | None = None) -> None:
        """Compile."""
        self.build(request.wanted)

    def run(self, request: ChunkRequest, cancel: CancelToken | None = None) -> dict[int, SlotValues]:
        """The wanted slot arrays over the requested trials."""
        token = cancel or CancelToken()
        if self._fallback is None:
            try:
                return self._run_on_device(request, token)
            except (RunFailed, DeviceMemoryExhausted) as error:
                fallback = self._fall_back(error)
        else:
            fallback = self._fallback
        return fallback.run(request, token)

    def close(self) -> None:
        """Give the memory of the device back; what is compiled stays in the cache of files."""
        self._codes.clear()
        if self._fallback is not None:
            self._fallback.close()
        if self._device is not None:
            # a device that was lost has nothing to give
            with suppress(DeviceLost, DeviceMemoryExhausted):
                self._device.give_back()

    def _fall_back(self, error: Exception) -> Backend:
        logger.warning("the processor goes on: %s", error)
        self._warnings.append(f"The CPU went on, with the same results, where the GPU could not. {error}")
        self._codes.clear()
        self._fallback = self._open_fallback()
        return self._fallback

    def _run_on_device(self, request: ChunkRequest, token: CancelToken) -> dict[int, SlotValues]:
        slots = self._program.slots
        results = {
            array: np.empty((slots[array].length, request.count), dtype=DTYPE_BY_TYPE[slots[array].type])
            for array in request.wanted
        }
        start = 0
        while start < request.count:
            code = self._code(request.wanted, token)
            count = min(self._tiles_that_fit(code) * TILE_TRIALS, request.count - start)
            try:
                found = self._run_part(
                    code, replace(request, first=request.first + start, count=count), token
                )
            except DeviceMemoryExhausted as error:
                self._halve(count, error)
                continue
            if found is None:
                continue
            for array, values in found.items():
                results[array][:, start : start + count] = values
            start += count
        return results

    def _run_part(
        self, code: CudaCode, request: ChunkRequest, token: CancelToken
    ) -> dict[int, SlotValues] | None:
        """The wanted arrays, or None if the part is to be run again without an assumption."""
        if self._assumed is None:
            return code.run(request, self._evaluators, token)
        doubt = self._assumed.doubt
        found = code.run(replace(request, wanted=(*request.wanted, doubt)), self._evaluators, token)
        if not found.pop(doubt).any():
            return found
        # where one trial overflows others will
        logger.info("a number is not finite: from trial %d on nothing is assumed", request.first)
        self._assumed = None
        return None

    def _code(self, wanted: Sequence[int], token: CancelToken) -> CudaCode:
        key = self._suitable(wanted)
        if key not in self._codes:
            compile_while_looking(lambda: self._compile(wanted), token)
        return self._codes[key]

    def _compile(self, wanted: Sequence[int]) -> None:
        key = self._suitable(wanted)
        if key in self._codes:
            return
        if self._device is None:
            self._device = CudaDevice(self._memory_bytes)
        program, kept = (
            (self._program, tuple(wanted))
            if self._assumed is None
            else (self._assumed.program, (*wanted, self._assumed.doubt))
        )
        self._codes[key] = CudaCode(program, kept, self._device, self._compile_text)

    def _suitable(self, wanted: Sequence[int]) -> tuple[frozenset[int], bool]:
        """Code that is there and makes the wanted arrays, perhaps with others; else the key of new code."""
        asked, is_assumed = frozenset(wanted), self._assumed is not None
        there = [kept for kept, assumed in self._codes if kept >= asked and assumed is is_assumed]
        return min(there, key=len, default=asked), is_assumed

    def _tiles_that_fit(self, code: CudaCode) -> int:
        if self._most_tiles is None:
            assert self._device is not None
            free = int(self._device.free_bytes() * _USABLE_MEMORY_SHARE)
            granted = self._device.granted_bytes()
            usable = free if granted is None else min(free, granted)
            self._most_tiles = max(usable // code.tile_bytes, 1)
        return self._most_tiles

    def _halve(self, count: int, error: Exception) -> None:
        tiles = -(-count // TILE_TRIALS)
        if tiles == 1:
            raise DeviceLost("The GPU has too little free memory for this model") from error
        self._most_tiles = tiles // 2
        logger.info("the GPU's memory does not suffice for %d tiles; %d are tried", tiles, self._most_tiles)


def compile_for_this_gpu(text: str, told: CodeTold = lambda _: None) -> Path:
    """The file of a text's machine code for the first GPU; `told` hears whether it was there.

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
    return CubinCache(_cubin_folder(), told).cubin(compiler, text, architecture)


def _cubin_folder() -> Path:
    """Where cubins are kept; if the data is encrypted, only as long as this process lives.

    The numbers of the sheet are in them, and CuPy reads them from a file.
    """
    folders = user_folders()
    return _passing_folder() if is_encrypted(folders.data) else folders.cache / "cubins"


@cache
def _passing_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mcdesk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _assumed(program: Program) -> Assumed | None:
    """The program that takes numbers for finite; None where an evaluator would see what comes of a doubt."""
    is_compiled = all(isinstance(stage, CompiledStage) for stage in program.stages)
    return assuming_finite(program) if is_compiled else None
