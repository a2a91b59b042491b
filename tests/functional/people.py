"""People who share a data folder, each with terminals of their own: real processes, real signals."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.benchmark_models import BENCH

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.05

Document = dict[str, Any]

MARKS_OF_PROCESSES = [
    pytest.mark.slow,
    pytest.mark.xdist_group("device"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
    pytest.mark.skipif(not BENCH.is_dir(), reason="the models to measure with are not here"),
]


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A data folder, and the processes that are started on it."""

    home: Path
    threads: int = 1
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> Mapping[str, str]:
        """Of every process: the folder, its own device locks, and so many threads."""
        return os.environ | {
            "MCDESK_HOME": str(self.home),
            "MCDESK_LOCKS": str(self.home.parent / "locks"),
            "MCDESK_THREADS": str(self.threads),
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *arguments: str) -> Document:
        """What a command prints as JSON."""
        completed = subprocess.run(
            [sys.executable, "-m", "mcdesk", *arguments, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert completed.returncode == 0, completed.stderr
        document: Document = json.loads(completed.stdout)
        return document

    def run(self, model: str, trials: int, *options: str) -> subprocess.Popen[str]:
        """`mcdesk run` of a model to measure with, in a terminal of its own."""
        arguments = [str(BENCH / f"{model}.xlsx"), "--setup", str(BENCH / f"{model}.toml")]
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "mcdesk", "run", *arguments, "--trials", str(trials)),
                *("--json", "--quiet", "--no-cache", *options),
            ],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def end_all(self) -> None:
        """Leave no process behind."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def jobs(self) -> list[Document]:
        """The queue now."""
        found: list[Document] = self.command("queue")["jobs"]
        return found


def mcdesk_on(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command on this data folder, to its end."""
    command = [sys.executable, "-m", "mcdesk", *words]
    environment = os.environ | {"MCDESK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def result_of(process: subprocess.Popen[str]) -> Document:
    """What a run printed, once it has ended."""
    printed, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, told
    document: Document = json.loads(printed)
    return document


def found_by(document: Document) -> tuple[object, object]:
    """The part of a result that has to be the same to the bit."""
    return document["inputs"], document["outputs"]


def engine_of(process: subprocess.Popen[str]) -> psutil.Process | None:
    """The process that computes for this one, if it has one."""
    children = psutil.Process(process.pid).children()
    return next((each for each in children if "spawn_main" in " ".join(each.cmdline())), None)


def wait_until(is_so: Any, seconds: float = PATIENCE_SECONDS) -> None:
    """Look until it is so."""
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends_at, "waited for too long"
        time.sleep(POLL_SECONDS)
