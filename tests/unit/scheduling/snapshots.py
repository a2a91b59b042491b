"""Snapshots in a line, for tests of one decision."""

from collections.abc import Mapping, Sequence

from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import (
    AccountShare,
    AdmittedJob,
    QueueCapacity,
    QueueSnapshot,
    WaitingJob,
)

NOW = 100.0


def snapshot_of(
    accounts: Sequence[AccountShare],
    admitted: Sequence[AdmittedJob] = (),
    waiting: Mapping[int, Sequence[WaitingJob]] | None = None,
    capacity: QueueCapacity | None = None,
    borrows_idle: bool = False,
) -> QueueSnapshot:
    """At NOW, with 8,000 MB unless told."""
    return QueueSnapshot(
        now=NOW,
        policy=SharePolicy(borrows_idle=borrows_idle),
        capacity=capacity or QueueCapacity(memory_mb=8000),
        accounts={share.account: share for share in accounts},
        admitted=tuple(admitted),
        waiting=waiting or {},
    )


def share(account: int, usage: float = 0.0, weight: float = 1.0, ceiling: float = 1.0) -> AccountShare:
    """An account that has work."""
    return AccountShare(account, weight, usage, ceiling)


def admitted_job(
    job: str, account: int, arrival: int, service: float = 0.0, held: float = 10.0, memory_mb: int = 1000
) -> AdmittedJob:
    """One that is ready, and has held its allocation for long."""
    return AdmittedJob(job, account, arrival, service, memory_mb, held)


def waiting_job(job: str, account: int, arrival: int, memory_mb: int = 1000) -> WaitingJob:
    """One without an allocation."""
    return WaitingJob(job, account, arrival, memory_mb)
