"""The parts of pages: an icon follows the theme for as long as its button is there."""

import shiboken6
from pytestqt.exceptions import capture_exceptions

from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.widgets.parts import button, set_icon


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
