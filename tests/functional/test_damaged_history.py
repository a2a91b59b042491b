"""A history that was damaged (F5), whose log was cut short (F16), or that another program holds (F17)."""

import random
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import DatabaseDamaged, McdeskError, OptionInvalid
from mcdesk.history.account_store import AccountStore
from mcdesk.history.audit_store import AuditAction, AuditStore
from mcdesk.history.daily_copy import daily_copies, keep_copy
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.repair import repair
from mcdesk.history.run_store import RunStore
from tests.functional.people import mcdesk_on
from tests.unit.history.large_history import fill

RUNS = 200
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
OFFSETS = 100


@pytest.fixture(scope="module")
def sound_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a history and the copy of a day."""
    home = tmp_path_factory.mktemp("sound")
    with open_database(home / "mcdesk.db") as database:
        fill(database, RUNS, account_count=5, files_each=2)
    assert keep_copy(home / "mcdesk.db", date(2026, 11, 26), CancelToken()) is not None
    return home


@pytest.fixture
def path(sound_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound_home, tmp_path / "home")
    return tmp_path / "home" / "mcdesk.db"


def run_count(path: Path) -> int:
    with open_database(path) as database:
        rows = database.execute(QueryType.USER_HISTORY, "SELECT count(*) FROM simulation_results").rows
    return int(rows[0][0] or 0)


def test_that_bytes_flipped_anywhere_are_found_or_harmless_and_the_copy_takes_the_place(path: Path) -> None:
    content = path.read_bytes()
    places = random.Random(5)
    damaged = 0
    for number in range(OFFSETS):
        flipped = bytearray(content)
        begin = places.randrange(len(content) - 64)
        flipped[begin : begin + 64] = bytes(each ^ 0xFF for each in flipped[begin : begin + 64])
        path.write_bytes(flipped)
        try:
            # what the check at the start lets through is read as it is, or found when it is read
            with open_database(path) as database:
                RunStore(database).runs_of(1)
        except DatabaseDamaged:
            damaged += 1
            before = path.read_bytes()
            done = repair(path, NOW.replace(second=number % 60, minute=number // 60))
            assert done.kept.read_bytes() == before
            assert done.copy is not None
            assert run_count(path) == RUNS
    assert damaged > OFFSETS // 4


def _cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _blank_header(path: Path) -> None:
    path.write_bytes(bytes(100) + path.read_bytes()[100:])


def _foreign_bytes(path: Path) -> None:
    path.write_bytes(b"not a database at all, but long enough to look like one\n" * 100)


@pytest.mark.parametrize("damage", [_cut_in_half, _blank_header, _foreign_bytes])
def test_that_a_cut_a_blank_or_a_foreign_file_is_kept_and_replaced(path: Path, damage: object) -> None:
    assert callable(damage)
    damage(path)
    content = path.read_bytes()
    with pytest.raises(DatabaseDamaged, match="mcdesk history repair"):
        open_database(path)

    done = repair(path, NOW)

    assert done.kept == path.with_name("mcdesk.db.damaged-20261127T120000Z")
    assert done.kept.read_bytes() == content
    assert run_count(path) == RUNS


def test_that_a_damaged_copy_is_passed_over_for_an_older_one(path: Path) -> None:
    newer = path.parent / "backups" / "mcdesk-2026-11-27.db"
    shutil.copyfile(path, newer)
    _blank_header(newer)
    _blank_header(path)

    assert repair(path, NOW).copy == path.parent / "backups" / "mcdesk-2026-11-26.db"


def test_that_without_a_copy_the_history_begins_anew_and_the_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    _foreign_bytes(path)

    done = repair(path, NOW)

    assert done.copy is None
    assert done.kept.is_file()
    assert run_count(path) == 0


def test_that_a_sound_history_is_left_alone(path: Path) -> None:
    with pytest.raises(OptionInvalid, match="sound"):
        repair(path, NOW)
    assert run_count(path) == RUNS
    assert list(path.parent.glob("*.damaged-*")) == []


def test_that_a_copy_is_made_once_a_day_and_three_are_kept(path: Path) -> None:
    for day in (26, 27, 28, 29, 30):
        keep_copy(path, date(2026, 11, day), CancelToken())

    assert [each.name for each in daily_copies(path)] == [f"mcdesk-2026-11-{day}.db" for day in (30, 29, 28)]
    assert keep_copy(path, date(2026, 11, 30), CancelToken()) is None


def test_that_a_damaged_history_lets_no_good_copy_go(path: Path) -> None:
    _blank_header(path)
    with pytest.raises(McdeskError):
        keep_copy(path, date(2026, 12, 24), CancelToken())
    assert [each.name for each in daily_copies(path)] == ["mcdesk-2026-11-26.db"]


def _power_cuts(path: Path, target: Path) -> Iterator[int]:
    """The file and its log as they are on the disk if the power goes after each frame; torn ones as well."""
    frame = 24 + 4096
    log = path.with_name(f"{path.name}-wal").read_bytes()
    for end in range(32, len(log) + 1, frame):
        for torn in (0, 1_000):
            shutil.copyfile(path, target)
            target.with_name(f"{target.name}-shm").unlink(missing_ok=True)
            target.with_name(f"{target.name}-wal").write_bytes(log[: end + torn])
            yield min(end + torn, len(log))


def test_that_a_log_cut_at_any_frame_loses_nothing_that_was_promised(tmp_path: Path) -> None:
    """Rows of the audit log are on the disk when the call returns; what comes later may be lost whole."""
    path, target = tmp_path / "mcdesk.db", tmp_path / "cut" / "mcdesk.db"
    target.parent.mkdir()
    open_database(path).close()
    log = path.with_name(f"{path.name}-wal")
    with open_database(path) as database:
        promised = []
        for number in range(6):
            AccountStore(database).add(f"new{number}@example.org", "New", "trial")
            AuditStore(database).record(None, AuditAction.ACCOUNT_ADDED, f"new{number}")
            promised.append((log.stat().st_size, number + 1))
        count = 0
        for length in _power_cuts(path, target):
            with open_database(target) as found:
                assert found.health().integrity == "ok"
                audit = AuditStore(found)
                assert audit.verify() is None
                rows = found.execute(QueryType.MONITORING, "SELECT count(*) FROM audit_log").rows
                kept = int(rows[0][0] or 0)
            assert kept >= max((rows for size, rows in promised if size <= length), default=0)
            count += 1
    assert count > 20


_HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("COMMIT")
"""


@pytest.mark.slow
def test_that_a_file_that_is_held_for_a_while_is_waited_for(path: Path) -> None:
    with open_database(path) as database:
        command = [sys.executable, "-c", textwrap.dedent(_HOLDER), str(path), "2.0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            began = time.monotonic()
            AccountStore(database).add("patient@example.org", "Patient", "trial")
            waited = time.monotonic() - began
        assert holder.returncode == 0
        assert database.health().integrity == "ok"
    assert 0.5 < waited < 5.0


@pytest.mark.slow
def test_that_a_person_repairs_the_history_from_a_terminal(path: Path) -> None:
    mcdesk = partial(mcdesk_on, path.parent)
    _blank_header(path)
    refused = mcdesk("history", "list")
    assert (refused.returncode, "mcdesk history repair" in refused.stderr) == (1, True)

    repaired = mcdesk("history", "repair")

    assert (repaired.returncode, repaired.stderr) == (0, "")
    assert "mcdesk-2026-11-26.db took its place" in repaired.stdout
    assert mcdesk("history", "list", "--json").returncode == 0
    assert run_count(path) == RUNS
