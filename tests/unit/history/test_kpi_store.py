"""Ratings are one for each simulation, by its owner; what is not there cannot be rated."""

import random

import pytest

from mcdesk.foundation.errors import OptionInvalid, RecordMissing
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.query_timing import percentile
from mcdesk.history.run_record import RunOutcome, RunStatus

from .conftest import History


def finished(history: History, name: str) -> str:
    history.started(name)
    history.runs.finish(name, RunOutcome(RunStatus.COMPLETED, 10_000, 1.0, "cpu", "{}"))
    return name


def test_that_the_last_rating_counts(history: History) -> None:
    store, name = KpiStore(history.database), finished(history, "a")
    assert store.rating_of(name) is None

    store.rate(name, history.account.id, 3)
    store.rate(name, history.account.id, 9)

    assert store.rating_of(name) == 9


@pytest.mark.parametrize("rating", [0, 11, -1])
def test_that_a_rating_is_one_to_ten(history: History, rating: int) -> None:
    with pytest.raises(OptionInvalid, match="1 to 10"):
        KpiStore(history.database).rate(finished(history, "a"), history.account.id, rating)


def test_that_only_the_owner_rates_what_has_ended(history: History) -> None:
    store = KpiStore(history.database)
    history.started("running")
    name = finished(history, "a")

    for simulation_id, account in (
        (name, history.account.id + 1),
        ("running", history.account.id),
        ("no", 1),
    ):
        with pytest.raises(RecordMissing):
            store.rate(simulation_id, account, 5)


@pytest.mark.parametrize("percent", [1, 50, 95, 99, 100])
@pytest.mark.parametrize("count", [1, 2, 3, 20, 101])
def test_that_durations_are_those_of_all_sorted(history: History, percent: int, count: int) -> None:
    store, rng = KpiStore(history.database), random.Random(percent * count)
    taken = [round(rng.expovariate(1.0), 3) for _ in range(count)]
    for number, seconds in enumerate(taken):
        history.started(f"run {number}")
        history.runs.finish(f"run {number}", RunOutcome(RunStatus.COMPLETED, 10_000, seconds, "cpu", "{}"))

    found = store.duration("2000", "3000", percent)

    assert found == percentile(sorted(taken), percent)


def test_that_no_simulation_has_no_duration(history: History) -> None:
    assert KpiStore(history.database).duration("2000", "3000", 50) is None


def test_that_a_rating_goes_with_its_simulation(history: History) -> None:
    store, name = KpiStore(history.database), finished(history, "a")
    store.rate(name, history.account.id, 5)

    history.runs.delete(name)

    assert store.rating_of(name) is None
