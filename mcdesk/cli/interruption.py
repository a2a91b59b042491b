"""Ctrl+C and SIGTERM: the first asks the work to stop, the third ends the process wherever it is."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from mcdesk.foundation.cancellation import Cancelled, CancelToken

SIGNALS = (signal.SIGINT, signal.SIGTERM)
# A hasty person presses twice; only who presses again means it.
MOST_IGNORED = 2


@dataclass(slots=True)
class Ending:
    """Of this process: once its exit code is decided, no signal changes anything."""

    is_decided: bool = False


ending = Ending()


def end_on_interrupt() -> None:
    """From now on a signal ends the process with one line and without a traceback, where nobody else asks."""
    sys.unraisablehook = _tell_unless_cancelled
    for number in SIGNALS:
        signal.signal(number, _raise_cancelled)


def ignore_interrupts() -> None:
    """For the last steps of a process whose exit code is decided."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


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
            raise Cancelled("Interrupted")

    earlier = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield token
    finally:
        for number, action in earlier.items():
            signal.signal(number, action)


def _raise_cancelled(number: int, frame: FrameType | None) -> None:
    if not ending.is_decided:
        raise Cancelled("Interrupted")


def _tell_unless_cancelled(unraisable: "sys.UnraisableHookArgs") -> None:
    """A signal may come while an object is taken down, where it can break nothing off."""
    if not isinstance(unraisable.exc_value, Cancelled):
        sys.__unraisablehook__(unraisable)
