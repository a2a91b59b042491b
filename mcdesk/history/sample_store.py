"""Trial arrays of finished simulations, each kept once by its content and read through a memory map."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from mcdesk.foundation.errors import SamplesDamaged
from mcdesk.foundation.kept_file import is_sealed, open_kept
from mcdesk.history.content_folder import ByteSink, ContentFolder
from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType

SUFFIX = ".npy"
# Of one simulation, unless all its trials are to be saved.
MOST_KEPT_BYTES = 1 << 30


class SampleRole(Enum):
    """Which side of the model an array is from."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class TrialSamples:
    """The values of one cell in every trial: (trials,) float64 in the cell's unit, not to be written to."""

    role: SampleRole
    cell: str
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StoredSamples:
    """Trials of one cell that are in the folder already."""

    role: SampleRole
    cell: str
    sha256: str
    trials: int


class SampleStore:
    """Files under a folder, and rows that say which simulation they belong to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._contents = ContentFolder(folder)

    def save(self, simulation_id: str, samples: Sequence[TrialSamples]) -> None:
        """Keep the arrays of a simulation, in this order; earlier ones of it are replaced.

        Raises:
            DiskFull, StoreError: if they cannot be written; then the rows are as before.
        """
        # Files first: a row must never name a file that is not there.
        hashes = [self._add(sample.values) for sample in samples]
        stored = [
            StoredSamples(sample.role, sample.cell, sha256, len(sample.values))
            for sample, sha256 in zip(samples, hashes, strict=True)
        ]
        with self._database.transaction():
            self.attach(simulation_id, stored)

    def attach(self, simulation_id: str, samples: Sequence[StoredSamples]) -> None:
        """Say which arrays of the folder are those of a simulation, inside the caller's transaction."""
        delete = "DELETE FROM sample_arrays WHERE simulation_id = ?"
        self._database.execute(QueryType.RESULT_RETRIEVAL, delete, (simulation_id,))
        insert = (
            "INSERT INTO sample_arrays (simulation_id, ordinal, role, cell, sha256, trials)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        for ordinal, sample in enumerate(samples):
            place = (simulation_id, ordinal, sample.role.value, sample.cell)
            self._database.execute(QueryType.RESULT_RETRIEVAL, insert, (*place, sample.sha256, sample.trials))

    def detach_inputs(self, simulation_id: str) -> None:
        """Keep the trials of the outputs only; the others go with the next removal of orphans."""
        sql = "DELETE FROM sample_arrays WHERE simulation_id = ? AND role = 'input'"
        self._database.execute(QueryType.RESULT_RETRIEVAL, sql, (simulation_id,))

    def load(self, simulation_id: str) -> tuple[TrialSamples, ...]:
        """The arrays of a simulation in their order, mapped from the disk and read-only; () if none are kept.

        Raises:
            SamplesDamaged: if a file is absent or does not hold what it should.
        """
        sql = "SELECT role, cell, sha256, trials FROM sample_arrays WHERE simulation_id = ? ORDER BY ordinal"
        rows = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, (simulation_id,)).rows
        return tuple(
            TrialSamples(SampleRole(role), str(cell), self._map(str(sha256), int(trials or 0)))
            for role, cell, sha256, trials in rows
        )

    def path(self, sha256: str) -> Path:
        """Where the array of this hash is, if it is there."""
        return self._contents.path(sha256, SUFFIX)

    def remove_unused(self, hashes: Collection[str], older_than: float) -> int:
        """Delete those of these arrays that no simulation names; return how many."""
        unused = set(hashes) - self._used_hashes()
        return sum(self._contents.remove(sha256, older_than) for sha256 in sorted(unused))

    def remove_orphans(self, older_than: float) -> int:
        """Delete files that no simulation names and that are older (seconds since the epoch)."""
        return self._contents.remove_except(self._used_hashes(), older_than)

    def _used_hashes(self) -> set[str]:
        sql = "SELECT DISTINCT sha256 FROM sample_arrays"
        return {str(row[0]) for row in self._database.execute(QueryType.RESULT_RETRIEVAL, sql).rows}

    def _add(self, values: NDArray[np.float64]) -> str:
        return _added(self._contents, values)

    def _map(self, sha256: str, trial_count: int) -> NDArray[np.float64]:
        path = self.path(sha256)
        try:
            values = _loaded(path)
        except (OSError, ValueError) as error:
            raise SamplesDamaged(f"{path} cannot be read: {error}", _RUN_AGAIN) from error
        if values.shape != (trial_count,) or values.dtype != np.float64:
            raise SamplesDamaged(f"{path} does not hold {trial_count} trials", _RUN_AGAIN)
        return values


def _loaded(path: Path) -> NDArray[np.float64]:
    """Mapped from the disk; all of it in memory where it is sealed."""
    if not is_sealed(path):
        return cast(NDArray[np.float64], np.load(path, mmap_mode="r", allow_pickle=False))
    with open_kept(path) as file:
        values = cast(NDArray[np.float64], np.load(file, allow_pickle=False))
    values.flags.writeable = False
    return values


def write_samples(folder: Path, values: NDArray[np.float64]) -> str:
    """Put an array, (trials,) float64, into the folder of a store; its hash.

    Raises:
        DiskFull, StoreError: if it cannot be written.
    """
    return _added(ContentFolder(folder), values)


def _added(contents: ContentFolder, values: NDArray[np.float64]) -> str:
    return contents.add(lambda sink: _write(sink, values), SUFFIX).sha256


_RUN_AGAIN = "Run the simulation again with --no-cache: the same seed gives the same trials."


def _write(sink: ByteSink, values: NDArray[np.float64]) -> None:
    np.lib.format.write_array(sink, np.ascontiguousarray(values, dtype="<f8"), allow_pickle=False)
