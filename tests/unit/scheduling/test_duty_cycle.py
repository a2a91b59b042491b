"""A ceiling is held over ten seconds, however late somebody wakes up."""

import random

import pytest

from mcdesk.scheduling.duty_cycle import MOST_MADE_GOOD_SECONDS, eligible_again_at
from tests.unit.scheduling.simulated_worlds import Arrival, World, run_world, terms_of


@pytest.mark.parametrize("percent", [25, 50, 75, 90])
@pytest.mark.parametrize("late", [0.0, 0.005, 0.02])
@pytest.mark.parametrize("is_of_account", [False, True])
def test_that_chunks_take_what_the_ceiling_says(percent: int, late: float, is_of_account: bool) -> None:
    of_account, of_job = (percent, 100) if is_of_account else (100, percent)
    arrivals = [Arrival(0.0, 1, 1e9, of_job)]

    run = run_world(World({1: terms_of(1.0, of_account)}, arrivals, is_late_by=late), 60.0)

    for begin in range(0, 50, 5):
        parts = [
            min(turn.began + turn.seconds, begin + 10.0) - max(turn.began, float(begin))
            for turn in run.turns
            if turn.began < begin + 10.0 and turn.began + turn.seconds > begin
        ]
        assert sum(parts) / 10.0 == pytest.approx(percent / 100, abs=0.02)


def test_that_two_simulations_of_an_account_share_its_ceiling() -> None:
    arrivals = [Arrival(0.0, 1, 1e9), Arrival(0.0, 1, 1e9)]

    run = run_world(World({1: terms_of(1.0, 50)}, arrivals), 20.0)

    assert sum(turn.seconds for turn in run.turns) / 20.0 == pytest.approx(0.5, abs=0.02)


def test_that_a_full_ceiling_asks_for_no_pause() -> None:
    assert eligible_again_at(0.0, 10.0, 0.1, 1.0) == 10.0


def test_that_a_long_wait_is_made_good_in_part_only() -> None:
    begin_counted = 10.0 - MOST_MADE_GOOD_SECONDS

    assert eligible_again_at(0.0, 10.0, 0.1, 0.5) == pytest.approx(begin_counted + 0.2)


def test_that_a_little_that_was_lost_is_made_good() -> None:
    draw = random.Random(0)
    for _ in range(100):
        late = draw.uniform(0.0, 0.1)

        again = eligible_again_at(10.0, 10.0 + late, 0.1, 0.25)

        assert again == pytest.approx(10.4)
