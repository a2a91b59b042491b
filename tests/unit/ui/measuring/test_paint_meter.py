"""Progress is seen when the window has painted it; the oldest chunk that waits for that counts."""

import time

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mcdesk.foundation.metrics import Metrics
from mcdesk.history import metric_names
from mcdesk.ui.main_window import MainWindow, PageEntry
from mcdesk.ui.measuring.paint_meter import PaintMeter
from mcdesk.ui.measuring.window_measures import frame_milliseconds
from mcdesk.ui.theme.theme import Theme


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_that_the_oldest_chunk_that_nobody_has_seen_counts(qtbot: QtBot, clock: Clock) -> None:
    metrics = Metrics()
    meter = PaintMeter(metrics, clock=clock)
    meter.shown([99.9, 99.7])
    meter.shown([99.95])
    meter.painted()

    (point,) = metrics.take()
    assert (point.name, point.count) == (metric_names.PROGRESS, 1)
    assert point.total == pytest.approx(300.0)


def test_that_a_frame_without_news_is_not_measured(qtbot: QtBot, clock: Clock) -> None:
    metrics = Metrics()
    meter = PaintMeter(metrics, clock=clock)
    meter.painted()
    meter.shown([])
    meter.painted()

    assert metrics.take() == ()


def test_that_what_changes_nothing_is_counted_apart(qtbot: QtBot, clock: Clock) -> None:
    metrics = Metrics()
    meter = PaintMeter(metrics, clock=clock)
    meter.shown([99.9])
    qtbot.wait(150)
    meter.shown([100.0])
    clock.now = 100.01
    meter.painted()

    found = {point.name: point for point in metrics.take()}
    assert found[metric_names.PROGRESS_UNCHANGED].total == 1.0
    assert found[metric_names.PROGRESS].most == pytest.approx(10.0)


def test_that_a_frame_of_a_later_chunk_is_not_that_of_one_which_changed_nothing(
    qtbot: QtBot, clock: Clock
) -> None:
    metrics = Metrics()
    meter = PaintMeter(metrics, clock=clock, frame_milliseconds=lambda: 5)
    meter.shown([100.0])
    qtbot.wait(30)
    clock.now = 100.05
    meter.shown([100.05])
    clock.now = 100.06
    meter.painted()

    found = {point.name: point for point in metrics.take()}
    assert found[metric_names.PROGRESS].most == pytest.approx(10.0)


def test_that_a_frame_of_the_screen_is_waited_for_and_little_more(qtbot: QtBot, theme: Theme) -> None:
    window = MainWindow(theme, (PageEntry("Start", "home", QLabel("0")),))
    qtbot.addWidget(window)
    frame = 1000.0 / window.screen().refreshRate()

    assert frame < frame_milliseconds(window) < frame + 10.0


def test_that_a_real_window_tells_when_it_has_painted(qtbot: QtBot, theme: Theme) -> None:
    shown = QLabel("0")
    window = MainWindow(theme, (PageEntry("Start", "home", shown),))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.wait(100)
    metrics = Metrics()
    meter = PaintMeter(metrics)
    window.painted.connect(meter.painted)
    began = time.monotonic()

    meter.shown([began])
    shown.setText("1,000 trials")
    qtbot.waitUntil(lambda: bool(metrics._events), timeout=10_000)
    took = 1000.0 * (time.monotonic() - began)

    (point,) = metrics.take()
    assert point.name == metric_names.PROGRESS
    assert 0.0 < point.most <= took


def test_that_a_window_that_hangs_is_measured_and_not_taken_for_unchanged(qtbot: QtBot, theme: Theme) -> None:
    shown = QLabel("0")
    window = MainWindow(theme, (PageEntry("Start", "home", shown),))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.wait(100)
    metrics = Metrics()
    meter = PaintMeter(metrics)
    window.painted.connect(meter.painted)

    meter.shown([time.monotonic()])
    shown.setText("1,000 trials")
    time.sleep(0.3)
    qtbot.waitUntil(lambda: bool(metrics._events), timeout=10_000)

    (point,) = metrics.take()
    assert point.name == metric_names.PROGRESS
    assert point.most >= 300.0


def test_that_commands_tell_how_long_they_took(qtbot: QtBot, theme: Theme) -> None:
    window = MainWindow(theme, (PageEntry("Start", "home", QLabel()),))
    qtbot.addWidget(window)
    acted: list[tuple[str, float]] = []
    window.acted.connect(lambda name, milliseconds: acted.append((name, milliseconds)))

    window.add_command("View", "Doze\u2026", lambda: time.sleep(0.02)).trigger()

    ((name, milliseconds),) = acted
    assert name == "Doze"
    assert milliseconds >= 20.0
