"""What a day of use asks of the history: the program's own statements, each as often as people cause it."""

from pathlib import Path

import numpy as np

from mcdesk.foundation.metrics import HOUR, MINUTE, SECOND, TEN_MINUTES, Metrics
from mcdesk.history.account_store import AccountStore
from mcdesk.history.alert_store import AlertStore
from mcdesk.history.chunk_store import ChunkStore
from mcdesk.history.database import Database
from mcdesk.history.executor_store import ExecutorStore, LedgerEntry
from mcdesk.history.file_store import FileStore
from mcdesk.history.index_change import applied_indexes
from mcdesk.history.job_record import ChunkStamp, JobProgress
from mcdesk.history.kpi_grouping import Grouping
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.lease_store import LeaseStore
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.note_store import NoteStore, RunNote
from mcdesk.history.passwords import Passwords
from mcdesk.history.people import people_of
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.rate_store import RateStore
from mcdesk.history.run_record import RunOutcome, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleRole, SampleStore, TrialSamples
from mcdesk.history.sign_in_throttle import SignInThrottle
from mcdesk.history.stall_store import seconds_without_chunk
from mcdesk.services import folders_under

from .conftest import CHEAP, PASSWORD, new_job, run_record

LOOKS = 200
MEASURED_AT = 1_768_000_000.0
RUNS = 20


def use_for_a_day(database: Database, folder: Path) -> None:
    """Ask everything that the program asks, of a history that has accounts 2 to 9 and simulations."""
    for number in range(RUNS):
        _simulate(database, f"of the day {number:02}", 2 + number % 8)
    for number in range(LOOKS):
        _look(database, 2 + number % 8)
    _measure(database)
    _keep_files(database, folder)
    _look_after_people(database, folder)


def _simulate(database: Database, name: str, user_id: int) -> None:
    runs, queue = RunStore(database), QueueStore(database)
    executor, rates = ExecutorStore(database, 1), RateStore(database)
    executor.take_seat(executor.seat().generation)
    for each in (name, f"{name}, behind", f"{name}, last"):
        record = run_record(each, user_id=user_id, status=RunStatus.PENDING)
        runs.find_cached(record.cache_key, user_id)
        rates.trials_per_second("cpu", "program", 100)
        queue.submit([(record, new_job(each, user_id))])
    queue.move(f"{name}, last", user_id, is_up=True)
    queue.cancel(f"{name}, behind")
    executor.grant(name)
    executor.set_limits(name, 60, 1.0)
    for chunk in range(10):
        runs.update_progress(name, chunk)
        executor.record_chunks(
            [ChunkStamp("cpu", name, user_id, 1.8e9 + chunk, 0.1, chunk, 1)],
            [JobProgress(name, chunk, 1.0, 0.0, 1.0, 0.1)],
            [LedgerEntry(user_id, "cpu", 1.0, 1.0, 1.0)],
        )
        executor.beat(1.0)
    executor.commit(name, 10, "file", "boot")
    executor.suspend(name)
    executor.grant(name)
    executor.count_death(name)
    executor.begin_ending(name, is_cancelled=False)
    with executor.ending(name):
        runs.finish(name, RunOutcome(RunStatus.COMPLETED, 10, 1.0, "cpu", "{}"))
        rates.record("cpu", f"program {name}", 100, 1e6)
    LeaseStore(database).refuse(user_id, "standard", "memory")
    executor.ledger("cpu")
    executor.forget_old_stamps()
    executor.leave_seat()


def _look(database: Database, user_id: int) -> None:
    runs, queue, chunks = RunStore(database), QueueStore(database), ChunkStore(database)
    shown = runs.runs_of(user_id)
    runs.runs_of(user_id, status=RunStatus.COMPLETED)
    runs.active_count(user_id)
    runs.record(shown[0].simulation_id)
    runs.record(shown[0].simulation_id, [user_id])
    runs.export(shown[0].simulation_id)
    NoteStore(database).notes_of(user_id)
    queue.find(shown[0].simulation_id)
    queue.jobs(limit=50)
    queue.running()
    queue.waiting(0, 50)
    queue.waiting(0, 50, [user_id])
    queue.waiting_before(30)
    queue.waiting_before(30, [user_id])
    queue.admitted()
    queue.names()
    queue.busy_accounts()
    queue.count()
    queue.count_of([user_id])
    queue.cancelled()
    queue.moved()
    chunks.device_seconds_since("cpu", 1.8e9)
    chunks.device_seconds_between("cpu", 1.8e9, 1.9e9)
    chunks.first_chunk_at("cpu", 1.8e9)
    AccountStore(database).account(f"p{user_id}@x.org")
    AccountStore(database).by_id(user_id)
    AccountStore(database).accounts()


def _measure(database: Database) -> None:
    """What is written each second, and what the dashboard asks while somebody looks at it."""
    metrics, alerts, kpis = Metrics(lambda: MEASURED_AT), AlertStore(database), KpiStore(database)
    store = MetricStore(database)
    for second in range(LOOKS):
        for name in ("system.cpu", "queue.waiting"):
            metrics.gauge(name, float(second))
        metrics.observe("chunk", float(second))
        store.add(metrics.take())
        alerts.standing()
        alerts.muted(MEASURED_AT)
        seconds_without_chunk(database, "cpu", MEASURED_AT)
        for seconds in (MINUTE, TEN_MINUTES, HOUR):
            store.roll_up(seconds, MEASURED_AT)
            store.series("system.cpu", MEASURED_AT - 300, MEASURED_AT + 1, SECOND, seconds)
        store.series("chunk", MEASURED_AT - 300, MEASURED_AT + 1, SECOND)
        store.names()
        alerts.newest(50)
        LeaseStore(database).statistics(_bounds()[0])
        kpis.ratings(*_bounds())
        kpis.people(*_bounds())
        kpis.duration(*_bounds(), 95)
        kpis.active_accounts(*_bounds())
        for grouping in Grouping:
            kpis.tallies(*_bounds(), grouping)
    for grouping in Grouping:
        kpis.ratings(*_bounds(), grouping)
    store.forget_old(MEASURED_AT)
    alerts.begin("low_disk", MEASURED_AT, 1.0, 2.0)
    alerts.worsen("low_disk", 0.5)
    alerts.acknowledge([1], MEASURED_AT)
    alerts.end("low_disk", MEASURED_AT)
    alerts.mute("low_disk", MEASURED_AT)
    alerts.unmute_all()
    alerts.forget_before(0.0)
    kpis.rate("of the day 02", 4, 7)
    kpis.rating_of("of the day 02")
    applied_indexes(database)


def _bounds() -> tuple[str, str]:
    """A day of those that simulations of the large history ended in."""
    return "2026-01-10T00:00:00.000000Z", "2026-01-11T00:00:00.000000Z"


def _keep_files(database: Database, folder: Path) -> None:
    files, samples = FileStore(database, folder / "files"), SampleStore(database, folder / "samples")
    source = folder / "A.xlsx"
    runs = RunStore(database)
    for number in range(RUNS):
        source.write_bytes(b"%d" % number)
        files.register(2, source)
        files.files(2)
        name = f"of the day {number:02}"
        samples.save(name, [TrialSamples(SampleRole.OUTPUT, "B1", np.zeros(1))])
        samples.load(name)
        samples.detach_inputs(name)
        NoteStore(database).keep(name, RunNote("Base case"))
    # Seldom: at the start of the program, or when a person asks for it.
    runs.runs()
    runs.mark_orphans_interrupted(lambda _: None)
    runs.delete("of the day 01")
    LeaseStore(database).statistics()
    files.remove_orphans(0.0)
    samples.remove_orphans(0.0)


def _look_after_people(database: Database, folder: Path) -> None:
    people = people_of(database, folders_under(folder), passwords=Passwords(CHEAP), user="1000")
    people.administration.set_password(None, PASSWORD)
    for _ in range(3):
        people.identity.sign_in(people.accounts.by_id(1).email, PASSWORD)  # type: ignore[union-attr]
        people.identity.acting_account()
    SignInThrottle(database).count_failure("p5@x.org")
    people.administration.add("new@x.org", "trial", PASSWORD)
    people.administration.set_tier("new@x.org", "standard")
    people.archive.write("p3@x.org", folder / "p3.zip")
    people.audit.newest()
    people.audit.rows_about(people.accounts.account("p3@x.org"))
    people.erasure.erase("new@x.org")
