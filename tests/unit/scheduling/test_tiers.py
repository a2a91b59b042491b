"""The tiers and their limits."""

from mcdesk.history.account_store import TIERS
from mcdesk.scheduling.tiers import ResourceLimits, Tier


def test_that_the_tiers_are_those_that_accounts_may_have() -> None:
    assert tuple(tier.value for tier in Tier) == TIERS


def test_that_a_higher_tier_weighs_more() -> None:
    assert [tier.weight for tier in Tier] == [3.0, 2.0, 1.0, 0.5]


def test_that_a_trial_account_is_given_a_quarter_of_the_device_for_five_minutes() -> None:
    assert Tier.TRIAL.limits == ResourceLimits(memory_mb=1024, compute_percent=25, seconds_limit=300)


def test_that_the_lower_of_two_limits_is_taken_in_each_resource() -> None:
    left, right = ResourceLimits(10, 90, 5), ResourceLimits(20, 30, 7)

    assert left.lower_of(right) == ResourceLimits(10, 30, 5)
