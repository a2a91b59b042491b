"""All trials of a run as a csv, npz or parquet file: one column per cell, one row per trial."""

import csv
import errno
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.simulation_types import TrialValues
from mcdesk.foundation.cuda_add_on import is_application
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import DiskFull, OptionInvalid, RunFailed

Columns = Sequence[TrialValues]

ROWS_AT_ONCE = 8192
ERRORS_NAME = "errors"
_WITHOUT_PARQUET = "Install it (pip install pyarrow), or write .csv or .npz."


def check_trial_file(path: Path) -> None:
    """Refuse, before a run, a file that could not be written after it.

    Raises:
        OptionInvalid: for another suffix, a missing folder, or parquet without its library.
    """
    if path.suffix.lower() not in _WRITERS:
        suffix = f"the suffix {path.suffix}" if path.suffix else "a name without suffix"
        raise OptionInvalid(
            f"{path} cannot be written: {suffix} stands for no format",
            "Name a file that ends in .csv, .npz or .parquet.",
        )
    if not path.absolute().parent.is_dir():
        raise OptionInvalid(
            f"{path} cannot be written: there is no folder {path.parent}",
            "Name a file in a folder that exists.",
        )
    _try_folder(path)
    if path.is_dir():
        raise OptionInvalid(f"{path} cannot be written: it is a folder", "Name a file.")
    if path.suffix.lower() == ".parquet":
        _load_parquet()


def write_trial_file(path: Path, columns: Columns) -> None:
    """Write the columns in full precision; the file appears whole or not at all.

    Raises:
        DiskFull, RunFailed: if it cannot be written.
    """
    partial = _partial(path)
    try:
        _WRITERS[path.suffix.lower()](partial, columns)
        partial.replace(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(
                f"The disk is full; {path} was not written", "Free some space and run again."
            ) from error
        raise RunFailed(
            f"{path} cannot be written: {error.strerror or error}", "The run was kept."
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _write_csv(path: Path, columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.cell for column in columns])
        for first in range(0, _trial_count(columns), ROWS_AT_ONCE):
            texts = [list(_texts(column, first)) for column in columns]
            writer.writerows(zip(*texts, strict=True))


def _texts(column: TrialValues, first: int) -> Iterator[str]:
    values = column.values[first : first + ROWS_AT_ONCE].tolist()
    if column.errors is None:
        # The shortest text that reads back as the same number.
        yield from map(repr, values)
        return
    codes = column.errors[first : first + ROWS_AT_ONCE].tolist()
    for value, code in zip(values, codes, strict=True):
        yield ErrorCode(code).text if code else repr(value)


def _write_npz(path: Path, columns: Columns) -> None:
    """One array per cell, NaN where it is an error, and `errors`: (trials, columns) uint8 of error codes."""
    arrays: dict[str, NDArray[np.generic]] = {column.cell: _with_nan(column) for column in columns}
    codes = np.zeros((_trial_count(columns), len(columns)), dtype=np.uint8)
    for place, column in enumerate(columns):
        if column.errors is not None:
            codes[:, place] = column.errors
    # By hand rather than by numpy.savez, whose keywords would have to be Python names.
    with zipfile.ZipFile(path, "w") as package:
        for name, array in {ERRORS_NAME: codes, **arrays}.items():
            with package.open(f"{name}.npy", "w", force_zip64=True) as sink:
                np.lib.format.write_array(sink, array, allow_pickle=False)


def _write_parquet(path: Path, columns: Columns) -> None:
    _load_parquet()
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({column.cell: _with_nan(column) for column in columns})
    pyarrow.parquet.write_table(table, path)


def _load_parquet() -> None:
    try:
        import pyarrow.parquet  # noqa: F401 - only asked whether it is there
    except ImportError as error:
        # nothing can be installed into the application
        remedy = "Write .csv or .npz." if is_application() else _WITHOUT_PARQUET
        raise OptionInvalid(
            "Parquet files need the library pyarrow, which is not installed", remedy
        ) from error


def _with_nan(column: TrialValues) -> NDArray[np.float64]:
    values = np.array(column.values, dtype=np.float64)
    if column.errors is not None:
        values[column.errors != 0] = np.nan
    return values


def _trial_count(columns: Columns) -> int:
    return len(columns[0].values) if columns else 0


def _try_folder(path: Path) -> None:
    """Write the beginning of nothing beside the file: permissions say too little of what a folder takes."""
    partial = _partial(path)
    try:
        partial.touch()
        partial.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise OptionInvalid(
            f"{path} cannot be written: {reason}", "Name a file in another folder."
        ) from error


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


_WRITERS: dict[str, Callable[[Path, Columns], None]] = {
    ".csv": _write_csv,
    ".npz": _write_npz,
    ".parquet": _write_parquet,
}
