"""What is handed to the engine, and what it does not take."""

import os
import pickle
from pathlib import Path

import pytest

from mcdesk.dispatch import engine_program
from mcdesk.dispatch.engine_program import (
    FILE_NAME,
    installation_stamp,
    read_own_file,
    read_program,
    write_own_file,
)

DATA = b"a program\nof two lines"

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


class Ran:
    """A pickle that touches a file when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> object:
        return (Path.touch, (self._path,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / FILE_NAME
    write_own_file(written, DATA)
    return written


def test_that_an_installation_reads_what_it_wrote(path: Path) -> None:
    assert read_own_file(path) == DATA


def test_that_what_another_installation_wrote_is_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_program, "installation_stamp", lambda: "another")

    assert read_own_file(path) is None


@on_posix
def test_that_what_another_person_wrote_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)

    assert read_own_file(path) is None


@on_posix
@pytest.mark.parametrize("mode", [0o620, 0o660, 0o602])
def test_that_what_another_person_may_write_is_not_read(path: Path, mode: int) -> None:
    path.chmod(mode)

    assert read_own_file(path) is None


@on_posix
def test_that_a_file_of_the_group_in_the_place_of_a_program_runs_nothing(tmp_path: Path) -> None:
    ran, copy = tmp_path / "ran", tmp_path / "copy.xlsx"
    copy.touch()
    copy.chmod(0o660)
    copy.write_bytes(installation_stamp().encode() + b"\n" + pickle.dumps(Ran(ran)))

    copy.rename(tmp_path / FILE_NAME)

    assert read_program(tmp_path) is None
    assert not ran.exists()
