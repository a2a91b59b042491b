"""Composition root with Qt: the application, its window and what fills it, and the order of its end."""

import importlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from PySide6.QtCore import QTimer

from mcdesk import __version__
from mcdesk.foundation.conversion_wish import ConversionWish, take_wish
from mcdesk.foundation.cuda_add_on import is_application
from mcdesk.foundation.garbage import Collector, loading
from mcdesk.foundation.paths import Folders, user_folders
from mcdesk.ui import workshop
from mcdesk.ui.background import Background
from mcdesk.ui.crash_report import CrashReporter
from mcdesk.ui.desk import Desk
from mcdesk.ui.desktop_application import DesktopApplication
from mcdesk.ui.frame import make_frame
from mcdesk.ui.single_instance import SingleInstance
from mcdesk.ui.theme.icons import icon
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.type_room import make_room_for_types
from mcdesk.ui.views.close_question import CloseQuestion
from mcdesk.ui.window_memory import WindowMemory

if TYPE_CHECKING:
    from mcdesk.ui.workbench import Workbench

# The thread of the window is not kept waiting by those that work in Python.
SWITCH_SECONDS = 0.0005
PULSE_MILLISECONDS = 100
THEME_VARIABLE = "MCDESK_THEME"


class Application:
    """The whole program with a window; `run` returns when it is closed.

    Args:
        arguments: at most one workbook.
        folders: of the data; by default this person's.
        wish: what is to be done with the folder before the window opens.

    Attributes:
        next_wish: what the process that follows this one is to do; None where none follows.
    """

    def __init__(
        self, arguments: Sequence[str], folders: Folders | None = None, wish: ConversionWish | None = None
    ) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        make_room_for_types()
        self._qt = DesktopApplication([sys.argv[0]])
        self._qt.setApplicationName("mcdesk")
        self._qt.setApplicationVersion(__version__)
        self._qt.setDesktopFileName("mcdesk")
        self._qt.setWindowIcon(icon("mcdesk", "#000000", 64))
        self._folders = folders or user_folders()
        self._background = Background()
        self._desk = Desk(self._folders)
        self.instance = SingleInstance(self._folders.data, self._qt)
        self._memory = WindowMemory(self._folders.data / "window.json", self._write_later)
        self._reporter = CrashReporter(self._qt)
        theme = Theme(self._qt, _theme_choice(self._memory.theme))
        theme.changed.connect(lambda: self._memory.keep_theme(theme.choice))
        self.frame = make_frame(theme)
        self.workbench: Workbench | None = None
        self.next_wish: ConversionWish | None = None
        self._wish = wish
        # what was asked for before there was somebody to do it
        self._awaited = [Path(each) for each in arguments[:1]]
        window = self.frame.window
        window.close_wanted.connect(self._ask_to_close)
        window.file_dropped.connect(self._open)
        self.frame.start.file_chosen.connect(self._open)
        self.instance.called.connect(self._come_forward)
        self._qt.file_asked.connect(self._come_forward)
        self._reporter.met.connect(self._show_fault)
        signal.signal(signal.SIGTERM, lambda *_: QTimer.singleShot(0, self.end))
        self._collector = Collector()
        self._collector.take_over()
        # Python looks at signals only while it runs
        self._pulse = QTimer()
        self._pulse.timeout.connect(self._collector.collect_due)
        self._pulse.start(PULSE_MILLISECONDS)

    def hand_over(self) -> bool:
        """Whether another window of this person's is open and takes what this one was started with."""
        return not self.instance.is_first() and self.instance.hand_over(next(iter(self._awaited), None))

    def run(self) -> int:
        """Show the window and serve it until it is closed; the exit code."""
        self._reporter.install()
        if self._wish is None:
            self._show_window()
        else:
            self._convert(self._wish)
        return int(self._qt.exec())

    def end(self) -> None:
        """The window first, so that a person sees it go; then work, then the desk."""
        self._memory.keep_end(self.frame.window.saveGeometry())
        self.frame.window.hide()
        if self.workbench is not None and self.workbench.measures is not None:
            self.workbench.measures.loop.stop()
        self._background.end()
        self._desk.end()
        self.instance.end()
        self.frame.window.close_now()
        self._qt.quit()

    @property
    def shown_path(self) -> Path | None:
        """The workbook that is open."""
        model = None if self.workbench is None else self.workbench.model.model
        return None if model is None else model.workbook.path

    def _convert(self, wish: ConversionWish) -> None:
        # who does not convert need not load it
        from mcdesk.ui.conversion_bench import ConversionBench

        bench = ConversionBench(self._folders, wish, self._background, self._qt)

        def ended() -> None:
            self._show_window()
            bench.tell(self.frame.window.notice)

        bench.ended.connect(ended)
        bench.start()

    def _show_window(self) -> None:
        geometry = self._memory.geometry
        if geometry is None or not self.frame.window.restoreGeometry(geometry):
            self.frame.window.fit_to_screen()
        self.frame.window.show()
        QTimer.singleShot(0, self._begin)

    def _begin_anew(self, wish: ConversionWish) -> None:
        """Close the window; the process that follows does this before it opens one."""
        self.next_wish = wish
        self.end()

    def _begin(self) -> None:
        """The first picture is there: load the rest beside it."""
        show_failure = self.frame.window.notice.show_failure
        # first, as it is short: somebody may start mcdesk again meanwhile
        self._background.start(
            lambda _: importlib.import_module("PySide6.QtNetwork"),
            lambda _: self.instance.listen(),
            show_failure,
        )
        # beside the window: the folder of the workbook may be one that does not answer
        self._background.start(lambda _: self._memory.left_open, self._offer_left_open, show_failure)
        self._background.start(lambda _: _load_composition(), self._complete, show_failure)

    def _offer_left_open(self, path: Path | None) -> None:
        if path is not None:
            self.frame.start.show_left_open(path)

    def _complete(self, composition: ModuleType) -> None:
        self._go_on(composition.composing(self.frame, self._folders, self._background, self._desk))

    def _go_on(self, steps: Generator[None, None, "Workbench"]) -> None:
        """The window answers between two steps."""
        try:
            next(steps)
        except StopIteration as done:
            self._use(done.value)
        else:
            QTimer.singleShot(0, lambda: self._go_on(steps))

    def _use(self, workbench: "Workbench") -> None:
        self.workbench = workbench
        if workbench.measures is not None:
            workbench.measures.loop.start()
        if workbench.encryption is not None:
            workbench.encryption.restart_wanted.connect(self._begin_anew)
        workbench.model.opened.connect(lambda model: self._memory.keep_open(model.workbook.path))
        self._desk.start()
        awaited, self._awaited = self._awaited, []
        for path in awaited:
            self._open(path)
        self._background.start(workshop.load_all, lambda _: None, self.frame.window.notice.show_failure)

    def _open(self, path: Path) -> None:
        if self.workbench is None:
            self._awaited = [path]
        else:
            self.workbench.open(path)

    def _come_forward(self, path: Path | None) -> None:
        """mcdesk was started again."""
        self.frame.window.come_forward()
        if path is not None:
            self._open(path)

    def _show_fault(self, report: str) -> None:
        if self.workbench is not None and self.workbench.shell is not None:
            self.workbench.shell.show_fault(report)

    def _write_later(self, write: Callable[[], None]) -> None:
        self._background.start(lambda _: write(), lambda _: None, lambda _: None)

    def _ask_to_close(self) -> None:
        running = 0 if self.workbench is None else len(self.workbench.running)
        if running and not CloseQuestion(running, self.frame.window).is_sure():
            return
        self.end()


def run_application(arguments: Sequence[str]) -> int:
    """Open the window, on a workbook if one is named; the exit code."""
    application = Application(arguments, wish=take_wish())
    if application.hand_over():
        return 0
    code = application.run()
    if application.next_wish is not None:
        follow(application.next_wish, application.shown_path)
    return code


def follow(wish: ConversionWish, path: Path | None) -> NoReturn:
    """Put a fresh process in the place of this one, whose threads may still have files of the folder open."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    own = len(sys.orig_argv) - len(sys.argv[1:])
    started_as = [] if is_application() else sys.orig_argv[1:own]
    command = [sys.executable, *started_as, *([] if path is None else [str(path)])]
    # or the application would take itself for a child of its own
    environment = wish.added_to(os.environ) | {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
    if os.name == "nt":
        # there a process cannot be exchanged for another
        subprocess.Popen(command, env=environment)
        os._exit(0)
    os.execve(sys.executable, command, environment)


@loading()
def _load_composition() -> ModuleType:
    return importlib.import_module("mcdesk.ui.composition")


def _theme_choice(remembered: ThemeChoice) -> ThemeChoice:
    try:
        return ThemeChoice(os.environ[THEME_VARIABLE])
    except (KeyError, ValueError):
        return remembered
