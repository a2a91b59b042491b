"""Key figures of simulations that ended in a time, and how healthy that is. Pure; unknown is None."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mcdesk.history.kpi_grouping import Grouping
from mcdesk.history.kpi_store import KpiStore, RatingTally, RunTally
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.thresholds import (
    EXCELLENT_ERROR_SHARE,
    EXCELLENT_PROGRESS_MILLISECONDS,
    GOOD_ERROR_SHARE,
    GOOD_PROGRESS_MILLISECONDS,
    LEAST_PROGRESS_SAMPLES,
)

GPU_BACKEND = "cuda"


@dataclass(frozen=True, slots=True)
class Kpis:
    """Figures over simulations that ended in a time; shares are 0 to 1, None where nothing tells.

    `success_share` leaves out what a person cancelled. `trials_per_second` is over all of their time.
    `satisfaction` is the mean of the ratings, 1 to 10, and `rating_count` how many there are.
    `revenue_per_user` is by the prices of the tiers, per month and account that ran anything.
    """

    simulation_count: int
    success_share: float | None
    gpu_share: float | None
    mean_seconds: float | None
    p50_seconds: float | None
    p95_seconds: float | None
    trials_per_second: float | None
    simulations_per_hour: float | None = None
    satisfaction: float | None = None
    rating_count: int = 0
    revenue_per_user: float | None = None


@dataclass(frozen=True, slots=True)
class KpiRow:
    """The figures of one day, tier, account or model; as in `Kpis`."""

    group: str
    simulation_count: int
    success_share: float | None
    gpu_share: float | None
    mean_seconds: float | None
    trials_per_second: float | None
    satisfaction: float | None


def read_kpis(
    store: KpiStore, bounds: tuple[str, str], hours: float | None, prices: Mapping[str, float]
) -> Kpis:
    """The figures over a time.

    Args:
        bounds: UTC texts, from the first until before the second.
        hours: how long that is, for the throughput; None where it has no beginning.
        prices: of an account for a month, by the name of its tier.
    """
    totals = _totals(store.tallies(*bounds))
    ratings = store.ratings(*bounds)
    active = store.active_accounts(*bounds) if prices else {}
    return Kpis(
        simulation_count=totals.count,
        success_share=totals.success_share,
        gpu_share=totals.gpu_share,
        mean_seconds=totals.mean_seconds,
        p50_seconds=store.duration(*bounds, 50),
        p95_seconds=store.duration(*bounds, 95),
        trials_per_second=totals.trials_per_second,
        simulations_per_hour=totals.count / hours if hours and totals.count else None,
        satisfaction=_satisfaction(ratings),
        rating_count=sum(each.count for each in ratings),
        revenue_per_user=_revenue(active, prices),
    )


def read_rows(store: KpiStore, bounds: tuple[str, str], grouping: Grouping) -> tuple[KpiRow, ...]:
    """The figures by group, in the order of their names."""
    ratings = {each.group: each.mean for each in store.ratings(*bounds, grouping)}
    rows = []
    for group, found in groupby(store.tallies(*bounds, grouping), key=lambda each: each.group):
        totals = _totals(tuple(found))
        rows.append(
            KpiRow(
                group=group,
                simulation_count=totals.count,
                success_share=totals.success_share,
                gpu_share=totals.gpu_share,
                mean_seconds=totals.mean_seconds,
                trials_per_second=totals.trials_per_second,
                satisfaction=ratings.get(group),
            )
        )
    return tuple(rows)


def judged_counts(tallies: Sequence[RunTally]) -> tuple[int, int]:
    """How many simulations tell of success, all but those that a person cancelled; and how many succeeded."""
    judged = sum(each.count for each in tallies if each.status is not RunStatus.CANCELLED)
    good = sum(each.count for each in tallies if each.status in (RunStatus.COMPLETED, RunStatus.PARTIAL))
    return judged, good


def health_status(integrity: str, error_share: float | None, progress_milliseconds: float | None) -> str:
    """`excellent`, `good` or `degraded`; without a measured progress response it is never excellent."""
    is_sound = integrity == "ok"
    errors = 0.0 if error_share is None else error_share
    progress = GOOD_PROGRESS_MILLISECONDS - 1 if progress_milliseconds is None else progress_milliseconds
    if is_sound and errors < EXCELLENT_ERROR_SHARE and progress < EXCELLENT_PROGRESS_MILLISECONDS:
        return "excellent"
    if is_sound and errors < GOOD_ERROR_SHARE and progress < GOOD_PROGRESS_MILLISECONDS:
        return "good"
    return "degraded"


def experience_status(
    progress_milliseconds: float | None, progress_count: int, error_share: float | None
) -> str:
    """How it is for who looks on: as `health_status`, and `unknown` while too little was measured.

    Args:
        progress_milliseconds: the 95th percentile of the progress response.
        progress_count: how many responses that is of.
        error_share: of the simulations that were not cancelled; None where none ended.
    """
    if progress_milliseconds is None or progress_count < LEAST_PROGRESS_SAMPLES:
        return "unknown"
    return health_status("ok", error_share, progress_milliseconds)


@dataclass(frozen=True, slots=True)
class _Totals:
    count: int
    success_share: float | None
    gpu_share: float | None
    mean_seconds: float | None
    trials_per_second: float | None


def _totals(tallies: Sequence[RunTally]) -> _Totals:
    count, seconds = sum(each.count for each in tallies), sum(each.seconds for each in tallies)
    timed = sum(each.timed for each in tallies)
    judged, good = judged_counts(tallies)
    on_gpu = sum(each.count for each in tallies if each.backend == GPU_BACKEND)
    return _Totals(
        count=count,
        success_share=good / judged if judged else None,
        gpu_share=on_gpu / count if count else None,
        mean_seconds=seconds / timed if timed else None,
        trials_per_second=sum(each.trials for each in tallies) / seconds if seconds > 0 else None,
    )


def _satisfaction(ratings: Sequence[RatingTally]) -> float | None:
    count = sum(each.count for each in ratings)
    return sum(each.count * each.mean for each in ratings) / count if count else None


def _revenue(active: Mapping[str, int], prices: Mapping[str, float]) -> float | None:
    # an account whose tier has no price says nothing of what it brings
    priced = {tier: count for tier, count in active.items() if tier in prices}
    accounts = sum(priced.values())
    return sum(prices[tier] * count for tier, count in priced.items()) / accounts if accounts else None
