"""Runs of several models one after another: what is shown, marked in the history and run again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.history_panel import HistoryPanel
from tests.unit.ui.window_desk import OpenWindow, example, opened_window

pytestmark = pytest.mark.xdist_group("window")


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    """Newsvendor was run, and product launch after it, which is open and shown."""
    with opened_window(qtbot, theme, tmp_path / "home") as found:
        for name in ("newsvendor", "product_launch"):
            found.workbench.open(example(name))
            found.wait_until(lambda name=name: name in found.window.windowTitle())
            run(found)
        found.wait_until(lambda: history(found).list.model().rowCount() == 2)
        yield found


def history(opened: OpenWindow) -> HistoryPanel:
    found = opened.window.findChild(HistoryPanel)
    assert found is not None
    return found


def shown(opened: OpenWindow) -> ShownResult:
    found = opened.workbench.results.result
    assert found is not None
    return found


def run(opened: OpenWindow) -> None:
    opened.workbench.results.result = None
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)


def open_row(opened: OpenWindow, row: int) -> None:
    panel, before = history(opened), opened.workbench.results.result
    place = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    opened.qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    opened.wait_until(lambda: opened.workbench.results.result not in (None, before))


def press_rerun(opened: OpenWindow) -> None:
    button = opened.window.findChild(QPushButton, "rerunButton")
    assert button is not None
    before = shown(opened)
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: opened.workbench.results.result not in (None, before))


def choose_output(opened: OpenWindow, number: int) -> None:
    choice = opened.window.findChild(QComboBox, "outputChoice")
    assert choice is not None
    choice.setCurrentIndex(number)
    choice.activated.emit(number)


def output_number(opened: OpenWindow) -> int:
    found = opened.workbench.results.output
    assert found is not None
    return shown(opened).statistics.outputs.index(found)


def test_that_what_is_shown_is_run_again_with_another_seed_each_time(opened: OpenWindow) -> None:
    open_row(opened, 1)

    press_rerun(opened)
    press_rerun(opened)

    # and not the workbook that is open
    assert "newsvendor.xlsx" in shown(opened).subtitle
    assert "seed 3" in shown(opened).subtitle


def test_that_a_delimiter_stays_for_the_next_run_of_a_model_and_not_for_another(opened: OpenWindow) -> None:
    chart = opened.window.findChild(HistogramChart)
    assert chart is not None
    chart.set_delimiters(0.0, 1e6)

    press_rerun(opened)
    again = chart.delimiters
    open_row(opened, history(opened).list.model().rowCount() - 1)

    assert again == (0.0, 1e6)
    assert chart.delimiters != (0.0, 1e6)


def test_that_the_history_marks_the_run_that_is_shown(opened: OpenWindow) -> None:
    assert history(opened).list.current_row == 0
    open_row(opened, 1)
    assert history(opened).list.current_row == 1

    press_rerun(opened)

    opened.wait_until(lambda: history(opened).list.model().rowCount() == 3)
    assert history(opened).list.current_row == 0


def test_that_another_model_shows_its_first_output_whichever_was_chosen_before(opened: OpenWindow) -> None:
    choose_output(opened, 1)
    assert output_number(opened) == 1

    open_row(opened, 1)
    other = output_number(opened)
    open_row(opened, 0)

    assert other == 0
    assert output_number(opened) == 1
