"""The parts of pages: an icon follows the theme for as long as its button is there."""

import pytest
import shiboken6
from PySide6.QtGui import QIcon
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.widgets.parts import ElidedLabel, button, set_icon


def test_that_an_icon_follows_the_theme(theme: Theme) -> None:
    made = button("Run", "run")
    set_icon(made, "play", theme)
    before = made.icon().cacheKey()
    theme.choose(ThemeChoice.DARK)
    after = made.icon().cacheKey()
    theme.choose(ThemeChoice.LIGHT)
    assert before != after


@pytest.mark.parametrize("kind", ["primary", "quiet"])
@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_that_the_icon_of_a_button_that_cannot_be_pressed_is_as_pale_as_its_text(
    theme: Theme, choice: ThemeChoice, kind: str
) -> None:
    theme.choose(choice)
    tokens = theme.tokens
    made = button("Save", "save", kind)
    set_icon(made, "save", theme)

    picture = made.icon().pixmap(made.iconSize(), QIcon.Mode.Disabled).toImage()

    theme.choose(ThemeChoice.LIGHT)
    inks = (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height()))
    strongest = max(inks, key=lambda each: each.alpha())
    assert strongest.name() == (tokens.muted if kind == "primary" else tokens.border_strong).lower()


def test_that_a_deleted_button_is_painted_no_more(theme: Theme) -> None:
    made = button("Run", "run")
    set_icon(made, "play", theme)
    shiboken6.delete(made)
    with capture_exceptions() as raised:
        theme.choose(ThemeChoice.DARK)
        theme.choose(ThemeChoice.LIGHT)
    assert raised == []


def test_that_a_figure_shrinks_before_any_of_it_is_cut(qtbot: QtBot, theme: Theme) -> None:
    figure = ElidedLabel("$350.41 \u2013 $765.29", "figure", "figure")
    qtbot.addWidget(figure)
    figure.show()
    widest = figure.fontMetrics().horizontalAdvance(figure.text())

    cut = []
    for width in range(widest - 50, widest + 3):
        figure.resize(width, 30)
        _, text = figure.fitted()
        if text != figure.text():
            cut.append((width, text))

    assert cut == []
