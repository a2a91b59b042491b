"""All trials of a run as a file."""

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.simulation_types import TrialValues
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import OptionInvalid, RunFailed
from mcdesk.reports.trial_file import check_trial_file, write_trial_file

THIRD = 1.0 / 3.0


def columns() -> list[TrialValues]:
    errors = np.array([0, ErrorCode.DIV0, 0], dtype=np.uint8)
    return [
        TrialValues("Sheet1!B5", np.array([1.0, THIRD, -2e-300]), None),
        TrialValues("'My sheet'!B4", np.array([5.0, 0.0, 7.0]), errors),
    ]


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_that_a_csv_file_has_full_precision_and_shows_errors(tmp_path: Path) -> None:
    path = tmp_path / "trials.csv"

    write_trial_file(path, columns())

    assert rows(path) == [
        ["Sheet1!B5", "'My sheet'!B4"],
        ["1.0", "5.0"],
        [repr(THIRD), "#DIV/0!"],
        ["-2e-300", "7.0"],
    ]


def test_that_a_csv_file_longer_than_one_block_has_all_rows(tmp_path: Path) -> None:
    path = tmp_path / "trials.csv"
    values = np.arange(20_000, dtype=np.float64)

    write_trial_file(path, [TrialValues("A!A1", values, None)])

    assert [float(row[0]) for row in rows(path)[1:]] == values.tolist()


def test_that_an_npz_file_has_an_array_per_cell_and_the_error_codes(tmp_path: Path) -> None:
    path = tmp_path / "trials.npz"

    write_trial_file(path, columns())

    with np.load(path) as arrays:
        assert arrays["Sheet1!B5"].tolist() == [1.0, THIRD, -2e-300]
        assert np.isnan(arrays["'My sheet'!B4"]).tolist() == [False, True, False]
        assert arrays["errors"].tolist() == [[0, 0], [0, ErrorCode.DIV0], [0, 0]]


def test_that_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    write_trial_file(tmp_path / "trials.npz", columns())

    assert [path.name for path in tmp_path.iterdir()] == ["trials.npz"]


def test_that_parquet_without_its_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # None among the modules makes an import fail.
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(OptionInvalid, match="pip install pyarrow"):
        check_trial_file(tmp_path / "trials.parquet")
    # in the application nothing can be installed
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(OptionInvalid, match=r"not installed\. Write \.csv or \.npz\.|pyarrow") as refused:
        check_trial_file(tmp_path / "trials.parquet")
    assert "pip" not in str(refused.value) + repr(refused.value.__dict__)


@pytest.mark.parametrize("name", ["trials.txt", "trials", "missing/trials.csv"])
def test_that_a_file_that_cannot_be_written_is_refused_beforehand(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionInvalid, match="cannot be written"):
        check_trial_file(tmp_path / name)


def test_that_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").mkdir()

    with pytest.raises(OptionInvalid, match="it is a folder"):
        check_trial_file(tmp_path / "trials.csv")
    with pytest.raises(RunFailed, match="cannot be written"):
        write_trial_file(tmp_path / "trials.csv", columns())
