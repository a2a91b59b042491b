"""What a program takes of a computer: bytes and instructions for each trial, and the trials that are kept."""

from dataclasses import dataclass

import numpy as np

from mcdesk.engine.ir import DTYPE_BY_TYPE, step_count
from mcdesk.engine.simulation_types import KeptTrials, SimulationProgram
from mcdesk.engine.statistics.sensitivity import sensitivity_trials

BYTES_PER_VALUE = 8
# Code, tables, accumulators, and the program itself.
FIXED_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Footprint:
    """What each trial of a chunk takes, and what all of them leave.

    Attributes:
        steps: instructions of a trial.
        chunk_bytes_per_trial: arrays while a chunk is computed.
        kept_bytes: trials that stay in memory until the end, at most.
    """

    steps: int
    chunk_bytes_per_trial: int
    kept_bytes: int

    def most_chunk_trials(self, memory_bytes: int) -> int:
        """How many trials of a chunk fit besides what is kept; at least 1."""
        left = memory_bytes - self.kept_bytes - FIXED_BYTES
        return max(left // max(self.chunk_bytes_per_trial, 1), 1)

    def needed_bytes(self, chunk_trials: int) -> int:
        """Memory of a run in chunks of so many trials."""
        return FIXED_BYTES + self.kept_bytes + chunk_trials * self.chunk_bytes_per_trial


def measure(simulated: SimulationProgram, trials: int, kept: KeptTrials) -> Footprint:
    """The footprint of a program that runs so many trials."""
    program = simulated.program
    slot_bytes = sum(slot.length * np.dtype(DTYPE_BY_TYPE[slot.type]).itemsize for slot in program.slots)
    output_count, input_count = len(simulated.outputs), len(simulated.inputs)
    if kept.is_all:
        kept_bytes = trials * (output_count + input_count) * BYTES_PER_VALUE
    else:
        looked_at = min(trials, sensitivity_trials(input_count))
        kept_bytes = min(kept.exact_bytes, trials * output_count * BYTES_PER_VALUE)
        kept_bytes += looked_at * input_count * BYTES_PER_VALUE
    return Footprint(step_count(program), slot_bytes, kept_bytes)
