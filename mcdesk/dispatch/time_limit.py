"""The longest run: renewed once the rate is measured, told in words when it ends a run."""

import math

from mcdesk.scheduling.tiers import ResourceLimits

# Before so many device seconds the rate says little.
LEAST_MEASURED_SECONDS = 1.0
# A rate is not kept to the second.
MARGIN = 1.5


def renewed_limit(
    limit: int, trials: int, trials_done: int, device_seconds: float, tier: ResourceLimits
) -> tuple[int, float] | None:
    """The limit and the forecast (device seconds) that the measured rate gives; None while it says little.

    The limit is only ever raised, up to that of the tier.
    """
    if device_seconds < LEAST_MEASURED_SECONDS or trials_done == 0:
        return None
    forecast = device_seconds * trials / trials_done
    wanted = min(math.ceil(forecast * MARGIN), tier.seconds_limit)
    return max(limit, wanted), forecast


def ending_text(limit: int) -> str:
    """Why a run ended, as `stopped_by` tells it."""
    whole = f"{limit / 60:g} min" if limit >= 60 else f"{limit} s"
    return f"the longest run of {whole} of device time"
