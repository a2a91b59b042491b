"""Who is admitted, and whose chunk is next: pure functions of a snapshot, with stated ties.

Nothing is ever ended for fairness. A simulation whose allocation somebody else needs more is suspended
between two chunks; it keeps what it has and goes on later.
"""

import heapq
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from mcdesk.scheduling.queue_snapshot import AccountShare, AdmittedJob, QueueSnapshot, WaitingJob

# A simulation that was admitted keeps its allocation for at least so much of the device.
LEAST_HELD_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The next chunk is this simulation's."""

    job: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody may use the device now; `until` is when somebody may, None if nobody waits for that."""

    until: float | None


@dataclass(frozen=True, slots=True)
class Admit:
    """This simulation gets its allocation."""

    job: str


@dataclass(frozen=True, slots=True)
class Suspend:
    """This simulation gives its allocation back after its chunk, for `in_favour_of`."""

    job: str
    in_favour_of: str


def next_turn(snapshot: QueueSnapshot) -> Turn | Pause:
    """Whose chunk is next: the account with the lowest score, of it the job with the least service.

    Ties go in the order of arrival. Who has reached a ceiling is passed over until it may go on.
    """
    ready = [job for job in snapshot.admitted if job.is_ready]
    eligible = [job for job in ready if _eligible_at(job, snapshot) <= snapshot.now]
    if not eligible:
        return Pause(min((_eligible_at(job, snapshot) for job in ready), default=None))
    # the least served of each account first, then between the accounts
    first_by_account: dict[int, AdmittedJob] = {}
    for job in sorted(eligible, key=lambda each: (each.service_seconds, each.arrival)):
        first_by_account.setdefault(job.account, job)
    shares = snapshot.accounts
    chosen = min(first_by_account.values(), key=lambda job: (shares[job.account].score, job.arrival))
    return Turn(chosen.job)


def admissions(snapshot: QueueSnapshot) -> tuple[Admit | Suspend, ...]:
    """Who is admitted now, and who has to make room, one simulation at a time.

    Accounts with fewer admitted simulations come first, then those with the lower score, then the order
    of arrival; an account's own go in the order of arrival, and none passes one that waits for memory.
    """
    counts = Counter(job.account for job in snapshot.admitted)
    free_memory, free_jobs = snapshot.free_memory_mb, snapshot.capacity.jobs - len(snapshot.admitted)
    queue = [_place(snapshot, counts, account, 0) for account, jobs in snapshot.waiting.items() if jobs]
    heapq.heapify(queue)
    found: list[Admit | Suspend] = []
    may_suspend = True
    while queue and (free_jobs > 0 or (may_suspend and queue[0].admitted_count == 0)):
        place = heapq.heappop(queue)
        account, job = place.account, snapshot.waiting[place.account][place.head]
        if place.admitted_count >= snapshot.capacity.jobs_per_account:
            continue
        memory_mb = snapshot.capacity.granted_mb(job.memory_mb)
        if free_jobs > 0 and memory_mb <= free_memory:
            found.append(Admit(job.job))
            counts[account] += 1
            free_jobs, free_memory = free_jobs - 1, free_memory - memory_mb
            if place.head + 1 < len(snapshot.waiting[account]):
                heapq.heappush(queue, _place(snapshot, counts, account, place.head + 1))
        elif place.admitted_count == 0 and may_suspend:
            # who fails for the lowest score fails for all others
            may_suspend = False
            victim = _victim(snapshot, counts, job)
            if victim is not None:
                found.append(Suspend(victim.job, job.job))
    return tuple(found)


class _Place(NamedTuple):
    """The next simulation of an account in the order in which they are looked at."""

    admitted_count: int
    score: float
    arrival: int
    account: int
    head: int


def _place(snapshot: QueueSnapshot, counts: Counter[int], account: int, head: int) -> _Place:
    arrival = snapshot.waiting[account][head].arrival
    return _Place(counts[account], snapshot.accounts[account].score, arrival, account, head)


def _victim(snapshot: QueueSnapshot, counts: Counter[int], job: WaitingJob) -> AdmittedJob | None:
    """The simulation that makes room for one of an account that has none admitted.

    It is of an account that has others, then of the one with the highest score. One that is its account's
    only one is suspended only where that account has had more for its weight.
    """
    score = snapshot.accounts[job.account].score

    def may_go(each: AdmittedJob) -> bool:
        has_had_more = _share(snapshot, each).score > score
        return each.held_seconds >= LEAST_HELD_SECONDS and (counts[each.account] > 1 or has_had_more)

    return max(
        (each for each in snapshot.admitted if each.account != job.account and may_go(each)),
        key=lambda each: (counts[each.account] > 1, _share(snapshot, each).score, each.arrival),
        default=None,
    )


def _eligible_at(job: AdmittedJob, snapshot: QueueSnapshot) -> float:
    if snapshot.lifts_ceilings:
        return snapshot.now
    return max(job.eligible_at, snapshot.accounts[job.account].eligible_at)


def _share(snapshot: QueueSnapshot, job: AdmittedJob) -> AccountShare:
    return snapshot.accounts[job.account]
