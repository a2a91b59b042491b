"""What a simulation says of its outputs while it runs, in a file of its folder; written while it is watched.

The engine that computes and the window that looks may be different processes: who watches touches a
file, and who computes writes the other one. Without a watcher it costs a look at the folder each chunk.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mcdesk.dispatch.run_document import statistics_of, statistics_text
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.engine.simulation_types import OutputStatistics
from mcdesk.foundation.kept_file import open_kept, write_kept

LIVE_VALUES = 1 << 15
WATCHED_SECONDS = 3.0
# What is seen live must not hold up what is waited for.
MOST_TIME_SHARE = 0.08
LEAST_SECONDS = 0.1
_WATCH_FILE, _LIVE_FILE = "watched", "live.json"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveResult:
    """Statistics after so many trials."""

    trials_done: int
    outputs: tuple[OutputStatistics, ...]


class LiveWriter:
    """Writes for one simulation, where it is computed.

    Args:
        folder: of the simulation.
        clock: monotonic seconds.
        wall_clock: seconds since the epoch, as files have them.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._wall_clock = wall_clock
        self._next_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether somebody watches, and it is time."""
        return self._clock() >= self._next_at and self._is_watched()

    def tell(self, trials_done: int, glance: Callable[[], tuple[OutputStatistics, ...]]) -> LiveResult | None:
        """Write what `glance` says, if somebody watches and it is time; a failure costs the file only.

        Returns:
            What was written, for who looks on in the process that executes.
        """
        if not self.is_due:
            return None
        began = self._clock()
        found = LiveResult(trials_done, glance())
        text = f"{trials_done}\n{statistics_text(RunStatistics(outputs=found.outputs))}"
        try:
            write_kept(self._folder / _LIVE_FILE, text.encode())
        except OSError as error:
            logger.warning("live results not written: %s", error)
        ended = self._clock()
        self._next_at = ended + max((ended - began) / MOST_TIME_SHARE, LEAST_SECONDS)
        return found

    def _is_watched(self) -> bool:
        try:
            touched = (self._folder / _WATCH_FILE).stat().st_mtime
        except OSError:
            return False
        return abs(self._wall_clock() - touched) <= WATCHED_SECONDS


def watch(folder: Path) -> None:
    """Have the simulation of this folder tell what it finds for the next seconds; it may have ended."""
    with suppress(OSError):
        (folder / _WATCH_FILE).touch()


def live_result(folder: Path) -> LiveResult | None:
    """What was told last; None where nothing was, or it cannot be read."""
    try:
        with open_kept(folder / _LIVE_FILE) as file:
            trials, _, text = file.read().decode().partition("\n")
        statistics = statistics_of(text)
        return None if statistics is None else LiveResult(int(trials), statistics.outputs)
    except (OSError, ValueError):
        return None
