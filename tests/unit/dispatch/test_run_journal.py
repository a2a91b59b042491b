"""One run in the history, and a history that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.dispatch.run_journal import RunJournal
from mcdesk.dispatch.run_types import HistoryStores
from mcdesk.foundation.errors import DiskFull
from mcdesk.history.account_store import AccountStore
from mcdesk.history.audit_store import AuditStore
from mcdesk.history.file_store import FileStore
from mcdesk.history.lease_store import LeaseStore
from mcdesk.history.opening import open_database
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.rate_store import RateStore
from mcdesk.history.run_record import RunOutcome, RunRecord, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore

DONE = RunOutcome(RunStatus.COMPLETED, 100, 1.0, "reference", "{}")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[HistoryStores]:
    with open_database(tmp_path / "mcdesk.db") as database:
        yield HistoryStores(
            AccountStore(database),
            RunStore(database),
            FileStore(database, tmp_path / "files"),
            SampleStore(database, tmp_path / "samples"),
            QueueStore(database),
            RateStore(database),
            LeaseStore(database),
            AuditStore(database),
        )


def record(history: HistoryStores) -> RunRecord:
    return RunRecord(
        simulation_id="one",
        user_id=history.accounts.local_account().id,
        status=RunStatus.RUNNING,
        trials=100,
        seed=1,
        sampling="mc",
        backend="reference",
        cache_key="key",
        model_name="A.xlsx",
        model_sha256="0",
        setup_json="{}",
        created_at="2026-01-01T00:00:00.000000Z",
    )


def test_that_a_run_is_kept_from_its_start_to_its_end(history: HistoryStores) -> None:
    journal = RunJournal(history)

    journal.start(record(history))
    journal.finish(DONE)

    assert history.runs.record("one").status is RunStatus.COMPLETED
    assert journal.warnings == ()


def test_that_progress_is_written_at_most_once_a_second(history: HistoryStores) -> None:
    seconds = [0.0]
    journal = RunJournal(history, lambda: seconds[0])
    journal.start(record(history))

    seconds[0] = 0.5
    journal.update(10)
    early = history.runs.record("one").trials_done
    seconds[0] = 1.5
    journal.update(20)

    assert (early, history.runs.record("one").trials_done) == (0, 20)


def test_that_a_full_disk_is_a_warning_and_ends_the_writing(
    history: HistoryStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: RunStore, record: RunRecord) -> None:
        raise DiskFull("The disk is full")

    monkeypatch.setattr(RunStore, "start", fail)
    journal = RunJournal(history)

    journal.start(record(history))
    journal.finish(DONE)

    assert journal.warnings == ("The run is not kept in the history: The disk is full",)


def test_that_without_a_history_nothing_is_written_nor_warned() -> None:
    journal = RunJournal(None)

    journal.finish(DONE)

    assert journal.register_file(1, Path("none.xlsx")) is None
    assert journal.warnings == ()
