"""One of the benchmark models, ready to be run by whatever is compared."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcdesk.engine.backends.backend import ChunkRequest, SlotValues
from mcdesk.engine.simulation_types import Quantity, SimulationProgram
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.benchmark_models import BENCH, Constants, Numbers
from tests.benchmarks.numpy_tapes import NumpyTape
from tests.benchmarks.recorded_tape import RecordedTape
from tests.benchmarks.strict_c import StrictC

SEED = 1
# of a size that the dispatcher would choose for a small model: much smaller ones show the start of threads
CHUNK = 262_144
_NOW = 45_000.0


@dataclass(frozen=True)
class BenchProgram:
    """A model with its program."""

    name: str
    workbook: Workbook
    simulated: SimulationProgram

    @property
    def wanted(self) -> tuple[int, ...]:
        """Slot arrays of the outputs and their errors."""
        return arrays_of(self.simulated.outputs)

    @property
    def setup(self) -> Path:
        """The set-up file."""
        return BENCH / f"{self.name}.toml"

    def request(self, count: int, first: int = 0) -> ChunkRequest:
        """Trials of the outputs."""
        return ChunkRequest(SEED, first, count, self.wanted)

    def tape(self, block_trials: int) -> NumpyTape:
        """The model in NumPy, by hand."""
        return NumpyTape(self.name, self.setup, Constants(self.workbook), block_trials)

    def recorded_tape(self, block_trials: int) -> RecordedTape:
        """The model in NumPy, one ufunc for each operation."""
        return RecordedTape(self.name, self.setup, Constants(self.workbook), block_trials)

    def strict_c(self) -> StrictC:
        """The program by gcc."""
        with tempfile.TemporaryDirectory() as folder:
            return StrictC(self.simulated.program, self.wanted, Path(folder))

    def outputs(self, slots: Mapping[int, SlotValues]) -> dict[str, Numbers]:
        """Outputs by cell.

        Raises:
            ValueError: if a trial ended in an error; those of the benchmark models never do.
        """
        found = {}
        for each in self.simulated.outputs:
            if each.error_array is not None and slots[each.error_array][each.place].any():
                raise ValueError(f"{each.cell} has errors")
            found[each.cell] = slots[each.array][each.place].astype(np.float64)
        return found


def read_bench_program(name: str) -> BenchProgram:
    """From the files beside the repository."""
    workbook = read_workbook(BENCH / f"{name}.xlsx")
    choice = resolve_setup(read_setup_file(BENCH / f"{name}.toml"), workbook)
    compiled = compile_model(build_simulation_model(workbook, choice, _NOW))
    return BenchProgram(name, workbook, compiled.simulated)


def arrays_of(quantities: tuple[Quantity, ...]) -> tuple[int, ...]:
    """The slot arrays of quantities and their errors."""
    arrays = {each.array for each in quantities}
    arrays |= {each.error_array for each in quantities if each.error_array is not None}
    return tuple(sorted(arrays))
