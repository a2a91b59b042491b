"""Another theme: at once for what is in sight, soon for the rest, and without the work that Qt would do."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot
from typing_extensions import override

from mcdesk.ui.frame import make_frame
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.theme.tokens import DARK, LIGHT
from mcdesk.ui.widgets.parts import button, label

DEPTH = 8


class Changes(QObject):
    """Counts how often a widget is told that its style has changed."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange)
        return False


class Pages(QStackedWidget):
    """Two pages with a text in each, deep inside."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = [label(text, "muted") for text in ("in sight", "hidden")]
        for text in self.texts:
            inner: QWidget = text
            for _ in range(DEPTH):
                outer = QWidget()
                QVBoxLayout(outer).addWidget(inner)
                inner = outer
            self.addWidget(inner)


@pytest.fixture
def pages(qtbot: QtBot, theme: Theme) -> Iterator[Pages]:
    made = Pages()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    for number in (1, 0):
        made.setCurrentIndex(number)
    yield made
    theme.choose(ThemeChoice.LIGHT)
    theme.finish()


def colour(text: QLabel) -> str:
    return text.palette().windowText().color().name()


def test_that_what_is_in_sight_has_its_colours_at_once(theme: Theme, pages: Pages) -> None:
    before = colour(pages.texts[0])

    theme.choose(ThemeChoice.DARK)

    assert (before, colour(pages.texts[0])) == (LIGHT.muted, DARK.muted)


def test_that_what_is_hidden_is_dressed_soon(theme: Theme, pages: Pages, qtbot: QtBot) -> None:
    theme.choose(ThemeChoice.DARK)

    qtbot.waitUntil(lambda: colour(pages.texts[1]) == DARK.muted)


def test_that_who_is_about_to_show_something_need_not_wait(theme: Theme, pages: Pages) -> None:
    theme.choose(ThemeChoice.DARK)

    theme.finish()

    assert colour(pages.texts[1]) == DARK.muted


def test_that_a_widget_deep_inside_is_dressed_once(theme: Theme, pages: Pages) -> None:
    changes = Changes(pages.texts[0])

    theme.choose(ThemeChoice.DARK)

    # once for the palette of the application, and twice for its own: off and on
    assert changes.count <= 3


def test_that_what_was_deleted_in_the_meantime_is_left_alone(
    theme: Theme, pages: Pages, qtbot: QtBot
) -> None:
    theme.choose(ThemeChoice.DARK)
    shiboken6.delete(pages.texts.pop())

    with capture_exceptions() as raised:
        theme.finish()

    assert raised == []


def test_that_what_is_made_later_has_the_theme(theme: Theme, pages: Pages, qtbot: QtBot) -> None:
    theme.choose(ThemeChoice.DARK)
    made = button("Run", "run", "primary")
    qtbot.addWidget(made)

    made.ensurePolished()

    assert made.palette().buttonText().color().name() == DARK.on_accent


def test_that_a_page_comes_into_sight_in_the_theme_that_was_just_chosen(qtbot: QtBot, theme: Theme) -> None:
    window = make_frame(theme).window
    qtbot.addWidget(window, before_close_func=lambda _: window.close_now())
    text = QPushButton("later")
    window.fill(1, text)
    with qtbot.waitExposed(window):
        window.show()
    window.show_number(1)
    window.show_number(0)

    theme.choose(ThemeChoice.DARK)
    before = text.palette().buttonText().color().name()
    window.show_number(1)
    after = text.palette().buttonText().color().name()
    theme.choose(ThemeChoice.LIGHT)

    assert (before, after) == (LIGHT.text, DARK.text)


def test_that_the_style_sheet_is_the_one_of_the_theme(qapp: QApplication, theme: Theme) -> None:
    theme.choose(ThemeChoice.DARK)
    dark = qapp.styleSheet()
    theme.choose(ThemeChoice.LIGHT)

    assert DARK.page in dark
    assert LIGHT.page in qapp.styleSheet()
