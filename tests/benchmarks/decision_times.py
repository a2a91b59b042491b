"""Measures what one decision of the scheduler costs with a long queue: snapshot, admissions and turn.

python -m tests.benchmarks.decision_times [--jobs 10000] [--accounts 100] [--decisions 5000]
"""

import argparse
import gc
import random
import time

from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.scheduling.queue_snapshot import QueueCapacity
from mcdesk.scheduling.scheduler import admissions, next_turn
from tests.unit.scheduling.simulated_worlds import Arrival, World, WorldRun, terms_of

_PERCENTS = (100, 75, 50, 25)


def main() -> None:
    """Print the percentiles of CPU time for a full and for the usual capacity."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--decisions", type=int, default=5_000)
    options = parser.parse_args()
    print(f"{options.jobs:,} simulations of {options.accounts} accounts, CPU milliseconds of a decision\n")
    print("| at once | median | p99 | most | charge, median |\n|---:|---:|---:|---:|---:|")
    for at_once in (4, 32, 256):
        books = long_queue(options.jobs, options.accounts, at_once)
        decisions, charges = _times(books, options.decisions)
        figures = (_part(decisions, 0.5), _part(decisions, 0.99), max(decisions), _part(charges, 0.5))
        print(f"| {at_once} | {' | '.join(f'{1000 * each:.3f}' for each in figures)} |", flush=True)


def long_queue(jobs: int, accounts: int, at_once: int) -> QueueBooks:
    """The books with as many admitted as may be, the rest waiting."""
    draw = random.Random(1)
    terms = {account: terms_of(draw.choice((3.0, 2.0, 1.0, 0.5)), 100) for account in range(accounts)}
    arrivals = [
        Arrival(0.0, place % accounts, 1e9, draw.choice(_PERCENTS), draw.choice((512, 1024, 2048)))
        for place in range(jobs)
    ]
    capacity = QueueCapacity(memory_mb=1024 * at_once, jobs=at_once)
    run = WorldRun(World(terms, arrivals, capacity=capacity))
    return run.run_until(3.0).books


def _times(books: QueueBooks, count: int) -> tuple[list[float], list[float]]:
    decisions, charges = [], []
    jobs = list(books.table)
    gc.collect()
    for place in range(count):
        began = time.process_time()
        snapshot = books.snapshot()
        admissions(snapshot)
        next_turn(snapshot)
        decisions.append(time.process_time() - began)
        job = jobs[place % len(jobs)]
        began = time.process_time()
        books.table.charge(job, books.clock(), 0.1, (1.0, 1.0))
        books._charge_account(job.record.user_id, 0.1)
        charges.append(time.process_time() - began)
    return decisions, charges


def _part(values: list[float], part: float) -> float:
    return sorted(values)[int(part * (len(values) - 1))]


if __name__ == "__main__":
    main()
