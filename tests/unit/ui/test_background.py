"""Work in threads beside the window."""

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import McdeskError
from mcdesk.ui.background import Background, Task


def test_that_what_was_done_is_told_in_the_thread_of_the_window(qtbot: QtBot) -> None:
    background, told = Background(), []

    def work(_: CancelToken) -> bool:
        return QThread.isMainThread()

    task = background.start(
        work, lambda was_main: told.append((was_main, QThread.isMainThread())), told.append
    )

    qtbot.waitUntil(lambda: bool(told))
    assert told == [(False, True)]
    qtbot.waitUntil(lambda: not isValid(task))


def test_that_a_fault_of_the_work_is_told(qtbot: QtBot) -> None:
    background, told = Background(), list[McdeskError]()

    background.start(lambda _: 1 / 0, lambda _: None, told.append)

    qtbot.waitUntil(lambda: bool(told))
    assert "division by zero" in told[0].title


def test_that_a_task_stays_until_its_thread_has_left_the_signal(qtbot: QtBot) -> None:
    owner, told = QObject(), list[object]()
    task = Task(told.append, told.append, owner)

    # as if the thread were still inside
    task._finished.emit("done")
    qtbot.wait(30)
    assert (told, isValid(task)) == (["done"], True)

    task._has_run = True
    qtbot.waitUntil(lambda: not isValid(task))


def test_that_a_task_which_went_with_its_window_is_not_touched_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_leave, told = threading.Event(), list[object]()

    def run(task: Task, work: Callable[[CancelToken], object]) -> None:
        task._finished.emit(work(task.token))
        may_leave.wait(10)
        task._has_run = True

    monkeypatch.setattr(Task, "run", run)
    background = Background()
    background.start(lambda _: "done", told.append, told.append)
    qtbot.waitUntil(lambda: bool(told))

    may_leave.set()
    del background
    # what is met in the loop of Qt fails the test
    qtbot.wait(30)

    assert told == ["done"]


_LAST_HOLDER = """
import gc
from PySide6.QtCore import QCoreApplication, QEvent
from mcdesk.ui.background import Background

class Asker:
    def __init__(self):
        self.background = Background()

    def told(self, result):
        print("told", result)

def ask():
    asker = Asker()
    asker.background.start(lambda token: 1, asker.told, asker.told)
    asker.background._pool.waitForDone()

gc.disable()
application = QCoreApplication([])
for _ in range(10):
    ask()
    for _ in range(5):
        application.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
"""


def test_that_a_task_that_is_the_last_to_hold_its_parent_does_not_take_it_along() -> None:
    # it crashed, so not in this process
    ended = subprocess.run(
        [sys.executable, "-c", _LAST_HOLDER], capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "told 1\n" * 10, "")
