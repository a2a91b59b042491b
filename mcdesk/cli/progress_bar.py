"""The live bar of a run: on standard error, and only where that is a terminal."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mcdesk.engine.simulation_types import Phase, SimulationProgress
from mcdesk.foundation.cancellation import CancelToken

MOST_BAR_WIDTH = 30
LEAST_BAR_WIDTH = 8
# While chunks grow faster than this, what is left would be guessed from figures that do not last.
MOST_GROWTH = 1.5
_STATE_BY_PHASE = {
    None: "Preparing",
    Phase.WAITING: "Waiting",
    Phase.SIMULATING: "Simulating",
    Phase.STATISTICS: "Making statistics",
}

Clock = Callable[[], float]


@contextmanager
def progress_bar(is_quiet: bool, cancel: CancelToken) -> Iterator[Callable[[SimulationProgress], None]]:
    """What takes in the progress of a run and shows it, or does nothing.

    At the end the bar is gone, and what follows begins at the start of its line.
    """
    console = Console(stderr=True, highlight=False)
    if is_quiet or not console.is_terminal:
        yield lambda progress: None
        return
    line = ProgressLine(cancel)
    with Live(line, console=console, transient=True, refresh_per_second=10, redirect_stdout=False):
        yield line.show


class ProgressLine:
    """One line that is never wider than the terminal: what does not fit is left out, the mean first.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, cancel: CancelToken, now: Clock = time.monotonic) -> None:
        self._cancel = cancel
        self._now = now
        self._end = ExpectedEnd(now)
        self._progress: SimulationProgress | None = None
        self._ends_at: float | None = None

    def show(self, progress: SimulationProgress) -> None:
        """Take in how far the run is."""
        self._ends_at = self._end.moment(progress.trials_done, progress.trials)
        self._progress = progress

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """What rich paints, ten times a second."""
        state, figures = self._state(), self._figures(options.max_width)
        # Two gaps, and the last column stays free: some terminals wrap a line that fills it.
        room = options.max_width - len(state) - len(figures) - 5
        if room < LEAST_BAR_WIDTH:
            text = Text(f"{state}  {figures}", no_wrap=True, overflow="ellipsis")
            text.truncate(max(options.max_width - 1, 1), overflow="ellipsis")
            yield text
            return
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row(Text(state), self._bar(min(room, MOST_BAR_WIDTH)), Text(figures, no_wrap=True))
        yield grid

    def _state(self) -> str:
        phase = None if self._progress is None else self._progress.phase
        if phase is Phase.SAVING:
            return "Writing the trials"
        if self._cancel.is_cancelled:
            return "Stopping"
        return _STATE_BY_PHASE[phase]

    def _bar(self, width: int) -> ProgressBar:
        if self._progress is None or self._progress.phase is not Phase.SIMULATING:
            return ProgressBar(total=None, width=width, pulse=True, animation_time=self._now())
        return ProgressBar(self._progress.trials, self._progress.trials_done, width)

    def _figures(self, width: int) -> str:
        progress = self._progress
        if progress is None:
            return ""
        if progress.phase is not Phase.SIMULATING:
            return f"{progress.trials_done:,} trials"
        parts = [f"{100 * progress.trials_done / progress.trials:5.1f} %"]
        parts.append(f"{rate_text(progress.trials_per_second)} trials/s")
        if self._ends_at is not None and not self._cancel.is_cancelled:
            parts.append(time_left_text(self._ends_at - self._now()))
        if progress.mean is not None and progress.half_width_95 is not None:
            parts.append(f"mean {progress.mean:,.6g} ± {progress.half_width_95:,.3g}")
            if len("  ".join(parts)) + len(self._state()) + LEAST_BAR_WIDTH + 5 > width:
                parts.pop()
        return "  ".join(parts)


class ExpectedEnd:
    """When a run will be done, from the pace of its latest chunk.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, now: Clock = time.monotonic) -> None:
        self._now = now
        self._trials_done = 0
        self._step = 0
        self._told_at = now()

    def moment(self, trials_done: int, trials: int) -> float | None:
        """The moment on the clock; None while the chunks still grow, and at the end."""
        now = self._now()
        step, seconds = trials_done - self._trials_done, now - self._told_at
        is_steady = 0 < step <= self._step * MOST_GROWTH and trials_done < trials
        self._trials_done, self._step, self._told_at = trials_done, step, now
        return now + (trials - trials_done) * seconds / step if is_steady else None


def rate_text(rate: float) -> str:
    """Trials per second, whole where there are many."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def time_left_text(seconds: float) -> str:
    """A duration in hours, minutes and seconds, rounded up."""
    whole = max(math.ceil(seconds), 0)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours >= 100:
        return f"{hours // 24:,} days left"
    clock = f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
    return f"{clock} left"
