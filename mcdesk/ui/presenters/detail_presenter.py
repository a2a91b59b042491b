"""What the history has to be asked for: how estimates settled, and the trials against an input."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from mcdesk.engine.error_marks import marked
from mcdesk.engine.simulation_types import InputStatistics, OutputStatistics
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.ui import workshop
from mcdesk.ui.background import Background, Task
from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.charts.convergence_chart import ConvergencePicture, EstimateLine
from mcdesk.ui.charts.scatter_chart import ScatterPicture
from mcdesk.ui.desk import Desk
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.presenters.trial_presenter import run_files
from mcdesk.ui.presenters.trial_source import RunFiles, TrialSource

if TYPE_CHECKING:
    from mcdesk.dispatch.first_trials import FirstTrials
    from mcdesk.engine.statistics.convergence import Convergence


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures: of an output, and of an input by its number among the inputs."""

    result: ShownResult
    output: OutputStatistics
    input_number: int
    across_text: Formatter


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """A picture of convergence, or None where no trials are kept."""

    wanted: Wanted
    picture: ConvergencePicture | None


@dataclass(frozen=True, slots=True, eq=False)
class Scattered:
    """A scatter, or None where output or input have no trials."""

    wanted: Wanted
    picture: ScatterPicture | None


class DetailPresenter(QObject):
    """Makes the pictures beside the window's thread.

    Signals: `settled` has a Settled, `scattered` a Scattered, `failed` why a picture cannot be made.
    """

    settled = Signal(object)
    scattered = Signal(object)
    failed = Signal(object)

    def __init__(self, background: Background, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._desk = desk
        self._run = ""
        self._token = CancelToken()
        self._files: RunFiles | None = None
        self._source: TrialSource | None = None
        self._first: FirstTrials | None = None
        self._tasks: list[Task] = []

    def settle(self, wanted: Wanted) -> None:
        """Have the picture of convergence made; `settled` follows."""
        self._with_files(wanted, lambda files: self._settle(files, wanted))

    def scatter(self, wanted: Wanted) -> None:
        """Have the scatter made; `scattered` follows."""
        if self._first is not None and self._run == wanted.result.simulation_id:
            self.scattered.emit(Scattered(wanted, scatter_picture(self._first, wanted)))
        else:
            self._with_files(wanted, lambda _: self._scatter(wanted))

    def forget(self) -> None:
        """No picture is wanted any more."""
        self._token.cancel()
        for task in self._tasks:
            task.cancel()
        self._token, self._tasks = CancelToken(), []
        self._run, self._files, self._source, self._first = "", None, None, None

    def _with_files(self, wanted: Wanted, go_on: Callable[[RunFiles], None]) -> None:
        name, token = wanted.result.simulation_id, self._token
        if self._run != name:
            self.forget()
            self._run, token = name, self._token
        if self._files is not None:
            go_on(self._files)
            return

        def found(files: RunFiles) -> None:
            if self._files is None:
                self._files = files
                self._source = TrialSource(files, self._desk.caches, token)
            go_on(self._files)

        self._tasks.append(self._desk.ask(lambda room: run_files(room, name), found, self._fail))

    def _settle(self, files: RunFiles, wanted: Wanted) -> None:
        values, token = files.samples.get(wanted.output.cell), self._token
        if values is None:
            self.settled.emit(Settled(wanted, None))
            return

        def work(_: CancelToken) -> Settled:
            found = workshop.convergence(values, token)
            return Settled(wanted, convergence_picture(found))

        self._tasks.append(self._background.start(work, self.settled.emit, self._fail))

    def _scatter(self, wanted: Wanted) -> None:
        source = self._source
        assert source is not None

        def found(first: "FirstTrials") -> None:
            self._first = first
            self.scattered.emit(Scattered(wanted, scatter_picture(first, wanted)))

        self._tasks.append(self._background.start(lambda _: source.first_trials(), found, self._fail))

    def _fail(self, error: McdeskError) -> None:
        self.failed.emit(error)


def convergence_picture(found: "Convergence | None") -> ConvergencePicture | None:
    """The lines with their names."""
    if found is None or len(found.trials) < 2:
        return None
    lines = tuple(
        EstimateLine("Mean" if line.percent is None else f"P{line.percent}", line.values, line.low, line.high)
        for line in found.lines
    )
    return ConvergencePicture(found.trials, lines, is_log=True)


def scatter_picture(first: "FirstTrials", wanted: Wanted) -> ScatterPicture | None:
    """The output against the input; trials that failed are left out."""
    inputs: tuple[InputStatistics, ...] = wanted.result.statistics.inputs
    if not 0 <= wanted.input_number < len(inputs):
        return None
    chosen = inputs[wanted.input_number]
    across = next((marked(each) for each in first.inputs if each.cell == chosen.cell), None)
    up = next((marked(each) for each in first.outputs if each.cell == wanted.output.cell), None)
    if across is None or up is None:
        return None
    influence = next((each for each in wanted.output.sensitivity if each.cell == chosen.cell), None)
    return ScatterPicture(
        across,
        up,
        np.arange(len(up), dtype=np.int64),
        chosen.name or chosen.cell,
        wanted.output.name or wanted.output.cell,
        None if influence is None else influence.rank_correlation,
        wanted.across_text,
    )


def live_trail(outputs: list[tuple[int, OutputStatistics]]) -> ConvergencePicture | None:
    """Convergence of a run that has not ended, from what was seen of an output after so many trials."""
    if len(outputs) < 2:
        return None
    trials = np.array([count for count, _ in outputs], dtype=np.float64)
    lines = [_trail_line("Mean", [(each.mean, each.mean_ci95) for _, each in outputs])]
    for percent in (10, 50, 90):
        estimates = [
            (each.percentiles.get(percent), each.percentiles_ci95.get(percent)) for _, each in outputs
        ]
        lines.append(_trail_line(f"P{percent}", estimates))
    return ConvergencePicture(trials, tuple(lines), is_log=True)


def _trail_line(name: str, estimates: list[tuple[float | None, tuple[float, float] | None]]) -> EstimateLine:
    def known(value: float | None) -> float:
        return np.nan if value is None else value

    values = np.array([known(value) for value, _ in estimates])
    low, high = (
        np.array([np.nan if ends is None else ends[side] for _, ends in estimates]) for side in (0, 1)
    )
    return EstimateLine(name, values, low, high)
