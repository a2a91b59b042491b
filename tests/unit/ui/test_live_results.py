"""What a simulation finds shows while it runs: one of this window, and one that was handed in elsewhere."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunReport, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.services import open_services
from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.presenters.history_presenter import HistoryPresenter
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.presenters.run_presenter import RunPresenter
from mcdesk.ui.views.queue_view import QueueView
from mcdesk.ui.views.results_view import ResultsView
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")

MANY = 4_000_000_000


def figure(opened: OpenWindow, number: int) -> str:
    found = opened.window.findChild(QLabel, f"figure{number}Figure")
    assert found is not None
    return found.text()


def trials_shown(opened: OpenWindow) -> int:
    text = figure(opened, 3).replace(",", "")
    return int(text) if text.isdigit() else 0


def histogram(opened: OpenWindow) -> HistogramChart:
    found = opened.window.findChild(HistogramChart)
    assert found is not None
    return found


def press_cancel(opened: OpenWindow) -> None:
    button = opened.window.findChild(QPushButton, "cancelButton")
    assert button is not None
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_figures_and_histogram_grow_and_a_delimiter_stays_where_it_was_put(opened: OpenWindow) -> None:
    opened.workbench.open(example("newsvendor"))
    opened.wait_until(lambda: "newsvendor" in opened.window.windowTitle())
    model = opened.window.findChild(ModelPresenter)
    assert model is not None
    model.set_plan(replace(model.setup, trials=MANY))
    opened.workbench.run()
    opened.wait_until(lambda: not histogram(opened).is_empty)
    assert opened.workbench.results.result is None
    low, high = histogram(opened).delimiters or (0.0, 0.0)
    put = (low * 0.75 + high * 0.25, high)

    histogram(opened).set_delimiters(*put)
    before = trials_shown(opened)
    opened.wait_until(lambda: trials_shown(opened) > before)

    assert "\u2013" not in figure(opened, 0)
    assert histogram(opened).delimiters == put
    press_cancel(opened)
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    assert histogram(opened).delimiters == put


@pytest.mark.parametrize("is_in_history", [False, True], ids=["queue", "history"])
def test_that_a_simulation_from_elsewhere_is_opened_while_it_runs_and_cancelled(
    opened: OpenWindow, is_in_history: bool
) -> None:
    ended: list[RunReport] = []
    names: list[str] = []
    runs = opened.window.findChild(RunPresenter)
    assert runs is not None and runs.queue is not None
    queue = runs.queue

    def run_elsewhere() -> None:
        setup = read_setup_file(example("newsvendor").with_suffix(".toml"))
        request = RunRequest(example("newsvendor"), setup, SimulationPlan(MANY, 1))
        with open_services(runs.folders) as services:
            context = replace(services.run_context, queue=queue, on_handed_in=names.append)
            ended.append(run_simulation(request, context, lambda _: None, CancelToken()))

    thread = threading.Thread(target=run_elsewhere, daemon=True)
    thread.start()
    opened.wait_until(lambda: bool(names))
    page, history = opened.window.findChild(QueueView), opened.window.findChild(HistoryPresenter)
    assert page is not None and history is not None
    history.refresh()
    opened.wait_until(lambda: len(history.shown) == 1)

    if is_in_history:
        history.open(0)
    else:
        page.opened.emit(names[0])
    opened.wait_until(lambda: not histogram(opened).is_empty)

    assert isinstance(opened.window.page, ResultsView)
    assert trials_shown(opened) > 0
    press_cancel(opened)
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    thread.join(30.0)
    (report,) = ended
    result = opened.workbench.results.result
    assert result is not None
    assert result.statistics == report.statistics
