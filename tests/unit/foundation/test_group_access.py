"""What is made in a folder is as open to its group as the folder itself, and to nobody else."""

import os
import stat
from pathlib import Path

import pytest

from mcdesk.foundation.group_access import make_folder, restrict_access

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("folder_mode", "before", "after"),
    [
        (0o700, 0o600, 0o600),
        (0o755, 0o646, 0o600),
        (0o755, 0o444, 0o400),
        (0o770, 0o600, 0o660),
        (0o2770, 0o640, 0o660),
        (0o775, 0o644, 0o660),
    ],
)
def test_that_a_file_is_as_open_as_its_folder(
    tmp_path: Path, folder_mode: int, before: int, after: int
) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(before)
    tmp_path.chmod(folder_mode)

    restrict_access(file)

    assert mode(file) == after


@pytest.mark.parametrize("folder_mode", [0o700, 0o2770])
def test_that_folders_are_as_open_as_theirs(tmp_path: Path, folder_mode: int) -> None:
    tmp_path.chmod(folder_mode)

    make_folder(tmp_path / "a")
    make_folder(tmp_path / "a" / "b")

    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == folder_mode


def test_that_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    (tmp_path / "a").mkdir(mode=0o700)

    make_folder(tmp_path / "a")

    assert mode(tmp_path / "a") == 0o700


def test_that_a_file_that_is_gone_is_no_failure(tmp_path: Path) -> None:
    restrict_access(tmp_path / "absent")

    assert list(tmp_path.iterdir()) == []
