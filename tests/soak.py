"""Random use of one data folder by a window and several terminals, for as long as one likes.

`python3 dev.py soak --minutes 60`. Throughout: no traceback, no exit code that is not foreseen, equal runs
with equal bits, a sound database, a whole audit log. The window's memory, handles and threads must not grow.
Ends with 1 where anything was wrong.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from mcdesk.foundation.paths import resources_folder
from mcdesk.history.audit_store import AuditStore
from mcdesk.history.opening import open_database

ROOT = Path(__file__).parent.parent
EXAMPLES = ("newsvendor", "product_launch")
TERMINALS = 2
SECONDS_BETWEEN_SAMPLES = 5.0
SECONDS_BETWEEN_CHECKS = 30.0
PATIENCE_SECONDS = 120.0
MOST_LOG_BYTES = 80_000_000
# of the whole soak, what comes first is warming up
WARM_SHARE = 0.3
MOST_MEGABYTES_AN_HOUR = 30.0
MOST_MORE_HANDLES = 6
MOST_MORE_THREADS = 4


@dataclass
class Soak:
    """One soak: a folder, what is known of its runs, and what went wrong."""

    home: Path
    ends_at: float
    faults: list[str] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    bits: dict[tuple[str, ...], str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process."""
        own = {"MCDESK_HOME": str(self.home), "MCDESK_LOCKS": str(self.home.parent / "locks")}
        return os.environ | own | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.ends_at

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """A command in a terminal of its own."""
        command = [sys.executable, "-m", "mcdesk", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def command(self, *words: str, codes: Sequence[int] = (0,)) -> str:
        """What a command prints; another exit code than those, or a traceback, is a fault."""
        process = self.start(*words)
        try:
            printed, told = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fault(f"{' '.join(words)}: no end after {PATIENCE_SECONDS:.0f} s")
            return ""
        self.look_at(words, process.returncode, told, codes)
        return printed

    def look_at(self, words: Sequence[str], code: int, told: str, codes: Sequence[int]) -> None:
        """Whether a command ended as it may."""
        if code not in codes or "Traceback" in told:
            self.fault(f"{' '.join(words)}: exit code {code}: {told[-300:]}")

    def fault(self, text: str) -> None:
        """Something is wrong; it is told at once and at the end."""
        with self.lock:
            self.faults.append(text)
        print(f"FAULT {text}", flush=True)

    def keep_bits(self, key: tuple[str, ...], printed: str) -> None:
        """Equal runs have equal outputs."""
        document = json.loads(printed)
        if document["status"] != "completed":
            return
        digest = hashlib.sha256(json.dumps(document["outputs"], sort_keys=True).encode()).hexdigest()
        with self.lock:
            before = self.bits.setdefault(key, digest)
        if before != digest:
            self.fault(f"{key} gave other bits than before")


class Terminal:
    """Somebody who does one thing after the other."""

    def __init__(self, soak: Soak, number: int) -> None:
        self._soak = soak
        self._draw = random.Random(number)
        self._number = number

    def work(self) -> None:
        """Until the time is up."""
        doings: list[tuple[Callable[[], None], int]] = [
            (self._run, 10),
            (self._interrupt, 3),
            (self._kill, 2),
            (self._look, 5),
            (self._delete, 3),
            (self._account, 2),
            (self._cancel, 2),
            (self._check, 2),
        ]
        kinds, weights = zip(*doings, strict=True)
        while not self._soak.is_over:
            (doing,) = self._draw.choices(kinds, weights)
            self._soak.actions[doing.__name__.strip("_")] += 1
            doing()

    def _asked(self, trials: int) -> tuple[str, ...]:
        example = resources_folder() / "examples" / self._draw.choice(EXAMPLES)
        options = [
            "--setup",
            f"{example}.toml",
            "--trials",
            str(trials),
            "--seed",
            str(self._draw.randint(1, 3)),
        ]
        sampling = self._draw.choice(("mc", "lhs", "sobol"))
        return ("run", f"{example}.xlsx", *options, "--sampling", sampling, "--json", "--quiet")

    def _run(self) -> None:
        words = self._asked(self._draw.choice((1_000, 20_000, 200_000)))
        more = ("--no-cache",) if self._draw.random() < 0.7 else ()
        printed = self._soak.command(*words, *more)
        if printed:
            self._soak.keep_bits(words, printed)

    def _begun(self) -> "tuple[tuple[str, ...], subprocess.Popen[str]]":
        words = (*self._asked(10**9), "--no-cache")
        process = self._soak.start(*words)
        time.sleep(self._draw.uniform(0.1, 4.0))
        return words, process

    def _interrupt(self) -> None:
        words, process = self._begun()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE_SECONDS)
        # before there is a handler Python ends by the signal itself, and says so
        if process.returncode != -signal.SIGINT and "KeyboardInterrupt" not in told:
            self._soak.look_at(words, process.returncode, told, (0, 130))

    def _kill(self) -> None:
        _, process = self._begun()
        process.kill()
        process.communicate()

    def _look(self) -> None:
        words = self._draw.choice((("history", "list"), ("queue",), ("health",), ("account", "list")))
        self._soak.command(*words, "--json")

    def _delete(self) -> None:
        listed = self._soak.command("history", "list", "--json")
        names = [each["simulation_id"] for each in json.loads(listed)["simulations"]] if listed else []
        if names:
            # the other one may have deleted it, and what runs is not deleted
            self._soak.command("history", "delete", self._draw.choice(names), codes=(0, 1, 2))

    def _account(self) -> None:
        email = f"{self._draw.randint(1, 5)}-{self._number}@example.org"
        self._soak.command("account", "add", email, "--tier", "trial", codes=(0, 2))

    def _cancel(self) -> None:
        listed = self._soak.command("queue", "--json")
        jobs = [each["id"] for each in json.loads(listed)["jobs"]] if listed else []
        if jobs:
            self._soak.command("queue", "cancel", self._draw.choice(jobs), codes=(0, 1, 2))

    def _check(self) -> None:
        name = self._draw.choice(("portfolio", "project_plan", "call_option"))
        self._soak.command("check", str(resources_folder() / "examples" / f"{name}.xlsx"), "--json")


@dataclass(frozen=True)
class Sample:
    """The window and its engine at a moment: hours since the start, megabytes, handles and threads."""

    hours: float
    megabytes: float
    handles: int
    threads: int


def sample(window: psutil.Process, began: float) -> Sample | None:
    """What the window's own process has now; None where it is gone."""
    try:
        with window.oneshot():
            handles = window.num_fds() if hasattr(window, "num_fds") else window.num_handles()
            hours = (time.monotonic() - began) / 3_600.0
            return Sample(hours, window.memory_info().rss / 1e6, handles, window.num_threads())
    except psutil.Error:
        return None


def check_folder(soak: Soak) -> None:
    """The database is sound, its log short, and the audit log whole."""
    path = soak.home / "mcdesk.db"
    log = path.with_name("mcdesk.db-wal")
    if log.exists() and log.stat().st_size > MOST_LOG_BYTES:
        soak.fault(f"the log has {log.stat().st_size:,} bytes")
    with open_database(path) as database:
        if (found := database.health().integrity) != "ok":
            soak.fault(f"the database: {found}")
        if (row := AuditStore(database).verify()) is not None:
            soak.fault(f"row {row} of the audit log does not fit")


def watch(soak: Soak, window: psutil.Process) -> list[Sample]:
    """Samples until the time is up, and the folder looked at in between."""
    began, checked_at, samples = time.monotonic(), 0.0, []
    while not soak.is_over:
        time.sleep(SECONDS_BETWEEN_SAMPLES)
        found = sample(window, began)
        if found is None:
            soak.fault("the window is gone")
            break
        samples.append(found)
        if time.monotonic() - checked_at > SECONDS_BETWEEN_CHECKS:
            checked_at = time.monotonic()
            check_folder(soak)
    return samples


def judge(soak: Soak, samples: Sequence[Sample]) -> None:
    """Whether the window stays as large as it was once it was warm."""
    warm = samples[int(len(samples) * WARM_SHARE) :]
    if len(warm) < 10:
        print("too short to judge growth")
        return
    slope = float(np.polyfit([each.hours for each in warm], [each.megabytes for each in warm], 1)[0])
    half = len(warm) // 2
    handles = max(each.handles for each in warm[half:]) - max(each.handles for each in warm[:half])
    threads = max(each.threads for each in warm[half:]) - max(each.threads for each in warm[:half])
    last = warm[-1]
    print(
        f"window: {last.megabytes:.0f} MB, {slope:+.1f} MB/h; {last.handles} handles, {last.threads} threads"
    )
    # over minutes the slope says nothing
    if last.hours > 0.5 and slope > MOST_MEGABYTES_AN_HOUR:
        soak.fault(f"the window grows by {slope:.1f} MB an hour")
    if handles > MOST_MORE_HANDLES or threads > MOST_MORE_THREADS:
        soak.fault(f"the window has {handles} handles and {threads} threads more than in the first half")


def drain(soak: Soak) -> None:
    """Nothing is stuck: what was left by those that were killed is over soon."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        for job in json.loads(soak.command("queue", "--json") or '{"jobs": []}')["jobs"]:
            soak.command("queue", "cancel", job["id"], codes=(0, 1, 2))
        connection = sqlite3.connect(f"file:{soak.home / 'mcdesk.db'}?mode=ro", uri=True, timeout=10.0)
        sql = "SELECT count(*) FROM simulation_results WHERE status IN ('pending', 'running')"
        (count,) = connection.execute(sql).fetchone()
        connection.close()
        if count == 0:
            return
        time.sleep(1.0)
    soak.fault(f"{count} simulations do not end")


def soaked(minutes: float, home: Path) -> Soak:
    """Use a folder at random for so long."""
    soak = Soak(home, time.monotonic() + 60.0 * minutes)
    soak.command("account", "list", "--json")
    window = soak.start()
    terminals = [threading.Thread(target=Terminal(soak, number).work) for number in range(TERMINALS)]
    for each in terminals:
        each.start()
    samples = watch(soak, psutil.Process(window.pid))
    for each in terminals:
        each.join()
    drain(soak)
    window.send_signal(signal.SIGTERM)
    try:
        _, told = window.communicate(timeout=PATIENCE_SECONDS)
        soak.look_at(("window",), window.returncode, told, (0,))
    except subprocess.TimeoutExpired:
        window.kill()
        soak.fault("the window does not close")
    check_folder(soak)
    judge(soak, samples)
    halves = [str(each) for each in home.rglob("*.part")]
    if halves:
        soak.fault(f"half-written files: {halves}")
    return soak


def main() -> int:
    """Soak, and tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60.0)
    minutes = parser.parse_args().minutes
    folder = Path(tempfile.mkdtemp(prefix="mcdesk-soak-"))
    began = time.monotonic()
    try:
        soak = soaked(minutes, folder / "home")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    done = ", ".join(f"{count} {name}" for name, count in soak.actions.most_common())
    print(f"{(time.monotonic() - began) / 60.0:.1f} minutes: {done}; {len(soak.bits)} different runs")
    print(f"{len(soak.faults)} faults")
    return 1 if soak.faults else 0


if __name__ == "__main__":
    sys.exit(main())
