"""A writer that is killed loses nothing that it was told is kept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcdesk.history.database import Database
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType

# Writes one row after another, and says so after each that was acknowledged.
WRITER = """
import sys
from pathlib import Path
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType

sql = "INSERT INTO users (email, name, tier, created_at) VALUES (?, '', 'trial', '')"
with open_database(Path(sys.argv[1])) as database:
    for number in range(int(sys.argv[2]), 10**9):
        database.execute(QueryType.AUTHENTICATION, sql, (f"{number}@x",))
        print(number, flush=True)
"""
KILLS = 6


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills with a POSIX signal")
def test_that_no_acknowledged_row_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    open_database(path).close()

    for kill in range(KILLS):
        acknowledged = write_until_killed(path, first=kill * 10**6, seconds=0.05 + 0.03 * kill)
        with open_database(path) as database:
            stored = stored_numbers(database)
            assert acknowledged
            assert acknowledged - stored == set()
            # At most the row in flight was kept without being acknowledged.
            assert len({n for n in stored if n >= kill * 10**6} - acknowledged) <= 1
            assert database.health().integrity == "ok"


def write_until_killed(path: Path, first: int, seconds: float) -> set[int]:
    """Let a writer work for a while after its first row, kill it, and return what it acknowledged."""
    command = [sys.executable, "-c", WRITER, str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]
        time.sleep(seconds)
        os.kill(writer.pid, signal.SIGKILL)
        lines += writer.stdout.read().splitlines()
    return {int(line) for line in lines if line.strip()}


def stored_numbers(database: Database) -> set[int]:
    rows = database.execute(QueryType.AUTHENTICATION, "SELECT email FROM users").rows
    return {int(str(row[0]).removesuffix("@x")) for row in rows}
