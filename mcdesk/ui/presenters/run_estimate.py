"""What a simulation is estimated to take, in words, before it runs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcdesk.foundation.errors import InputRefused, McdeskError
from mcdesk.scheduling.tiers import ResourceLimits
from mcdesk.ui.formatting import count_text, duration_text, memory_text

if TYPE_CHECKING:
    from mcdesk.dispatch.run_outlook import RunOutlook

ESTIMATING = "Estimating\u2026"


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """A line that is read at a glance, what it rests on, what is allowed; and what is to be said beside it.

    `refusal` is empty unless it cannot run as it is set up.
    """

    headline: str
    needs: str = ""
    allowed: str = ""
    warning: str = ""
    refusal: str = ""


def run_estimate(outlook: "RunOutlook", device: str) -> RunEstimate:
    """The estimate of a run that may start."""
    allocation = outlook.estimate.allocation
    forecast = outlook.estimate.forecast
    parts = (f"{allocation.demand_class.value.title()} demand", memory_text(forecast.memory_mb), device)
    allowed = ""
    if allocation.tier is not None and outlook.tier_limits is not None:
        allowed = f"{allocation.tier.value.title()} allows {limits_text(outlook.tier_limits)}"
    return RunEstimate(_headline(outlook), "  \u00b7  ".join(parts), allowed, _warning(outlook))


def refused_estimate(error: McdeskError) -> RunEstimate:
    """Why it cannot run, or why that cannot be told."""
    if isinstance(error, InputRefused):
        return RunEstimate("Cannot run", warning=str(error), refusal=str(error))
    return RunEstimate("No estimate", warning=str(error))


def limits_text(limits: ResourceLimits) -> str:
    """What one simulation may take."""
    memory = memory_text(limits.memory_mb)
    return f"{memory}, {limits.compute_percent} % of the device, {limit_time_text(limits.seconds_limit)}"


def limit_time_text(seconds: int) -> str:
    """A longest time: those are whole minutes or hours mostly."""
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} min" if seconds >= 60 and seconds % 60 == 0 else duration_text(float(seconds))


def _headline(outlook: "RunOutlook") -> str:
    if outlook.is_known:
        return "Known from the history: shown at once"
    seconds, start = outlook.estimate.forecast.device_seconds, outlook.start
    takes = "Time not measured yet"
    if seconds is not None:
        # to start and to add up takes a part of a second too
        takes = "About a second" if seconds < 1.0 else f"About {duration_text(seconds)}"
    if start is None:
        return takes
    if start.starts_in_seconds is None:
        return f"{takes}, has to wait"
    if start.starts_in_seconds <= 0.0:
        return f"{takes}, starts at once"
    return f"{takes}, starts in {duration_text(start.starts_in_seconds)}"


def _warning(outlook: "RunOutlook") -> str:
    if outlook.is_known:
        return ""
    within = outlook.trials_within_limit
    if within is not None:
        limit = limit_time_text(outlook.estimate.allocation.limits.seconds_limit)
        return f"Ends after {limit}, the longest it may take: about {count_text(within)} trials."
    start = outlook.start
    if start is not None and start.starts_in_seconds != 0.0:
        return f"{start.reason}."
    return ""
