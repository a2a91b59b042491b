"""Worlds of a few people at random: weights, ceilings, histories, and simulations of all lengths."""

import math
import random
from functools import cache

from mcdesk.history.executor_store import LedgerEntry
from mcdesk.scheduling.fair_share import SharePolicy
from tests.unit.scheduling.simulated_worlds import Arrival, World, run_world, terms_of
from tests.unit.scheduling.world_watchers import FairnessWatcher

WEIGHTS = (3.0, 2.0, 1.0, 0.5)
PERCENTS = (100, 75, 50, 25)
WORLD_SECONDS = 25.0
WORLD_COUNT = 1000


def random_world(seed: int) -> World:
    """Two to five accounts that come and go, some with hours of use behind them."""
    draw = random.Random(seed)
    accounts = range(1, draw.randint(2, 5) + 1)
    with_ceilings = draw.random() < 0.6
    percents = PERCENTS if with_ceilings else (100,)
    return World(
        terms={account: terms_of(draw.choice(WEIGHTS), draw.choice(percents)) for account in accounts},
        arrivals=[
            arrival for account in accounts for arrival in _arrivals(draw, account, draw.choice((1, 2, 6)))
        ],
        policy=SharePolicy(
            half_life_seconds=draw.choice((math.inf, 3600.0)),
            credit_seconds=draw.choice((0.0, 1.0, 5.0)),
            borrows_idle=draw.random() < 0.5,
        ),
        jitter=draw.choice((0.0, 0.3)),
        seed=seed,
        ledger=[
            LedgerEntry(account, "cpu", draw.uniform(0.0, 5000.0), 0.0, 0.0)
            for account in accounts
            if draw.random() < 0.5
        ],
        is_late_by=draw.choice((0.0, 0.005)),
    )


def _arrivals(draw: random.Random, account: int, count: int) -> list[Arrival]:
    return [
        Arrival(
            at=draw.choice((0.0, draw.uniform(0.0, 0.8 * WORLD_SECONDS))),
            account=account,
            device_seconds=math.exp(draw.uniform(math.log(0.05), math.log(20.0))),
            compute_percent=draw.choice((100, 100, *PERCENTS)),
        )
        for _ in range(count)
    ]


@cache
def thousand_worlds() -> tuple[FairnessWatcher, ...]:
    """What was seen in each of them."""
    return tuple(watched(random_world(seed)) for seed in range(WORLD_COUNT))


def watched(world: World) -> FairnessWatcher:
    """What is seen in a world."""
    watcher = FairnessWatcher(world)
    run_world(world, WORLD_SECONDS, watcher)
    return watcher
