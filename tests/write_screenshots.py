"""Writes docs/screenshots: every page in both themes, with a real run: `python -m tests.write_screenshots`.

The pictures have two pixels for one, as on a sharp screen.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from mcdesk.foundation.paths import resources_folder
from mcdesk.services import folders_under
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import Frame, make_frame
from mcdesk.ui.model_bench import ModelBench
from mcdesk.ui.presenters.compare_presenter import ComparePresenter
from mcdesk.ui.presenters.help_pages import HelpPlace
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.presenters.run_presenter import RunPresenter
from mcdesk.ui.presenters.traces_presenter import TraceWay
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.correlation_dialog import CorrelationDialog
from mcdesk.ui.views.dashboard_view import DashboardView
from mcdesk.ui.views.distribution_dialog import DistributionDialog
from mcdesk.ui.views.help_window import FIRST_SIZE
from mcdesk.ui.views.marks_panel import CHECKED, MarksPanel
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.workbench import Workbench

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
EXAMPLE = "product_launch.xlsx"
PATIENCE_SECONDS = 60.0
# long enough that both run while the pictures are taken, and seen to move
MANY_TRIALS, LEAST_SHOWN = 200_000_000, 0.1


def main() -> None:
    """Open the example, run it, and take pictures on the way."""
    os.environ.setdefault("QT_SCALE_FACTOR", "2")
    application = QApplication([])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, chdir(home):
        frame = make_frame(Theme(application, ThemeChoice.LIGHT))
        # by a path that tells nothing of this computer
        background, folders = Background(), folders_under(Path("mcdesk"))
        desk = Desk(folders)
        workbench = compose(frame, folders, background, desk)
        frame.window.file_dropped.connect(workbench.open)
        is_ready: list[object] = []
        desk.ready.connect(is_ready.append)
        desk.start()
        assert workbench.measures is not None
        workbench.measures.loop.start()
        frame.window.show()
        take(application, frame, frame.window, "start")
        marked = example_in(Path(home) / "Models", is_marked=True)
        workbench.open(marked)
        wait(application, lambda: EXAMPLE in frame.window.windowTitle())
        take(application, frame, frame.window, "model")
        take_model(application, frame, example_in(Path(home) / "New", is_marked=False))
        workbench.open(marked)
        wait(application, lambda: workbench.model.input_count > 0)
        wait(application, lambda: bool(is_ready))
        workbench.run()
        wait(application, lambda: workbench.results.result is not None)
        take(application, frame, frame.window, "results")
        take_results(application, frame, workbench)
        take_queue(application, frame, workbench)
        take_dashboard(application, frame)
        frame.window.show_number(5)
        take(application, frame, frame.window, "settings")
        take_help(application, frame, workbench)
        workbench.measures.loop.stop()
        background.end()
        desk.end()


def example_in(folder: Path, is_marked: bool) -> Path:
    """A copy of the example, without or with its set-up, by a path that tells nothing of this computer."""
    folder.mkdir()
    source = resources_folder() / "examples" / EXAMPLE
    for suffix in (".xlsx", ".toml") if is_marked else (".xlsx",):
        target = folder / source.with_suffix(suffix).name
        target.write_bytes(source.with_suffix(suffix).read_bytes())
    return Path(folder.name) / EXAMPLE


def take_model(application: QApplication, frame: Frame, unmarked: Path) -> None:
    """Pictures of what is found out about the open model, and of its editors; another is open afterwards."""
    panel, bench = frame.window.findChild(MarksPanel), frame.window.findChild(ModelBench)
    assert panel is not None and isinstance(bench, ModelBench)
    panel.input_opened.emit(panel.inputs[0].cell)
    dialog = frame.window.findChild(DistributionDialog)
    assert dialog is not None
    take(application, frame, dialog, "distribution")
    dialog.reject()
    bench.edit_correlations()
    matrix = frame.window.findChild(CorrelationDialog)
    assert matrix is not None
    take(application, frame, matrix, "correlations")
    matrix.reject()
    bench.findings.traces.show(panel.outputs[0].cell, TraceWay.BOTH)
    wait(application, lambda: bench.findings.traces.trace is not None)
    panel.show_tab(CHECKED)
    wait(application, lambda: bench.findings.check.certificate is not None)
    take(application, frame, frame.window, "trace")
    frame.window.file_dropped.emit(unmarked)
    wait(application, lambda: bench.findings.suggestions.is_complete)
    take(application, frame, frame.window, "suggestions")


def take_results(application: QApplication, frame: Frame, workbench: Workbench) -> None:
    """The other charts, another run beside this one, and the workbook of one trial."""
    window = frame.window
    charts, results = window.findChild(ResultCharts), window.findChild(ResultsView)
    assert charts is not None and results is not None
    for name in ("shapeChoice2", "driverShape1"):
        press(window, name)
    wait(application, lambda: not charts.convergence.is_empty and not charts.scatter.is_empty)
    take(application, frame, window, "charts")
    first = workbench.results.result
    assert first is not None
    workbench.results.result = None
    model = window.findChild(ModelPresenter)
    assert model is not None and model.model is not None
    price = model.model.cell_of(model.setup.inputs[3].cell)
    assert price is not None
    model.set_input(price, "normal(52, 5)", "Price")
    workbench.run()
    wait(application, lambda: workbench.results.result is not None)
    compare = window.findChild(ComparePresenter)
    assert compare is not None
    compare.refresh()
    wait(application, lambda: compare.can_choose(first.simulation_id))
    compare.choose(first.simulation_id, True)
    wait(application, lambda: bool(compare.runs))
    for name in ("shapeChoice0", "driverShape0", "tableChoice3"):
        press(window, name)
    take(application, frame, window, "compare")
    results.row_opened.emit(1, 8)
    banner = window.findChild(QLabel, "trialText")
    assert banner is not None
    wait(application, lambda: "P99" in banner.text())
    take(application, frame, window, "trial")


def take_queue(application: QApplication, frame: Frame, workbench: Workbench) -> None:
    """Two simulations that share the device, and are cancelled afterwards."""
    runs, model = frame.window.findChild(RunPresenter), frame.window.findChild(ModelPresenter)
    assert runs is not None and model is not None
    model.set_plan(replace(model.setup, trials=MANY_TRIALS))
    for seed_step in (1, 2):
        workbench.run(seed_step)
    frame.window.show_number(3)
    wait(application, lambda: all(run.fraction > LEAST_SHOWN for run in workbench.running))
    take(application, frame, frame.window, "queue")
    for run in workbench.running:
        runs.cancel(run)
    wait(application, lambda: not workbench.running)


def take_dashboard(application: QApplication, frame: Frame) -> None:
    """What was measured of all of that, and the place of the queries."""
    frame.window.show_number(4)
    press(frame.window, "dashboardRange0")
    view = frame.window.findChild(DashboardView)
    assert view is not None
    wait(application, lambda: not view.overview.charts["cpuTime"].is_empty)
    settle_until = time.monotonic() + 4.0
    wait(application, lambda: time.monotonic() > settle_until)
    take(application, frame, frame.window, "dashboard")
    press(frame.window, "queriesButton")
    take(application, frame, frame.window, "queries")


def take_help(application: QApplication, frame: Frame, workbench: Workbench) -> None:
    """The documentation, at a page with a picture."""
    shell = workbench.shell
    assert shell is not None
    shell.show_documentation()
    bench = shell.help
    assert bench is not None
    # as on a large screen
    bench.window.resize(FIRST_SIZE)
    wait(application, lambda: bench.place is not None)
    bench.go(HelpPlace("reading-results.md", "compare"))
    wait(application, lambda: "Compare" in bench.window.text.toPlainText())
    take(application, frame, bench.window, "help")
    bench.window.close()


def press(window: QWidget, name: str) -> None:
    """Press the button of this name."""
    button = window.findChild(QPushButton, name)
    assert button is not None, name
    button.click()


def take(application: QApplication, frame: Frame, widget: QWidget, name: str) -> None:
    """A picture in each theme."""
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        frame.theme.choose(choice)
        settle_until = time.monotonic() + 0.6
        wait(application, lambda until=settle_until: time.monotonic() > until)
        path = FOLDER / f"{name}-{choice.value}.png"
        widget.grab().save(str(path))
        shrink(path)
        sys.stdout.write(f"{path.name}\n")


def shrink(path: Path) -> None:
    """To 256 colours, which nobody sees, and a third of the size: the pictures are shipped."""
    mogrify = shutil.which("mogrify")
    if mogrify is not None:
        subprocess.run([mogrify, "+dither", "-colors", "256", "-strip", f"PNG8:{path}"], check=True)


def wait(application: QApplication, is_so: Callable[[], bool]) -> None:
    """Serve the window until it is so."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at, "waited for too long"
        application.processEvents()
        time.sleep(0.01)


if __name__ == "__main__":
    main()
