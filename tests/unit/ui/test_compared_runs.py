"""Earlier runs beside the one that is shown: chosen from a list, in the charts, in a table."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.ui.presenters.compare_presenter import MOST_COMPARED, ComparePresenter
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.presenters.results import ShownResult
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.compare_panel import ComparePanel
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.widgets.rows_table import RowsTable
from tests.unit.ui.window_desk import OpenWindow, example, opened_window

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.xdist_group("window")


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    with opened_window(qtbot, theme, tmp_path / "home") as found:
        found.workbench.open(example("newsvendor"))
        found.wait_until(lambda: "newsvendor" in found.window.windowTitle())
        yield found


def run(opened: OpenWindow, trials: int, seed: int) -> ShownResult:
    model = opened.window.findChild(ModelPresenter)
    assert model is not None
    model.set_plan(replace(model.setup, trials=trials, seed=seed))
    opened.workbench.results.result = None
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    found = opened.workbench.results.result
    assert found is not None
    return found


def with_sampling(opened: OpenWindow, sampling: Sampling) -> None:
    model = opened.model
    model.set_plan(replace(model.setup, sampling=sampling))


def opened_panel(opened: OpenWindow, count: int) -> ComparePanel:
    button = opened.window.findChild(QPushButton, "compareButton")
    panel = opened.window.findChild(ComparePanel)
    assert button is not None and panel is not None
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: panel.list.count() == count)
    return panel


def tick(opened: OpenWindow, panel: ComparePanel, row: int) -> None:
    before = len(presenter(opened).runs)
    panel.list.item(row).setCheckState(Qt.CheckState.Checked)
    opened.wait_until(lambda: len(presenter(opened).runs) == before + 1)


def presenter(opened: OpenWindow) -> ComparePresenter:
    found = opened.window.findChild(ComparePresenter)
    assert found is not None
    return found


def text_of_notice(opened: OpenWindow) -> str:
    title = opened.window.notice.findChild(QLabel, "noticeTitle")
    assert title is not None
    return title.text() if opened.window.notice.isVisible() else ""


def rows_of(opened: OpenWindow) -> dict[str, list[str]]:
    table = opened.window.findChild(RowsTable, "comparisonTable")
    assert table is not None
    texts = [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    return {row[0]: row[1:] for row in texts}


def test_that_ticked_runs_stand_in_the_table_and_in_the_charts(opened: OpenWindow) -> None:
    first, second = run(opened, 2000, 7), run(opened, 3000, 8)
    shown = run(opened, 4000, 9)
    panel = opened_panel(opened, 2)

    tick(opened, panel, 1)
    tick(opened, panel, 0)

    text_of = opened.workbench.results.text_of
    every = [each.statistics.outputs[0] for each in (shown, first, second)]
    assert rows_of(opened)["Trials"] == ["4,000", "2,000", "3,000"]
    assert rows_of(opened)["Mean"] == [text_of(each.mean) for each in every]
    means = [each.mean or 0.0 for each in every]
    assert rows_of(opened)["Difference"] == ["", text_of(means[1] - means[0]), text_of(means[2] - means[0])]
    assert rows_of(opened)["P90"] == [text_of(each.percentiles[90]) for each in every]
    charts = opened.window.findChild(ResultCharts)
    assert charts is not None
    for chart in (charts.histogram, charts.cumulative):
        assert [name.split(",")[1].strip() for name in chart.overlay_names] == ["seed 7", "seed 8"]
    panel.close()


def test_that_a_click_on_the_name_of_a_run_opens_the_comparison_and_another_ends_it(
    opened: OpenWindow,
) -> None:
    run(opened, 2000, 7)
    run(opened, 3000, 8)
    panel = opened_panel(opened, 1)
    table = opened.window.findChild(RowsTable, "comparisonTable")
    assert table is not None and not table.isVisible()
    row = panel.list.visualItemRect(panel.list.item(0))

    opened.qtbot.mouseClick(panel.list.viewport(), LEFT, pos=row.center())
    opened.wait_until(lambda: "Trials" in rows_of(opened))
    is_open = table.isVisible()
    opened.qtbot.mouseClick(panel.list.viewport(), LEFT, pos=row.center())

    assert is_open
    assert "Trials" not in rows_of(opened)
    panel.close()


def test_that_a_click_on_the_box_of_a_run_ticks_it_once(opened: OpenWindow) -> None:
    run(opened, 2000, 7)
    run(opened, 3000, 8)
    panel = opened_panel(opened, 1)
    row = panel.list.visualItemRect(panel.list.item(0))

    opened.qtbot.mouseClick(panel.list.viewport(), LEFT, pos=QPoint(row.left() + 13, row.center().y()))

    assert panel.list.item(0).checkState() is Qt.CheckState.Checked
    panel.close()


def test_that_what_is_ticked_no_more_goes_and_none_takes_all_away(opened: OpenWindow) -> None:
    run(opened, 2000, 7)
    run(opened, 3000, 8)
    run(opened, 4000, 9)
    panel = opened_panel(opened, 2)
    tick(opened, panel, 0)
    tick(opened, panel, 1)

    panel.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert rows_of(opened)["Trials"] == ["4,000", "2,000"]
    none = panel.findChild(QPushButton, "compareNone")
    assert none is not None
    opened.qtbot.mouseClick(none, Qt.MouseButton.LeftButton)

    assert "Trials" not in rows_of(opened)
    assert panel.list.item(1).checkState() is Qt.CheckState.Unchecked
    panel.close()


def test_that_no_more_runs_are_compared_than_colours_tell_apart(opened: OpenWindow) -> None:
    for seed in range(MOST_COMPARED + 2):
        run(opened, 100, seed + 1)
    panel = opened_panel(opened, MOST_COMPARED + 1)
    for row in range(MOST_COMPARED):
        tick(opened, panel, row)

    panel.list.item(MOST_COMPARED).setCheckState(Qt.CheckState.Checked)

    assert len(presenter(opened).runs) == MOST_COMPARED
    assert panel.list.item(MOST_COMPARED).checkState() is Qt.CheckState.Unchecked
    assert opened.window.notice.isVisible()
    panel.close()


def test_that_a_run_without_such_an_output_has_a_dash_and_no_outline(
    opened: OpenWindow, tmp_path: Path
) -> None:
    run(opened, 2000, 7)
    opened.workbench.open(example("product_launch"))
    opened.wait_until(lambda: "product_launch" in opened.window.windowTitle())
    run(opened, 2000, 1)
    panel = opened_panel(opened, 1)

    tick(opened, panel, 0)

    assert rows_of(opened)["Mean"][1] == "\u2013"
    assert "has no Net present value" in text_of_notice(opened)
    charts = opened.window.findChild(ResultCharts)
    assert charts is not None
    assert charts.histogram.overlay_names == ()
    panel.close()


def test_that_the_list_is_searched(opened: OpenWindow) -> None:
    run(opened, 2000, 7)
    run(opened, 2000, 8)
    run(opened, 2000, 9)
    panel = opened_panel(opened, 2)
    search = panel.search

    opened.qtbot.keyClicks(search, "seed 7")

    hidden = [panel.list.item(row).isHidden() for row in range(2)]
    assert sorted(hidden) == [False, True]
    panel.close()


def test_that_runs_that_would_read_the_same_say_what_differs(opened: OpenWindow) -> None:
    with_sampling(opened, Sampling.PLAIN)
    run(opened, 2000, 7)
    with_sampling(opened, Sampling.LATIN_HYPERCUBE)
    run(opened, 2000, 7)
    run(opened, 3000, 8)

    panel = opened_panel(opened, 2)

    texts = [panel.list.item(row).text() for row in range(2)]
    assert [text.rpartition("  \u00b7  ")[2] for text in texts] == ["Latin hypercube", "seed 7"]
    panel.close()
