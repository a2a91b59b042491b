"""What holds in a thousand worlds: no idle device, bounded differences, and nobody is kept waiting."""

import random
from itertools import pairwise

import pytest

from mcdesk.scheduling.fair_share import SharePolicy
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from tests.unit.scheduling.random_worlds import WORLD_COUNT, thousand_worlds
from tests.unit.scheduling.simulated_worlds import Arrival, World, WorldRun, run_world, terms_of

pytestmark = pytest.mark.xdist_group("fair share")

FOUR_TIERS = {1: terms_of(3.0), 2: terms_of(2.0), 3: terms_of(1.0), 4: terms_of(0.5)}
ENDLESS = 1e9


def served_seconds(run: WorldRun, account: int, begin: float = 0.0, end: float = 1e12) -> float:
    """What an account had of the device; a turn counts where it began."""
    return sum(turn.seconds for turn in run.turns if turn.account == account and begin <= turn.began < end)


def worst_share_error(run: WorldRun, window: float, end: float) -> float:
    """Of the four tiers in any window, relative to what each is entitled to."""
    total = sum(terms.weight for terms in FOUR_TIERS.values())
    errors = [
        abs(served_seconds(run, account, begin, begin + window) * total / (terms.weight * window) - 1.0)
        for begin in range(0, int(end - window) + 1, 15)
        for account, terms in FOUR_TIERS.items()
    ]
    return max(errors)


def test_that_nobody_pauses_who_might_go_on() -> None:
    worlds = thousand_worlds()

    assert len(worlds) == WORLD_COUNT
    assert sum(world.decisions for world in worlds) > 100_000
    assert sum(world.needless_pauses for world in worlds) == 0
    assert sum(world.lone_idle_pauses for world in worlds) == 0


@pytest.mark.parametrize("percent", [25, 50, 75, 100])
def test_that_the_device_is_idle_no_more_than_a_ceiling_asks_for(percent: int) -> None:
    for seed in range(25):
        draw = random.Random(seed)
        others = [Arrival(draw.uniform(0, 20), 2, draw.uniform(0.1, 5.0)) for _ in range(draw.randint(0, 3))]
        terms = {1: terms_of(1.0, percent), 2: terms_of(draw.choice((0.5, 3.0)), 50)}

        run = run_world(World(terms, [Arrival(0.0, 1, ENDLESS), *others], seed=seed), 30.0)

        assert run.idle_seconds <= (1.0 - percent / 100) * run.seconds + 1e-9


def test_that_who_is_alone_borrows_what_a_ceiling_would_leave_idle() -> None:
    policy = SharePolicy(borrows_idle=True)

    run = run_world(World({1: terms_of(0.5, 25)}, [Arrival(0.0, 1, ENDLESS, 25)], policy), 30.0)

    assert run.idle_seconds == 0.0


def test_that_services_differ_by_no_more_than_a_chunk_of_each() -> None:
    """In every interval in which two accounts might go on; 1e-4 of the bound decays meanwhile."""
    assert max(world.widest_share for world in thousand_worlds()) <= 1.0 + 1e-4


def test_that_nobody_begins_further_ahead_than_the_credit() -> None:
    assert max(world.largest_lag_excess for world in thousand_worlds()) <= 1e-9


def test_that_nobody_is_kept_waiting_longer_than_the_bound() -> None:
    assert max(world.longest_gap_share for world in thousand_worlds()) <= 1.0


def test_that_the_four_tiers_get_their_shares_in_a_minute_and_in_ten() -> None:
    run = run_world(World(FOUR_TIERS, [Arrival(0.0, account, ENDLESS) for account in FOUR_TIERS]), 1200.0)

    assert worst_share_error(run, 60.0, 1200.0) <= 0.05
    assert worst_share_error(run, 600.0, 1200.0) <= 0.01


def test_that_a_two_second_trial_is_not_kept_waiting_by_twenty_minutes() -> None:
    terms = {1: terms_of(3.0), 2: terms_of(0.5, 25)}
    world = World(terms, [Arrival(0.0, 1, 1200.0), Arrival(600.0, 2, 2.0)])

    run = run_world(world, 700.0)

    first = next(turn for turn in run.turns if turn.account == 2)
    assert first.began - 600.0 <= 0.5
    # a quarter of the device
    assert run.ended_at[first.job] - 600.0 <= 9.0


def test_that_who_worked_alone_before_is_not_locked_out_on_return() -> None:
    terms = {1: terms_of(1.0), 2: terms_of(3.0)}
    arrivals = [Arrival(0.0, 1, 3000.0), Arrival(3001.0, 2, 3600.0), Arrival(3005.0, 1, 2.0)]

    run = run_world(World(terms, arrivals), 3100.0)

    # the credit of 5 s at the weight of the other
    again = next(turn for turn in run.turns if turn.job == "job-00003")
    assert again.began - 3005.0 <= 15.0 + 0.4


def test_that_a_ceiling_saves_no_turns_up_for_later() -> None:
    terms = {1: terms_of(3.0), 2: terms_of(1.0)}
    arrivals = [Arrival(0.0, 1, ENDLESS, 25), Arrival(0.0, 2, ENDLESS, 50), Arrival(600.0, 1, ENDLESS)]

    run = run_world(World(terms, arrivals), 640.0)

    other = [turn.began for turn in run.turns if turn.account == 2 and turn.began >= 599.0]
    assert max(later - before for before, later in pairwise([*other, run.seconds])) <= 15.0 + 1.0


def test_that_a_short_simulation_overtakes_a_long_one_of_its_own_account() -> None:
    run = run_world(World({1: terms_of(1.0)}, [Arrival(0.0, 1, ENDLESS), Arrival(60.0, 1, 2.0)]), 70.0)

    first = next(turn for turn in run.turns if turn.job == "job-00002")
    assert first.began - 60.0 <= 0.4
    assert run.ended_at["job-00002"] - 60.0 <= 4.4


def test_that_a_sibling_under_a_ceiling_saves_no_turns_up_either() -> None:
    arrivals = [Arrival(0.0, 1, ENDLESS, 25), Arrival(0.0, 1, ENDLESS), Arrival(300.0, 1, ENDLESS)]

    run = run_world(World({1: terms_of(1.0)}, arrivals), 310.0)

    long_one = [turn.began for turn in run.turns if turn.job == "job-00002" and turn.began > 299.0]
    assert max(later - before for before, later in pairwise([*long_one, run.seconds])) <= 0.6


def test_that_accounts_take_turns_in_two_places() -> None:
    terms = {account: terms_of(1.0) for account in range(1, 7)}
    arrivals = [Arrival(0.0, account, ENDLESS) for account in terms]
    capacity = QueueCapacity(memory_mb=10_000, jobs=2)

    run = run_world(World(terms, arrivals, capacity=capacity), 300.0)

    assert [served_seconds(run, account) / 50.0 for account in terms] == pytest.approx([1.0] * 6, abs=0.15)
