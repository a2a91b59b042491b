"""Why each simulation waits, in words, and when it should start: computed from a snapshot, never stored."""

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mcdesk.scheduling.queue_snapshot import AdmittedJob, QueueSnapshot, WaitingJob, shares_of


@dataclass(frozen=True, slots=True)
class WaitingExplanation:
    """`starts_in_seconds` is an estimate; None where nothing that it could rest on was measured."""

    reason: str
    starts_in_seconds: float | None


@dataclass(frozen=True, slots=True)
class WaitingBefore:
    """What waits for an account before the first of its simulations in a snapshot of a part of the queue.

    Attributes:
        memory_mb: that of the first one.
        left_seconds: device seconds that each still needs; None where that is not known.
    """

    memory_mb: int
    left_seconds: Sequence[float | None]


def waiting_explanations(
    snapshot: QueueSnapshot,
    left_seconds_by_job: Mapping[str, float | None],
    asked: Collection[str],
    before_by_account: Mapping[int, WaitingBefore] | None = None,
) -> dict[str, WaitingExplanation]:
    """The explanation of each waiting simulation that is asked for.

    Args:
        asked: what comes before them is gone through for each, so that a page is soon explained.
        left_seconds_by_job: device seconds that each simulation still needs, where that is known.
        before_by_account: what waits without being in the snapshot.
    """
    counts = Counter(job.account for job in snapshot.admitted)
    rates = shares_of(snapshot)
    found: dict[str, WaitingExplanation] = {}
    for account, jobs in snapshot.waiting.items():
        before = (before_by_account or {}).get(account) or WaitingBefore(_memory_mb(jobs), ())
        waits = _AccountQueue(
            snapshot, account, counts[account], rates, left_seconds_by_job, before.memory_mb
        )
        ahead = _Ahead(snapshot.capacity.jobs_per_account)
        for own in snapshot.admitted:
            if own.account == account:
                ahead.add(left_seconds_by_job.get(own.job))
        ahead.add_all(before.left_seconds)
        for place, job in enumerate(jobs, len(before.left_seconds)):
            if job.job in asked:
                found[job.job] = WaitingExplanation(waits.reason(place, job), waits.starts_in(place, ahead))
            ahead.add(left_seconds_by_job.get(job.job))
    return found


@dataclass(frozen=True, slots=True)
class _AccountQueue:
    snapshot: QueueSnapshot
    account: int
    admitted_count: int
    rates: Mapping[int, float]
    left_seconds_by_job: Mapping[str, float | None]
    first_memory_mb: int

    def reason(self, place: int, job: WaitingJob) -> str:
        capacity, snapshot = self.snapshot.capacity, self.snapshot
        if self.admitted_count >= capacity.jobs_per_account:
            ahead = f", {place} more before it" if place else ""
            return f"Waits until one of the {self.admitted_count} that run for this account ends{ahead}"
        if place:
            return f"Waits for {place} of this account that came before"
        if len(snapshot.admitted) >= capacity.jobs:
            return f"Waits for a place: {capacity.jobs} simulations run, the most at once"
        memory_mb = capacity.granted_mb(job.memory_mb)
        if memory_mb > snapshot.free_memory_mb:
            free = max(snapshot.free_memory_mb, 0)
            return f"Waits for memory: it needs {memory_mb:,} MB, and {free:,} MB are free"
        return "Is next to be prepared"

    def starts_in(self, place: int, ahead: "_Ahead") -> float | None:
        """As many as are before it have to end first, each at the rate of this account."""
        if self.admitted_count + place + 1 <= self.snapshot.capacity.jobs_per_account:
            if not self._is_held:
                return 0.0
            return _first_end(self.snapshot.admitted, self.rates, self.left_seconds_by_job)
        rate, seconds = self.rates.get(self.account, 0.0), ahead.seconds_until_place
        return None if seconds is None or rate <= 0.0 else seconds / rate

    @property
    def _is_held(self) -> bool:
        """Whether the first of this account has to wait until somebody ends."""
        snapshot, capacity = self.snapshot, self.snapshot.capacity
        memory_mb = capacity.granted_mb(self.first_memory_mb)
        return len(snapshot.admitted) >= capacity.jobs or memory_mb > snapshot.free_memory_mb


class _Ahead:
    """Those of one account before the next one; they share the device, so that the shortest ends first.

    Grows by one at a time, so that a long queue is gone through once.

    Args:
        at_once: how many run at once.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._longest: list[float] = []
        self._ended_seconds = 0.0
        self._is_known = True

    def add(self, left_seconds: float | None) -> None:
        """Another one, with the device seconds that it needs; None where that is not known."""
        if left_seconds is None:
            self._is_known = False
            return
        heapq.heappush(self._longest, left_seconds)
        if len(self._longest) > self._at_once:
            self._ended_seconds += heapq.heappop(self._longest)

    def add_all(self, left_seconds: Sequence[float | None]) -> None:
        """As if each were added; sorted at once, because there may be thousands."""
        known = [seconds for seconds in left_seconds if seconds is not None]
        self._is_known = self._is_known and len(known) == len(left_seconds)
        ordered = sorted((*self._longest, *known))
        place = max(len(ordered) - self._at_once, 0)
        self._ended_seconds += sum(ordered[:place])
        # ascending is a heap, too
        self._longest = ordered[place:]

    @property
    def seconds_until_place(self) -> float | None:
        """Device seconds until so many have ended that the next one may begin; None where that is not known.

        All but the longest ones have ended then, and those have had as much as the last that ended.
        """
        if not self._is_known:
            return None
        if len(self._longest) < self._at_once:
            return 0.0
        return self._ended_seconds + len(self._longest) * self._longest[0]


def _memory_mb(jobs: Sequence[WaitingJob]) -> int:
    return jobs[0].memory_mb if jobs else 0


def _first_end(
    admitted: tuple[AdmittedJob, ...], rates: Mapping[int, float], left: Mapping[str, float | None]
) -> float | None:
    counts = Counter(job.account for job in admitted)
    ends = [
        seconds * counts[job.account] / rates[job.account]
        for job in admitted
        if (seconds := left.get(job.job)) is not None and rates.get(job.account, 0.0) > 0.0
    ]
    return min(ends, default=None)
