"""Why a simulation waits, in words, and when it should start."""

import random

import pytest

from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import (
    AccountShare,
    AdmittedJob,
    QueueCapacity,
    QueueSnapshot,
    WaitingJob,
)
from mcdesk.scheduling.waiting_reasons import WaitingBefore, WaitingExplanation, waiting_explanations
from tests.unit.scheduling.snapshots import admitted_job, share, snapshot_of, waiting_job


def explained(snapshot: QueueSnapshot, left: dict[str, float | None], job: str) -> WaitingExplanation:
    """The explanation of one job."""
    return waiting_explanations(snapshot, left, {job})[job]


def four_of_one_account() -> QueueSnapshot:
    """All that one account may have at once, two more waiting, beside another account."""
    jobs = [admitted_job(f"r{place}", 1, place) for place in range(4)]
    waiting = {1: [waiting_job("first", 1, 10), waiting_job("second", 1, 11)]}
    return snapshot_of([share(1), share(2)], [*jobs, admitted_job("other", 2, 5)], waiting)


def test_that_who_waits_for_its_own_account_is_told_so() -> None:
    left = dict.fromkeys(("r0", "r1", "r2", "r3"), 10.0)

    first = explained(four_of_one_account(), left, "first")

    assert first.reason == "Waits until one of the 4 that run for this account ends"
    # four of ten seconds in turn, at half of the device
    assert first.starts_in_seconds == pytest.approx(80.0)


def test_that_who_stands_behind_another_is_told_how_many_are_before() -> None:
    left = dict.fromkeys(("r0", "r1", "r2", "r3"), 10.0) | {"first": 5.0}

    second = explained(four_of_one_account(), left, "second")

    assert second.reason == "Waits until one of the 4 that run for this account ends, 1 more before it"
    # two of the five have to end: 5 s of each of five, then 5 s more of each of four
    assert second.starts_in_seconds == pytest.approx(2 * (25.0 + 20.0))


def test_that_a_start_that_rests_on_nothing_measured_is_unknown() -> None:
    left = {"r0": 10.0, "r1": None, "r2": 10.0, "r3": 10.0}

    assert explained(four_of_one_account(), left, "first").starts_in_seconds is None


def test_that_a_ceiling_delays_the_expected_start() -> None:
    jobs = [admitted_job(f"r{place}", 1, place) for place in range(4)]
    waiting = {1: [waiting_job("first", 1, 10)]}
    left = dict.fromkeys(("r0", "r1", "r2", "r3"), 10.0)

    held = explained(snapshot_of([share(1, ceiling=0.25)], jobs, waiting), left, "first")
    lifted = explained(snapshot_of([share(1, ceiling=0.25)], jobs, waiting, borrows_idle=True), left, "first")

    assert (held.starts_in_seconds, lifted.starts_in_seconds) == (pytest.approx(160.0), pytest.approx(40.0))


def test_that_a_full_house_is_told_and_ends_with_the_first_of_all() -> None:
    jobs = [admitted_job("a", 1, 1), admitted_job("b", 2, 2)]
    accounts = [share(1), share(2), share(3, weight=2.0)]
    waiting, capacity = {3: [waiting_job("c", 3, 3)]}, QueueCapacity(memory_mb=8000, jobs=2)

    found = explained(snapshot_of(accounts, jobs, waiting, capacity), {"a": 30.0, "b": 5.0}, "c")

    assert found.reason == "Waits for a place: 2 simulations run, the most at once"
    assert found.starts_in_seconds == pytest.approx(20.0)


def test_that_missing_memory_is_told_in_figures() -> None:
    waiting = {2: [waiting_job("b", 2, 2, memory_mb=4096)]}

    snapshot = snapshot_of([share(1), share(2)], [admitted_job("a", 1, 1, memory_mb=6500)], waiting)

    found = explained(snapshot, {"a": 10.0}, "b")

    assert found.reason == "Waits for memory: it needs 4,096 MB, and 1,500 MB are free"
    assert found.starts_in_seconds == pytest.approx(20.0)
    assert explained(snapshot, {}, "b").starts_in_seconds is None


def test_that_the_next_one_is_told_so() -> None:
    waiting = {1: [waiting_job("a", 1, 1), waiting_job("b", 1, 2), waiting_job("c", 1, 3)]}
    snapshot = snapshot_of([share(1)], waiting=waiting)

    assert explained(snapshot, {}, "a") == WaitingExplanation("Is next to be prepared", 0.0)
    assert explained(snapshot, {}, "c").reason == "Waits for 2 of this account that came before"


def test_that_only_those_that_are_asked_for_are_explained() -> None:
    snapshot = four_of_one_account()

    assert set(waiting_explanations(snapshot, {}, {"second", "unknown"})) == {"second"}


def test_that_the_start_of_each_of_many_is_when_enough_of_those_before_it_have_ended() -> None:
    draw = random.Random(7)
    at_once = 3
    left = {f"j{number}": draw.uniform(0.0, 50.0) for number in range(40)}
    jobs = [WaitingJob(name, 1, number, 1) for number, name in enumerate(left)]
    admitted = tuple(AdmittedJob(job.job, 1, job.arrival, 0.0, 1) for job in jobs[:at_once])
    snapshot = QueueSnapshot(
        now=0.0,
        policy=SharePolicy(),
        capacity=QueueCapacity(1_000, jobs_per_account=at_once),
        accounts={1: AccountShare(1, 1.0, 0.0)},
        admitted=admitted,
        waiting={1: jobs[at_once:]},
    )

    found = waiting_explanations(snapshot, left, set(left))

    for job in jobs[at_once:]:
        ascending = sorted(left[before.job] for before in jobs[: job.arrival])
        ended = ascending[: job.arrival + 1 - at_once]
        # those that are left have had as much as the last that ended
        seconds = sum(ended) + (len(ascending) - len(ended)) * ended[-1]
        assert found[job.job].starts_in_seconds == pytest.approx(seconds)


@pytest.mark.parametrize("known", [True, False])
def test_that_a_part_of_a_queue_is_explained_as_the_whole_is(known: bool) -> None:
    draw = random.Random(3)
    left: dict[str, float | None] = {f"j{number}": draw.uniform(0.0, 50.0) for number in range(30)}
    left["j12"] = 5.0 if known else None
    jobs = [waiting_job(name, 1, number, 100 + number) for number, name in enumerate(left)]
    running = [admitted_job("r", 1, -1), admitted_job("other", 2, -2, memory_mb=7_000)]
    accounts = [share(1), share(2)]
    left |= {"r": 9.0, "other": 4.0}
    whole = waiting_explanations(snapshot_of(accounts, running, {1: jobs}), left, set(left))

    for first in (1, 3, 20):
        part = snapshot_of(accounts, running, {1: jobs[first:]})
        before = WaitingBefore(jobs[0].memory_mb, [left[job.job] for job in jobs[:first]])
        found = waiting_explanations(part, left, set(left), {1: before})
        for job in jobs[first:]:
            assert found[job.job].reason == whole[job.job].reason
            assert found[job.job].starts_in_seconds == pytest.approx(whole[job.job].starts_in_seconds)
