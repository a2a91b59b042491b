"""The figures on the cards of the dashboard, as texts: what is not known is a dash, with the reason."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcdesk.monitor.thresholds import (
    EXCELLENT_ERROR_SHARE,
    EXCELLENT_PROGRESS_MILLISECONDS,
    LEAST_PROGRESS_SAMPLES,
    LEAST_SUCCESS_SHARE,
)
from mcdesk.ui.formatting import (
    NO_DATA,
    count_text,
    duration_text,
    number_text,
    percent_text,
    rate_text,
    short_count,
)

if TYPE_CHECKING:
    from mcdesk.monitor.dashboard import Dashboard
    from mcdesk.monitor.figures.experience import Latency

NOTHING_ENDED = "no data: none has ended"


@dataclass(frozen=True, slots=True)
class CardText:
    """A figure with its name and a line of what it rests on.

    Attributes:
        rows: which rows a click shows; empty for none.
    """

    name: str
    title: str
    figure: str
    note: str
    rows: str
    is_doubtful: bool = False


def cards_of(found: "Dashboard") -> tuple[CardText, ...]:
    """All cards, in the order in which they are shown."""
    return (*_business(found), *_experience(found))


def _business(found: "Dashboard") -> tuple[CardText, ...]:
    kpis = found.kpis
    hourly = (
        "" if kpis.simulations_per_hour is None else f"{number_text(kpis.simulations_per_hour, 3)} an hour"
    )
    success, median = kpis.success_share, kpis.p50_seconds
    trials = found.scheduler.trials
    return (
        CardText(
            "simulations",
            "Simulations",
            count_text(kpis.simulation_count) if kpis.simulation_count else NO_DATA,
            hourly if kpis.simulations_per_hour else NOTHING_ENDED,
            "runs",
        ),
        CardText(
            "success",
            "Success",
            percent_text(success),
            NOTHING_ENDED if success is None else "without those that were cancelled",
            "runs",
            success is not None and success < LEAST_SUCCESS_SHARE,
        ),
        CardText(
            "duration",
            "Duration, 95th percentile",
            duration_text(kpis.p95_seconds),
            NOTHING_ENDED
            if median is None
            else f"median {duration_text(median)}, mean {duration_text(kpis.mean_seconds)}",
            "runs",
        ),
        CardText(
            "speed",
            "Trials",
            rate_text(kpis.trials_per_second),
            f"{short_count(trials)} in chunks of this time" if trials else NOTHING_ENDED,
            "runs",
        ),
        CardText(
            "gpu",
            "On the GPU",
            percent_text(kpis.gpu_share, 0),
            NOTHING_ENDED if kpis.gpu_share is None else "of the simulations",
            "runs",
        ),
        *_revenue(kpis.revenue_per_user),
    )


def _revenue(amount: float | None) -> tuple[CardText, ...]:
    """Only where there are prices: most people have none."""
    if amount is None:
        return ()
    note = "a month and account, by your prices"
    return (CardText("revenue", "Revenue", number_text(amount, 4), note, "runs"),)


def _experience(found: "Dashboard") -> tuple[CardText, ...]:
    kpis, experience = found.kpis, found.experience
    return (
        CardText(
            "health",
            "Experience",
            experience.status.capitalize(),
            _health_note(found),
            "actions",
            experience.status == "degraded",
        ),
        CardText(
            "progress",
            "Progress is seen after",
            _milliseconds(experience.progress),
            _latency_note(experience.progress, "no simulation was looked at"),
            "actions",
            _is_over(experience.progress, EXCELLENT_PROGRESS_MILLISECONDS),
        ),
        CardText(
            "satisfaction",
            "Satisfaction",
            NO_DATA if kpis.satisfaction is None else f"{kpis.satisfaction:.1f} of 10",
            _ratings_note(kpis.rating_count),
            "runs",
        ),
    )


def _ratings_note(count: int) -> str:
    if not count:
        return "no data: nobody has rated a result"
    return "1 rating" if count == 1 else f"{count_text(count)} ratings"


def _health_note(found: "Dashboard") -> str:
    experience = found.experience
    if experience.status == "unknown":
        return f"known from {LEAST_PROGRESS_SAMPLES} pictures on"
    errors = experience.error_share
    if errors is not None and errors >= EXCELLENT_ERROR_SHARE:
        return f"{percent_text(errors)} of the simulations failed"
    stalls = experience.stalls
    return f"{stalls} times the window hung" if stalls else "the window never hung"


def _milliseconds(latency: "Latency | None") -> str:
    return NO_DATA if latency is None else f"{number_text(latency.p95, 3)} ms"


def _latency_note(latency: "Latency | None", nothing: str) -> str:
    if latency is None:
        return f"no data: {nothing}"
    return f"95 % of {count_text(latency.count)}; 99 % {number_text(latency.p99, 3)} ms"


def _is_over(latency: "Latency | None", milliseconds: float) -> bool:
    return latency is not None and latency.p95 >= milliseconds
