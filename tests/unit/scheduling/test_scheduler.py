"""One decision at a time: whose turn it is, who is admitted, who makes room; and what a decision looks at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mcdesk.dispatch.job_table import JobTable
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import QueueCapacity, WaitingJob
from mcdesk.scheduling.scheduler import Admit, Pause, Suspend, Turn, admissions, next_turn
from tests.unit.scheduling.simulated_worlds import Arrival, active_job, job_record, terms_of
from tests.unit.scheduling.snapshots import NOW, admitted_job, share, snapshot_of, waiting_job


def test_that_the_lowest_usage_by_weight_goes_first() -> None:
    accounts = [share(1, usage=10.0), share(2, usage=18.0, weight=2.0), share(3, usage=5.0, weight=0.5)]
    jobs = [admitted_job(f"of {account}", account, account) for account in (1, 2, 3)]

    assert next_turn(snapshot_of(accounts, jobs)) == Turn("of 2")


def test_that_the_least_served_of_an_account_goes_first() -> None:
    jobs = [admitted_job("long", 1, 1, service=60.0), admitted_job("short", 1, 2, service=1.0)]

    assert next_turn(snapshot_of([share(1)], jobs)) == Turn("short")


def test_that_who_came_first_goes_first_among_equals() -> None:
    jobs = [admitted_job("later", 1, 9), admitted_job("earlier", 2, 3), admitted_job("last", 2, 11)]

    assert next_turn(snapshot_of([share(1), share(2)], jobs)) == Turn("earlier")


def test_that_who_is_not_ready_is_passed_over() -> None:
    jobs = [replace(admitted_job("opens", 1, 1), is_ready=False), admitted_job("ready", 2, 2)]

    assert next_turn(snapshot_of([share(1), share(2, usage=99.0)], jobs)) == Turn("ready")


def test_that_a_pause_ends_when_the_first_may_go_on() -> None:
    accounts = [replace(share(1), eligible_at=NOW + 3.0), share(2)]
    jobs = [
        replace(admitted_job("a", 1, 1), eligible_at=NOW + 1.0),
        replace(admitted_job("b", 2, 2), eligible_at=NOW + 2.0),
    ]

    assert next_turn(snapshot_of(accounts, jobs)) == Pause(NOW + 2.0)


def test_that_a_pause_has_no_end_where_nobody_is_ready() -> None:
    assert next_turn(snapshot_of([])) == Pause(None)


def test_that_ceilings_are_lifted_only_for_who_is_alone() -> None:
    held = replace(admitted_job("a", 1, 1), eligible_at=NOW + 1.0)
    waiting = {2: [waiting_job("b", 2, 2, memory_mb=99_000)]}

    alone = snapshot_of([share(1)], [held], borrows_idle=True)
    beside = snapshot_of([share(1), share(2)], [held], waiting, borrows_idle=True)

    assert next_turn(alone) == Turn("a")
    assert next_turn(beside) == Pause(NOW + 1.0)


def test_that_accounts_with_fewer_admitted_come_first_then_the_lower_score() -> None:
    accounts = [share(1), share(2, usage=5.0), share(3, usage=1.0)]
    waiting = {
        1: [waiting_job("a2", 1, 1)],
        2: [waiting_job("b1", 2, 2), waiting_job("b2", 2, 3)],
        3: [waiting_job("c1", 3, 4)],
    }
    capacity = QueueCapacity(memory_mb=8000, jobs=4)

    decisions = admissions(snapshot_of(accounts, [admitted_job("a1", 1, 0)], waiting, capacity))

    assert decisions == (Admit("c1"), Admit("b1"), Admit("a2"))


def test_that_an_account_is_admitted_no_more_than_its_number() -> None:
    waiting = {1: [waiting_job(str(place), 1, place, memory_mb=64) for place in range(10)]}

    decisions = admissions(snapshot_of([share(1)], waiting=waiting))

    assert decisions == tuple(Admit(str(place)) for place in range(4))


def test_that_none_passes_one_of_its_account_that_waits_for_memory() -> None:
    waiting = {1: [waiting_job("large", 1, 1, 8000), waiting_job("small", 1, 2, 64)]}
    admitted = [admitted_job("other", 2, 0, held=0.0)]

    assert admissions(snapshot_of([share(1), share(2)], admitted, waiting)) == ()


def test_that_a_large_one_of_another_account_keeps_nobody_waiting() -> None:
    waiting = {1: [waiting_job("large", 1, 1, 8000)], 2: [waiting_job("small", 2, 2, 64)]}
    admitted = [admitted_job("other", 3, 0, held=0.0)]

    found = admissions(snapshot_of([share(1), share(2, usage=9.0), share(3)], admitted, waiting))

    assert found == (Admit("small"),)


def test_that_one_that_asks_for_more_memory_than_there_is_gets_all_of_it_alone() -> None:
    waiting = {1: [waiting_job("large", 1, 1, 9000), waiting_job("small", 1, 2, 64)]}
    beside = snapshot_of([share(1), share(2)], [admitted_job("other", 2, 0, held=0.0)], waiting)

    assert admissions(snapshot_of([share(1)], waiting=waiting)) == (Admit("large"),)
    assert admissions(beside) == ()


def test_that_the_youngest_of_an_account_with_several_makes_room() -> None:
    accounts = [share(1, usage=1.0), share(2, usage=50.0), share(3, usage=9.0)]
    jobs = [admitted_job("a1", 1, 1), admitted_job("a2", 1, 4), admitted_job("b1", 2, 2)]
    capacity = QueueCapacity(memory_mb=8000, jobs=3)

    decisions = admissions(snapshot_of(accounts, jobs, {3: [waiting_job("c1", 3, 9)]}, capacity))

    assert decisions == (Suspend("a2", in_favour_of="c1"),)


def test_that_the_only_one_of_an_account_makes_room_for_who_has_had_less() -> None:
    jobs, capacity = [admitted_job("a", 1, 1)], QueueCapacity(memory_mb=8000, jobs=1)
    waiting = {2: [waiting_job("b", 2, 2)]}

    more = admissions(snapshot_of([share(1, usage=5.0), share(2, usage=4.0)], jobs, waiting, capacity))
    less = admissions(snapshot_of([share(1, usage=4.0), share(2, usage=5.0)], jobs, waiting, capacity))

    assert more == (Suspend("a", in_favour_of="b"),)
    assert less == ()


def test_that_who_was_just_admitted_is_not_suspended() -> None:
    capacity = QueueCapacity(memory_mb=8000, jobs=1)
    accounts, waiting = [share(1, usage=5.0), share(2)], {2: [waiting_job("b", 2, 2)]}

    decisions = admissions(snapshot_of(accounts, [admitted_job("a", 1, 1, held=1.9)], waiting, capacity))

    assert decisions == ()


class CountedJobs(Sequence[WaitingJob]):
    """Waiting jobs that count how many of them were looked at."""

    def __init__(self, jobs: Sequence[WaitingJob]) -> None:
        self._jobs = jobs
        self.looked_at = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def __getitem__(self, place: int) -> WaitingJob:  # type: ignore[override]  # no slices are taken
        self.looked_at += 1
        return self._jobs[place]

    def __iter__(self) -> Iterator[WaitingJob]:
        raise AssertionError("a decision goes through all that wait")


def test_that_a_decision_looks_at_the_heads_of_the_queues_only() -> None:
    counted = {
        account: CountedJobs([waiting_job(f"{account}-{place}", account, place, 64) for place in range(1000)])
        for account in range(10)
    }
    capacity = QueueCapacity(memory_mb=8000, jobs=16)
    snapshot = snapshot_of([share(account) for account in counted], waiting=counted, capacity=capacity)

    decisions = admissions(snapshot)
    next_turn(snapshot)

    assert len(decisions) == 16
    assert sum(jobs.looked_at for jobs in counted.values()) <= 2 * (10 + 16)


def test_that_a_snapshot_copies_no_waiting_job() -> None:
    table = JobTable()
    table.add([job_record(place, Arrival(0.0, 1, 1.0)) for place in range(1000)])
    terms, capacity = {1: terms_of(1.0)}, QueueCapacity(memory_mb=8000)

    first, second = (table.snapshot(0.0, UsageBook("cpu"), terms, SharePolicy(), capacity) for _ in range(2))

    assert first.waiting[1] is second.waiting[1]


def test_that_jobs_of_an_account_wait_in_the_order_of_arrival_however_they_come() -> None:
    table = JobTable()
    table.add([job_record(place, Arrival(0.0, 1, 1.0)) for place in (2, 3)])

    table.add([job_record(1, Arrival(0.0, 1, 1.0))])

    terms, capacity = {1: terms_of(1.0)}, QueueCapacity(memory_mb=8000)
    snapshot = table.snapshot(0.0, UsageBook("cpu"), terms, SharePolicy(), capacity)
    assert [job.arrival for job in snapshot.waiting[1]] == [1, 2, 3]


def test_that_a_job_begins_where_the_least_served_of_its_account_is() -> None:
    table = JobTable()
    records = [job_record(place, Arrival(0.0, 1, 1.0)) for place in (1, 2, 3)]
    table.add(records)
    first, second, third = (active_job(record) for record in records)
    first.service_seconds, second.service_seconds, third.service_seconds = 50.0, 7.0, 600.0

    for job in (first, second, third):
        table.admit(job)

    assert [job.service_seconds for job in (first, second, third)] == [50.0, 50.0, 50.0]
