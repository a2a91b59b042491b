"""What docs/tutorial.md says of the window, done in it."""

import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListView, QPushButton

from mcdesk.foundation.paths import documentation_folder
from mcdesk.ui.charts.histogram_chart import HistogramChart
from mcdesk.ui.charts.value_entry import ValueEntry
from mcdesk.ui.widgets.offer_list import OfferList
from mcdesk.ui.widgets.two_line_list import LINE_ROLE
from tests.unit.ui.charts.test_delimiters import pill_of
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")


def page() -> str:
    return (documentation_folder() / "tutorial.md").read_text(encoding="utf-8")


def offered(opened: OpenWindow) -> list[tuple[str, str]]:
    """The likely inputs, each with what is shown to the right of it."""
    found = opened.window.findChild(OfferList, "likelyInputsList")
    assert found is not None
    model = found.model()
    rows = [model.index(row, 0).data(LINE_ROLE) for row in range(model.rowCount())]
    return [(each.title, each.right) for each in rows]


def part_below(opened: OpenWindow, value: str) -> float:
    """Run what is marked, and type a value where the left delimiter stands."""
    before = opened.workbench.results.result
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result not in (None, before))
    chart = opened.window.findChild(HistogramChart)
    assert chart is not None
    opened.wait_until(lambda: not chart.is_empty)
    # what is clicked is painted where the handle is
    opened.wait_until(lambda: chart._pill_at(pill_of(chart, 0).toPointF()) == 0)
    opened.qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=pill_of(chart, 0))
    entry = chart.findChild(ValueEntry)
    assert entry is not None
    opened.qtbot.keyClicks(entry, value)
    opened.qtbot.keyClick(entry, Qt.Key.Key_Return)
    chances = chart.probabilities()
    assert chances is not None
    return chances[0]


def test_that_a_copy_without_marks_has_the_suggestions_of_the_page(
    opened: OpenWindow, tmp_path: Path
) -> None:
    copy = tmp_path / "product_launch.xlsx"
    shutil.copy(example("product_launch"), copy)

    opened.workbench.open(copy)
    opened.wait_until(lambda: offered(opened) != [])

    numbers = [number for _, number in offered(opened)[:4]]
    assert numbers == ["1,633,626", "945,681", "698,308", "698,308"]
    assert all(number in page() for number in numbers)


def test_that_what_is_marked_already_is_said_to_be(opened: OpenWindow) -> None:
    opened.workbench.open(example("product_launch"))
    opened.wait_until(lambda: opened.model.model is not None)
    tab = opened.window.findChild(QPushButton, "sideTab1")
    assert tab is not None

    opened.qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: offered(opened) != [])

    none = opened.window.findChild(QLabel, "likelyOutputsNone")
    assert none is not None
    assert none.text() == "All of them are marked."


def test_that_lines_at_the_end_of_a_saved_set_up_change_a_value(opened: OpenWindow, tmp_path: Path) -> None:
    lines = re.search(r"```toml\n(?P<lines>.*?)```", page(), re.DOTALL)
    assert lines is not None
    opened.workbench.open(example("product_launch"))
    opened.wait_until(lambda: opened.model.model is not None)
    assert part_below(opened, "0") == pytest.approx(0.483, abs=5e-4)
    path = tmp_path / "leased.toml"
    with opened.qtbot.waitSignal(opened.model.saved):
        opened.model.save_setup(path)

    path.write_text(path.read_text(encoding="utf-8") + lines["lines"], encoding="utf-8")
    with opened.qtbot.waitSignal(opened.model.setup_changed):
        opened.model.load_setup(path)

    assert part_below(opened, "0") == pytest.approx(0.341, abs=5e-4)
    others = opened.window.findChild(QListView, "valuesList")
    assert others is not None
    told = others.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "1,200,000 instead of 1,500,000" in told
    others.setCurrentIndex(others.model().index(0, 0))
    opened.qtbot.keyClick(others, Qt.Key.Key_Delete)
    assert part_below(opened, "0") == pytest.approx(0.483, abs=5e-4)
    assert not others.isVisibleTo(opened.window)
