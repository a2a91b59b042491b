"""A window over a data folder of its own, with a real queue and a real engine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pytestqt.qtbot import QtBot

from mcdesk.foundation.paths import resources_folder
from mcdesk.services import folders_under
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import make_frame
from mcdesk.ui.launch_bench import LaunchBench
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.model_bench import Findings, ModelBench
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.workbench import Workbench

PATIENCE_MILLISECONDS = 60_000


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """The window, and what a test asks of it."""

    window: MainWindow
    workbench: Workbench
    home: Path
    qtbot: QtBot

    @property
    def model(self) -> ModelPresenter:
        """The open workbook and its marks."""
        return self.workbench.model

    @property
    def bench(self) -> ModelBench:
        """What joins the page of the model to what is found out."""
        found = self.window.findChild(ModelBench)
        assert isinstance(found, ModelBench)
        return found

    @property
    def launch(self) -> LaunchBench:
        """What joins the set-up to its estimate."""
        found = self.window.findChild(LaunchBench)
        assert isinstance(found, LaunchBench)
        return found

    @property
    def findings(self) -> Findings:
        """What is found out about the open workbook."""
        return self.bench.findings

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Serve the window until it is so."""
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MILLISECONDS)


@contextmanager
def opened_window(qtbot: QtBot, theme: Theme, home: Path) -> Iterator[OpenWindow]:
    """Shown, with its desk open; all of it is closed at the end."""
    with composed_window(qtbot, theme, home) as (found, desk):
        with qtbot.waitSignal(desk.ready, timeout=PATIENCE_MILLISECONDS):
            desk.start()
        yield found


@contextmanager
def composed_window(qtbot: QtBot, theme: Theme, home: Path) -> Iterator[tuple[OpenWindow, Desk]]:
    """Shown, and its desk, which a test opens when it likes; all of it is closed at the end."""
    folders, background = folders_under(home), Background()
    desk = Desk(folders)
    frame = make_frame(theme)
    workbench, window = compose(frame, folders, background, desk), frame.window
    window.file_dropped.connect(workbench.open)
    frame.start.file_chosen.connect(workbench.open)
    # the folders of a test are never those of the person
    qtbot.addWidget(window, before_close_func=lambda _: None)
    window.show()
    qtbot.waitExposed(window)
    try:
        yield OpenWindow(window, workbench, home, qtbot), desk
    finally:
        for run in workbench.running:
            if run.task is not None:
                run.task.ask_to_end()
        qtbot.waitUntil(lambda: not workbench.running, timeout=PATIENCE_MILLISECONDS)
        background.end()
        desk.end()
        window.close_now()


def example(name: str) -> Path:
    """A workbook that mcdesk comes with."""
    return resources_folder() / "examples" / f"{name}.xlsx"
