"""What is measured of the window: how soon it shows progress, how it answers, how long commands take."""

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mcdesk.history import metric_names
from mcdesk.ui.desk import Desk
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.measuring.loop_watch import LoopWatch
from mcdesk.ui.measuring.paint_meter import PaintMeter

if TYPE_CHECKING:
    from mcdesk.dispatch.job_news import JobNews


# the painting is asked for a little later than the frame begins
MORE_MILLISECONDS = 8
SLOWEST_HERTZ = 10.0


def frame_milliseconds(window: MainWindow) -> int:
    """How long a frame of the screen that the window is on may be away."""
    return math.ceil(1000.0 / max(window.screen().refreshRate(), SLOWEST_HERTZ)) + MORE_MILLISECONDS


class WindowMeasures(QObject):
    """Made once all else listens to the desk: what is shown is shown by then.

    Args:
        is_shown: whether a simulation, by its identifier, is on the page that is open; chunks of others are
            not waited for, and would be measured by frames that show something else.
    """

    def __init__(self, window: MainWindow, desk: Desk, is_shown: Callable[[str], bool]) -> None:
        super().__init__(window)
        self._metrics, self._is_shown = desk.metrics, is_shown
        self.loop = LoopWatch(desk.metrics, self)
        self._meter = PaintMeter(desk.metrics, self, frame_milliseconds=partial(frame_milliseconds, window))
        desk.feed.frame.connect(self._shown)
        window.painted.connect(self._meter.painted)
        window.acted.connect(self._acted)

    def _shown(self, told: "tuple[JobNews, ...]") -> None:
        self._meter.shown(
            news.ended_at for news in told if news.ended_at is not None and self._is_shown(news.simulation_id)
        )

    def _acted(self, name: str, milliseconds: float) -> None:
        self._metrics.observe(metric_names.ACTION + name, milliseconds)
