"""The documentation in its window: pages, links, pictures, the way back, search, both themes."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QDesktopServices, QImage, QTextDocument, QTextFragment
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mcdesk.foundation.paths import documentation_folder
from mcdesk.ui import help_bench
from mcdesk.ui.background import Background
from mcdesk.ui.frame import make_frame
from mcdesk.ui.help_bench import HelpBench
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.help_pages import HelpPlace
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.theme.tokens import DARK, LIGHT, Tokens
from mcdesk.ui.views.help_window import FIRST_SIZE
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")
PATIENCE_MILLISECONDS = 20_000


class Reader:
    """Somebody who reads: presses, types and looks."""

    def __init__(self, qtbot: QtBot, bench: HelpBench) -> None:
        self.qtbot, self.bench = qtbot, bench

    def press(self, name: str) -> None:
        found = self.bench.window.findChild(QPushButton, name)
        assert found is not None, name
        self.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)

    def page_button(self, title: str) -> QPushButton:
        buttons = self.bench.window.findChildren(QPushButton)
        return next(each for each in buttons if each.text().startswith(title))

    def wait_for(self, page: str, anchor: str = "") -> None:
        lines = (documentation_folder() / page).read_text(encoding="utf-8").splitlines()
        title, text = lines[0].lstrip("# "), self.bench.window.text
        self.wait_until(lambda: text.is_whole and self.shown().startswith(f"{title}\n"))
        assert self.bench.place == HelpPlace(page, anchor)
        assert self.bench.window.windowTitle().startswith(f"{title} \u2013 ")

    def shown(self) -> str:
        return self.bench.window.text.toPlainText()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MILLISECONDS)

    def search(self, text: str) -> None:
        field = self.bench.window.findChild(QLineEdit, "helpSearch")
        assert field is not None
        field.clear()
        self.qtbot.keyClicks(field, text)

    def counted(self) -> str:
        found = self.bench.window.findChild(QLabel, "helpCount")
        assert found is not None
        return found.text()


@pytest.fixture
def reader(qtbot: QtBot, theme: Theme) -> Iterator[Reader]:
    frame, background = make_frame(theme), Background()
    qtbot.addWidget(frame.window, before_close_func=lambda _: None)
    bench = HelpBench(frame.window, theme, background, lambda error: pytest.fail(str(error)))
    bench.window.resize(FIRST_SIZE)
    bench.show()
    made = Reader(qtbot, bench)
    made.wait_for("index.md")
    yield made
    theme.choose(ThemeChoice.LIGHT)
    background.end()
    if isValid(bench.window):
        bench.window.close()
        bench.window.deleteLater()


def test_that_the_help_menu_opens_the_documentation(opened: OpenWindow) -> None:
    shell = opened.workbench.shell
    assert shell is not None
    assert shell.help is None

    actions = opened.window.menu("Help").actions()
    next(each for each in actions if each.objectName() == "commandDocumentation").trigger()

    assert shell.help is not None
    opened.wait_until(lambda: shell.help is not None and shell.help.place == HelpPlace("index.md"))
    assert shell.help.window.isVisible()
    opened.window.hide()
    assert not shell.help.window.isVisible()


def test_that_the_key_that_quits_does_so_in_the_documentation_too(reader: Reader) -> None:
    owner = reader.bench.parent()
    assert isinstance(owner, MainWindow)

    # where something runs, it asks first, as it does for its own key
    with reader.qtbot.waitSignal(owner.close_wanted):
        reader.qtbot.keyClick(reader.bench.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize(
    ("room", "size"), [(QSize(1008, 644), QSize(1008, 644)), (QSize(1904, 1024), FIRST_SIZE)]
)
def test_that_the_documentation_has_room_on_the_screen(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch, room: QSize, size: QSize
) -> None:
    frame, background = make_frame(theme), Background()
    qtbot.addWidget(frame.window, before_close_func=lambda window: window.close_now())
    monkeypatch.setattr(help_bench, "room_around", lambda window: room if window is frame.window else None)

    bench = HelpBench(frame.window, theme, background, lambda error: pytest.fail(str(error)))
    background.end()

    assert bench.window.size() == size
    bench.window.deleteLater()


def test_that_pages_are_read_there_and_back(reader: Reader) -> None:
    reader.qtbot.mouseClick(reader.page_button("Distributions"), Qt.MouseButton.LeftButton)
    reader.wait_for("distributions.md")
    assert reader.page_button("Distributions").isChecked()
    reader.bench.window.text.link_wanted.emit("queue.md#settings")
    reader.wait_for("queue.md", "settings")
    reader.press("helpBack")
    reader.wait_for("distributions.md")
    reader.press("helpForward")
    reader.wait_for("queue.md", "settings")
    reader.press("helpHome")
    reader.wait_for("index.md")


def test_that_a_link_to_a_heading_scrolls_to_it(reader: Reader) -> None:
    reader.bench.go(HelpPlace("errors.md", "while-it-runs"))
    reader.wait_for("errors.md", "while-it-runs")
    view = reader.bench.window.text

    top = view.cursorForPosition(QPoint(5, 8)).block()

    assert top.text() == "While it runs"


def test_that_the_window_answers_while_the_longest_page_is_laid_out(reader: Reader) -> None:
    moments = [time.perf_counter()]
    pulse = QTimer()
    pulse.timeout.connect(lambda: moments.append(time.perf_counter()))
    pulse.start(0)

    reader.bench.go(HelpPlace("functions.md"))
    reader.wait_for("functions.md")
    pulse.stop()

    # of a quarter of a second
    assert max(after - before for before, after in pairwise(moments)) < 0.15
    assert len(moments) > 10
    last = reader.bench.window.text.document().lastBlock()
    assert last.layout().lineCount() > 0


def test_that_a_page_that_another_follows_at_once_leaves_nothing(reader: Reader) -> None:
    text = reader.bench.window.text
    reader.bench.go(HelpPlace("functions.md"))
    assert not text.is_whole

    reader.bench.go(HelpPlace("queue.md"))
    reader.wait_for("queue.md")

    reader.wait_until(lambda: len(text.findChildren(QTextDocument)) == 1)
    assert text.updatesEnabled()


def test_that_a_page_left_half_read_is_found_there_again(reader: Reader) -> None:
    reader.bench.go(HelpPlace("errors.md"))
    reader.wait_for("errors.md")
    bar = reader.bench.window.text.verticalScrollBar()
    bar.setValue(700)
    reader.bench.go(HelpPlace("queue.md"))
    reader.wait_for("queue.md")

    reader.press("helpBack")
    reader.wait_for("errors.md")

    assert bar.value() == 700


def test_that_a_link_to_elsewhere_is_given_to_the_system(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))

    for link in ("https" + "://example.org/", "file" + ":///etc/passwd", "no-such-page.md"):
        reader.bench.window.text.link_wanted.emit(link)

    assert asked == ["https" + "://example.org/"]
    assert reader.bench.place == HelpPlace("index.md")


def test_that_a_search_counts_goes_round_and_leaves_out_pages(reader: Reader) -> None:
    reader.bench.go(HelpPlace("queue.md"))
    reader.wait_for("queue.md")
    count = reader.shown().lower().count("weight")
    assert count > 1

    reader.search("Weight")
    assert reader.counted() == f"{count} here"
    assert not reader.page_button("The random stream").isVisible()
    reader.press("helpNext")
    assert reader.counted() == f"1 of {count}"
    for _ in range(2):
        reader.press("helpPrevious")
    assert reader.counted() == f"{count - 1} of {count}"
    reader.qtbot.keyClick(reader.bench.window, Qt.Key.Key_Escape)
    assert reader.page_button("The random stream").isVisible()
    assert reader.bench.window.isVisible()
    reader.qtbot.keyClick(reader.bench.window, Qt.Key.Key_Escape)
    assert not reader.bench.window.isVisible()


@pytest.mark.parametrize("wanted", ["", "mcdesk"])
def test_that_each_title_is_whole_in_the_list_of_pages(reader: Reader, wanted: str) -> None:
    reader.search(wanted)

    area = reader.bench.window.findChild(QScrollArea, "helpList")
    assert area is not None
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()


def average(picture: QImage) -> int:
    """How light a picture is, from 0 to 255."""
    return picture.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation).pixelColor(0, 0).lightness()


@pytest.mark.parametrize(("choice", "tokens"), [(ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)])
def test_that_text_and_pictures_follow_the_theme(
    reader: Reader, theme: Theme, choice: ThemeChoice, tokens: Tokens
) -> None:
    theme.choose(ThemeChoice.DARK)
    reader.wait_until(lambda: average(picture_of(reader)) < 80)

    theme.choose(choice)

    reader.wait_until(lambda: (average(picture_of(reader)) < 80) == tokens.is_dark)
    assert background_of(reader) == QColor(tokens.card)


def background_of(reader: Reader) -> QColor:
    return reader.bench.window.text.grab().toImage().pixelColor(3, 3)


def picture_of(reader: Reader) -> QImage:
    document = reader.bench.window.text.document()
    found = document.resource(document.ResourceType.ImageResource.value, "screenshots/results-light.png")
    assert isinstance(found, QImage)
    return found


def test_that_each_part_that_can_have_the_focus_has_a_name(reader: Reader) -> None:
    parts = [
        part
        for part in reader.bench.window.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]

    assert len(parts) > 20
    unnamed = [part for part in parts if not part.objectName() or not part.accessibleName()]
    assert unnamed == []


def test_that_a_picture_is_as_wide_as_there_is_room(reader: Reader) -> None:
    view = reader.bench.window.text
    reader.bench.window.resize(760, 600)
    reader.qtbot.wait(10)
    widths = [
        fragment.charFormat().toImageFormat().width()
        for fragment in fragments(reader)
        if fragment.charFormat().isImageFormat()
    ]
    assert widths
    assert all(200 <= width <= view.viewport().width() for width in widths)


def fragments(reader: Reader) -> list[QTextFragment]:
    found, block = [], reader.bench.window.text.document().begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            found.append(at.fragment())
            at += 1
        block = block.next()
    return found


def test_that_what_follows_a_picture_stands_below_it_and_near(reader: Reader, theme: Theme) -> None:
    # after a change of theme as well: Qt lays out no text where a page is changed while it is laid out
    reader.bench.go(HelpPlace("reading-results.md", "compare"))
    reader.wait_for("reading-results.md", "compare")
    theme.choose(ThemeChoice.DARK)
    reader.wait_until(lambda: background_of(reader) == QColor(DARK.card))
    reader.wait_until(lambda: reader.bench.window.text.is_whole)
    document = reader.bench.window.text.document()
    layout = document.documentLayout()

    areas, block = [], document.begin()
    while block.isValid():
        if block.text():
            assert block.layout().lineCount() > 0, block.text()
            areas.append(layout.blockBoundingRect(block))
        block = block.next()

    gaps = [lower.top() - upper.bottom() for upper, lower in pairwise(areas)]
    assert len(gaps) > 40
    # cells of a table stand beside each other
    assert max(gaps) < 90
    assert document.size().height() >= areas[-1].bottom()


def test_that_pictures_that_come_after_the_window_is_gone_are_for_nobody(reader: Reader) -> None:
    reader.bench.go(HelpPlace("tutorial.md"))
    reader.bench.window.close()
    reader.bench.window.deleteLater()

    # the test fails where the callback raises
    reader.qtbot.wait(300)

    assert reader.bench.place == HelpPlace("tutorial.md")
