"""What is seen at once: the window and its first page; the rest takes longer to load."""

from dataclasses import dataclass

from mcdesk.ui.examples import example_cards
from mcdesk.ui.main_window import MainWindow, PageEntry
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.views.start_view import StartView


@dataclass(frozen=True, slots=True)
class Frame:
    """The window, with empty places for the pages but the first."""

    theme: Theme
    window: MainWindow
    start: StartView


def make_frame(theme: Theme) -> Frame:
    """The window with the first page in it."""
    start = StartView(theme, example_cards())
    window = MainWindow(
        theme,
        (
            PageEntry("Start", "home", start),
            PageEntry("Model", "model"),
            PageEntry("Results", "results"),
            PageEntry("Queue", "queue"),
            PageEntry("Dashboard", "chart"),
            PageEntry("Settings", "settings"),
        ),
    )
    window.sidebar.theme_wanted.connect(lambda: theme.choose(_other(theme)))
    return Frame(theme, window, start)


def _other(theme: Theme) -> ThemeChoice:
    return ThemeChoice.LIGHT if theme.tokens.is_dark else ThemeChoice.DARK
