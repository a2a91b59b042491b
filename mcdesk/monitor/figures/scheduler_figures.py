"""How the device was shared over a period: the queue, chunks, leases, and who had how much."""

from dataclasses import dataclass

from mcdesk.history import metric_names
from mcdesk.history.account_store import AccountStore
from mcdesk.history.chunk_store import ChunkStore
from mcdesk.history.database import Database
from mcdesk.history.lease_store import LeaseStatistics, LeaseStore
from mcdesk.monitor.figures.experience import Latency, latency_of
from mcdesk.monitor.figures.metric_reader import MetricReader
from mcdesk.monitor.figures.time_ranges import Series, mean_of, series_of


@dataclass(frozen=True, slots=True)
class PersonShare:
    """What one account had of the device in the period, as far back as chunks are kept."""

    account: str
    tier: str
    device_seconds: float
    share: float


@dataclass(frozen=True, slots=True)
class SchedulerFigures:
    """None where nothing was measured.

    Attributes:
        chunk: how long chunks held the device, in milliseconds.
        trials_per_second: of all simulations together, over each step.
    """

    waiting: Series
    admitted: Series
    chunk: Latency | None
    trials: int
    trials_per_second: Series
    people: tuple[PersonShare, ...]
    leases: tuple[LeaseStatistics, ...]


def read_scheduler(reader: MetricReader, database: Database, device: str) -> SchedulerFigures:
    """The figures over the reader's period."""
    step = reader.period.range.step
    return SchedulerFigures(
        waiting=series_of(reader.points(metric_names.QUEUE_WAITING), step, mean_of),
        admitted=series_of(reader.points(metric_names.QUEUE_ADMITTED), step, mean_of),
        chunk=latency_of(reader.whole(metric_names.CHUNK)),
        trials=int(reader.total(metric_names.TRIALS)),
        trials_per_second=series_of(
            reader.points(metric_names.TRIALS), step, lambda point: point.total / step
        ),
        people=_people(reader, database, device),
        leases=LeaseStore(database).statistics(reader.period.bounds[0]),
    )


def _people(reader: MetricReader, database: Database, device: str) -> tuple[PersonShare, ...]:
    period = reader.period
    seconds = ChunkStore(database).device_seconds_between(device, period.begin, period.end)
    total = sum(seconds.values())
    if total <= 0.0:
        return ()
    accounts = {account.id: account for account in AccountStore(database).accounts()}
    found = (
        PersonShare(accounts[user].email, accounts[user].tier, spent, spent / total)
        for user, spent in seconds.items()
        if user in accounts
    )
    return tuple(sorted(found, key=lambda each: -each.device_seconds))
