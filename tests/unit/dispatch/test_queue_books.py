"""Where accounts are placed by whoever takes the queue over, and when they are given another weight."""

import random

import pytest

from mcdesk.dispatch.queue_books import QueueBooks
from mcdesk.history.executor_store import LedgerEntry
from mcdesk.scheduling.fair_share import SharePolicy
from tests.unit.scheduling.simulated_worlds import Arrival, World, WorldRun, job_record, terms_of

CREDIT = SharePolicy().credit_seconds
WEIGHTS = (0.5, 1.0, 2.0, 3.0)


def left_books(usages: list[tuple[float, float]]) -> QueueBooks:
    """The books of an executor that finds accounts with these weights and scores."""
    terms = {account: terms_of(weight) for account, (weight, _) in enumerate(usages)}
    ledger = [
        LedgerEntry(account, "cpu", weight * score, 0.0, 0.0)
        for account, (weight, score) in enumerate(usages)
    ]
    return WorldRun(World(terms, (), ledger=ledger)).books


def take_over(books: QueueBooks, draw: random.Random) -> None:
    """One job of each account, in any order of arrival."""
    accounts = draw.sample(sorted(books.terms), len(books.terms))
    books.take_over(job_record(place, Arrival(0.0, account, 1.0)) for place, account in enumerate(accounts))


def test_that_who_waited_within_the_credit_is_where_it_was_after_a_takeover() -> None:
    for seed in range(100):
        draw = random.Random(seed)
        books = left_books([(draw.choice(WEIGHTS), 500.0 + draw.uniform(0.0, CREDIT)) for _ in range(8)])
        before = [books.score(account) for account in books.terms]

        take_over(books, draw)

        assert [books.score(account) for account in books.terms] == before


def test_that_a_takeover_ends_credit_that_is_too_large_and_changes_no_order() -> None:
    for seed in range(100):
        draw = random.Random(seed)
        books = left_books([(draw.choice(WEIGHTS), draw.uniform(0.0, 1000.0)) for _ in range(8)])
        before = [books.score(account) for account in books.terms]

        take_over(books, draw)

        after = [books.score(account) for account in books.terms]
        assert max(after) == max(before)
        assert max(after) - min(after) <= CREDIT + 1e-9
        by_score = sorted(books.terms, key=lambda account: before[account])
        assert [after[account] for account in by_score] == pytest.approx(sorted(after), rel=1e-12)


def test_that_who_has_work_keeps_its_score_in_another_tier() -> None:
    for seed in range(100):
        draw = random.Random(seed)
        books = left_books([(draw.choice(WEIGHTS), 500.0 + draw.uniform(0.0, CREDIT)) for _ in range(8)])
        take_over(books, draw)
        before = [books.score(account) for account in books.terms]

        books.use_terms({account: terms_of(draw.choice(WEIGHTS)) for account in books.terms})

        assert [books.score(account) for account in books.terms] == pytest.approx(before, rel=1e-12)


def test_that_who_has_no_work_keeps_its_usage_in_another_tier() -> None:
    books = left_books([(3.0, 100.0)])

    books.use_terms({0: terms_of(0.5)})

    assert books.score(0) == pytest.approx(600.0)
