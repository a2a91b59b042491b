"""The four tiers: what each weighs in the sharing of a device, and how much one simulation may take."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """Megabytes of memory, per cent of a device (0 to 100) and seconds of device time."""

    memory_mb: int
    compute_percent: int
    seconds_limit: int

    def lower_of(self, other: "ResourceLimits") -> "ResourceLimits":
        """The smaller of both in each of the three."""
        return ResourceLimits(
            memory_mb=min(self.memory_mb, other.memory_mb),
            compute_percent=min(self.compute_percent, other.compute_percent),
            seconds_limit=min(self.seconds_limit, other.seconds_limit),
        )


class Tier(Enum):
    """What an account is entitled to; the value is its name in the database and in JSON."""

    ENTERPRISE = "enterprise"
    PROFESSIONAL = "professional"
    STANDARD = "standard"
    TRIAL = "trial"

    @property
    def weight(self) -> float:
        """Share of a contested device, relative to the other tiers."""
        return _WEIGHT[self]

    @property
    def limits(self) -> ResourceLimits:
        """The most that one simulation may take."""
        return _LIMITS[self]


_WEIGHT = {Tier.ENTERPRISE: 3.0, Tier.PROFESSIONAL: 2.0, Tier.STANDARD: 1.0, Tier.TRIAL: 0.5}
_LIMITS = {
    Tier.ENTERPRISE: ResourceLimits(8192, 100, 60 * 60),
    Tier.PROFESSIONAL: ResourceLimits(4096, 75, 30 * 60),
    Tier.STANDARD: ResourceLimits(2048, 50, 15 * 60),
    Tier.TRIAL: ResourceLimits(1024, 25, 5 * 60),
}
