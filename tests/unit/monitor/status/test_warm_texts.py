"""Texts are made beforehand while somebody asks, seldom where they take long, and never in vain."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from mcdesk.foundation.errors import McdeskError, StatusUnavailable, StoreError
from mcdesk.monitor.status.endpoints import Page
from mcdesk.monitor.status.warm_texts import (
    LEAST_KEPT_SECONDS,
    MOST_KEPT_SECONDS,
    WARM_SECONDS,
    Makers,
    WarmTexts,
)
from tests.unit.dispatch.desk import wait_until

PATIENCE = 20.0


class Kitchen:
    """Makes a text that says how often it was made; time stands still unless it is set."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.count = 0
        self.opened = 0
        self.seconds = 0.0
        self.error: Exception | None = None
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def make(self) -> bytes:
        assert self.may_go_on.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        self.count += 1
        self.now += self.seconds
        return str(self.count).encode()

    @contextmanager
    def open(self) -> Iterator[Makers]:
        self.opened += 1
        yield {Page.HEALTH: self.make}


@contextmanager
def begun(kitchen: Kitchen, idle_seconds: float = math.inf) -> Iterator[Callable[[], Future[bytes]]]:
    """What asks for the text, once it was made for the first time."""
    texts = WarmTexts(kitchen.open, {Page.HEALTH: idle_seconds}, lambda: kitchen.now)
    texts.start()
    try:
        if kitchen.error is None and kitchen.may_go_on.is_set():
            wait_until(lambda: kitchen.count == 1)
        yield lambda: texts.text(Page.HEALTH)
    finally:
        kitchen.may_go_on.set()
        texts.stop()


def test_that_a_fresh_text_is_there_at_once() -> None:
    kitchen = Kitchen()
    with begun(kitchen) as ask:
        wait_until(lambda: ask().result(PATIENCE) == b"1")
        kitchen.may_go_on.clear()
        kitchen.now += LEAST_KEPT_SECONDS

        assert ask().done()


def test_that_a_text_that_is_asked_for_is_made_again_by_itself() -> None:
    kitchen = Kitchen()
    with begun(kitchen) as ask:
        ask().result(PATIENCE)
        kitchen.now += LEAST_KEPT_SECONDS
        ask().result(PATIENCE)
        wait_until(lambda: kitchen.count == 2)


def test_that_an_old_text_is_not_handed_out() -> None:
    kitchen = Kitchen()
    with begun(kitchen) as ask:
        ask().result(PATIENCE)
        kitchen.now += WARM_SECONDS

        assert ask().result(PATIENCE) == b"2"


@pytest.mark.parametrize(("idle_seconds", "again"), [(math.inf, False), (0.02, True)])
def test_that_a_text_that_nobody_asks_for_is_made_when_it_has_idled(
    idle_seconds: float, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcdesk.monitor.status.warm_texts.LEAST_KEPT_SECONDS", 0.01)
    kitchen = Kitchen()
    texts = WarmTexts(kitchen.open, {Page.HEALTH: idle_seconds}, time.monotonic)
    texts.start()
    wait_until(lambda: kitchen.count >= 3 if again else kitchen.count == 1)
    time.sleep(0.3)
    texts.stop()

    assert (kitchen.count > 1) == again


@pytest.mark.parametrize(("seconds", "kept_seconds"), [(0.2, 10.0), (60.0, MOST_KEPT_SECONDS)])
def test_that_a_text_that_takes_long_is_kept_longer(seconds: float, kept_seconds: float) -> None:
    kitchen = Kitchen()
    kitchen.seconds = seconds
    with begun(kitchen) as ask:
        first = ask().result(PATIENCE)
        kitchen.now += kept_seconds - 0.5

        assert ask().result(PATIENCE) == first
        kitchen.now += 1.0
        ask()
        wait_until(lambda: kitchen.count > int(first))


def test_that_many_who_wait_are_given_one_text() -> None:
    kitchen = Kitchen()
    kitchen.may_go_on.clear()
    with begun(kitchen) as ask:
        waiting = [ask() for _ in range(10)]
        assert not any(each.done() for each in waiting)
        kitchen.may_go_on.set()

        assert {each.result(PATIENCE) for each in waiting} <= {b"1", b"2"}


@pytest.mark.parametrize("error", [StoreError("The history is away"), ZeroDivisionError("no")])
def test_that_a_failure_is_told_to_those_who_wait_and_tried_again(
    error: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcdesk.monitor.status.warm_texts.SECONDS_AFTER_FAILURE", 0.01)
    kitchen = Kitchen()
    kitchen.error = error
    with begun(kitchen) as ask:
        for _ in range(3):
            with pytest.raises(McdeskError):
                ask().result(PATIENCE)
        kitchen.error = None

        assert ask().result(PATIENCE) == b"1"
    assert kitchen.opened >= 4
    assert len(caplog.records) == 1


def test_that_who_waits_at_the_end_is_told_so() -> None:
    kitchen = Kitchen()
    kitchen.may_go_on.clear()
    texts = WarmTexts(kitchen.open, {Page.HEALTH: math.inf})
    texts.start()
    waiting = texts.text(Page.HEALTH)
    stopping = threading.Thread(target=texts.stop)
    stopping.start()

    with pytest.raises(StatusUnavailable):
        waiting.result(PATIENCE)
    kitchen.may_go_on.set()
    stopping.join()
    with pytest.raises(StatusUnavailable):
        texts.text(Page.HEALTH).result(0.0)


def test_that_somebody_who_has_gone_keeps_nobody_from_the_text() -> None:
    kitchen = Kitchen()
    kitchen.may_go_on.clear()
    with begun(kitchen) as ask:
        gone, waiting = ask(), ask()
        gone.cancel()
        kitchen.may_go_on.set()

        assert waiting.result(PATIENCE)
        assert gone.cancelled()
