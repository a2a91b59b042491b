"""Watches a simulation of the queue, whichever process computes it: how far it is, and what it finds.

Where this process executes the queue, it is told both; else it reads what the other one has written.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.dispatch.job_news import JobNews
from mcdesk.dispatch.live_results import LiveResult, live_result, watch
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.job_record import JobRecord
from mcdesk.history.run_record import RunRecord
from mcdesk.ui.desk import Desk, DeskRoom

LOOK_MILLISECONDS = 100
# While it is told what is found, it looks as often as keeps that coming.
SECONDS_BETWEEN_LOOKS = 1.0
LISTENER = "live"


@dataclass(frozen=True, slots=True)
class LiveLook:
    """A simulation at one moment.

    Attributes:
        job: None once it has ended.
        live: what it said of its outputs last; None before it has said anything.
    """

    record: RunRecord
    job: JobRecord | None
    live: LiveResult | None


class LivePresenter(QObject):
    """The next look begins when the one before has come back; `looked` has a LiveLook.

    Args:
        clock: seconds, monotonic.
    """

    looked = Signal(object)
    failed = Signal(object)

    def __init__(
        self, desk: Desk, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._desk, self._clock = desk, clock
        self._is_looking = False
        self._last: LiveLook | None = None
        # until then what is told is as good as a look
        self._looks_at = self._looked_at = 0.0
        self.watched = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look_if_due)
        desk.feed.frame.connect(self._hear)

    def watch(self, simulation_id: str) -> None:
        """Look again and again, until it has ended or `stop`."""
        if simulation_id != self.watched:
            self.watched, self._last, self._looks_at = simulation_id, None, 0.0
            self._desk.feed.listen(LISTENER, True)
            self._timer.start()
            self._look()

    def stop(self) -> None:
        """Look no more."""
        self.watched, self._last = "", None
        self._desk.feed.listen(LISTENER, False)
        self._timer.stop()

    def _look_if_due(self) -> None:
        if self._clock() >= self._looks_at:
            self._look()

    def _hear(self, told: tuple[JobNews, ...]) -> None:
        """In the frames of the feed."""
        news = next((each for each in told if each.simulation_id == self.watched), None)
        if news is None or self._last is None or self._last.job is None:
            return
        if news.live is not None:
            self._looks_at = self._looked_at + SECONDS_BETWEEN_LOOKS
        self._last = replace(
            self._last, job=_further(self._last.job, news), live=_later(self._last.live, news.live)
        )
        self.looked.emit(self._last)

    def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._looked_at = self._clock()
            name = self.watched
            self._desk.ask(lambda room: _looked(room, name), self._tell, self._fail)

    def _tell(self, look: LiveLook) -> None:
        self._is_looking = False
        if look.record.simulation_id != self.watched:
            return
        last = self._last
        if look.job is None and look.record.status.is_final:
            self.stop()
        elif last is not None:
            # the news may be ahead of what was read meanwhile
            job = look.job if look.job is None or last.job is None else _further(look.job, last.job)
            self._last = look = replace(look, job=job, live=_later(last.live, look.live))
        else:
            self._last = look
        self.looked.emit(look)

    def _fail(self, error: McdeskError) -> None:
        self._is_looking = False
        self.stop()
        self.failed.emit(error)


def _looked(room: DeskRoom, simulation_id: str) -> LiveLook:
    """In the desk's thread."""
    services = room.services
    folder = services.folders.running / simulation_id
    job = services.history.queue.find(simulation_id)
    if job is not None:
        watch(folder)
    record = services.history.runs.record(simulation_id)
    return LiveLook(record, job, live_result(folder))


def _further(job: JobRecord, told: JobRecord | JobNews) -> JobRecord:
    """The job as it was told where that is further: it does not go back when trials are run again."""
    if told.trials_done < job.trials_done:
        return job
    return replace(
        job,
        state=told.state if isinstance(told, JobNews) else job.state,
        trials_done=told.trials_done,
        trials_per_second=told.trials_per_second,
        mean=told.mean,
        half_width=told.half_width,
    )


def _later(one: LiveResult | None, other: LiveResult | None) -> LiveResult | None:
    if one is None or other is None:
        return one or other
    return other if other.trials_done >= one.trials_done else one
