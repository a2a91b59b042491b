"""Keeps one run in the history; when the history fails, the run goes on and its report says so."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mcdesk.dispatch.run_types import HistoryStores
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.run_record import RunOutcome, RunRecord
from mcdesk.history.sample_store import TrialSamples

SECONDS_BETWEEN_UPDATES = 1.0

logger = logging.getLogger(__name__)


class RunJournal:
    """The entry of one run; after the first failure nothing more is written.

    Args:
        history: None where there is no history to write to.
        now: monotonic seconds.
    """

    def __init__(self, history: HistoryStores | None, now: Callable[[], float] = time.monotonic) -> None:
        self._history = history
        self._now = now
        self._updated_at = now()
        self._warnings: list[str] = []
        self._simulation_id = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be kept, in words."""
        return tuple(self._warnings)

    def register_file(self, user_id: int, path: Path) -> int | None:
        """Put the workbook into the library and return its number, or None if that failed."""
        file_id = None
        with self._writing("The workbook is not kept in the library") as history:
            if history is not None:
                file_id = history.files.register(user_id, path).id
        return file_id

    def start(self, record: RunRecord) -> None:
        """Note that the run begins."""
        self._simulation_id = record.simulation_id
        with self._writing("The run is not kept in the history") as history:
            if history is not None:
                history.runs.start(record)

    def update(self, trials_done: int) -> None:
        """Note how far the run is, at most once a second."""
        if self._now() - self._updated_at < SECONDS_BETWEEN_UPDATES:
            return
        self._updated_at = self._now()
        with self._writing("The progress is not kept in the history") as history:
            if history is not None:
                history.runs.update_progress(self._simulation_id, trials_done)

    def finish(self, outcome: RunOutcome, samples: Sequence[TrialSamples] = ()) -> None:
        """Keep how the run ended, and its trials."""
        with self._writing("The run is not kept in the history") as history:
            if history is not None:
                history.runs.finish(self._simulation_id, outcome)
        with self._writing("The trials are not kept in the history") as history:
            if history is not None and samples:
                history.samples.save(self._simulation_id, samples)

    @contextmanager
    def _writing(self, consequence: str) -> Iterator[HistoryStores | None]:
        try:
            yield self._history
        except McdeskError as error:
            logger.warning("%s: %s", consequence, error)
            self._warnings.append(f"{consequence}: {error}")
            self._history = None
