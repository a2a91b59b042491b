"""What nobody gains by: cutting work into pieces, staying away, understating; and what weight never costs."""

import random
from dataclasses import replace

import pytest

from mcdesk.scheduling.fair_share import SharePolicy
from tests.unit.scheduling.simulated_worlds import CHUNK_SECONDS, Arrival, World, run_world, terms_of

WORLD_SECONDS = 30.0
LONGEST_CHUNK = 1.3 * CHUNK_SECONDS
ENDLESS = 1e9
SEEDS = range(30)


def others_and_weights(seed: int) -> World:
    """A world without account 1's work: two or three others, one of them always there."""
    draw = random.Random(seed)
    accounts = range(1, draw.randint(3, 4) + 1)
    arrivals = [Arrival(0.0, 2, ENDLESS)]
    for account in accounts[2:]:
        arrivals += [
            Arrival(draw.uniform(0, 20), account, draw.uniform(0.2, 8.0)) for _ in range(draw.randint(1, 4))
        ]
    return World(
        terms={account: terms_of(draw.choice((3.0, 2.0, 1.0, 0.5))) for account in accounts},
        arrivals=arrivals,
        policy=SharePolicy(credit_seconds=draw.choice((1.0, 5.0))),
        seed=seed,
    )


def seconds_of_first(world: World, own: list[Arrival]) -> float:
    """What account 1 had of the device with this work."""
    run = run_world(replace(world, arrivals=[*own, *world.arrivals]), WORLD_SECONDS)
    return sum(turn.seconds for turn in run.turns if turn.account == 1)


def most_gain(world: World) -> float:
    """The credit at its weight; a turn of each that is cut off at the end of the world."""
    return world.policy.credit_seconds * world.terms[1].weight + 2 * LONGEST_CHUNK


def sleeping(draw: random.Random) -> list[Arrival]:
    """Bursts with pauses between them."""
    return [
        Arrival(at, 1, draw.uniform(0.05, 3.0))
        for at in sorted(draw.uniform(0.0, WORLD_SECONDS) for _ in range(30))
    ]


@pytest.mark.parametrize("pieces", [2, 5, 40])
def test_that_cutting_the_work_into_pieces_gains_nothing(pieces: int) -> None:
    for seed in SEEDS:
        world = others_and_weights(seed)
        whole = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS)])

        cut = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS / pieces) for _ in range(pieces)])

        assert cut - whole <= 2 * LONGEST_CHUNK


def test_that_many_short_simulations_gain_nothing_over_a_long_one() -> None:
    for seed in SEEDS:
        world = others_and_weights(seed)
        whole = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS)])

        short = seconds_of_first(world, [Arrival(0.2 * place, 1, 0.15) for place in range(150)])

        assert short - whole <= most_gain(world)


def test_that_staying_away_gains_no_more_than_the_credit() -> None:
    for seed in SEEDS:
        world = others_and_weights(seed)
        steady = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS)])

        slept = seconds_of_first(world, sleeping(random.Random(seed)))

        assert slept - steady <= most_gain(world)


def test_that_coming_late_gains_no_more_than_the_credit() -> None:
    for seed in SEEDS:
        world = others_and_weights(seed)
        steady = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS)])

        late = seconds_of_first(world, [Arrival(15.0, 1, ENDLESS)])

        assert late - steady <= most_gain(world)


def test_that_an_understated_need_gains_nothing() -> None:
    for seed in SEEDS:
        world = others_and_weights(seed)
        stated = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS, 100, 4096)])

        understated = seconds_of_first(world, [Arrival(0.0, 1, ENDLESS, 25, 64)])

        assert understated - stated <= 2 * LONGEST_CHUNK


def test_that_more_weight_never_costs_more_than_a_chunk() -> None:
    for seed in range(150):
        world = others_and_weights(seed)
        own = [Arrival(0.0, 1, ENDLESS)]
        light = seconds_of_first(world, own)
        heavier = terms_of(2.0 * world.terms[1].weight)

        heavy = seconds_of_first(replace(world, terms={**world.terms, 1: heavier}), own)

        assert heavy >= light - LONGEST_CHUNK
