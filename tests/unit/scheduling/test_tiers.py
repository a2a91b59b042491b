"""The tiers and their limits."""

from mcdesk.foundation.settings import TIER_NAMES, Settings
from mcdesk.history.account_store import TIERS
from mcdesk.scheduling.tiers import DEFAULT_TIERS, ResourceLimits, Tier, TierTerms, tier_table, tiers_within


def test_that_the_tiers_are_those_that_accounts_may_have() -> None:
    assert tuple(tier.value for tier in Tier) == TIERS


def test_that_a_higher_tier_weighs_more() -> None:
    assert [DEFAULT_TIERS[tier].weight for tier in Tier] == [3.0, 2.0, 1.0, 0.5]


def test_that_a_trial_account_is_given_a_quarter_of_the_device_for_five_minutes() -> None:
    assert DEFAULT_TIERS[Tier.TRIAL].limits == ResourceLimits(
        memory_mb=1024, compute_percent=25, seconds_limit=300
    )


def test_that_the_lower_of_two_limits_is_taken_in_each_resource() -> None:
    left, right = ResourceLimits(10, 90, 5), ResourceLimits(20, 30, 7)

    assert left.lower_of(right) == ResourceLimits(10, 30, 5)


def test_that_the_settings_know_all_tiers() -> None:
    assert tuple(tier.value for tier in Tier) == TIER_NAMES


def test_that_without_settings_the_tiers_are_as_they_are() -> None:
    assert tier_table(Settings()) == DEFAULT_TIERS


def test_that_the_settings_change_what_they_name_and_nothing_else() -> None:
    settings = Settings(tiers={"trial": {"weight": 0.25, "seconds_limit": 60.0}})

    table = tier_table(settings)

    assert table[Tier.TRIAL] == TierTerms(0.25, ResourceLimits(1024, 25, 60))
    assert {**table, Tier.TRIAL: None} == {**DEFAULT_TIERS, Tier.TRIAL: None}


def test_that_no_tier_has_more_memory_than_there_is() -> None:
    found = tiers_within(DEFAULT_TIERS, 3000)

    memory = {tier.value: terms.limits.memory_mb for tier, terms in found.items()}
    assert memory == {"enterprise": 3000, "professional": 3000, "standard": 2048, "trial": 1024}
    assert found[Tier.ENTERPRISE].limits.seconds_limit == 3600
    assert found[Tier.ENTERPRISE].weight == 3.0
