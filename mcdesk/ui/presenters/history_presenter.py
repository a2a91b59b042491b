"""The runs of a person, pinned ones first: listed, searched, noted, opened again, exported, deleted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from mcdesk.dispatch.run_document import statistics_of
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.foundation.clock import moment_of, utc_now
from mcdesk.foundation.errors import McdeskError, OptionInvalid, RecordMissing
from mcdesk.foundation.whole_file import write_whole
from mcdesk.history.note_store import NoteStore, RunNote
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.ui import workshop
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.formatting import short_count
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.results import model_title
from mcdesk.ui.presenters.run_differences import run_differences
from mcdesk.ui.widgets.two_line_list import Line

if TYPE_CHECKING:
    from mcdesk.history.account_store import Account
    from mcdesk.history.visible_runs import VisibleRuns

MOST_RUNS = 500
# what takes less is not spoken of
QUIET_MILLISECONDS = 300
_MARKS = {
    RunStatus.COMPLETED: "good",
    RunStatus.FAILED: "bad",
    RunStatus.INTERRUPTED: "bad",
    RunStatus.CANCELLED: "warning",
    RunStatus.PARTIAL: "warning",
}


class HistoryFilter(Enum):
    """Which runs are listed; the value is how it is called."""

    ALL = "All"
    PINNED = "Pinned"
    COMPLETED = "Completed"
    UNFINISHED = "Not completed"


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run of the history with its statistics."""

    record: RunRecord
    statistics: RunStatistics


@dataclass(frozen=True, slots=True)
class _Listed:
    records: tuple[RunRecord, ...]
    notes: Mapping[str, RunNote]
    differences: Mapping[str, str]


class HistoryPresenter(QObject):
    """Shows what is kept of the account that works here; a deleted run can be had back for a while.

    `reading` has whether the history is being read, where that takes longer than a moment;
    `deleted` has a run that goes unless `undo_delete` is called before `settle`; `under_way` has the name of
    one that was to be opened and has not ended.
    """

    listed = Signal(object)
    reading = Signal(bool)
    opened = Signal(object)
    under_way = Signal(str)
    deleted = Signal(object)
    exported = Signal(str)
    failed = Signal(object)

    def __init__(self, desk: Desk, accounts: AccountPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._accounts = accounts
        self._records: tuple[RunRecord, ...] = ()
        self._notes: Mapping[str, RunNote] = {}
        self._differences: Mapping[str, str] = {}
        self._wanted = ""
        self._filter = HistoryFilter.ALL
        self._going: RunRecord | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(QUIET_MILLISECONDS)
        self._patience.timeout.connect(lambda: self.reading.emit(True))
        # it is read as soon as it is open
        self._patience.start()
        for failed in (desk.failed, accounts.failed):
            failed.connect(lambda _: self._end_reading())

    @property
    def shown(self) -> tuple[RunRecord, ...]:
        """What is listed now."""
        found = [each for each in self._records if each is not self._going and self._is_wanted(each)]
        return tuple(sorted(found, key=lambda each: not self.note_of(each).is_pinned))

    def note_of(self, record: RunRecord) -> RunNote:
        """What is written beside a run."""
        return self._notes.get(record.simulation_id, RunNote())

    def title_of(self, record: RunRecord) -> str:
        """What a run is called."""
        return _title(record, self.note_of(record))

    def seeds_of(self, model_sha256: str) -> frozenset[int]:
        """The seeds that a workbook was run with."""
        return frozenset(each.seed for each in self._records if each.model_sha256 == model_sha256)

    def refresh(self) -> None:
        """Read the history again; `listed` follows."""
        account = self._accounts.current
        if account is None:
            self._take(_Listed((), {}, {}))
            return
        self._patience.start()
        self._desk.ask(lambda room: _listed(room, account), self._take, self._tell_unread)

    def search(self, text: str) -> None:
        """Show those that have this in their title, tags or the name of their model."""
        self._wanted = text.strip().casefold()
        self.listed.emit(self.lines())

    def choose(self, wanted: HistoryFilter) -> None:
        """Show only these."""
        self._filter = wanted
        self.listed.emit(self.lines())

    def open(self, row: int) -> None:
        """Read the result of a row; `opened` follows, or `under_way`."""
        record = self.shown[row]
        if record.status.is_final:
            self.open_run(record)
        else:
            self.under_way.emit(record.simulation_id)

    def open_run(self, record: RunRecord) -> None:
        """Read the result of a run; `opened` follows."""

        def work(room: DeskRoom) -> KeptRun:
            text = room.services.history.runs.result_json(record.simulation_id)
            statistics = None if text is None else statistics_of(text)
            if statistics is None:
                reason = record.error or "It ended before its first trials were done."
                raise RecordMissing(f"{record.model_name} has no result", reason)
            return KeptRun(record, statistics)

        self._desk.ask(work, self.opened.emit, self.failed.emit)

    def keep_note(self, record: RunRecord, note: RunNote) -> None:
        """Write something beside a run."""

        def work(room: DeskRoom) -> None:
            NoteStore(room.services.open_history).keep(record.simulation_id, note)

        self._desk.ask(work, lambda _: self.refresh(), self.failed.emit)

    def toggle_pin(self, row: int) -> None:
        """Keep a run on top, or no more."""
        record = self.shown[row]
        note = self.note_of(record)
        self.keep_note(record, replace(note, is_pinned=not note.is_pinned))

    def export(self, row: int, target: Path) -> None:
        """Write a run with set-up and result to a file, as JSON; `exported` follows."""
        record, account = self.shown[row], self._accounts.current

        def work(room: DeskRoom) -> str:
            text = _visible(room, account).export(record.simulation_id)
            try:
                write_whole(target, text.encode())
            except OSError as error:
                raise OptionInvalid(f"{target} cannot be written: {error.strerror}") from error
            return str(target)

        self._desk.ask(work, self.exported.emit, self.failed.emit)

    def delete(self, row: int) -> None:
        """Take a run out of the list; it is forgotten with `settle`, or the next deletion."""
        if self._going is not None:
            self.settle(self._going)
        self._going = record = self.shown[row]
        self.listed.emit(self.lines())
        self.deleted.emit(record)

    def undo_delete(self) -> None:
        """Have the run back that was deleted last."""
        self._going = None
        self.listed.emit(self.lines())

    def settle(self, record: RunRecord) -> None:
        """Forget a run that was deleted, beyond recall; one that was had back stays."""
        if self._going is None or self._going.simulation_id != record.simulation_id:
            return
        self._going = None
        account = self._accounts.current
        self._records = tuple(each for each in self._records if each.simulation_id != record.simulation_id)
        self._desk.ask(
            lambda room: _visible(room, account).delete(record.simulation_id),
            lambda _: self.refresh(),
            self.failed.emit,
        )

    def lines(self) -> tuple[Line, ...]:
        """The rows as texts."""
        now, shown = utc_now(), self.shown
        titles = Counter(map(self.title_of, shown))
        lines = [
            self._line(record, _when(record.created_at, now), titles[self.title_of(record)] > 1)
            for record in shown
        ]
        alike = Counter((line.title, line.text) for line in lines)
        return tuple(
            # equal runs have only their second
            self._line(record, _second(record.created_at, now), is_one_of_several=True)
            if alike[line.title, line.text] > 1
            else line
            for record, line in zip(shown, lines, strict=True)
        )

    def _line(self, record: RunRecord, when: str, is_one_of_several: bool) -> Line:
        note = self.note_of(record)
        trials = short_count(record.trials_done) if record.trials_done else record.status.value
        # what tells runs of one model apart, in the room that there is
        unit = "" if is_one_of_several or not record.trials_done else " trials"
        seed = (f"seed {record.seed}",) if is_one_of_several else ()
        difference = self._differences.get(record.simulation_id, "")
        parts = (when, difference, f"{trials}{unit}", *seed, *note.tags)
        text = " \u00b7 ".join(filter(None, parts))
        mark = _MARKS.get(record.status, "muted")
        return Line(self.title_of(record), text, "\u2605" if note.is_pinned else "", mark)

    def _is_wanted(self, record: RunRecord) -> bool:
        note = self.note_of(record)
        fits = {
            HistoryFilter.ALL: True,
            HistoryFilter.PINNED: note.is_pinned,
            HistoryFilter.COMPLETED: record.status is RunStatus.COMPLETED,
            HistoryFilter.UNFINISHED: record.status is not RunStatus.COMPLETED,
        }[self._filter]
        texts = (self.title_of(record), record.model_name, *note.tags)
        return fits and any(self._wanted in each.casefold() for each in texts)

    def _take(self, found: _Listed) -> None:
        going = None if self._going is None else self._going.simulation_id
        self._records, self._notes = found.records, found.notes
        self._differences = found.differences
        self._going = next((each for each in found.records if each.simulation_id == going), None)
        self._end_reading()
        self.listed.emit(self.lines())

    def _tell_unread(self, error: McdeskError) -> None:
        self._end_reading()
        self.failed.emit(error)

    def _end_reading(self) -> None:
        self._patience.stop()
        self.reading.emit(False)


def _listed(room: DeskRoom, account: "Account") -> _Listed:
    history = room.services.history
    notes = NoteStore(room.services.open_history).notes_of(account.id)
    records = history.runs.runs_of(account.id, MOST_RUNS)

    def looks_like(record: RunRecord) -> tuple[str, str, int]:
        title = _title(record, notes.get(record.simulation_id, RunNote()))
        return title, short_count(record.trials_done), record.seed

    return _Listed(records, notes, run_differences(records, looks_like))


def _title(record: RunRecord, note: RunNote) -> str:
    return note.title or model_title(Path(record.model_name))


def _visible(room: DeskRoom, account: "Account | None") -> "VisibleRuns":
    return workshop.visible_runs(room.services.open_history, account)


def _when(moment: str, now: datetime) -> str:
    seconds = (now - moment_of(moment)).total_seconds()
    if seconds < 90:
        return "just now"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min ago"
    local = moment_of(moment).astimezone()
    return local.strftime("%H:%M") if seconds < 43_200 else local.strftime("%d %b %Y")


def _second(moment: str, now: datetime) -> str:
    local = moment_of(moment).astimezone()
    is_recent = (now - moment_of(moment)).total_seconds() < 43_200
    return local.strftime("%H:%M:%S" if is_recent else "%d %b %H:%M:%S")
