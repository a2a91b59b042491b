"""What a simulation is estimated to take, by the table and by measurements, and what it is granted."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mcdesk.engine.footprint import Footprint, measure
from mcdesk.engine.simulation_types import KeptTrials
from mcdesk.foundation.errors import AllocationRefused
from mcdesk.scheduling.estimates import Allocation, Demand, DemandScore, Forecast, allocate, demand_score
from mcdesk.scheduling.tiers import Tier, TierTable

if TYPE_CHECKING:
    from mcdesk.dispatch.model_preparation import PreparedModel

MEGABYTE = 1_000_000
# A chunk of fewer trials wastes more of the device than it saves of the memory.
FEWEST_CHUNK_TRIALS = 1024


@dataclass(frozen=True, slots=True)
class JobEstimate:
    """The score with its parts, the forecast, and the allocation that follows.

    Attributes:
        trials_per_second: the measured rate that the forecast rests on; None without any.
        kept: which trials may stay in memory under the allocation.
    """

    score: DemandScore
    forecast: Forecast
    trials_per_second: float | None
    allocation: Allocation
    kept: KeptTrials


def estimate_job(
    prepared: "PreparedModel",
    trials: int,
    kept: KeptTrials,
    tier: Tier | None,
    tiers: TierTable,
    trials_per_second: float | None,
) -> JobEstimate:
    """Judge a simulation before it runs.

    Raises:
        AllocationRefused: if it cannot fit into the memory that its tier allows.
    """
    simulated = prepared.compiled.simulated
    demand = Demand(
        trials=trials,
        file_mb=prepared.loaded.workbook.byte_count / 1e6,
        input_count=len(simulated.inputs),
        output_count=len(simulated.outputs),
    )
    terms = None if tier is None else tiers[tier]
    if terms is not None:
        most_bytes = terms.limits.memory_mb * MEGABYTE
        kept = replace(kept, exact_bytes=min(kept.exact_bytes, most_bytes // 4))
    footprint = measure(simulated, trials, kept)
    chunk_trials = min(trials, FEWEST_CHUNK_TRIALS)
    if terms is not None and tier is not None:
        _refuse_what_does_not_fit(footprint, chunk_trials, tier, terms.limits.memory_mb)
    forecast = Forecast(
        memory_mb=footprint.needed_bytes(chunk_trials) / MEGABYTE,
        device_seconds=None if trials_per_second is None else trials / trials_per_second,
    )
    allocation = allocate(demand, tier, terms, forecast)
    return JobEstimate(demand_score(demand), forecast, trials_per_second, allocation, kept)


def _refuse_what_does_not_fit(footprint: Footprint, chunk_trials: int, tier: Tier, memory_mb: int) -> None:
    needed_mb = footprint.needed_bytes(chunk_trials) / MEGABYTE
    if needed_mb > memory_mb:
        raise AllocationRefused(
            f"The simulation needs {needed_mb:,.0f} MB of memory, and an account of the tier {tier.value} may"
            f" have {memory_mb:,} MB",
            "Use fewer trials or outputs, or leave out --save-trials.",
        )
