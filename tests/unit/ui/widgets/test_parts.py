"""The parts of pages: an icon follows the theme for as long as its button is there."""

import shiboken6
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
