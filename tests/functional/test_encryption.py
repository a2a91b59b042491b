"""Encryption as a person uses it: commands, the engine's process, a run that was killed, a lost key."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
from openpyxl import Workbook

from tests.encrypted_folder import files_with
from tests.file_keyring import BACKEND, VARIABLE

ROOT = Path(__file__).parent.parent.parent
SECRET, NUMBER = "Zwetschgenkuchen", 918273.645
MARKERS = (SECRET.encode(), SECRET.encode("utf-16-le"), str(NUMBER).encode(), np.float64(NUMBER).tobytes())
SECONDS = 120.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("device"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a data folder, a keyring and a workbook that nobody is to know of."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "MCDESK_HOME": str(self.data),
            "MCDESK_LOCKS": str(self.folder / "locks"),
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": BACKEND,
            VARIABLE: str(self.folder / "keyring.json"),
        }

    def run_arguments(self, *more: str) -> list[str]:
        cells = ["--input", f"{SECRET}!A1=normal({NUMBER}, 1)", "--output", f"{SECRET}!A2"]
        return ["run", str(self.folder / f"{SECRET}.xlsx"), *cells, "--quiet", *more]

    def start(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "mcdesk", *arguments],
            env=self.environment | changes,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def told(self, *arguments: str, code: int = 0, typed: str = "", **changes: str) -> str:
        """What a command prints, on both streams."""
        process = self.start(*arguments, **changes)
        output, errors = process.communicate(typed, SECONDS)
        assert process.returncode == code, errors
        assert "Traceback" not in errors
        return output + errors


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[Person]:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SECRET
    sheet["A1"], sheet["A2"], sheet["A3"] = NUMBER, f"=A1*2+{NUMBER}", SECRET
    book.save(tmp_path / f"{SECRET}.xlsx")
    yield Person(tmp_path)


def result(text: str) -> list[str]:
    """The figures of a result, without what differs from run to run."""
    return re.findall(r"\d{6,}\.\d+|\d,\d{3},\d{3}\.\d+", text)


def test_that_no_file_tells_of_the_work_and_results_are_the_same(ann: Person) -> None:
    plain = ann.told(*ann.run_arguments("--trials", "20000", "--no-cache"))
    assert len(files_with(ann.data, MARKERS)) >= 2

    key = ann.told("encryption", "on")

    assert files_with(ann.data, MARKERS) == []
    again = ann.told(*ann.run_arguments("--trials", "20000", "--no-cache"))
    ann.told(*ann.run_arguments("--trials", "300000", "--seed", "5"))
    assert result(again) == result(plain) != []
    assert "cached" in ann.told(*ann.run_arguments("--trials", "20000", "--json"))
    assert SECRET in ann.told("history", "list")
    assert files_with(ann.data, MARKERS) == []
    assert not (ann.data / "cache" / "code").exists()
    assert re.search(r"^ +(\w{4}-){13}\w{4}$", key, re.MULTILINE)
    assert "key is at hand" in ann.told("encryption", "status")

    archive = ann.folder / "mine.zip"
    account = json.loads(ann.told("account", "list", "--json"))["accounts"][0]["email"]
    ann.told("account", "export", account, str(archive))
    with zipfile.ZipFile(archive) as members:
        models = [name for name in members.namelist() if name.startswith("models/")]
        # who asked for it reads it without the key
        assert [members.read(name) for name in models] == [(ann.folder / f"{SECRET}.xlsx").read_bytes()]

    ann.told("encryption", "off")

    assert SECRET in ann.told("history", "list", **{VARIABLE: ""})


def test_that_a_killed_run_leaves_nothing_readable(ann: Person) -> None:
    ann.told("encryption", "on")
    run = ann.start(*ann.run_arguments("--trials", "200000000"))
    deadline = time.monotonic() + SECONDS
    while not list((ann.data / "running").glob("*/column-0.f8")):
        assert time.monotonic() < deadline
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    time.sleep(1.0)

    family = [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]
    for process in family:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, 10)
    run.communicate()

    assert list((ann.data / "running").glob("*/column-0.f8"))
    assert files_with(ann.data, MARKERS) == []
    assert SECRET in ann.told("history", "list")


def test_that_a_lost_key_costs_a_line_and_is_recovered(ann: Person) -> None:
    ann.told(*ann.run_arguments())
    key = ann.told("encryption", "on").split("\n\n")[1].strip()
    (ann.folder / "keyring.json").unlink()

    assert "has no key for it. Nothing is lost" in ann.told("history", "list", code=1)
    assert "keyring is locked" in ann.told("encryption", "status", code=1, **{VARIABLE: ""})
    assert "wrong or missing" in ann.told(
        "encryption", "recover", code=2, typed=key[:-1] + ("A" if key[-1] != "A" else "B") + "\n"
    )
    assert SECRET in ann.told("history", "list", MCDESK_RECOVERY_KEY=key, **{VARIABLE: ""})
    ann.told("encryption", "recover", typed=f"{key}\n")

    assert SECRET in ann.told("history", "list")
    assert ann.told("encryption", "key").strip() == key
    other = ann.told("encryption", "key", "--new")
    assert "is not the key of" in ann.told("encryption", "recover", code=2, typed=other)


def test_that_without_a_keyring_nothing_is_encrypted(ann: Person) -> None:
    ann.told(*ann.run_arguments())

    told = ann.told("encryption", "on", code=1, **{VARIABLE: ""})

    assert "keeps no key: the keyring is locked" in told
    assert "is not encrypted" in ann.told("encryption", "status")
    assert "is not encrypted" in ann.told("encryption", "off", code=2)


def test_that_two_processes_share_an_encrypted_folder(ann: Person) -> None:
    ann.told("encryption", "on")

    both = [ann.start(*ann.run_arguments("--trials", "200000", "--seed", str(seed))) for seed in (1, 2)]
    waited = [each.communicate(timeout=SECONDS) for each in both]

    assert [each.returncode for each in both] == [0, 0], waited
    assert ann.told("history", "list").count("completed") == 2
    assert files_with(ann.data, MARKERS) == []
