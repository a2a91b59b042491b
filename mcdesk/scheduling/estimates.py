"""What a simulation will take, judged before it runs, and what of that its tier allows."""

import math
from dataclasses import dataclass
from enum import Enum

from mcdesk.scheduling.tiers import ResourceLimits, Tier, TierTerms


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
class DemandScore:
    """The weighted demand by its four parts, without unit."""

    trials: float
    file: float
    inputs: float
    outputs: float

    @property
    def total(self) -> float:
        """The score."""
        return self.trials + self.file + self.inputs + self.outputs


@dataclass(frozen=True, slots=True)
class Forecast:
    """What measurements say that a simulation will take; None where nothing was measured yet.

    Attributes:
        memory_mb: what its kept trials and the arrays of a chunk need, megabytes of 1,000,000 bytes.
        device_seconds: all trials at the rate that was measured.
    """

    memory_mb: float | None = None
    device_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a simulation is granted; `tier` is None where the account could not be read."""

    tier: Tier | None
    demand_class: DemandClass
    limits: ResourceLimits


def demand_score(demand: Demand) -> DemandScore:
    """The parts of the score: trials 0.4, file 0.3, inputs 0.2, outputs 0.1."""
    return DemandScore(
        trials=demand.trials / 1000 * 0.4,
        file=demand.file_mb / 10 * 0.3,
        inputs=demand.input_count / 10 * 0.2,
        outputs=demand.output_count / 5 * 0.1,
    )


def demand_class(score: float) -> DemandClass:
    """The class that a score falls into; a bound belongs to the class above it."""
    for bound, found in ((0.5, DemandClass.LOW), (1.5, DemandClass.MEDIUM), (3.0, DemandClass.HIGH)):
        if score < bound:
            return found
    return DemandClass.ULTRA


def estimated_limits(found: DemandClass, forecast: Forecast) -> ResourceLimits:
    """The larger of the row of the class and the forecast, in memory and in time."""
    row = found.limits
    return ResourceLimits(
        memory_mb=max(row.memory_mb, math.ceil(forecast.memory_mb or 0.0)),
        compute_percent=row.compute_percent,
        seconds_limit=max(row.seconds_limit, math.ceil(_MARGIN * (forecast.device_seconds or 0.0))),
    )


def allocate(
    demand: Demand, tier: Tier | None, terms: TierTerms | None, forecast: Forecast | None = None
) -> Allocation:
    """The lower of what the simulation is estimated to need and what its tier allows."""
    found = demand_class(demand_score(demand).total)
    limits = estimated_limits(found, forecast or Forecast())
    return Allocation(tier, found, limits if terms is None else limits.lower_of(terms.limits))


# A rate that was measured on an idle machine is not kept to the second.
_MARGIN = 1.5

_LIMITS = {
    DemandClass.LOW: ResourceLimits(512, 25, 2 * 60),
    DemandClass.MEDIUM: ResourceLimits(1024, 50, 5 * 60),
    DemandClass.HIGH: ResourceLimits(2048, 75, 10 * 60),
    DemandClass.ULTRA: ResourceLimits(4096, 100, 20 * 60),
}
