"""Watches a simulation of the queue, whichever process computes it: how far it is, and what it finds."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.dispatch.live_results import LiveResult, live_result, watch
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.job_record import JobRecord
from mcdesk.history.run_record import RunRecord
from mcdesk.ui.desk import Desk, DeskRoom

LOOK_MILLISECONDS = 100


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
    """The next look begins when the one before has come back; `looked` has a LiveLook."""

    looked = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_looking = False
        self.watched = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._look)

    def watch(self, simulation_id: str) -> None:
        """Look again and again, until it has ended or `stop`."""
        if simulation_id != self.watched:
            self.watched = simulation_id
            self._timer.start()
            self._look()

    def stop(self) -> None:
        """Look no more."""
        self.watched = ""
        self._timer.stop()

    def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            name = self.watched
            self._desk.ask(lambda room: _looked(room, name), self._tell, self._fail)

    def _tell(self, look: LiveLook) -> None:
        self._is_looking = False
        if look.record.simulation_id == self.watched:
            if look.job is None and look.record.status.is_final:
                self.stop()
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
