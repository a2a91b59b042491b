"""What the executor writes of chunks and charges, whoever was erased meanwhile."""

from mcdesk.history.account_store import AccountStore
from mcdesk.history.chunk_store import ChunkStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore, LedgerEntry
from mcdesk.history.job_record import ChunkStamp, JobProgress
from mcdesk.history.lease_store import LeaseStore
from mcdesk.history.query_timing import QueryType
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunOutcome, RunStatus

from .conftest import History, new_job, run_record


def test_that_what_was_computed_is_written_though_somebody_was_erased_meanwhile(database: Database) -> None:
    accounts = AccountStore(database)
    erased, other = (accounts.add(f"{name}@x", name, "trial") for name in ("erased", "other"))
    executor = ExecutorStore(database, 1)
    executor.take_seat(0)
    accounts.remove(erased)

    executor.record_chunks(
        [ChunkStamp("cpu", "a", each.id, 1000.0, 0.25, 0, 10) for each in (erased, other)],
        (),
        [LedgerEntry(each.id, "cpu", 0.25, 0.0, 0.25) for each in (erased, other)],
    )

    assert ChunkStore(database).device_seconds_since("cpu", 0.0) == {other.id: 0.25}
    assert executor.ledger("cpu") == (LedgerEntry(other.id, "cpu", 0.25, 0.0, 0.25),)


def test_that_what_an_account_has_used_is_written_anew_each_time(database: Database) -> None:
    account = AccountStore(database).add("ada@x", "ada", "trial")
    executor = ExecutorStore(database, 1)
    executor.take_seat(0)

    for seconds in (0.25, 0.5):
        executor.record_chunks((), (), [LedgerEntry(account.id, "cpu", seconds, 1.0, seconds)])

    assert executor.ledger("cpu") == (LedgerEntry(account.id, "cpu", 0.5, 1.0, 0.5),)


def test_that_a_lease_that_nobody_renews_expires(history: History) -> None:
    queue, executor = QueueStore(history.database), ExecutorStore(history.database, 1)
    for name in ("kept", "deleted"):
        queue.submit([(run_record(name, status=RunStatus.PENDING, user_id=1), new_job(name, 1))])
    executor.take_seat(0)
    for name in ("kept", "deleted"):
        executor.grant(name)
    history.runs.delete("deleted")
    executor.beat(0.0)
    fresh = open_leases(history)

    long_ago = "UPDATE leases SET expires_at = '2026-01-01T00:00:00Z'"
    history.database.execute(QueryType.PROGRESS_UPDATE, long_ago)
    executor.beat(0.0)

    assert fresh == ["deleted", "kept"]
    assert open_leases(history) == ["kept"]
    assert LeaseStore(history.database).statistics()[0].expired == 1


def open_leases(history: History) -> list[str]:
    sql = "SELECT simulation_id FROM leases WHERE ended_at IS NULL ORDER BY simulation_id"
    return [str(row[0]) for row in history.database.execute(QueryType.USER_HISTORY, sql).rows]


def test_that_what_waits_with_trials_counts_as_cancelled_at_once(history: History) -> None:
    queue, executor = QueueStore(history.database), ExecutorStore(history.database, 1)
    queue.submit([(run_record("a", status=RunStatus.PENDING, user_id=1), new_job("a", 1))])
    executor.take_seat(0)
    executor.grant("a")
    executor.record_chunks((), [JobProgress("a", 500, 1e3, None, None, 0.5)], ())
    executor.suspend("a")

    queue.cancel("a")
    cancelled = history.runs.record("a").status
    with executor.ending("a"):
        history.runs.finish("a", RunOutcome(RunStatus.CANCELLED, 500, 0.5, "cpu", "{}", "cancelled"))

    assert cancelled is RunStatus.CANCELLED
    assert history.runs.record("a").trials_done == 500
    assert queue.find("a") is None
