"""A request to stop."""

import threading

import pytest

from mcdesk.foundation.cancellation import Cancelled, CancelToken


def test_that_a_fresh_token_lets_work_go_on() -> None:
    token = CancelToken()

    token.raise_if_cancelled()

    assert not token.is_cancelled
    assert not token.wait(0.0)


def test_that_a_cancelled_token_stops_the_work() -> None:
    token = CancelToken()

    token.cancel()
    token.cancel()

    assert token.is_cancelled
    with pytest.raises(Cancelled):
        token.raise_if_cancelled()


def test_that_another_thread_ends_the_wait() -> None:
    token = CancelToken()
    thread = threading.Thread(target=token.cancel)

    thread.start()

    assert token.wait(10.0)
    thread.join()


def test_that_a_wait_ends_with_its_seconds() -> None:
    assert not CancelToken().wait(0.001)


def test_that_breakable_work_is_broken_off_once() -> None:
    token = CancelToken()

    with pytest.raises(Cancelled), token.breakable():
        token.break_off()

    token.break_off()


def test_that_other_work_is_not_broken_off() -> None:
    token = CancelToken()

    with token.breakable():
        pass

    token.break_off()


def test_that_work_of_another_thread_is_not_broken_off() -> None:
    token = CancelToken()
    begins, ends = threading.Event(), threading.Event()

    def work() -> None:
        with token.breakable():
            begins.set()
            ends.wait(10.0)

    thread = threading.Thread(target=work)
    thread.start()
    begins.wait(10.0)
    token.break_off()
    ends.set()
    thread.join()
