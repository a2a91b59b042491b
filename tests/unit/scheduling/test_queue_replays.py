"""The same trace gives the same decisions; what is written down is enough to go on; the plain rule."""

import hashlib
import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from mcdesk.dispatch.ledger_clock import LedgerClock
from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.foundation.clock import utc_text
from mcdesk.history.executor_store import ExecutorSeat, LedgerEntry
from mcdesk.scheduling.fair_share import PLAIN_POLICY, SharePolicy
from tests.unit.scheduling.random_worlds import random_world
from tests.unit.scheduling.simulated_worlds import (
    NOON,
    Arrival,
    Given,
    Watcher,
    World,
    WorldRun,
    run_world,
    terms_of,
)

SEAT_BEFORE = ExecutorSeat(2, 0, 1, 1, ledger_seconds=5000.0, beat_at=utc_text(NOON))


def decisions_hash(run: WorldRun) -> str:
    """SHA-256 of all turns, with every bit of their times."""
    lines = (f"{turn.job} {turn.began.hex()} {turn.seconds.hex()}\n" for turn in run.turns)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def order(run: WorldRun) -> list[str]:
    """Whose turns they were."""
    return [turn.job for turn in run.turns]


@pytest.mark.parametrize("decade", range(10))
def test_that_the_same_trace_gives_the_same_decisions(decade: int) -> None:
    for seed in range(10 * decade, 10 * decade + 10):
        first, second = (run_world(random_world(seed), 10.0) for _ in range(2))

        assert first.turns
        assert decisions_hash(first) == decisions_hash(second)


def test_that_equal_scores_go_in_the_order_of_arrival() -> None:
    accounts = [5, 2, 9, 1, 7]
    world = World(
        {account: terms_of(1.0) for account in accounts},
        [Arrival(0.0, account, 10.0) for account in accounts],
        jitter=0.0,
        chunk_seconds=0.125,
    )

    run = run_world(world, 2.5)

    assert [turn.account for turn in run.turns] == accounts * 4


def test_that_a_world_that_begins_later_shares_alike() -> None:
    """To three chunks: where scores are equal the last bit of a time may decide."""
    for seed in range(40):
        world = random_world(seed)
        all_at_once = [replace(arrival, at=0.0, device_seconds=1e9) for arrival in world.arrivals]
        world = replace(world, arrivals=all_at_once)

        early, late = run_world(world, 10.0), run_world(replace(world, begins_at=2.0**20), 10.0)

        assert seconds_by_account(early) == pytest.approx(seconds_by_account(late), abs=0.39)


@pytest.mark.parametrize("days", [-365, -1])
def test_that_a_clock_that_went_back_between_two_executors_changes_no_decision(days: int) -> None:
    for seed in range(20):
        world = replace(random_world(seed), seat=SEAT_BEFORE)

        here = run_world(world, 10.0)
        jumped = run_world(replace(world, wall=NOON + timedelta(days=days)), 10.0)

        assert decisions_hash(here) == decisions_hash(jumped)


@pytest.mark.parametrize("days", [-365, -1, 1, 29, 365])
def test_that_a_jump_of_the_clock_between_two_executors_changes_no_order(days: int) -> None:
    draw = random.Random(days)
    for _ in range(100):
        entries = [
            LedgerEntry(account, "cpu", draw.uniform(0.0, 5000.0), draw.uniform(0.0, 5000.0), 0.0)
            for account in range(20)
        ]

        here, jumped = (
            usage_order(entries, LedgerClock(SEAT_BEFORE, wall, lambda: 7.0))
            for wall in (NOON, NOON + timedelta(days=days))
        )

        assert here == jumped


def usage_order(entries: list[LedgerEntry], clock: LedgerClock) -> list[int]:
    """Accounts, the one with the least usage first."""
    book = UsageBook("cpu", entries)
    return sorted(range(len(entries)), key=lambda account: book.usage(account, clock(), SharePolicy()))


class CrashingWatcher(Watcher):
    """Looks after each chunk at what an executor that comes after a crash would find."""

    def __init__(self) -> None:
        self.crashes = 0
        self.worst_loss_in_chunks = 0.0

    def charged(self, given: Given, run: WorldRun) -> None:
        unwritten = run.books.book.take_changes()
        run.books.book.put_back(unwritten)
        for entry in unwritten:
            before = run.writer.ledger.get(entry.user_id)
            lost = entry.device_seconds - (0.0 if before is None else before.device_seconds)
            self.worst_loss_in_chunks = max(self.worst_loss_in_chunks, lost / given.seconds)
        self.crashes += 1


def test_that_a_crash_loses_no_more_than_the_chunk_that_was_not_written() -> None:
    watchers = [CrashingWatcher() for _ in range(5)]

    for seed, watcher in enumerate(watchers):
        run_world(replace(random_world(seed), ledger=(), is_late_by=0.0), 25.0, watcher)

    assert sum(watcher.crashes for watcher in watchers) >= 200
    assert max(watcher.worst_loss_in_chunks for watcher in watchers) <= 1.0 + 1e-9


def test_that_what_was_written_gives_the_same_scores_after_a_crash_at_any_decision() -> None:
    crashes = 0
    for seed in range(8):
        run = WorldRun(replace(random_world(seed), ledger=()))
        for count in range(1, 60):
            run.run_until(25.0, lambda run=run, count=count: len(run.turns) >= count)
            found = UsageBook("cpu", run.writer.ledger.values())
            now, policy = run.books.clock(), run.books.policy

            usages = {account: found.usage(account, now, policy) for account in run.world.terms}

            charged = {entry.user_id: entry.device_seconds for entry in run.writer.ledger.values()}
            assert dict.fromkeys(usages, 0.0) | charged == pytest.approx(seconds_by_account(run), abs=1e-9)
            # an account that was placed since the last chunk is placed again
            placed = {entry.user_id for entry in run.books.book.take_changes()}
            run.books.book.put_back(_entries(placed))
            kept = [account for account in usages if account not in placed]
            assert [usages[a] for a in kept] == [run.books.book.usage(a, now, policy) for a in kept]
            crashes += 1

    assert crashes >= 200


def _entries(accounts: set[int]) -> list[LedgerEntry]:
    return [LedgerEntry(account, "cpu", 0.0, 0.0, 0.0) for account in accounts]


def seconds_by_account(run: WorldRun) -> dict[int, float]:
    """What the turns add up to."""
    found = dict.fromkeys(run.world.terms, 0.0)
    for turn in run.turns:
        found[turn.account] += turn.seconds
    return found


def plain_order(jobs: list[tuple[int, Fraction]], weights: dict[int, Fraction]) -> list[int]:
    """Usage / weight in exact arithmetic, whole simulations, ties in the order of arrival: the places."""
    usage = dict.fromkeys(weights, Fraction(0))
    left, found = list(range(len(jobs))), []
    while left:
        place = min(left, key=lambda each: (usage[jobs[each][0]] / weights[jobs[each][0]], each))
        left.remove(place)
        usage[jobs[place][0]] += jobs[place][1]
        found.append(place)
    return found


def test_that_plain_sharing_with_whole_simulations_is_usage_by_weight() -> None:
    for seed in range(200):
        draw = random.Random(seed)
        weights = {account: draw.choice((4.0, 2.0, 1.0, 0.5)) for account in range(1, draw.randint(3, 7))}
        # of an eighth of a second, so that no sum is rounded and ties are many
        jobs = [(draw.choice(list(weights)), draw.randint(1, 40) / 8) for _ in range(40)]
        world = World(
            {account: terms_of(weight) for account, weight in weights.items()},
            [Arrival(0.0, account, seconds) for account, seconds in jobs],
            PLAIN_POLICY,
            chunk_seconds=1e9,
            jitter=0.0,
        )

        run = run_world(world, 1e6)

        expected = plain_order(
            [(account, Fraction(seconds)) for account, seconds in jobs],
            {account: Fraction(weight) for account, weight in weights.items()},
        )
        assert order(run) == [f"job-{place + 1:05}" for place in expected]
