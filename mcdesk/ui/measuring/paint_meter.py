"""How soon progress is seen: from the end of a chunk to the frame of the window that shows it."""

import time
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from mcdesk.foundation.metrics import Metrics
from mcdesk.history import metric_names

# of a screen at 60 Hz, and some more
FRAME_MILLISECONDS = 25


class PaintMeter(QObject):
    """Is told of chunks, and by the window when it has painted; used by the window's thread.

    The oldest chunk that nobody has seen counts: else a window that hangs would be measured once.

    What was changed is painted with the next frame of the screen. If none comes by then, nothing that is seen
    has changed, and the frame of a later chunk is not that of this one.

    Args:
        clock: seconds, monotonic, the same as that of the engine.
        frame_milliseconds: after so long a frame has begun.
    """

    def __init__(
        self,
        metrics: Metrics,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
        frame_milliseconds: Callable[[], int] = lambda: FRAME_MILLISECONDS,
    ) -> None:
        super().__init__(parent)
        self._metrics, self._clock = metrics, clock
        self._frame_milliseconds = frame_milliseconds
        self._number = 0
        # when the oldest chunk of each frame ended that is not painted yet, by the number of the frame
        self._pending: dict[int, float] = {}

    def shown(self, ended_at: Iterable[float]) -> None:
        """What the window shows was changed for the sake of chunks that ended then."""
        oldest = min(ended_at, default=None)
        if oldest is None:
            return
        self._number += 1
        self._pending[self._number] = oldest
        # a window that hangs paints first when it goes on: that timer began before this one
        QTimer.singleShot(self._frame_milliseconds(), partial(self._forget, self._number))

    def painted(self) -> None:
        """The window has painted what was changed."""
        if self._pending:
            oldest = min(self._pending.values())
            self._metrics.observe(metric_names.PROGRESS, 1000.0 * (self._clock() - oldest))
            self._pending.clear()

    def _forget(self, number: int) -> None:
        """There was time to paint, and nothing was to be painted."""
        if self._pending.pop(number, None) is not None:
            self._metrics.count(metric_names.PROGRESS_UNCHANGED)
