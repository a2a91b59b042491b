"""Ctrl+C and SIGTERM: the first asks the work to stop, the third ends the process wherever it is."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mcdesk.foundation.cancellation import CancelToken

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# A hasty person presses twice; only who presses again means it.
MOST_IGNORED = 2


@contextmanager
def cancel_on_interrupt() -> Iterator[CancelToken]:
    """A token that is cancelled by the first signal; what was set before comes back at the end.

    Each signal breaks off work that may be broken off; what has to be kept is kept meanwhile.
    """
    token = CancelToken()
    signal_count = 0

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal signal_count
        signal_count += 1
        token.cancel()
        token.break_off()
        if signal_count > MOST_IGNORED:
            raise KeyboardInterrupt

    earlier = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield token
    finally:
        for number, action in earlier.items():
            signal.signal(number, action)
