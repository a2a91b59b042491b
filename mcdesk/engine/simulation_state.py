"""A simulation between two chunks as bytes, so that another process can go on from there with the same bits.

The kept trials are apart: they only ever grow, so that a file of each is added to.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import Quantity
from mcdesk.engine.statistics.accumulators import ErrorAccumulator, InputAccumulator, OutputAccumulator
from mcdesk.engine.statistics.cell_counts import Cells, CellSketch
from mcdesk.engine.statistics.moments import MomentAccumulator, Moments
from mcdesk.engine.statistics.output_trials import OutputTrials
from mcdesk.engine.statistics.quantile_sketch import QuantileSketch
from mcdesk.engine.statistics.trial_column import TrialColumn
from mcdesk.foundation.kept_file import append_kept, is_sealed, open_kept
from mcdesk.foundation.plain_data import PlainFormat

Element = TypeVar("Element", np.float64, np.uint8)


@dataclass(frozen=True, slots=True)
class SimulationState:
    """What a simulation is made of but for its program; the accumulators are without their kept trials."""

    trials_done: int
    is_stopped: bool
    next_look: int
    seconds: float
    cpu_seconds: float
    inputs: tuple[InputAccumulator, ...]
    outputs: tuple[OutputAccumulator, ...]

    @property
    def columns(self) -> tuple[TrialColumn, ...]:
        """The kept trials, inputs first."""
        return (*(each.column for each in self.inputs), *(each.column for each in self.outputs))


class KeptTrialsMissing(Exception):
    """The files of kept trials hold fewer than the state counts."""


def write_state(state: SimulationState, folder: Path) -> bytes:
    """Add to the files of kept trials in the folder, and give all else as bytes.

    Raises:
        OSError: if a file cannot be written; what was written before still counts.
    """
    for number, column in enumerate(state.columns):
        trials = column.trials()
        _append(_values_path(folder, number), trials.values)
        if trials.errors is not None:
            _append(_errors_path(folder, number), trials.errors)
    return state_format().to_bytes(state)


def read_state(data: bytes, folder: Path) -> SimulationState:
    """The state that `write_state` wrote.

    Raises:
        PlainDataDamaged: if it did not.
        KeptTrialsMissing: if the files do not go with it.
        OSError: if they cannot be read.
    """
    state = state_format().from_bytes(data, SimulationState)
    for number, column in enumerate(state.columns):
        count = column.count
        values = _read(_values_path(folder, number), np.dtype(np.float64), count)
        errors = None
        if column.has_errors:
            errors = _read(_errors_path(folder, number), np.dtype(np.uint8), count)
        if count < 0 or len(values) < count or (errors is not None and len(errors) < count):
            raise KeptTrialsMissing(f"column {number} has fewer than {count} trials")
        column.fill(values, errors)
    return state


@cache
def state_format() -> PlainFormat:
    """What a state may consist of."""
    classes = (
        *(SimulationState, InputAccumulator, OutputAccumulator, ErrorAccumulator, OutputTrials, TrialColumn),
        *(Quantity, MomentAccumulator, Moments, Replicates, Sampling, QuantileSketch, CellSketch, Cells),
    )
    return PlainFormat(classes)


def _append(path: Path, values: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> None:
    """Write the elements that the file does not hold yet; those that it holds never change."""
    append_kept(path, np.ascontiguousarray(values).view(np.uint8).data, values.itemsize)


def _read(path: Path, kind: np.dtype[Element], count: int) -> NDArray[Element]:
    """So many elements, or those that there are."""
    # the room for all is made first, and the number may be anything
    count = min(count, path.stat().st_size // kind.itemsize)
    if not is_sealed(path):
        return np.fromfile(path, kind, count)
    with open_kept(path) as file:
        data = file.read(count * kind.itemsize)
    # not a view: who fills a column may go on with it
    return np.frombuffer(data, kind).copy()


def _values_path(folder: Path, number: int) -> Path:
    return folder / f"column-{number}.f8"


def _errors_path(folder: Path, number: int) -> Path:
    return folder / f"column-{number}.u1"
