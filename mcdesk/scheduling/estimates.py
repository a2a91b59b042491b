"""What a simulation will take, judged before it runs, and what of that its tier allows."""

from dataclasses import dataclass
from enum import Enum

from mcdesk.scheduling.tiers import ResourceLimits, Tier


class DemandClass(Enum):
    """How demanding a simulation is; the value is its name in JSON."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    ULTRA = "ultra"

    @property
    def limits(self) -> ResourceLimits:
        """What simulations of this class are given."""
        return _LIMITS[self]


@dataclass(frozen=True, slots=True)
class Demand:
    """The four figures that the estimate rests on; `file_mb` in megabytes of 1,000,000 bytes."""

    trials: int
    file_mb: float
    input_count: int
    output_count: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a simulation is granted; `tier` is None where the account could not be read."""

    tier: Tier | None
    demand_class: DemandClass
    limits: ResourceLimits


def demand_score(demand: Demand) -> float:
    """The weighted demand, without unit: trials 0.4, file 0.3, inputs 0.2, outputs 0.1."""
    return (
        demand.trials / 1000 * 0.4
        + demand.file_mb / 10 * 0.3
        + demand.input_count / 10 * 0.2
        + demand.output_count / 5 * 0.1
    )


def demand_class(score: float) -> DemandClass:
    """The class that a score falls into; a bound belongs to the class above it."""
    for bound, found in ((0.5, DemandClass.LOW), (1.5, DemandClass.MEDIUM), (3.0, DemandClass.HIGH)):
        if score < bound:
            return found
    return DemandClass.ULTRA


def allocate(demand: Demand, tier: Tier | None) -> Allocation:
    """The lower of what the simulation is estimated to need and what its tier allows."""
    found = demand_class(demand_score(demand))
    limits = found.limits if tier is None else found.limits.lower_of(tier.limits)
    return Allocation(tier, found, limits)


_LIMITS = {
    DemandClass.LOW: ResourceLimits(512, 25, 2 * 60),
    DemandClass.MEDIUM: ResourceLimits(1024, 50, 5 * 60),
    DemandClass.HIGH: ResourceLimits(2048, 75, 10 * 60),
    DemandClass.ULTRA: ResourceLimits(4096, 100, 20 * 60),
}
