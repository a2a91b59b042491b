"""Checks, backups and the vacuum, on real files."""

import itertools
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
    OptionInvalid,
    StoreError,
)
from mcdesk.history import maintenance
from mcdesk.history.account_store import AccountStore
from mcdesk.history.driver import choose_driver, connect
from mcdesk.history.maintenance import Maintenance, MaintenanceResult
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.store_errors import disk_full

from .large_history import fill

LOOKUP = QueryType.SIMULATION_LOOKUP
RUNS = 5_000
PAGE = 4096

TASKS: dict[str, Callable[[Maintenance, Path], MaintenanceResult]] = {
    "optimize": lambda each, _: each.optimize(),
    "check quickly": lambda each, _: each.check_quickly(),
    "check thoroughly": lambda each, _: each.check_thoroughly(),
    "vacuum": lambda each, _: each.vacuum(),
    "back up": lambda each, target: each.back_up(target),
}


class LateToken(CancelToken):
    """A request to stop that comes at the n-th look."""

    __slots__ = ("_looks_left",)

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks_left = looks

    @property
    def is_cancelled(self) -> bool:
        self._looks_left -= 1
        return self._looks_left < 0

    def raise_if_cancelled(self) -> None:
        if self.is_cancelled:
            raise Cancelled("Interrupted")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as database:
        AccountStore(database).local_account()
        fill(database, run_count=RUNS)
    return path


def count_of(path: Path) -> int:
    with open_database(path) as database:
        return int(database.execute(LOOKUP, "SELECT count(*) FROM simulation_results").rows[0][0] or 0)


def files_beside(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_that_each_task_tells_its_time_and_a_text(
    path: Path, tmp_path: Path, task: Callable[[Maintenance, Path], MaintenanceResult]
) -> None:
    result = task(Maintenance(path, clock=itertools.count().__next__), tmp_path / "copy.db")

    assert result.milliseconds == 1000.0
    assert result.text
    assert result.is_sound
    assert count_of(path) == RUNS


@pytest.mark.parametrize("looks", [0, 2], ids=["before it begins", "while it works"])
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_that_each_task_can_be_cancelled(
    path: Path, tmp_path: Path, looks: int, task: Callable[[Maintenance, Path], MaintenanceResult]
) -> None:
    with open_database(path) as database:
        database.execute(LOOKUP, "DELETE FROM sqlite_stat1")
    before = files_beside(path)

    with pytest.raises(Cancelled):
        task(Maintenance(path, LateToken(looks)), tmp_path / "copy.db")

    assert files_beside(path) == before
    assert count_of(path) == RUNS


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_that_a_history_that_is_not_there_is_not_made(
    tmp_path: Path, task: Callable[[Maintenance, Path], MaintenanceResult]
) -> None:
    with pytest.raises(StoreError):
        task(Maintenance(tmp_path / "absent.db"), tmp_path / "copy.db")

    assert list(tmp_path.iterdir()) == []


def test_that_statistics_are_made_and_then_up_to_date(path: Path) -> None:
    with open_database(path) as database:
        database.execute(LOOKUP, "DELETE FROM sqlite_stat1")
        database.execute(LOOKUP, "DELETE FROM sqlite_stat4")

    first, second = Maintenance(path).optimize(), Maintenance(path).optimize()

    assert "renewed" in first.text
    assert second.text == "The statistics are up to date"


def damage(path: Path, page: int) -> None:
    """Overwrite a page."""
    with path.open("rb+") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE)


@pytest.mark.parametrize("page", [0, 60], ids=["its head", "a page"])
@pytest.mark.parametrize("name", ["check quickly", "check thoroughly"])
def test_that_a_check_finds_a_damaged_file(path: Path, tmp_path: Path, name: str, page: int) -> None:
    damage(path, page)

    result = TASKS[name](Maintenance(path), tmp_path)

    assert not result.is_sound
    assert result.text != "ok"


def test_that_the_thorough_check_alone_misses_index_entries_and_what_rows_refer_to(path: Path) -> None:
    connection = connect(choose_driver(), path, 1.0)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, 'completed', 'partial')"
        " WHERE name = 'simulation_results_active'"
    )
    connection.execute("INSERT INTO run_notes (simulation_id) VALUES ('of nothing')")
    connection.close()

    quick, thorough = Maintenance(path).check_quickly(), Maintenance(path).check_thoroughly()

    assert quick == MaintenanceResult("ok", quick.milliseconds)
    assert not thorough.is_sound
    assert "simulation_results_active" in thorough.text
    assert "a row of run_notes refers to none of simulation_results" in thorough.text


def test_that_a_vacuum_gives_space_back_while_the_history_is_open(path: Path) -> None:
    with open_database(path) as database:
        database.execute(LOOKUP, "DELETE FROM simulation_results")
        before = path.stat().st_size

        result = Maintenance(path).vacuum()

        assert "MB smaller" in result.text
        assert path.stat().st_size < before / 2
        assert path.with_name("mcdesk.db-wal").stat().st_size == 0
        assert AccountStore(database).find("ada@x.org") is None


def test_that_a_vacuum_gives_way_to_a_writer(path: Path) -> None:
    with (
        open_database(path) as writer,
        writer.transaction(),
        pytest.raises(DatabaseBusy, match="is being written"),
    ):
        Maintenance(path, busy_seconds=0.05).vacuum()


@pytest.mark.parametrize("name", ["check quickly", "check thoroughly", "back up"])
def test_that_what_only_reads_goes_on_beside_a_writer(path: Path, tmp_path: Path, name: str) -> None:
    with open_database(path) as writer, writer.transaction():
        writer.execute(LOOKUP, "DELETE FROM leases")

        assert TASKS[name](Maintenance(path, busy_seconds=0.05), tmp_path / "copy.db").is_sound


def test_that_a_backup_is_whole_by_itself(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "copy.db"
    target.parent.mkdir()

    result = Maintenance(path).back_up(target)

    assert result.text.endswith(str(target))
    assert files_beside(target) == {"copy.db"}
    # To be read without a log: https://sqlite.org/fileformat.html#file_format_version_numbers
    assert target.read_bytes()[18:20] == b"\x01\x01"
    assert Maintenance(target).check_thoroughly().text == "ok"
    assert count_of(target) == RUNS


@pytest.mark.skipif(os.name == "nt", reason="rights are the folder's there")
def test_that_only_its_owner_can_read_a_backup(path: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    Maintenance(path).back_up(tmp_path / "copy.db")

    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_that_a_backup_is_of_one_moment_while_somebody_writes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction writes a refusal and a lease: in no moment are their numbers different."""
    # Many steps, between which the other one writes.
    monkeypatch.setattr(maintenance, "_PAGES_AT_ONCE", 8)
    sql = "SELECT (SELECT count(*) FROM refusals) - (SELECT count(*) FROM rates)"
    is_over, has_begun = threading.Event(), threading.Event()
    written: list[int] = []

    def write() -> None:
        with open_database(path) as database:
            while not is_over.is_set():
                with database.transaction():
                    database.execute(LOOKUP, _REFUSAL)
                    database.execute(LOOKUP, _RATE, (f"program {len(written)}",))
                written.append(1)
                has_begun.set()

    def difference(file: Path) -> object:
        with open_database(file) as database:
            return database.execute(LOOKUP, sql).rows[0][0]

    before = difference(path)
    writer = threading.Thread(target=write)
    writer.start()
    has_begun.wait(10.0)
    count_before = len(written)
    try:
        Maintenance(path).back_up(tmp_path / "copy.db")
    finally:
        count_after = len(written)
        is_over.set()
        writer.join()

    assert count_after > count_before
    assert difference(tmp_path / "copy.db") == before
    assert Maintenance(tmp_path / "copy.db").check_thoroughly().text == "ok"


_REFUSAL = "INSERT INTO refusals (user_id, tier, at, reason) VALUES (1, 'standard', '', '')"
_RATE = (
    "INSERT INTO rates (device, program_sha256, steps, trials_per_second, measured_at)"
    " VALUES ('x', ?, 1, 1, '')"
)


def test_that_a_backup_looks_at_its_token_after_each_piece(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "_PAGES_AT_ONCE", 8)
    page_count = path.stat().st_size // PAGE

    with pytest.raises(Cancelled):
        Maintenance(path, LateToken(page_count // 16)).back_up(tmp_path / "copy.db")

    assert files_beside(path) == {"mcdesk.db"}


def test_that_a_full_disk_of_a_backup_is_the_one_that_is_told(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(self: Maintenance, partial: Path) -> None:
        raise disk_full(path)

    monkeypatch.setattr(Maintenance, "_copy_to", fill_up)

    with pytest.raises(DiskFull, match=r"copy\.db"):
        Maintenance(path).back_up(tmp_path / "copy.db")


def test_that_a_backup_takes_the_place_of_an_earlier_one(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_bytes(b"earlier")

    with pytest.raises(Cancelled):
        Maintenance(path, LateToken(3)).back_up(target)
    assert target.read_bytes() == b"earlier"

    Maintenance(path).back_up(target)
    assert count_of(target) == RUNS


def test_that_a_damaged_history_does_not_replace_a_good_backup(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_bytes(b"good")
    damage(path, 60)

    with pytest.raises(DatabaseDamaged):
        Maintenance(path).back_up(target)

    assert target.read_bytes() == b"good"
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("name", ["mcdesk.db", "mcdesk.db-wal", "linked.db"])
def test_that_a_history_is_not_backed_up_onto_itself(path: Path, name: str) -> None:
    if name == "linked.db":
        os.link(path, path.with_name(name))

    with pytest.raises(OptionInvalid, match="is the history itself"):
        Maintenance(path).back_up(path.with_name(name))


def test_that_a_backup_replaces_no_folder_and_no_database_in_use(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with open_database(other), pytest.raises(OptionInvalid, match="is a database in use"):
        Maintenance(path).back_up(other)
    with pytest.raises(OptionInvalid, match="is a folder"):
        Maintenance(path).back_up(tmp_path)


def test_that_a_backup_into_no_folder_is_told(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="absent"):
        Maintenance(path).back_up(tmp_path / "absent" / "copy.db")
