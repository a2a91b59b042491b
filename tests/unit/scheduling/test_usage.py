"""Usage that is forgotten by halves, credit that is bounded, and shares under ceilings."""

import math
import random

import pytest

from mcdesk.dispatch.usage_book import UsageBook
from mcdesk.foundation.settings import Settings
from mcdesk.scheduling.fair_share import (
    PLAIN_POLICY,
    SharePolicy,
    Usage,
    charged_usage,
    credit_of,
    decayed_usage,
    entitled_shares,
    kept_up_usage,
    placed_usage,
    policy_of,
)

POLICY = SharePolicy()


@pytest.mark.parametrize("half_life", [60.0, 3600.0, 86400.0])
@pytest.mark.parametrize("begin", [0.0, 12345.678, 1e8])
def test_that_half_is_left_after_the_half_life(half_life: float, begin: float) -> None:
    policy = SharePolicy(half_life_seconds=half_life)

    left = decayed_usage(Usage(1000.0, begin), begin + half_life, policy)

    assert left == pytest.approx(500.0, rel=1e-9)


def test_that_the_order_of_usages_never_changes_with_time_alone() -> None:
    draw = random.Random(1)
    for _ in range(300):
        usages = [Usage(draw.uniform(0, 1e4), draw.uniform(0, 1e4)) for _ in range(10)]
        moments = [1e4, 2e4, 1e5, 1e4 + draw.uniform(0, 3e5)]

        orders = [
            sorted(range(10), key=lambda i, at=moment, all_=usages: decayed_usage(all_[i], at, POLICY))
            for moment in moments
        ]

        assert orders == [orders[0]] * len(moments)


def test_that_many_small_decays_are_one_large_one() -> None:
    usage = Usage(1000.0, 0.0)

    for step in range(1, 36001):
        usage = charged_usage(usage, 0.0, step / 10.0, POLICY)

    assert usage.device_seconds == pytest.approx(500.0, rel=1e-9)


def test_that_a_clock_that_went_back_changes_no_usage() -> None:
    charged = charged_usage(Usage(10.0, 100.0), 1.0, 50.0, POLICY)

    assert charged == Usage(11.0, 100.0)


def test_that_two_that_were_away_for_months_keep_their_order() -> None:
    longer, shorter = Usage(1000.0, 0.0), Usage(900.0, 5 * 24 * 3600.0)
    policy = SharePolicy(half_life_seconds=7 * 24 * 3600.0)

    orders = [
        decayed_usage(longer, days * 24 * 3600.0, policy) < decayed_usage(shorter, days * 24 * 3600.0, policy)
        for days in (5, 31, 36, 400)
    ]

    assert orders == [True] * 4


def test_that_a_shift_in_time_changes_no_bit_of_a_usage() -> None:
    draw = random.Random(2)
    for _ in range(300):
        usage, at, now = draw.uniform(0, 1e4), draw.randint(0, 9999), draw.randint(0, 99999)

        early = decayed_usage(Usage(usage, at), now, POLICY)
        late = decayed_usage(Usage(usage, at + 2.0**30), now + 2.0**30, POLICY)

        assert early == late


def test_that_usage_of_years_ago_is_nothing() -> None:
    assert decayed_usage(Usage(8.0, 0.0), 1e9, POLICY) == 0.0


def test_that_plain_sharing_forgets_nothing() -> None:
    assert decayed_usage(Usage(8.0, 0.0), 1e9, PLAIN_POLICY) == 8.0


@pytest.mark.parametrize("seconds", [-1e-9, math.inf, math.nan])
def test_that_only_seconds_can_be_charged(seconds: float) -> None:
    with pytest.raises(ValueError, match="cannot be charged"):
        charged_usage(Usage(0.0, 0.0), seconds, 0.0, POLICY)


@pytest.mark.parametrize("half_life", [0.0, -1.0, math.nan])
def test_that_a_half_life_is_above_zero(half_life: float) -> None:
    with pytest.raises(ValueError, match="half-life"):
        SharePolicy(half_life_seconds=half_life)


@pytest.mark.parametrize("credit", [-1.0, math.nan])
def test_that_a_credit_is_not_negative(credit: float) -> None:
    with pytest.raises(ValueError, match="credit"):
        SharePolicy(credit_seconds=credit)


@pytest.mark.parametrize(
    ("usage", "scores", "expected"),
    [
        (0.0, [], 0.0),
        (1e4, [], 1e4),
        (0.0, [100.0, 102.0], 2 * 97.0),
        (2 * 101.0, [100.0, 102.0], 2 * 101.0),
        (2 * 104.0, [100.0, 102.0], 2 * 104.0),
        (2 * 1e4, [100.0, 102.0], 2 * 105.0),
        (2 * 1e4, [100.0, 109.0], 2 * 109.0),
    ],
)
def test_that_who_begins_to_wait_is_placed_beside_the_others(
    usage: float, scores: list[float], expected: float
) -> None:
    assert placed_usage(usage, 2.0, scores, POLICY) == expected


def test_that_credit_counts_from_the_last_of_the_others() -> None:
    assert credit_of(2 * 97.0, 2.0, 102.0) == 2 * 5.0
    assert credit_of(2 * 102.0, 2.0, 102.0) == 0.0
    assert credit_of(2 * 1e4, 2.0, 102.0) == 0.0


def test_that_nobody_is_placed_with_more_credit_than_allowed() -> None:
    draw = random.Random(1)
    for _ in range(300):
        weight, scores = draw.choice((0.5, 1.0, 2.0, 3.0)), [draw.uniform(0.0, 1e3) for _ in range(4)]

        usage = placed_usage(draw.uniform(0.0, 3e3), weight, scores, POLICY)

        assert credit_of(usage, weight, max(scores)) <= POLICY.credit_seconds * weight * (1 + 1e-9)


def test_that_plain_sharing_places_nobody() -> None:
    assert placed_usage(7.0, 2.0, [1e4], PLAIN_POLICY) == 7.0
    assert kept_up_usage(7.0, 2.0, 1e4, PLAIN_POLICY) == 7.0


def test_that_who_could_not_go_on_keeps_no_more_than_the_credit() -> None:
    assert kept_up_usage(2 * 95.0, 2.0, 100.0, POLICY) == 2 * 95.0
    assert kept_up_usage(2 * 94.0, 2.0, 100.0, POLICY) == 2 * 95.5


def test_that_a_newcomer_is_placed_by_the_book_and_written_down() -> None:
    book = UsageBook("cpu")
    book.charge(1, 300.0, 0.0, POLICY)
    book.take_changes()

    book.place(2, 2.0, {1: 300.0, 2: 0.0}, 0.0, POLICY)

    (entry,) = book.take_changes()
    assert (entry.user_id, entry.usage_seconds, entry.device_seconds) == (2, 590.0, 0.0)


def test_that_what_could_not_be_written_is_written_with_the_next() -> None:
    book = UsageBook("cpu")
    book.charge(1, 1.0, 0.0, POLICY)
    entries = book.take_changes()

    book.put_back(entries)

    assert book.take_changes() == entries
    assert book.take_changes() == ()


def test_that_idle_time_is_borrowed_where_one_account_is_alone() -> None:
    assert policy_of(Settings(), 1).borrows_idle
    assert not policy_of(Settings(), 2).borrows_idle
    assert policy_of(Settings(borrows_idle=True), 2).borrows_idle
    assert not policy_of(Settings(borrows_idle=False), 1).borrows_idle


def test_that_the_settings_make_the_policy() -> None:
    settings = Settings(scheduling={"half_life_minutes": 10.0, "credit_seconds": 2.0})

    assert policy_of(settings, 2) == SharePolicy(600.0, 2.0)


def slow_shares(weights: dict[int, float], ceilings: dict[int, float]) -> dict[int, float]:
    """Water is poured until the device is full: its level by bisection."""
    low, high = 0.0, max(ceilings[key] / weights[key] for key in weights)
    for _ in range(200):
        level = (low + high) / 2
        if sum(min(ceilings[key], level * weights[key]) for key in weights) > 1.0:
            high = level
        else:
            low = level
    return {key: min(ceilings[key], high * weights[key]) for key in weights}


def test_that_entitled_shares_are_the_fairest_under_ceilings() -> None:
    draw = random.Random(3)
    for _ in range(500):
        accounts = range(draw.randint(1, 12))
        weights = {account: draw.choice((3.0, 2.0, 1.0, 0.5)) for account in accounts}
        ceilings = {
            account: draw.choice((1.0, 0.75, 0.5, 0.25, draw.uniform(0.01, 1))) for account in accounts
        }

        shares = entitled_shares(weights, ceilings)

        assert shares == pytest.approx(slow_shares(weights, ceilings), abs=1e-9)


def test_that_nobody_is_entitled_to_anything_where_nobody_is() -> None:
    assert entitled_shares({}, {}) == {}
