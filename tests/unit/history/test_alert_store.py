"""Alerts are kept from their beginning to their end, once each, whoever notices."""

from pathlib import Path

import pytest

from mcdesk.history.alert_store import AlertStore
from mcdesk.history.database import Database
from mcdesk.history.opening import open_database

BEGAN = 1_800_000_000.0


@pytest.fixture
def store(database: Database) -> AlertStore:
    return AlertStore(database)


def test_that_an_alert_stands_until_it_ends(store: AlertStore) -> None:
    assert store.begin("hot_gpu", BEGAN, 90.0, 87.0)
    store.worsen("hot_gpu", 95.0)

    (standing,) = store.standing()
    assert (standing.value, standing.worst, standing.threshold, standing.ended) == (90.0, 95.0, 87.0, None)

    store.end("hot_gpu", BEGAN + 60)

    assert store.standing() == ()
    (kept,) = store.newest()
    assert (kept.began, kept.ended, kept.worst) == (BEGAN, BEGAN + 60, 95.0)


def test_that_two_processes_begin_it_once(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.db"
    with open_database(path) as one, open_database(path) as other:
        assert AlertStore(one).begin("low_disk", BEGAN, 1.0, 2.0)
        assert not AlertStore(other).begin("low_disk", BEGAN, 1.0, 2.0)

        assert len(AlertStore(one).standing()) == 1


def test_that_it_may_begin_again_after_its_end(store: AlertStore) -> None:
    for moment in (BEGAN, BEGAN + 100):
        assert store.begin("low_disk", moment, 1.0, 2.0)
        store.end("low_disk", moment + 10)

    assert [each.began for each in store.newest()] == [BEGAN + 100, BEGAN]
    assert len(store.newest(1)) == 1


def test_that_the_first_who_sees_it_is_kept(store: AlertStore) -> None:
    store.begin("low_disk", BEGAN, 1.0, 2.0)
    (alert,) = store.standing()

    store.acknowledge([alert.id], BEGAN + 5)
    store.acknowledge([alert.id], BEGAN + 9)

    assert store.standing()[0].acknowledged == BEGAN + 5


def test_that_a_rule_is_muted_until_its_time(store: AlertStore) -> None:
    store.mute("low_disk", BEGAN + 60)

    assert store.muted(BEGAN) == {"low_disk": BEGAN + 60}
    assert store.muted(BEGAN + 61) == {}

    store.unmute_all()
    assert store.muted(BEGAN) == {}


def test_that_old_ones_go_and_standing_ones_stay(store: AlertStore) -> None:
    for rule in ("low_disk", "hot_gpu"):
        store.begin(rule, BEGAN, 1.0, 2.0)
    store.end("low_disk", BEGAN + 1)

    store.forget_before(BEGAN + 100)

    assert [each.rule for each in store.newest()] == ["hot_gpu"]
