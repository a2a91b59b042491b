"""The queue as rows of text."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mcdesk.dispatch.job_news import JobNews
from mcdesk.scheduling.tiers import ResourceLimits, Tier, TierTable
from mcdesk.ui.formatting import (
    NO_DATA,
    count_text,
    duration_text,
    memory_text,
    number_text,
    percent_text,
    rate_text,
)
from mcdesk.ui.presenters.run_estimate import limit_time_text

if TYPE_CHECKING:
    from mcdesk.dispatch.queue_view import QueuedJobView, QueueView, ShareView

_STATES = {"waiting": "Waiting", "running": "Running", "ending": "Finishing"}
WAITING, RUNNING = "waiting", "running"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A simulation; `texts` has one text for each column, `reason` is `why` with the time that is left."""

    id: str
    title: str
    reason: str
    state: str
    fraction: float
    trials_done: int
    texts: tuple[str, ...]
    why: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether it has not been admitted."""
        return self.state == WAITING


@dataclass(frozen=True, slots=True)
class ShareRow:
    """An account or a tier; `texts` has one text for each column."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows of the queue, and who has which share.

    Attributes:
        first: the place of the first of `rows` among all that may be seen.
        running, waiting: how many of those there are.
        hidden: simulations of other people.
    """

    first: int = 0
    rows: tuple[QueueRow, ...] = ()
    running: int = 0
    waiting: int = 0
    hidden: int = 0
    accounts: tuple[ShareRow, ...] = ()
    tiers: tuple[ShareRow, ...] = ()

    @property
    def count(self) -> int:
        """How many rows there are, with those that are not here."""
        return self.running + self.waiting


def queue_rows(
    view: "QueueView", title_by_id: Mapping[str, str], starts_in: Callable[[str], float | None]
) -> tuple[QueueRow, ...]:
    """Each simulation of the page.

    Args:
        title_by_id: names of the models.
        starts_in: seconds until a moment, given as UTC text.
    """
    return tuple(_row(job, title_by_id.get(job.id, job.id[:8]), starts_in) for job in view.jobs)


def moved_row(row: QueueRow, news: JobNews) -> QueueRow:
    """The row with its bar where the news say; it never goes back, and one that waits stays as it is."""
    if row.is_waiting or news.trials_done < row.trials_done:
        return row
    fraction, state = news.trials_done / max(news.trials, 1), news.state.value
    left = (news.trials - news.trials_done, news.trials_per_second)
    return replace(
        row,
        reason=_with_time_left(row.why, *left) if state == RUNNING else row.why,
        state=state,
        fraction=fraction,
        trials_done=news.trials_done,
        texts=(*row.texts[:-3], *_progress_texts(fraction, news.trials_per_second, state)),
    )


def share_rows(view: "QueueView", tiers: TierTable) -> tuple[ShareRow, ...]:
    """Each account that has used the device or is about to."""
    return tuple(
        ShareRow((share.account, share.tier.title(), *_share_texts((share,), tiers))) for share in view.shares
    )


def tier_rows(view: "QueueView", tiers: TierTable) -> tuple[ShareRow, ...]:
    """The accounts of each tier together; tiers without any are told with their limits."""
    members: dict[str, list[ShareView]] = defaultdict(list)
    for share in view.shares:
        members[share.tier].append(share)
    return tuple(
        ShareRow(
            (
                tier.value.title(),
                count_text(len(members[tier.value])),
                *_share_texts(members[tier.value], tiers, tier),
            )
        )
        for tier in tiers
    )


def _row(job: "QueuedJobView", title: str, starts_in: Callable[[str], float | None]) -> QueueRow:
    fraction = job.trials_done / job.trials if job.trials else 0.0
    why = reason = job.reason
    if job.state == RUNNING:
        reason = _with_time_left(why, job.trials - job.trials_done, job.rate)
    elif job.expected_start is not None:
        seconds = starts_in(job.expected_start)
        if seconds is not None:
            # first: the line may be cut at its end
            reason = f"Starts in {duration_text(max(seconds, 0.0))}. {reason}"
    texts = (
        title,
        f"{job.account}",
        f"{job.trials:,}",
        *_progress_texts(fraction, job.rate, job.state),
    )
    return QueueRow(job.id, title, reason, job.state, fraction, job.trials_done, texts, why)


def _progress_texts(fraction: float, rate: float | None, state: str) -> tuple[str, str, str]:
    """Of the last three columns."""
    return f"{int(fraction * 100)} %", rate_text(rate), _STATES.get(state, state.title())


def _with_time_left(why: str, trials: int, rate: float | None) -> str:
    return f"{why}, {duration_text(trials / rate)} of computing left" if rate else why


def _share_texts(
    shares: "Iterable[ShareView]", tiers: TierTable, tier: Tier | None = None
) -> tuple[str, ...]:
    """Weight, entitled and actual share, usage, credit and limits of accounts that have the same tier."""
    all_of = tuple(shares)
    terms = tiers[tier or Tier(all_of[0].tier)]
    entitled = _sum(share.entitled_share for share in all_of)
    actual = _sum(share.actual_share for share in all_of)
    credit = _sum(share.credit for share in all_of)
    return (
        number_text(terms.weight, 2),
        NO_DATA if entitled is None else percent_text(entitled),
        NO_DATA if actual is None else percent_text(actual),
        duration_text(sum(share.usage for share in all_of)) if all_of else NO_DATA,
        NO_DATA if credit is None else duration_text(credit),
        *_limits_texts(terms.limits),
    )


def _limits_texts(limits: ResourceLimits) -> tuple[str, ...]:
    time = limit_time_text(limits.seconds_limit)
    return (memory_text(limits.memory_mb), f"{limits.compute_percent} %", time)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
