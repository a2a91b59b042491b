"""CUDA text on this machine's processor: compiled by g++ through `host_cuda.h`, run thread by thread."""

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.backends.cuda_layout import TILE_TRIALS, packed_tables, read_array
from mcdesk.engine.backends.cuda_text import ProgramKernels

HEADER = Path(__file__).with_name("host_cuda.h")
COMPILER = shutil.which("g++")


def compile_for_host(text: str, library: Path) -> None:
    """Write the shared library of a text.

    Raises:
        subprocess.CalledProcessError: if the compiler objects; its words are in `stderr`.
    """
    assert COMPILER is not None
    source = library.with_suffix(".cpp")
    source.write_text(text, encoding="utf-8")
    command = [COMPILER, "-std=c++17", "-O1", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(
        [*command, "-include", str(HEADER), "-o", str(library), str(source)],
        check=True,
        capture_output=True,
        text=True,
    )


class HostModule:
    """The kernels of a shared library."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self._launch = self._library.launch_on_host
        numbers, pointers = [ctypes.c_longlong] * 2, [ctypes.c_void_p] * 3
        self._launch.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint, *numbers, *pointers]
        self._launch.restype = None

    def launch(self, name: str, blocks: int, threads: int, arguments: Sequence[int]) -> None:
        """Run all threads of a kernel, one after the other; memory is given by its address."""
        kernel = ctypes.cast(getattr(self._library, name), ctypes.c_void_p)
        self._launch(kernel, blocks, threads, *arguments)

    def run(self, kernels: ProgramKernels, request: ChunkRequest) -> dict[int, SlotValues]:
        """The wanted slot arrays of a program without evaluated stages, in a single launch."""
        program, layout, tiles = kernels.program, kernels.layout, -(-request.count // TILE_TRIALS)
        kept = np.zeros(layout.kept_bytes * tiles, dtype=np.uint8)
        scratch = np.zeros(layout.scratch_bytes * tiles, dtype=np.uint8)
        memory = [kept, scratch, packed_tables(program, layout)]
        seed = request.seed - (1 << 64) if request.seed >= 1 << 63 else request.seed
        for name in kernels.name_by_group.values():
            addresses = [each.ctypes.data for each in memory]
            self.launch(name, tiles, TILE_TRIALS, [request.first, seed, *addresses])
        return {array: read_array(program, layout, kept, array, request.count) for array in request.wanted}
