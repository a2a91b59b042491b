"""How soon progress is seen while four simulations run in one window, by mcdesk's own measurements.

python -m tests.benchmarks.four_simulations; with a screen, or with QT_QPA_PLATFORM=offscreen.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from mcdesk.application import SWITCH_SECONDS
from mcdesk.foundation.paths import resources_folder
from mcdesk.monitor.dashboard import Dashboard
from mcdesk.monitor.figures.experience import Latency
from mcdesk.monitor.figures.time_ranges import TimeRange
from mcdesk.services import folders_under
from mcdesk.ui.background import Background
from mcdesk.ui.composition import compose
from mcdesk.ui.desk import Desk
from mcdesk.ui.frame import make_frame
from mcdesk.ui.presenters.dashboard_presenter import DashboardPresenter
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.presenters.run_presenter import RunPresenter
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.workbench import Workbench
from tests.benchmarks.window_watching import serve

SIMULATIONS = 4
MANY_TRIALS = 10**10
SECONDS = 20.0
PATIENCE_SECONDS = 60.0
RESULTS_PAGE, DASHBOARD_PAGE = 2, 4
MODEL = "product_launch"


def main() -> None:
    """Run four, look at one, and read the dashboard."""
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication([])
    with tempfile.TemporaryDirectory() as home:
        frame = make_frame(Theme(application, ThemeChoice.LIGHT))
        folders, background = folders_under(Path(home)), Background()
        desk = Desk(folders)
        workbench = compose(frame, folders, background, desk)
        ready: list[object] = []
        desk.ready.connect(ready.append)
        desk.start()
        frame.window.resize(1280, 800)
        frame.window.show()
        wait(lambda: bool(ready))
        assert workbench.measures is not None
        run_all(workbench, Path(home))
        frame.window.show_number(RESULTS_PAGE)
        wait(lambda: all(run.fraction > 0.0 for run in workbench.running))
        serve(2.0)
        desk.metrics.take()
        workbench.measures.loop.start()
        serve(SECONDS)
        found = dashboard(frame.window.findChild(DashboardPresenter))
        report(found)
        workbench.measures.loop.stop()
        runs = frame.window.findChild(RunPresenter)
        assert runs is not None
        for run in workbench.running:
            runs.cancel(run)
        wait(lambda: not workbench.running)
        background.end()
        desk.end()
        frame.window.close_now()


def run_all(workbench: Workbench, home: Path) -> None:
    """Hand the simulations in."""
    for suffix in (".xlsx", ".toml"):
        source = resources_folder() / "examples" / f"{MODEL}{suffix}"
        shutil.copy(source, home / source.name)
    workbench.open(home / f"{MODEL}.xlsx")
    wait(lambda: workbench.model.input_count > 0)
    model = workbench.model
    assert isinstance(model, ModelPresenter)
    for seed in range(SIMULATIONS):
        model.set_plan(replace(model.setup, trials=MANY_TRIALS, seed=seed))
        workbench.run()


def dashboard(presenter: DashboardPresenter | None) -> Dashboard:
    """The figures of the last minutes."""
    assert presenter is not None
    found: list[Dashboard] = []
    presenter.read.connect(found.append)
    presenter.choose(TimeRange.FIVE_MINUTES)
    presenter.watch(True)
    wait(lambda: bool(found))
    presenter.watch(False)
    return found[-1]


def report(found: Dashboard) -> None:
    """Print what was measured."""
    print("| | count | p50 (ms) | p95 (ms) | p99 (ms) | longest (ms) |\n|---|---|---|---|---|---|")
    for name, latency in (
        ("progress is seen after", found.experience.progress),
        ("window late by", found.experience.lag),
    ):
        print(row(name, latency))
    load, unchanged = os.getloadavg()[0], found.experience.unchanged
    print(f"\nExperience: {found.experience.status}; {unchanged} changed nothing; load {load:.1f}.")


def row(name: str, latency: Latency | None) -> str:
    """A line of the table."""
    if latency is None:
        return f"| {name} | 0 | | | | |"
    numbers = (latency.p50, latency.p95, latency.p99, latency.most)
    return f"| {name} | {latency.count} | " + " | ".join(f"{each:.1f}" for each in numbers) + " |"


def wait(is_so: Callable[[], bool]) -> None:
    """Serve the window until it is so."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends_at, "waited for too long"
        serve(0.02)


if __name__ == "__main__":
    main()
