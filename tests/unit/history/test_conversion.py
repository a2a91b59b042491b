"""A data folder that is encrypted and decrypted: what is in it stays the same, wherever that is cut off."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import DatabaseBusy, DatabaseDamaged, KeyMissing, SamplesDamaged
from mcdesk.foundation.kept_file import append_kept, is_sealed, open_kept
from mcdesk.foundation.paths import Folders
from mcdesk.foundation.vault import FILE_NAME, Key, keep_key, new_key, read_vault
from mcdesk.history.conversion import convert, unconverted
from mcdesk.history.daily_copy import daily_copies, keep_copy
from mcdesk.history.driver import Row
from mcdesk.history.file_head import PLAIN_HEAD
from mcdesk.history.index_advice import advise
from mcdesk.history.maintenance import Maintenance
from mcdesk.history.opening import CONVERSION_LOCK, open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.sample_store import SampleRole, SampleStore, TrialSamples
from mcdesk.services import folders_under
from tests.encrypted_folder import files_with, lock_keyring, use_keyring

ROOT = Path(__file__).parent.parent.parent.parent
SECRET = "Zwetschgenkuchen"
NUMBER = 918273.645
MARKERS = (SECRET.encode(), np.float64(NUMBER).tobytes())


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Folders:
    """A data folder with something of each kind, which is not encrypted."""
    use_keyring(monkeypatch, tmp_path)
    found = folders_under(tmp_path / "data")
    with open_database(found.database) as database:
        sql = "INSERT INTO users (email, name, tier, created_at) VALUES (?, ?, 'trial', '2026')"
        database.execute(QueryType.AUTHENTICATION, sql, (f"{SECRET}@example.org", SECRET))
        database.sweep()
    keep_copy(found.database, date(2026, 1, 2), CancelToken())
    for path in (
        found.model_files / "ab" / "cd.xlsx",
        found.running / "r1" / "column-0.f8",
        found.data / "setups" / "1.toml",
        found.data / "recent.json",
        found.data / f"{found.database.name}.damaged-20260102T000000Z",
        found.cache / "code" / "ab" / "x.o",
        found.logs / "mcdesk.log",
        found.samples / "tmp.partial",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(MARKERS))
    return found


@pytest.fixture
def key(folders: Folders) -> Key:
    """One that is in the keyring."""
    made = new_key()
    keep_key(made)
    return made


def people(folders: Folders) -> list[object]:
    with open_database(folders.database) as database:
        return database.execute(QueryType.AUTHENTICATION, "SELECT name FROM users ORDER BY id").rows


def all_rows(folders: Folders) -> dict[str, object]:
    """The schema, and each row of each table but those that tell of the queries."""
    with open_database(folders.database) as database:

        def rows(sql: str) -> list[Row]:
            return database.execute(QueryType.USER_HISTORY, sql).rows

        names = [str(row[0]) for row in rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        kept = [name for name in names if not name.startswith(("sqlite_stat", "query_timings"))]
        schema = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name"
        pragmas = [rows(f"PRAGMA {each}") for each in ("user_version", "application_id", "auto_vacuum")]
        return {name: rows(f"SELECT * FROM {name}") for name in kept} | {"": (rows(schema), pragmas)}


def is_plain(path: Path) -> bool:
    return path.read_bytes().startswith(PLAIN_HEAD)


def test_that_nothing_of_the_work_is_readable_afterwards(folders: Folders, key: Key) -> None:
    assert len(files_with(folders.data, MARKERS)) >= 9

    convert(folders, key, True, CancelToken())

    assert files_with(folders.data, MARKERS) == []
    assert unconverted(folders, True) == ()
    assert (SECRET,) in people(folders)


def test_that_both_ways_lead_back_to_the_same(folders: Folders, key: Key) -> None:
    before = all_rows(folders)
    convert(folders, key, True, CancelToken())
    assert all_rows(folders) == before
    assert not is_plain(folders.database)
    assert not any(map(is_plain, daily_copies(folders.database)))

    convert(folders, key, False, CancelToken())

    assert all_rows(folders) == before
    assert is_plain(folders.database)
    assert all(map(is_plain, daily_copies(folders.database)))
    assert (folders.model_files / "ab" / "cd.xlsx").read_bytes() == b"".join(MARKERS)
    assert (folders.running / "r1" / "column-0.f8").read_bytes() == b"".join(MARKERS)
    assert unconverted(folders, False) == ()


def test_that_the_log_of_the_open_history_is_encrypted_as_well(folders: Folders, key: Key) -> None:
    convert(folders, key, True, CancelToken())

    with open_database(folders.database) as database:
        update = "UPDATE users SET name = ?"
        database.execute(QueryType.AUTHENTICATION, update, (SECRET * 2,))
        assert folders.database.with_name("mcdesk.db-wal").stat().st_size > 0
        assert files_with(folders.data, MARKERS) == []


def test_that_a_folder_is_encrypted_before_anything_is_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_keyring(monkeypatch, tmp_path)
    folders, key = folders_under(tmp_path / "new"), new_key()
    keep_key(key)

    assert convert(folders, key, True, CancelToken()) == 0

    people(folders)
    assert not is_plain(folders.database)


def test_that_copies_checks_and_advice_know_the_key(folders: Folders, key: Key, tmp_path: Path) -> None:
    convert(folders, key, True, CancelToken())
    care = Maintenance(folders.database)

    care.back_up(tmp_path / "copy.db")

    assert not is_plain(tmp_path / "copy.db")
    assert care.check_thoroughly().is_sound
    care.vacuum()
    care.optimize()
    advise(folders.database, ())
    assert keep_copy(folders.database, date(2026, 1, 3), CancelToken()) is not None
    assert all(Maintenance(each).check_thoroughly().is_sound for each in daily_copies(folders.database))


def test_that_trials_are_sealed_and_read_back(folders: Folders, key: Key) -> None:
    convert(folders, key, True, CancelToken())
    values = np.full(1000, NUMBER)
    with open_database(folders.database) as database:
        database.execute(
            QueryType.SIMULATION_LOOKUP,
            "INSERT INTO simulation_results (simulation_id, user_id, status, trials, trials_done, seed,"
            " sampling, backend, cache_key, model_name, model_sha256, setup_json, created_at)"
            " VALUES ('r1', 1, 'completed', 1000, 1000, 1, 'mc', 'cpu', 'k', 'm', 's', '{}', '2026')",
        )
        store = SampleStore(database, folders.samples)

        store.save("r1", [TrialSamples(SampleRole.OUTPUT, "Sheet1!B4", values)])

        (loaded,) = store.load("r1")
        np.testing.assert_array_equal(loaded.values, values)
        assert not loaded.values.flags.writeable
        assert files_with(folders.data, MARKERS) == []
        (path,) = folders.samples.rglob("*.npy")
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(SamplesDamaged, match="encrypted and was damaged"):
            store.load("r1")


def test_that_a_locked_keyring_leaves_all_as_it_is(
    folders: Folders, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert(folders, key, True, CancelToken())
    before = folders.database.read_bytes()
    lock_keyring(monkeypatch)

    with pytest.raises(KeyMissing, match="Nothing is lost"):
        open_database(folders.database)

    assert folders.database.read_bytes() == before


def test_that_damage_of_an_encrypted_history_is_told_as_damage(folders: Folders, key: Key) -> None:
    convert(folders, key, True, CancelToken())
    data = bytearray(folders.database.read_bytes())
    data[5000] ^= 1
    folders.database.write_bytes(data)

    with pytest.raises(DatabaseDamaged):
        people(folders)


def test_that_a_history_without_the_name_of_its_key_is_not_changed(folders: Folders, key: Key) -> None:
    convert(folders, key, True, CancelToken())
    before = folders.database.read_bytes()
    (folders.data / FILE_NAME).unlink()

    with pytest.raises(DatabaseDamaged):
        people(folders)

    assert folders.database.read_bytes() == before


def test_that_nobody_else_may_use_the_folder_meanwhile(folders: Folders, key: Key) -> None:
    with open_database(folders.database), pytest.raises(DatabaseBusy, match="is in use"):
        convert(folders, key, True, CancelToken())

    assert read_vault(folders.data) is None
    assert is_plain(folders.database)


# opens the history twice, as a window and its queue do, and keeps one of them
OTHER = """
import sys
from pathlib import Path
from mcdesk.history.opening import open_database
kept = open_database(Path(sys.argv[1]))
open_database(Path(sys.argv[1])).close()
print("open", flush=True)
sys.stdin.readline()
kept.close()
"""


@pytest.mark.parametrize("was_on", [False, True], ids=["plain", "encrypted"])
def test_that_another_process_keeps_the_folder_to_itself(folders: Folders, key: Key, was_on: bool) -> None:
    if was_on:
        convert(folders, key, True, CancelToken())
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folders.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == "open\n"

        with pytest.raises(DatabaseBusy, match="is in use"):
            convert(folders, key, not was_on, CancelToken())

        other.stdin.close()
    assert is_plain(folders.database) != was_on
    convert(folders, key, not was_on, CancelToken())
    assert (SECRET,) in people(folders)


def test_that_a_start_is_refused_while_the_folder_is_converted(folders: Folders, key: Key) -> None:
    refused: list[bool] = []

    def told(done: int, total: int) -> None:
        with pytest.raises(DatabaseBusy, match="being encrypted or decrypted"):
            open_database(folders.database)
        refused.append(True)

    convert(folders, key, True, CancelToken(), told)

    assert len(refused) > 3
    assert (SECRET,) in people(folders)


def test_that_what_a_killed_conversion_left_locks_nobody_out(folders: Folders) -> None:
    (folders.data / CONVERSION_LOCK).touch()

    assert (SECRET,) in people(folders)


def test_that_many_starts_at_once_do_not_keep_each_other_out(folders: Folders) -> None:
    (folders.data / CONVERSION_LOCK).touch()

    with ThreadPoolExecutor(8) as threads:
        found = [*threads.map(lambda _: people(folders), range(40))]

    assert all((SECRET,) in each for each in found)


@pytest.mark.parametrize("is_on", [True, False])
def test_that_it_can_be_cancelled_and_goes_on(folders: Folders, key: Key, is_on: bool) -> None:
    convert(folders, key, not is_on, CancelToken())
    token, moments = CancelToken(), list[int]()

    def cancel(done: int, total: int) -> None:
        moments.append(done)
        if len(moments) == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        convert(folders, key, is_on, token, cancel)

    left = unconverted(folders, is_on)
    assert left
    assert (SECRET,) in people(folders)
    assert convert(folders, key, is_on, CancelToken()) == len(left)
    assert unconverted(folders, is_on) == ()


_KILLED = """
import os, signal, sys
from pathlib import Path
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.vault import find_key
from mcdesk.history import conversion
from mcdesk.services import folders_under

folders, key = folders_under(Path(sys.argv[1])), find_key(sys.argv[2])
is_on, moment = sys.argv[3:]
def end(*_): os.kill(os.getpid(), signal.SIGKILL)
if moment == "written":
    conversion.restrict_access = lambda path: path.suffix == ".converted" and end()
seen = []
def told(done, total):
    seen.append(done)
    if str(len(seen)) == moment: end()
conversion.convert(folders, key, is_on == "on", CancelToken(), told)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("moment", ["1", "3", "6", "7", "written"])
@pytest.mark.parametrize("is_on", [True, False])
def test_that_a_sudden_end_loses_nothing(folders: Folders, key: Key, is_on: bool, moment: str) -> None:
    convert(folders, key, not is_on, CancelToken())
    before = people(folders)

    arguments = [str(folders.data), key.id, "on" if is_on else "off", moment]
    ended = subprocess.run([sys.executable, "-c", _KILLED, *arguments], cwd=ROOT, timeout=60, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert people(folders) == before
    with open_kept(folders.model_files / "ab" / "cd.xlsx") as file:
        assert file.read() == b"".join(MARKERS)
    convert(folders, key, is_on, CancelToken())
    assert people(folders) == before
    assert unconverted(folders, is_on) == ()
    assert not is_on or files_with(folders.data, MARKERS) == []


def test_that_a_growing_file_can_grow_after_it_was_encrypted(folders: Folders, key: Key) -> None:
    convert(folders, key, True, CancelToken())
    column = folders.running / "r1" / "column-0.f8"
    assert is_sealed(column)

    data = b"".join(MARKERS)
    append_kept(column, memoryview(data + data), 8)

    with open_kept(column) as file:
        assert file.read() == data + data
