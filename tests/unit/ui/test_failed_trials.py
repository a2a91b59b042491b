"""Trials without a value: the results page says how many, why, and where to look."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from mcdesk.ui.formatting import NO_DATA
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.result_charts import ResultCharts
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")


def run(opened: OpenWindow, folder: Path, root_of: str) -> None:
    plan: SheetContent = {
        "A1": "Price", "B1": ("=RiskUniform(0,10)", 5.0),
        "A2": "Root", "B2": (f"=RiskOutput(\"Root\")+SQRT({root_of})", 1.0),
    }  # fmt: skip
    name = f"plan_{root_of}.xlsx"
    before = opened.workbench.results.result
    opened.workbench.open(write_xlsx(folder / name, {"Plan": plan}))
    opened.wait_until(lambda: name in opened.window.windowTitle())
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result not in (None, before))


def note(opened: OpenWindow) -> QLabel:
    found = opened.window.findChild(QLabel, "figure3Note")
    assert found is not None
    return found


def test_that_the_card_of_trials_warns_of_those_with_errors(
    opened: OpenWindow, theme: Theme, tmp_path: Path
) -> None:
    run(opened, tmp_path, "B1-9")

    assert note(opened).text().endswith(" % gave errors: #NUM!")
    assert note(opened).text().startswith(("89.", "90."))
    colour = note(opened).palette().windowText().color().name()
    assert colour == theme.tokens.warning


def test_that_a_card_without_errors_does_not_warn(opened: OpenWindow, theme: Theme, tmp_path: Path) -> None:
    run(opened, tmp_path, "B1-9")

    run(opened, tmp_path, "B1")

    assert "gave" not in note(opened).text()
    assert note(opened).palette().windowText().color().name() == theme.tokens.muted


def test_that_charts_say_why_they_are_empty_where_all_trials_failed(
    opened: OpenWindow, tmp_path: Path
) -> None:
    run(opened, tmp_path, "B1-90")

    charts = opened.window.findChild(ResultCharts)
    assert charts is not None
    between = opened.window.findChild(QLabel, "figure1Figure")
    assert between is not None
    assert between.text() == NO_DATA
    assert note(opened).text() == "100.0 % gave errors: #NUM!"
    for chart in (charts.histogram, charts.cumulative, charts.convergence, charts.tornado, charts.scatter):
        assert chart.is_empty
        assert chart.accessibleDescription() == "All trials gave #NUM!; the tab Errors says where"
