"""The theme that is shown now: follows the system unless a person chose one, and tells who paints."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from mcdesk.foundation.paths import resources_folder
from mcdesk.ui.theme.restyling import Restyling
from mcdesk.ui.theme.style_sheet import style_sheet
from mcdesk.ui.theme.tokens import BODY_PIXELS, DARK, LIGHT, Tokens

_FONT_FAMILY = "Inter"


class ThemeChoice(StrEnum):
    """What a person may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Made once, after the application; widgets that paint themselves read `tokens` and follow `changed`."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._restyling = Restyling(application)
        self._choice = choice
        self._tokens = self._chosen_tokens()
        application.setStyle("Fusion")
        _load_fonts()
        application.setFont(body_font())
        application.styleHints().colorSchemeChanged.connect(lambda _: self._apply())
        self._apply(is_forced=True)

    @property
    def tokens(self) -> Tokens:
        """Colours to paint with."""
        return self._tokens

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Show this theme from now on."""
        self._choice = choice
        self._apply()

    def follow(self, owner: QObject, action: Callable[[], object]) -> None:
        """Do this at each change, for as long as `owner` is there."""
        self.changed.connect(_Follower(owner, action).act)

    def finish(self) -> None:
        """Dress at once what is not in sight yet; for who is about to show some of it."""
        self._restyling.finish()

    def _chosen_tokens(self) -> Tokens:
        if self._choice is not ThemeChoice.SYSTEM:
            return DARK if self._choice is ThemeChoice.DARK else LIGHT
        is_dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return DARK if is_dark else LIGHT

    def _apply(self, is_forced: bool = False) -> None:
        tokens = self._chosen_tokens()
        if tokens is self._tokens and not is_forced:
            return
        self._tokens = tokens
        self._application.setPalette(_palette(tokens))
        self._restyling.apply(style_sheet(tokens))
        self.changed.emit()


class _Follower(QObject):
    """A child of its owner: Qt forgets both at once, and a plain function it would call for ever."""

    def __init__(self, owner: QObject, action: Callable[[], object]) -> None:
        super().__init__(owner)
        self._action = action

    def act(self) -> None:
        self._action()


def faded(colour: str, alpha: int) -> QColor:
    """The colour, so opaque: 0 to 255."""
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def body_font(pixels: int = BODY_PIXELS, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The font of the window; its figures are all equally wide, so that numbers do not dance."""
    font = QFont(_FONT_FAMILY)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _load_fonts() -> None:
    # The window works without the file, in the font of the system.
    for path in sorted((resources_folder() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for key, colour in (
        (role.Window, tokens.page),
        (role.Base, tokens.card),
        (role.AlternateBase, tokens.raised),
        (role.Button, tokens.card),
        (role.WindowText, tokens.text),
        (role.Text, tokens.text),
        (role.ButtonText, tokens.text),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.muted),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent_text),
        (role.Mid, tokens.border),
        (role.Dark, tokens.border_strong),
    ):
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.border_strong))
    return palette
