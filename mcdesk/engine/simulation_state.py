"""A simulation between two chunks as bytes, so that another process can go on from there with the same bits.

The kept trials are apart: they only ever grow, so that a file of each is added to.
"""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.statistics.accumulators import InputAccumulator, OutputAccumulator
from mcdesk.engine.statistics.trial_column import TrialColumn
from mcdesk.foundation.kept_file import append_kept, is_sealed, open_kept

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
    return pickle.dumps(state, protocol=5)


def read_state(data: bytes, folder: Path) -> SimulationState:
    """The state that `write_state` wrote; only of data that this person's own process wrote.

    Raises:
        KeptTrialsMissing: if the files do not go with it.
        OSError: if they cannot be read.
    """
    state = pickle.loads(data)
    if not isinstance(state, SimulationState):
        raise KeptTrialsMissing("this is no state of a simulation")
    for number, column in enumerate(state.columns):
        count = column.count
        values = _read(_values_path(folder, number), np.dtype(np.float64), count)
        errors = None
        if column.has_errors:
            errors = _read(_errors_path(folder, number), np.dtype(np.uint8), count)
        if len(values) < count or (errors is not None and len(errors) < count):
            raise KeptTrialsMissing(f"column {number} has fewer than {count} trials")
        column.fill(values, errors)
    return state


def _append(path: Path, values: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> None:
    """Write the elements that the file does not hold yet; those that it holds never change."""
    append_kept(path, np.ascontiguousarray(values).view(np.uint8).data, values.itemsize)


def _read(path: Path, kind: np.dtype[Element], count: int) -> NDArray[Element]:
    """So many elements, or those that there are."""
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
