"""What is wrong with a distribution, in words: parameters, lists, a truncation that leaves nothing."""

import math

from mcdesk.engine.distributions import (
    Distribution,
    distribution_kind,
    is_whole,
    list_kind,
    parameter_rule,
    whole_support,
)
from mcdesk.engine.families.counts import count_steps, is_tabulated
from mcdesk.engine.families.family import shown
from mcdesk.engine.families.lists import list_refusal, list_segments, list_steps
from mcdesk.engine.families.steps import MOST_STEPS
from mcdesk.engine.truncation import LEAST_MASS, constant_cut

_NOTHING = "the truncation leaves nothing"


def refusal(distribution: Distribution) -> str | None:
    """What is wrong with a distribution, in words; None if nothing is."""
    numbers = (*distribution.parameters, *(value for each in distribution.lists for value in each))
    if not all(map(math.isfinite, numbers)):
        return "a parameter is not a finite number"
    if not math.isfinite(distribution.shift):
        return "the shift is not a finite number"
    return _whole_refusal(distribution) or _truncation_refusal(distribution)


def _whole_refusal(distribution: Distribution) -> str | None:
    family, lists = distribution_kind(distribution.kind), list_kind(distribution.kind)
    if family is not None:
        wanted = len(family.parameters), 0
    else:
        assert lists is not None
        wanted = len(lists.parameters), len(lists.lists)
    if (len(distribution.parameters), len(distribution.lists)) != wanted:
        return parameter_rule(distribution.kind)
    if family is None:
        return list_refusal(distribution.kind, distribution.parameters, distribution.lists)
    return family.refusal(distribution.parameters)


def _truncation_refusal(distribution: Distribution) -> str | None:
    if distribution.truncation is None:
        return None
    low, high = distribution.ends
    if math.isnan(low) or math.isnan(high):
        return "a border of the truncation is not a number"
    if low > high:
        return f"the truncation begins at {shown(low)}, above its end {shown(high)}"
    lowest, highest = whole_support(distribution)
    if low > highest or high < lowest or low == math.inf or high == -math.inf:
        return f"{_NOTHING}: its values are from {shown(lowest)} to {shown(highest)}"
    return _emptiness(distribution, low, high)


def _emptiness(distribution: Distribution, low: float, high: float) -> str | None:
    kind = distribution.kind
    if is_tabulated(kind):
        ends = (math.ceil(low) if low > -math.inf else low), (math.floor(high) if high < math.inf else high)
        if ends[0] > ends[1]:
            return _NOTHING
        is_wide = count_steps(kind, distribution.parameters, *map(float, ends)) is None
        return f"its values spread over more than {MOST_STEPS} whole numbers" if is_wide else None
    if kind in ("discrete", "empirical"):
        return _NOTHING if list_steps(distribution.lists, low, high) is None else None
    if list_kind(kind) is not None:
        found = list_segments(distribution.parameters, distribution.lists, low, high)
        return _NOTHING if found is None else None
    if is_whole(distribution) and math.ceil(max(low, -1e300)) > math.floor(min(high, 1e300)):
        return _NOTHING
    return None if constant_cut(distribution).mass > LEAST_MASS else _NOTHING
