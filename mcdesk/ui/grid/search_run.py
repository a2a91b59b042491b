"""Runs a search of cells in the pauses of the window, a few milliseconds at a time."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import Workbook
from mcdesk.ui.grid.cell_search import search_cells
from mcdesk.ui.grid.cell_texts import CellTexts

MOST_HITS = 10_000
_STEP_SECONDS = 0.006


class SearchRun(QObject):
    """The hits of the search that was begun last, in the order of the sheets.

    Attributes:
        hits: those found so far, at most 10,000.
    """

    progressed = Signal()

    def __init__(self, parent: QObject, now: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(parent)
        self.hits: list[CellAddress] = []
        self._now = now
        self._pieces: Iterator[tuple[CellAddress, ...]] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)

    @property
    def is_running(self) -> bool:
        """Whether cells are still to be looked at."""
        return self._pieces is not None

    @property
    def count_text(self) -> str:
        """How many cells were found, for a person."""
        if not self.hits:
            return "Searching…" if self.is_running else "No cell"
        more = "+" if len(self.hits) >= MOST_HITS else "…" if self.is_running else ""
        return f"{len(self.hits):,}{more} {'cell' if len(self.hits) == 1 else 'cells'}"

    def begin(self, workbook: Workbook, wanted: str, texts: CellTexts) -> None:
        """Look for a text, and forget what was looked for before."""
        self.end()
        if wanted:
            self._pieces = search_cells(workbook, wanted, texts)
            self._timer.start()

    def end(self) -> None:
        """Look for nothing any more."""
        self._timer.stop()
        self._pieces = None
        self.hits = []

    def first_from(self, start: CellAddress) -> CellAddress | None:
        """The first hit from a cell on; one before it only once no cell is left to be looked at."""
        place = bisect_left(self.hits, start)
        if place < len(self.hits):
            return self.hits[place]
        return self.hits[0] if self.hits and not self.is_running else None

    def after(self, cell: CellAddress) -> CellAddress | None:
        """The next hit behind a cell, from the last on to the first."""
        if not self.hits:
            return None
        return self.hits[bisect_right(self.hits, cell) % len(self.hits)]

    def before(self, cell: CellAddress) -> CellAddress | None:
        """The last hit before a cell, from the first back to the last."""
        return self.hits[bisect_left(self.hits, cell) - 1] if self.hits else None

    @Slot()
    def _step(self) -> None:
        until = self._now() + _STEP_SECONDS
        while self._pieces is not None and self._now() < until:
            found = next(self._pieces, None)
            if found is not None:
                self.hits += found[: MOST_HITS - len(self.hits)]
            if found is None or len(self.hits) >= MOST_HITS:
                self._pieces = None
                self._timer.stop()
        self.progressed.emit()
