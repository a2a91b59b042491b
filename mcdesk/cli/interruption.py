"""Ctrl+C and SIGTERM as a cancel token: the first asks the work to stop, the second ends the process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mcdesk.foundation.cancellation import CancelToken

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def cancel_on_interrupt() -> Iterator[CancelToken]:
    """A token that is cancelled by the first signal; what was set before comes back at the end."""
    token = CancelToken()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    earlier = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield token
    finally:
        for number, action in earlier.items():
            signal.signal(number, action)
