"""What was made lately: once for all who ask, within a limit."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.foundation.recent_values import RecentValues


class Makers:
    """Values that are their keys in capitals, and what was made."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.told: list[bool] = []
        self.values: RecentValues[str, str] = RecentValues(10, self.told.append)

    def value(self, key: str, weight: int | None = 1) -> str:
        def make() -> str:
            self.made.append(key)
            return key.upper()

        return self.values.value(key, make, lambda _: weight, CancelToken())


class Looking(CancelToken):
    """Says that somebody waits, as who waits looks at it."""

    __slots__ = ("is_looked_at",)

    def __init__(self) -> None:
        super().__init__()
        self.is_looked_at = threading.Event()

    @override
    def raise_if_cancelled(self) -> None:
        self.is_looked_at.set()
        super().raise_if_cancelled()


@pytest.fixture
def makers() -> Makers:
    return Makers()


def test_that_a_value_is_made_once_and_told(makers: Makers) -> None:
    found = [makers.value(key) for key in ("a", "a", "b", "a")]

    assert found == ["A", "A", "B", "A"]
    assert makers.made == ["a", "b"]
    assert makers.told == [False, True, False, True]


def test_that_the_one_asked_for_longest_ago_makes_room(makers: Makers) -> None:
    for key in ("a", "b", "a", "c"):
        makers.value(key, 4)

    assert makers.values.byte_count == 8
    makers.value("a", 4)
    makers.value("b", 4)
    assert makers.made == ["a", "b", "c", "b"]


@pytest.mark.parametrize("weight", [None, 11])
def test_that_what_is_too_large_or_not_to_be_kept_is_made_each_time(
    makers: Makers, weight: int | None
) -> None:
    makers.value("small", 10)
    for _ in range(2):
        makers.value("a", weight)

    assert makers.made == ["small", "a", "a"]
    assert makers.values.byte_count == 10


def asked_together(
    makers: Makers, first: Callable[[], str], token: Looking, end_first: Callable[[], None]
) -> tuple[Callable[[], str], Callable[[], str]]:
    """What two threads find, of which the second comes while the first makes the value."""
    begun, going_on = threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        going_on.wait(10.0)
        return first()

    def second() -> str:
        begun.wait(10.0)
        return makers.values.value("a", lambda: "the second's", lambda _: 1, token)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(makers.values.value, "a", make, lambda _: 1, CancelToken())
        other = pool.submit(second)
        assert token.is_looked_at.wait(10.0)
        end_first()
        if token.is_cancelled:
            other.exception(10.0)
        going_on.set()
    return one.result, other.result


def test_that_who_asks_meanwhile_is_given_the_value_of_the_first(makers: Makers) -> None:
    one, other = asked_together(makers, lambda: "the first's", Looking(), lambda: None)

    assert (one(), other()) == ("the first's", "the first's")
    assert makers.told == [False, True]


def test_that_who_waits_makes_the_value_where_the_first_fails(makers: Makers) -> None:
    def failed() -> str:
        raise OSError("no more disk")

    one, other = asked_together(makers, failed, Looking(), lambda: None)

    assert other() == "the second's"
    with pytest.raises(OSError, match="no more disk"):
        one()
    assert makers.told == [False, False]


def test_that_who_waits_is_not_kept_from_ending(makers: Makers) -> None:
    token = Looking()

    one, other = asked_together(makers, lambda: "the first's", token, token.cancel)

    assert one() == "the first's"
    with pytest.raises(Cancelled):
        other()


def test_that_work_that_a_signal_ends_keeps_nobody_waiting(makers: Makers) -> None:
    def broken_off() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        makers.values.value("a", broken_off, lambda _: 1, CancelToken())

    assert makers.value("a") == "A"
