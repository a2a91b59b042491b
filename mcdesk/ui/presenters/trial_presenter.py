"""Looks into single trials of a run: which one, what it was of an output, and its whole workbook."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError, RecordMissing
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.presenters.trial_source import RunFiles, SeenTrial, TrialSource, TrialWish

# Between so many places of a trial in the order of values one decimal tells apart what is near.
_FINE_TRIALS = 10_000


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A trial as the model page shows it: its number, what it is of the output, its value, the cells."""

    title: str
    text: str
    value: str
    seen: SeenTrial


class TrialPresenter(QObject):
    """One run at a time is open for looking; a wish that comes while one is served takes its place.

    Signals: `began` has a TrialWish, `shown` a TrialPage, `ended_there` the wish beyond which is no trial,
    `failed` a McdeskError.
    """

    began = Signal(object)
    shown = Signal(object)
    ended_there = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._desk = desk
        self._run = ""
        self._token = CancelToken()
        self._source: TrialSource | None = None
        self._task: Task | None = None
        self._waiting: TrialWish | None = None
        self._text_of: Formatter | None = None
        self.page: TrialPage | None = None

    @property
    def is_open(self) -> bool:
        """Whether a trial is shown, or about to be."""
        return self.page is not None or self._task is not None

    def look(self, result: ShownResult, text_of: Formatter, wish: TrialWish) -> None:
        """See a trial of a run; `shown` follows, or `failed`."""
        self._text_of = text_of
        self.began.emit(wish)
        if result.simulation_id != self._run:
            self.close()
            self._run = result.simulation_id
        if self._task is not None:
            self._waiting = wish
        elif self._source is not None:
            self._see(wish)
        else:
            self._open(wish)

    def step(self, step: int) -> None:
        """See the trial with the next higher value (1) or the next lower one (-1)."""
        if self.page is not None and self._task is None:
            seen = self.page.seen
            wish = replace(seen.wish, trial=seen.trial, value=None, label="", step=step)
            self.began.emit(wish)
            self._see(wish)

    def close(self) -> None:
        """Look no more."""
        self._token.cancel()
        self._token = CancelToken()
        if self._task is not None:
            self._task.cancel()
        self._run, self._source, self._task, self._waiting, self.page = "", None, None, None, None

    def _open(self, wish: TrialWish) -> None:
        run, token = self._run, self._token

        def opened(files: RunFiles) -> None:
            self._task, self._source = None, TrialSource(files, self._desk.caches, token)
            wanted, self._waiting = self._waiting or wish, None
            self._see(wanted)

        self._task = self._desk.ask(lambda room: run_files(room, run), opened, self._fail)

    def _see(self, wish: TrialWish) -> None:
        source = self._source
        assert source is not None

        def seen(found: SeenTrial | None) -> None:
            self._task = None
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                self._see(waiting)
            elif found is None:
                self.ended_there.emit(wish)
            else:
                self.page = trial_page(found, self._text_of)
                self.shown.emit(self.page)

        self._task = self._background.start(lambda _: source.see(wish), seen, self._fail)

    def _fail(self, error: McdeskError) -> None:
        self._task = self._waiting = None
        self.failed.emit(error)


def run_files(room: DeskRoom, simulation_id: str) -> RunFiles:
    """What the history keeps of a run; in the desk's thread.

    Raises:
        RecordMissing: if it is not in the history any more, or its workbook is not.
    """
    history = room.services.history
    record = history.runs.record(simulation_id)
    workbook = history.files.content_path(record.model_sha256, record.model_name)
    if not workbook.exists():
        raise RecordMissing(f"The history has no copy of {record.model_name}", "Run it again.")
    return RunFiles(
        workbook,
        workshop.kept_setup(record),
        record.trials_done,
        workshop.kept_outputs(history, record.simulation_id),
    )


def wishes_of_statistics(output: OutputStatistics) -> dict[str, TrialWish]:
    """The trial that each row of the statistics leads to, by the name of the row."""
    known = {"Mean": output.mean, "Minimum": output.minimum, "Maximum": output.maximum}
    return {
        name: TrialWish(output.cell, _name(output), value, label=name.lower())
        for name, value in known.items()
        if value is not None
    }


def wish_of_percentile(output: OutputStatistics, number: int) -> TrialWish:
    """The trial that the row of a percentile leads to; rows count from 0."""
    percent, value = sorted(output.percentiles.items())[number]
    return TrialWish(output.cell, _name(output), value, label=f"P{percent}")


def wish_of_error(output: OutputStatistics, number: int) -> TrialWish:
    """The first trial with the error of a row."""
    return TrialWish(output.cell, _name(output), trial=output.error_kinds[number].first_trial)


def wish_of_value(output: OutputStatistics, value: float) -> TrialWish:
    """The trial that is nearest to a value of the chart."""
    return TrialWish(output.cell, _name(output), value)


def wish_of_trial(output: OutputStatistics, trial: int) -> TrialWish:
    """The trial of a point."""
    return TrialWish(output.cell, _name(output), trial=trial)


def trial_page(seen: SeenTrial, text_of: Formatter | None) -> TrialPage:
    """The trial in words: `Trial 83,211 of 1,000,000`, `the P99 of Net value`."""
    title = f"Trial {seen.trial + 1:,} of {seen.trials:,}"
    name = seen.wish.name
    if seen.value is None or seen.share is None or text_of is None:
        return TrialPage(title, f"{name} ended in {seen.error or 'an error'}", seen.error, seen)
    text = f"the {_place(seen)} of {name}"
    if seen.searched < seen.trials:
        # more were run than are kept
        text = f"the {_place(seen)} among the first {seen.searched:,} trials of {name}"
    return TrialPage(title, text, text_of(seen.value), seen)


def _place(seen: SeenTrial) -> str:
    if seen.wish.label:
        return seen.wish.label
    assert seen.share is not None
    if seen.share >= 1.0:
        return "maximum"
    if round(seen.share * seen.searched) <= 1:
        return "minimum"
    digits = 2 if seen.searched >= _FINE_TRIALS and not 0.01 <= seen.share <= 0.99 else 1
    return f"P{seen.share * 100:.{digits}f}"


def _name(output: OutputStatistics) -> str:
    return output.name or output.cell
