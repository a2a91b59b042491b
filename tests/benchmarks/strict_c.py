"""A program compiled by gcc, with the bits of the back ends: strict arithmetic, no contraction."""

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.ir import DTYPE_BY_TYPE, Program
from tests.benchmarks.c_text import CText

FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fwrapv")
# These change no value. The first two say that nobody looks at flags of the processor, the others keep gcc
# from turning the inner loops into branches and straight lines before its vectoriser sees them, or after:
# together they halve the time of B and C.
_VECTORISING = (
    *("-fno-math-errno", "-fno-trapping-math", "-mprefer-vector-width=512", "-fdisable-tree-cunroll"),
    *("-fno-thread-jumps", "-fno-tree-pre", "-fno-code-hoisting", "-fno-split-paths", "-fno-tree-sink"),
    "-fno-ssa-phiopt",
)
# measured: within a few percent of the fastest for each of the benchmark models
_LANES = 32
_LONGEST_RUN = 60


def has_gcc() -> bool:
    """Whether gcc can be called."""
    return shutil.which("gcc") is not None


class StrictC:
    """A program of compiled stages only, on one thread.

    Args:
        lanes: trials of one block.
        longest: instructions of one loop over the block.
    """

    def __init__(
        self,
        program: Program,
        wanted: Sequence[int],
        folder: Path,
        lanes: int = _LANES,
        longest: int = _LONGEST_RUN,
    ) -> None:
        self._program = program
        self._wanted = tuple(wanted)
        self._lanes = lanes
        source, library = folder / "program.c", folder / "program.so"
        source.write_text(CText(program, wanted, lanes, longest).text())
        command = ["gcc", *FLAGS, *_VECTORISING, "-w", "-shared", "-fPIC", "-o", str(library), str(source)]
        subprocess.run(command, check=True, capture_output=True)
        self._function = ctypes.CDLL(str(library)).run
        self._function.argtypes = [
            *(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64),
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64),
        ]
        self._function.restype = None
        self._tables = [np.ascontiguousarray(table.values) for table in program.tables]

    def run(self, request: ChunkRequest) -> dict[int, SlotValues]:
        """As a back end does; the wanted arrays are those that it was built for."""
        blocks = -(-request.count // self._lanes)
        slots, row = self._program.slots, blocks * self._lanes
        arrays = {
            array: np.empty((slots[array].length, row), dtype=DTYPE_BY_TYPE[slots[array].type])
            for array in self._wanted
        }
        tables = np.array([table.ctypes.data for table in self._tables], dtype=np.int64)
        outputs = np.array([array.ctypes.data for array in arrays.values()], dtype=np.int64)
        seed = request.seed - (1 << 64) if request.seed >= 1 << 63 else request.seed
        self._function(request.first, blocks, seed, tables.ctypes.data, outputs.ctypes.data, row)
        return {array: values[:, : request.count] for array, values in arrays.items()}
