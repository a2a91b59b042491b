"""Texts that are made in a thread of their own, so that whoever asks for one has it at once.

While a text is asked for, it is made again and again, but mostly in no more than a fiftieth of the time:
who asks for something else would be kept waiting by it. One that nobody has asked for of late is made for
who asks next.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from mcdesk.foundation.errors import McdeskError, StatusUnavailable
from mcdesk.monitor.status.endpoints import Page

# Twice as long a text is handed out: for five seconds, where it is made in 50 ms or less.
LEAST_KEPT_SECONDS, MOST_KEPT_SECONDS = 2.5, 30.0
KEPT_PER_SECOND = 50.0
# Who asks as often as that has it at once.
WARM_SECONDS = 120.0
RETRY_SECONDS, SECONDS_AFTER_FAILURE = 5.0, 1.0
SECONDS_TO_STOP = 3.0

logger = logging.getLogger(__name__)

Makers = Mapping[Page, Callable[[], bytes]]


@dataclass(slots=True)
class _Text:
    idle_seconds: float
    made: bytes | None = None
    made_at: float = -math.inf
    kept_seconds: float = LEAST_KEPT_SECONDS
    asked_at: float = -math.inf
    waiting: list[Future[bytes]] = field(default_factory=list)

    def is_warm(self, now: float) -> bool:
        return now - self.asked_at < WARM_SECONDS

    def is_fresh(self, now: float) -> bool:
        return now - self.made_at <= 2.0 * self.kept_seconds

    def due_at(self, now: float) -> float:
        if self.waiting or math.isinf(self.made_at):
            return now
        return self.made_at + (self.kept_seconds if self.is_warm(now) else self.idle_seconds)


class WarmTexts:
    """Started once; each text is made at the start, and `stop` waits for the one that is being made.

    Args:
        open_makers: opens what texts are made from, in the thread that makes them.
        idle_seconds: after so long a text is made even if nobody asks.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        open_makers: Callable[[], AbstractContextManager[Makers]],
        idle_seconds: Mapping[Page, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_makers = open_makers
        self._clock = clock
        # guards the texts and the end: clients ask in one thread, texts are made in another
        self._condition = threading.Condition()
        self._texts = {page: _Text(seconds) for page, seconds in idle_seconds.items()}
        self._is_ended = False
        self._making: Page | None = None
        # those that failed the last time; None stands for what they are made from
        self._failing: set[Page | None] = set()
        self._thread = threading.Thread(target=self._run, name="mcdesk-status-figures", daemon=True)

    def start(self) -> None:
        """Begin to make them."""
        self._thread.start()

    def stop(self) -> None:
        """Make no more; who still waits is told so."""
        with self._condition:
            self._is_ended = True
            waiting = self._take_waiting()
            self._condition.notify()
        _fail(waiting, StatusUnavailable("The status service ends"))
        if self._thread.is_alive():
            self._thread.join(SECONDS_TO_STOP)

    def text(self, page: Page) -> Future[bytes]:
        """The text, done already where there is a fresh one; from any thread."""
        future: Future[bytes] = Future()
        with self._condition:
            text, now = self._texts[page], self._clock()
            was_warm, text.asked_at = text.is_warm(now), now
            if self._is_ended:
                future.set_exception(StatusUnavailable("The status service ends"))
            elif text.made is not None and text.is_fresh(now):
                future.set_result(text.made)
            else:
                text.waiting.append(future)
            if text.waiting or not was_warm:
                self._condition.notify()
        return future

    def _run(self) -> None:
        while not self._is_ended:
            self._making = None
            try:
                with self._open_makers() as makers:
                    while (page := self._next()) is not None:
                        began = self._clock()
                        self._keep(page, makers[page](), began)
            except Exception as error:  # a thread has nobody above it that could catch this
                if self._begin_anew(error):
                    logger.exception("the status service has no figures")
                with self._condition:
                    self._condition.wait_for(lambda: self._is_ended, SECONDS_AFTER_FAILURE)

    def _next(self) -> Page | None:
        """Wait for the next text that is to be made; None at the end."""
        with self._condition:
            while not self._is_ended:
                now = self._clock()
                page = min(self._texts, key=lambda each: self._texts[each].due_at(now))
                left = self._texts[page].due_at(now) - now
                if left <= 0.0:
                    self._making = page
                    return page
                self._condition.wait(None if math.isinf(left) else left)
            return None

    def _keep(self, page: Page, made: bytes, began: float) -> None:
        with self._condition:
            text, now = self._texts[page], self._clock()
            text.made, text.made_at = made, now
            kept_seconds = max(LEAST_KEPT_SECONDS, KEPT_PER_SECOND * (now - began))
            text.kept_seconds = min(kept_seconds, MOST_KEPT_SECONDS)
            waiting, text.waiting = text.waiting, []
            self._failing -= {page, None}
        for future in waiting:
            if future.set_running_or_notify_cancel():
                future.set_result(made)

    def _begin_anew(self, error: Exception) -> bool:
        """Tell those who wait; whether this has just begun to fail."""
        with self._condition:
            waiting = self._take_waiting()
            for text in self._texts.values():
                text.made, text.made_at, text.kept_seconds = None, self._clock(), RETRY_SECONDS
            is_new = self._making not in self._failing
            self._failing.add(self._making)
        is_known = isinstance(error, McdeskError)
        _fail(waiting, error if is_known else StatusUnavailable("The figures cannot be made"))
        return is_new

    def _take_waiting(self) -> list[Future[bytes]]:
        waiting = [future for text in self._texts.values() for future in text.waiting]
        for text in self._texts.values():
            text.waiting = []
        return waiting


def _fail(waiting: list[Future[bytes]], error: Exception) -> None:
    for future in waiting:
        if future.set_running_or_notify_cancel():
            future.set_exception(error)
