"""What the scheduler decides on: accounts, jobs and capacity at one moment, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mcdesk.scheduling.fair_share import SharePolicy, entitled_shares


@dataclass(frozen=True, slots=True)
class AccountShare:
    """An account that has work.

    Attributes:
        usage: device seconds, decayed to the moment of the snapshot.
        ceiling: the most of the device that its tier allows, 0 to 1.
        eligible_at: before it the account has had all that its ceiling allows.
    """

    account: int
    weight: float
    usage: float
    ceiling: float = 1.0
    eligible_at: float = 0.0

    @property
    def score(self) -> float:
        """Device seconds for each unit of weight; the lowest goes first."""
        return self.usage / self.weight


@dataclass(frozen=True, slots=True)
class AdmittedJob:
    """A simulation that holds an allocation.

    Attributes:
        arrival: its place in the order of arrival.
        service_seconds: device seconds it had; a newcomer begins where the least served of its account is.
        held_seconds: device seconds since it was admitted.
        eligible_at: before it the job has had all that its allocation allows.
        is_ready: whether it could use the device now.
    """

    job: str
    account: int
    arrival: int
    service_seconds: float
    memory_mb: int
    held_seconds: float = 0.0
    eligible_at: float = 0.0
    is_ready: bool = True


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A simulation without an allocation."""

    job: str
    account: int
    arrival: int
    memory_mb: int


@dataclass(frozen=True, slots=True)
class QueueCapacity:
    """How much may be admitted at once, and how many simulations of one account."""

    memory_mb: int
    jobs: int = 32
    jobs_per_account: int = 4

    def granted_mb(self, memory_mb: int) -> int:
        """What an allocation takes: one of more than there is takes all, or it would wait for ever."""
        return min(memory_mb, self.memory_mb)


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """Everything at `now`, seconds of a monotonic clock.

    `waiting` has, for each account, its waiting jobs in the order of arrival.
    """

    now: float
    policy: SharePolicy
    capacity: QueueCapacity
    accounts: Mapping[int, AccountShare]
    admitted: tuple[AdmittedJob, ...] = ()
    waiting: Mapping[int, Sequence[WaitingJob]] = field(default_factory=dict)

    @property
    def lifts_ceilings(self) -> bool:
        """Whether nobody is held to a ceiling: one account alone has work, and that is allowed."""
        return self.policy.borrows_idle and len(self.accounts) <= 1

    @property
    def free_memory_mb(self) -> int:
        """What allocations have left of the memory."""
        capacity = self.capacity
        return capacity.memory_mb - sum(capacity.granted_mb(each.memory_mb) for each in self.admitted)


def shares_of(snapshot: QueueSnapshot) -> dict[int, float]:
    """What each account that has work is entitled to, as a fraction of the device."""
    accounts, lifts = snapshot.accounts, snapshot.lifts_ceilings
    return entitled_shares(
        {key: share.weight for key, share in accounts.items()},
        {key: 1.0 if lifts else share.ceiling for key, share in accounts.items()},
    )
