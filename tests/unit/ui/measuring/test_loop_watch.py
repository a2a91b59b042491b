"""A window that is late is measured, and what kept it is told."""

import threading
import time

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from mcdesk.foundation.metrics import MetricPoint, Metrics
from mcdesk.history import metric_names
from mcdesk.ui.measuring.loop_watch import LoopWatch


def told(metrics: Metrics) -> dict[str, list[MetricPoint]]:
    found: dict[str, list[MetricPoint]] = {}
    for point in metrics.take():
        found.setdefault(point.name, []).append(point)
    return found


def sleep_in_the_window(seconds: float) -> None:
    time.sleep(seconds)


def test_that_beats_are_measured_while_the_window_answers(qtbot: QtBot) -> None:
    metrics = Metrics()
    watch = LoopWatch(metrics)
    watch.start()
    qtbot.wait(300)
    watch.stop()

    found = told(metrics)

    assert sum(point.count for point in found[metric_names.LOOP_LAG]) >= 5
    assert all(point.least >= 0.0 for point in found[metric_names.LOOP_LAG])


def test_that_a_stall_is_counted_with_what_the_window_was_doing(qtbot: QtBot) -> None:
    metrics = Metrics()
    watch = LoopWatch(metrics)
    watch.start()
    QTimer.singleShot(30, lambda: sleep_in_the_window(0.6))
    qtbot.waitUntil(lambda: bool(watch.stalls), timeout=10_000)
    watch.stop()

    (stall,) = watch.stalls
    assert stall.milliseconds >= 500.0
    assert "sleep_in_the_window" in stall.stack
    found = told(metrics)
    assert sum(point.total for point in found[metric_names.STALLS]) == 1.0
    assert max(point.most for point in found[metric_names.LOOP_LAG]) >= 500.0


def test_that_each_stall_has_a_stack_of_its_own(qtbot: QtBot) -> None:
    watch = LoopWatch(Metrics())
    watch.start()
    for number in (1, 2):
        sleep_in_the_window(0.4)
        qtbot.waitUntil(lambda number=number: len(watch.stalls) == number, timeout=10_000)
    watch.stop()

    assert all("sleep_in_the_window" in stall.stack for stall in watch.stalls)


def test_that_what_the_window_holds_ends_in_its_own_thread(qtbot: QtBot) -> None:
    ended_in: list[int] = []

    class Painter:
        def __del__(self) -> None:
            ended_in.append(threading.get_ident())

    def paint() -> None:
        held = Painter()
        sleep_in_the_window(0.4)
        assert held is not None

    watch = LoopWatch(Metrics())
    watch.start()
    for number in range(1, 4):
        paint()
        qtbot.waitUntil(lambda number=number: len(watch.stalls) >= number, timeout=10_000)
    watch.stop()

    assert ended_in == [threading.get_ident()] * 3


def test_that_it_ends_with_its_thread(qtbot: QtBot) -> None:
    watch = LoopWatch(Metrics())
    watch.start()
    watch.stop()

    assert not any(thread.name == "mcdesk-loop-watch" for thread in threading.enumerate())
    LoopWatch(Metrics()).stop()
