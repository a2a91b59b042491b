"""The four tiers: what each weighs in the sharing of a device, and how much one simulation may take."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from mcdesk.foundation.settings import Settings


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


@dataclass(frozen=True, slots=True)
class TierTerms:
    """What a tier means: `weight` is the share of a contested device relative to the other tiers."""

    weight: float
    limits: ResourceLimits


TierTable = Mapping[Tier, TierTerms]

DEFAULT_TIERS: TierTable = {
    Tier.ENTERPRISE: TierTerms(3.0, ResourceLimits(8192, 100, 60 * 60)),
    Tier.PROFESSIONAL: TierTerms(2.0, ResourceLimits(4096, 75, 30 * 60)),
    Tier.STANDARD: TierTerms(1.0, ResourceLimits(2048, 50, 15 * 60)),
    Tier.TRIAL: TierTerms(0.5, ResourceLimits(1024, 25, 5 * 60)),
}


def tier_table(settings: Settings) -> TierTable:
    """The tiers, with what the settings say of them."""
    return {tier: _terms(terms, settings.tiers.get(tier.value, {})) for tier, terms in DEFAULT_TIERS.items()}


def tiers_within(tiers: TierTable, memory_mb: int) -> TierTable:
    """The same tiers where there is no more memory than this for all simulations together."""
    return {
        tier: replace(terms, limits=replace(terms.limits, memory_mb=min(terms.limits.memory_mb, memory_mb)))
        for tier, terms in tiers.items()
    }


def _terms(terms: TierTerms, numbers: Mapping[str, float]) -> TierTerms:
    limits = terms.limits
    return TierTerms(
        weight=numbers.get("weight", terms.weight),
        limits=ResourceLimits(
            memory_mb=int(numbers.get("memory_mb", limits.memory_mb)),
            compute_percent=int(numbers.get("compute_percent", limits.compute_percent)),
            seconds_limit=int(numbers.get("seconds_limit", limits.seconds_limit)),
        ),
    )
