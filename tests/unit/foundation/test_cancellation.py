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
