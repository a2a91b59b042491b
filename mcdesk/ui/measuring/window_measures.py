"""What is measured of the window: how soon it shows progress, how it answers, how long commands take."""

import math
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
    """Made once all else listens to the desk: what is shown is shown by then."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._metrics = desk.metrics
        self.loop = LoopWatch(desk.metrics, self)
        self._meter = PaintMeter(desk.metrics, self, frame_milliseconds=partial(frame_milliseconds, window))
        desk.feed.frame.connect(self._shown)
        window.painted.connect(self._meter.painted)
        window.acted.connect(self._acted)

    def _shown(self, told: "tuple[JobNews, ...]") -> None:
        self._meter.shown(news.ended_at for news in told if news.ended_at is not None)

    def _acted(self, name: str, milliseconds: float) -> None:
        self._metrics.observe(metric_names.ACTION + name, milliseconds)
