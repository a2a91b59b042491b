"""The catalogue of distributions: what there is, and where its values lie.

How a quantile is computed stands in `distribution_choice` (the same in all trials) and
`distribution_variation` (parameters that differ from trial to trial).
"""

import math
from dataclasses import dataclass
from difflib import get_close_matches

from mcdesk.engine.families import closed_forms, counts, shaped
from mcdesk.engine.families.family import Family
from mcdesk.engine.families.lists import LIST_FAMILIES, ListFamily, list_support

_ORDER = (
    *("normal", "lognormal", "lognormal2", "triangular", "pert", "uniform", "integer_uniform"),
    *("beta", "beta4", "gamma", "exponential", "weibull", "student", "logistic", "pareto"),
    *("poisson", "binomial", "geometric", "negative_binomial", "bernoulli"),
    *("discrete", "cumulative", "histogram", "empirical"),
)
_FAMILIES: dict[str, Family] = {
    family.name: family for family in (*closed_forms.FAMILIES, *shaped.FAMILIES, *counts.FAMILIES)
}
_LIST_FAMILIES = {family.name: family for family in LIST_FAMILIES}


@dataclass(frozen=True, slots=True)
class Truncation:
    """Only values from `low` to `high`, both included; infinite where there is no border."""

    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class Distribution:
    """A family with its numbers and lists, cut off by `truncation`, then moved by `shift`."""

    kind: str
    parameters: tuple[float, ...] = ()
    lists: tuple[tuple[float, ...], ...] = ()
    truncation: Truncation | None = None
    shift: float = 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The borders of the truncation."""
        cut = self.truncation or Truncation()
        return cut.low, cut.high


def distribution_kind(name: str) -> Family | None:
    """The family with numbers of this name."""
    return _FAMILIES.get(name)


def list_kind(name: str) -> ListFamily | None:
    """The family with lists of this name."""
    return _LIST_FAMILIES.get(name)


def distribution_names() -> tuple[str, ...]:
    """All names, in the order of the documentation."""
    return _ORDER


def nearest_name(name: str) -> str | None:
    """The name that was probably meant."""
    found = get_close_matches(name, _ORDER, n=1, cutoff=0.6)
    return found[0] if found else None


def support(distribution: Distribution) -> tuple[float, float]:
    """The lowest and the highest value that a distribution without refusal can have."""
    low, high = whole_support(distribution)
    at_least, at_most = distribution.ends
    return max(low, at_least) + distribution.shift, min(high, at_most) + distribution.shift


def is_whole(distribution: Distribution) -> bool:
    """Whether all values before the shift are whole numbers, whatever the parameters."""
    family = _FAMILIES.get(distribution.kind)
    return family is not None and family.is_whole


def parameter_rule(name: str) -> str:
    """What parameters a family takes, in words."""
    family = _FAMILIES.get(name)
    if family is not None:
        count = len(family.parameters)
        return f"{name} takes {count} parameter{'' if count == 1 else 's'}: {', '.join(family.parameters)}"
    lists = _LIST_FAMILIES[name]
    names = [*lists.parameters, *(f"{{{each}}}" for each in lists.lists)]
    return f"{name} takes {', '.join(names)}"


def whole_support(distribution: Distribution) -> tuple[float, float]:
    """`support` before truncation and shift."""
    family = _FAMILIES.get(distribution.kind)
    if family is None:
        return list_support(distribution.kind, distribution.parameters, distribution.lists)
    return family.support(distribution.parameters)
