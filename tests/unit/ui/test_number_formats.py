"""Figures, tables and axes in the formats of the workbook, also when the run comes from the history."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from mcdesk.ui.cell_formatting import Formatter
from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.views.history_panel import HistoryPanel
from tests.builders_xlsx import SheetContent, StoredFormula, write_xlsx
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")

FORMATS = ('"$"#,##0.00', "0.0%", "yyyy-mm-dd")
PLAN: SheetContent = {
    "A1": "=RiskNormal(0,1)",
    "B1": StoredFormula('RiskOutput("Profit")+1234.5+A1', 1234.5, cell_attributes='s="1"'),
    "B2": StoredFormula('RiskOutput("Margin")+0.25+A1/100', 0.25, cell_attributes='s="2"'),
    "B3": StoredFormula('RiskOutput("Ready")+45000+A1', 45000.0, cell_attributes='s="3"'),
}


def text_of(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def all_texts(opened: OpenWindow) -> list[tuple[str, str, str]]:
    """Mean, deviation, and what the histogram tells of itself, of each output."""
    chart = opened.window.findChild(HistogramChart)
    assert chart is not None
    found = []
    for number in range(3):
        opened.workbench.results.choose(number)
        figures = (text_of(opened, f"figure{place}Figure") for place in (0, 2))
        found.append((*figures, chart.accessibleDescription()))
    return found


def test_that_a_kept_run_shows_the_formats_of_its_workbook_though_another_is_open(
    opened: OpenWindow, tmp_path: Path
) -> None:
    opened.workbench.open(write_xlsx(tmp_path / "plan.xlsx", {"Plan": PLAN}, formats=FORMATS))
    opened.wait_until(lambda: "plan.xlsx" in opened.window.windowTitle())
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    first = all_texts(opened)
    (profit, margin, ready) = first
    assert profit[0].startswith("$1,234.") and profit[1].startswith(("$1.0", "$0.9"))
    assert margin[0] == "25.0%" and margin[1] == "1.0%"
    assert ready[0] in ("2023-03-14", "2023-03-15") and ready[1].endswith("days")
    assert all(sign in chart for sign, (_, _, chart) in zip(("$1,23", "%", "2023-03-"), first, strict=True))

    opened.workbench.open(example("newsvendor"))
    opened.wait_until(lambda: "newsvendor" in opened.window.windowTitle())
    history = opened.window.findChild(HistoryPanel)
    assert history is not None
    opened.workbench.results.result = None
    history.row_opened.emit(0)
    opened.wait_until(lambda: opened.workbench.results.result is not None)

    assert all_texts(opened) == first


@pytest.mark.parametrize(
    ("code", "value", "distance"),
    [
        ("General", 2.5, "2.500"),
        ("0%", 0.5, "50%"),
        ("d/m/yy", 2.5, "2.500 days"),
        ("[h]:mm", 1.0, "1.000 days"),
        ("m/" * 16_000, 2.5, "2.500"),
        ("0." * 16_000, 2.5, "2.500"),
    ],
)
def test_that_a_distance_is_no_date(code: str, value: float, distance: str) -> None:
    assert Formatter(code).distance(value) == distance
