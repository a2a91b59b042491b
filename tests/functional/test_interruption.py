"""Ctrl+C in every phase of the commands: how they end, what they say, what is kept, how soon."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mcdesk.history.run_record import RunStatus
from mcdesk.services import folders_under, open_services
from tests.builders_xlsx import write_xlsx

ROOT = Path(__file__).parent.parent.parent
BENCH = ROOT.parent / "shared" / "bench"
PATIENCE_SECONDS = 120
# Generous, for busy machines; what was measured is printed.
MOST_SECONDS = 5.0
TRIALS = 1_000_000

# Runs mcdesk and says on a pipe of its own when each phase begins. What the queue does for a run shows where
# the run follows it: "simulating" once for each look at which more trials are done.
PHASES = """
import os
from mcdesk.cli.interruption import end_on_interrupt
if __name__ == "__main__":
    end_on_interrupt()
from mcdesk.cli import calc, check, run
from mcdesk.dispatch import known_workbook, model_preparation, queued_run
from mcdesk.history.job_record import JobState
from mcdesk.__main__ import main

def say(phase):
    os.write(int(os.environ["PHASES"]), phase + b"\\n")

def announce(owner, name, phase):
    announced = getattr(owner, name)
    def call(*arguments, **options):
        say(phase)
        return announced(*arguments, **options)
    setattr(owner, name, call)

def announce_looks():
    look, done = queued_run.progress_of, [0]
    def call(job):
        if job.state is JobState.ENDING:
            say(b"statistics")
        elif job.trials_done > done[0]:
            say(b"simulating")
        else:
            say(b"waiting")
        done[0] = job.trials_done
        return look(job)
    queued_run.progress_of = call

if __name__ == "__main__":
    announce(model_preparation, "read_workbook", b"reading")
    announce(known_workbook, "read_workbook", b"reading")
    announce(check, "read_workbook", b"reading")
    announce(model_preparation, "build_simulation_model", b"building")
    announce(model_preparation, "compile_model", b"compiling")
    announce(check, "compare_workbook", b"comparing")
    announce(calc, "trial_cells", b"calculating")
    announce(run, "write_trial_file", b"saving")
    announce_looks()
    main()
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an interrupted process ended."""

    code: int
    printed: str
    told: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Person:
    """Runs a command in a folder and interrupts it."""

    folder: Path

    def _script(self) -> Path:
        path = self.folder / "phases.py"
        path.write_text(PHASES, encoding="utf-8")
        return path

    def interrupt(
        self,
        arguments: list[str],
        phase: str,
        times: int = 1,
        after: float = 0.0,
        presses: tuple[int, ...] = (signal.SIGINT,),
    ) -> Ending:
        """Send signals 10 ms apart, so many seconds after the phase began for the `times`-th time.

        As a terminal does, Ctrl+C goes to all processes.
        """
        reader, writer = os.pipe()
        environment = os.environ | {
            "MCDESK_HOME": str(self.folder / "home"),
            "PYTHONPATH": str(ROOT),
            "PHASES": str(writer),
        }
        process = subprocess.Popen(
            # a file: the engine's process begins by looking into the main module of this one
            [sys.executable, str(self._script()), *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=(writer,),
            start_new_session=True,
        )
        os.close(writer)
        with os.fdopen(reader) as phases:
            wanted = (line for line in phases if line.strip() == phase)
            for _ in range(times):
                assert next(wanted, None) is not None, process.communicate(timeout=PATIENCE_SECONDS)
            time.sleep(after)
            pressed_at = time.perf_counter()
            for number in presses:
                send = os.killpg if number == signal.SIGINT else os.kill
                with contextlib.suppress(ProcessLookupError):
                    send(process.pid, number)
                time.sleep(0.01 if len(presses) > 1 else 0.0)
            printed, told = process.communicate(timeout=PATIENCE_SECONDS)
            seconds = time.perf_counter() - pressed_at
        sys.stdout.write(f"{arguments[0]} interrupted while {phase}: {seconds * 1000:.0f} ms\n")
        return Ending(process.returncode, printed, told, seconds)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


@pytest.fixture(params=["generated", "C"])
def arguments(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Model and set-up of a large model: of one written here, and of one to measure with."""
    if request.param == "C":
        if not (BENCH / "C.xlsx").is_file():
            pytest.skip("the models to measure with are not here")
        return [str(BENCH / "C.xlsx"), "--setup", str(BENCH / "C.toml")]
    return generated(tmp_path)


def generated(folder: Path, row_count: int = 400) -> list[str]:
    cells: dict[str, Any] = {"A1": 10.0}
    for column in "BCDEFGHIJKLMNOPQ":
        cells[f"{column}1"] = ("=$A$1", 10.0)
        for row in range(2, row_count + 1):
            cells[f"{column}{row}"] = (f"={column}{row - 1}*1.001+SIN({column}{row - 1})", 0.0)
    write_xlsx(folder / "large.xlsx", {"S": cells})
    return ["large.xlsx", "--input", "S!A1=normal(10, 1)", "--output", f"S!Q{row_count}"]


def small(folder: Path) -> list[str]:
    write_xlsx(folder / "small.xlsx", {"S": {"A1": 10.0, "A2": ("=A1*2", 20.0)}})
    return ["small.xlsx", "--input", "S!A1=normal(10, 1)", "--output", "S!A2"]


def kept(folder: Path) -> list[tuple[RunStatus, int]]:
    with open_services(folders_under(folder / "home")) as services:
        return [(each.status, each.trials_done) for each in services.history.runs.runs(10)]


def is_told_to_end(folder: Path) -> bool:
    """Whether what is left in the queue ends as soon as anybody executes it: who presses thrice is gone."""
    with open_services(folders_under(folder / "home")) as services:
        return all(job.is_cancelled for job in services.history.queue.jobs())


def assert_one_line(ending: Ending, beginning: str = "mcdesk: Interrupted") -> None:
    assert ending.code == 130
    assert ending.told.startswith(beginning)
    assert ending.told.count("\n") == 1
    assert ending.seconds < MOST_SECONDS


@pytest.mark.parametrize("phase", ["reading", "building", "compiling"])
def test_that_a_run_without_trials_ends_with_one_line(
    person: Person, arguments: list[str], phase: str
) -> None:
    ending = person.interrupt(["run", *arguments, "--trials", f"{TRIALS}"], phase, after=0.005)

    assert_one_line(ending, "mcdesk: Interrupted.\n")
    assert ending.printed == ""
    assert kept(person.folder) == []


def test_that_a_run_that_waits_is_kept_as_cancelled(person: Person, arguments: list[str]) -> None:
    ending = person.interrupt(["run", *arguments, "--trials", f"{TRIALS}"], "waiting")

    assert_one_line(ending, "mcdesk: Interrupted before the first trials were done.\n")
    assert kept(person.folder) == [(RunStatus.CANCELLED, 0)]


def test_that_a_run_keeps_the_trials_that_are_done(person: Person, arguments: list[str]) -> None:
    command = ["run", *arguments, "--trials", f"{TRIALS}", "--json", "--save-trials", "trials.csv"]
    ending = person.interrupt(command, "simulating", times=2)

    assert_one_line(ending, "mcdesk: Interrupted after ")
    found = json.loads(ending.printed)
    assert (found["status"], found["stopped_by"]) == ("cancelled", "cancelled")
    assert 0 < found["trials_done"] < TRIALS
    assert found["outputs"][0]["trials"] == found["trials_done"]
    assert kept(person.folder) == [(RunStatus.CANCELLED, found["trials_done"])]
    rows = (person.folder / "trials.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + found["trials_done"]


def test_that_sigterm_is_answered_like_ctrl_c(person: Person) -> None:
    command = ["run", *small(person.folder), "--trials", "2000000000"]
    ending = person.interrupt(command, "simulating", times=3, presses=(signal.SIGTERM,))

    assert_one_line(ending, "mcdesk: Interrupted after ")


@pytest.mark.parametrize(
    ("phase", "after", "count"),
    [
        *(
            (phase, 0.0, count)
            for phase in ("reading", "compiling", "simulating", "saving")
            for count in (2, 4)
        ),
        # while the engine's process begins
        *(("waiting", after, 3) for after in (0.0, 0.1, 0.2, 0.3)),
    ],
)
def test_that_pressing_again_shows_no_traceback(person: Person, phase: str, after: float, count: int) -> None:
    trials = "100000" if phase == "saving" else "20000000"
    command = ["run", *small(person.folder), "--trials", trials, "--save-trials", "trials.csv"]
    ending = person.interrupt(command, phase, after=after, presses=(signal.SIGINT,) * count)

    assert ending.code == 130
    assert "Traceback" not in ending.told
    assert "Exception" not in ending.told
    assert ending.told.startswith("mcdesk: Interrupted")
    assert all(status.is_final or is_told_to_end(person.folder) for status, _ in kept(person.folder))
    assert list(person.folder.glob(".trials*")) == []


@pytest.mark.parametrize("phase", ["reading", "comparing"])
def test_that_a_check_ends_with_one_line(person: Person, arguments: list[str], phase: str) -> None:
    ending = person.interrupt(["check", arguments[0]], phase, after=0.05)

    assert_one_line(ending, "mcdesk: Interrupted.\n")


@pytest.mark.parametrize("phase", ["reading", "building", "calculating"])
def test_that_a_calculation_ends_with_one_line(person: Person, arguments: list[str], phase: str) -> None:
    ending = person.interrupt(["calc", *arguments, "--trial", "7"], phase, after=0.02)

    assert_one_line(ending, "mcdesk: Interrupted.\n")


@pytest.mark.parametrize(
    ("input_count", "warning"),
    [(40, "Sensitivity is taken from the first 6,553 trials."), (100, "Sensitivity is left out.")],
)
def test_that_statistics_are_shortened_and_kept(person: Person, input_count: int, warning: str) -> None:
    cells = {f"A{row}": float(row) for row in range(1, input_count + 1)}
    write_xlsx(person.folder / "many.xlsx", {"S": {**cells, "B1": (f"=SUM(A1:A{input_count})", 0.0)}})
    inputs = [text for cell in cells for text in ("--input", f"S!{cell}=normal(1, 1)")]
    command = ["run", "many.xlsx", *inputs, "--output", "S!B1", "--trials", "200000", "--json"]
    ending = person.interrupt(command, "statistics")

    assert_one_line(ending, "mcdesk: Interrupted when the run was done; it was kept.\n")
    found = json.loads(ending.printed)
    assert (found["status"], found["trials_done"]) == ("completed", 200_000)
    assert warning in found["warnings"]
    assert kept(person.folder) == [(RunStatus.COMPLETED, 200_000)]


# enough that a file takes much longer than to press a key
@pytest.mark.parametrize(("suffix", "trials"), [("csv", 500_000), ("npz", 4_000_000)])
@pytest.mark.parametrize("phase", ["saving"])
def test_that_no_half_file_is_left(person: Person, phase: str, suffix: str, trials: int) -> None:
    command = ["run", *small(person.folder), "--trials", str(trials), "--save-trials", f"trials.{suffix}"]
    ending = person.interrupt(command, phase)

    assert_one_line(ending, f"mcdesk: Interrupted; trials.{suffix} was not written, the run was kept.\n")
    assert list(person.folder.glob("*trials*")) == []
    assert kept(person.folder) == [(RunStatus.COMPLETED, trials)]
