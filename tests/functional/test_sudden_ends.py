"""kill -9 of executor, engine and client at random moments: nothing is lost, no bit differs.

`MCDESK_SOAK_ROUNDS` sets how many moments; `python3 dev.py sudden-ends` takes fifty.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

from tests.functional.people import (
    MARKS_OF_PROCESSES,
    Document,
    SharedFolder,
    engine_of,
    found_by,
    result_of,
    wait_until,
)

ROUNDS = int(os.environ.get("MCDESK_SOAK_ROUNDS", "3"))
TRIALS = 600_000
LONGEST_MOMENT_SECONDS = 1.0
MOST_SECONDS_AT_REST = 5.0
VICTIMS = ("executor", "engine", "client")

pytestmark = MARKS_OF_PROCESSES


def test_that_sudden_ends_lose_nothing_and_change_no_bit(shared_folder: SharedFolder) -> None:
    undisturbed = {seed: shared_folder.run("B", TRIALS, "--seed", seed) for seed in ("1", "2")}
    expected = {seed: found_by(result_of(process)) for seed, process in undisturbed.items()}
    moments = random.Random(20261126)

    for number in range(ROUNDS):
        victim = VICTIMS[number % len(VICTIMS)]
        seconds = moments.uniform(0.2, LONGEST_MOMENT_SECONDS)
        first = shared_folder.run("B", TRIALS, "--seed", "1")
        wait_until(lambda process=first: engine_of(process) is not None or process.poll() is not None)
        second = shared_folder.run("B", TRIALS, "--seed", "2")
        wait_until(lambda process=first: both_are_there(shared_folder) or process.poll() is not None)
        time.sleep(seconds)
        acknowledged = acknowledged_by(shared_folder)
        kill(victim, first, second)
        killed_at = time.time()
        results = [result_of(each) for each in (first, second) if survives(each)]
        drained = drain(shared_folder, acknowledged)

        rest = seconds_until_next_chunk(shared_folder, killed_at)
        sys.stdout.write(f"{victim} killed after {seconds:.2f} s: next chunk after {rest}\n")
        assert all(found_by(each) == expected[str(each["seed"])] for each in results)
        assert all(found_by(each) == expected[str(each["seed"])] for each in drained)
        assert rest is None or rest < MOST_SECONDS_AT_REST
    assert sound(shared_folder)


def kill(victim: str, first: subprocess.Popen[str], second: subprocess.Popen[str]) -> None:
    if victim == "engine":
        engine = engine_of(first) if first.poll() is None else None
        if engine is not None:
            engine.kill()
        return
    killed = first if victim == "executor" else second
    killed.send_signal(signal.SIGKILL)
    # until it is gone it would be counted among those that live
    with contextlib.suppress(subprocess.TimeoutExpired):
        killed.wait(LONGEST_MOMENT_SECONDS)


def survives(process: subprocess.Popen[str]) -> bool:
    return process.poll() != -signal.SIGKILL


def drain(folder: SharedFolder, acknowledged: set[str]) -> list[Document]:
    """What became of the simulations that were in the queue, once any mcdesk has executed what was left."""
    if left := acknowledged_by(folder):
        waiting = folder.run("B", 10**9, "--seed", "9")
        wait_until(lambda: not left & acknowledged_by(folder))
        waiting.send_signal(signal.SIGINT)
        waiting.communicate()
    stored = [folder.command("history", "show", each) for each in sorted(acknowledged)]
    assert all(each["status"] == "completed" for each in stored), [each["status"] for each in stored]
    return [{**each["result"], "seed": each["seed"]} for each in stored]


def acknowledged_by(folder: SharedFolder) -> set[str]:
    """Which simulations are in the queue; a command would take the processor from those that compute."""
    return {str(name) for (name,) in rows_of(folder, "SELECT simulation_id FROM jobs")}


def both_are_there(folder: SharedFolder) -> bool:
    return len(acknowledged_by(folder)) == 2


def seconds_until_next_chunk(folder: SharedFolder, moment: float) -> float | None:
    """How long nothing was computed after a moment; None if nothing was left to do."""
    sql = "SELECT min(began_at) FROM chunks WHERE began_at > ?"
    found = first_value(folder, sql, moment)
    return None if found is None else float(found) - moment


def sound(folder: SharedFolder) -> bool:
    return first_value(folder, "PRAGMA integrity_check") == "ok"


def first_value(folder: SharedFolder, sql: str, *values: float) -> float | str | None:
    return rows_of(folder, sql, *values)[0][0]


def rows_of(folder: SharedFolder, sql: str, *values: float) -> list[tuple[float | str | None, ...]]:
    connection = sqlite3.connect(f"file:{folder.home / 'mcdesk.db'}?mode=ro", uri=True, timeout=10.0)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()
