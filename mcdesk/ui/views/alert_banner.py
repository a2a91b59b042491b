"""A quiet line above the pages while something is wrong: what, what to do, and ways to have it gone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import PAGE_MARGIN
from mcdesk.ui.widgets.parts import ElidedLabel, button

if TYPE_CHECKING:
    from mcdesk.monitor.alert_watch import ShownAlert


class AlertBanner(QFrame):
    """Hidden while nothing is wrong; with several, the oldest is shown and the others are counted."""

    seen_wanted = Signal()
    mute_wanted = Signal()
    list_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("alertBanner")
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN, 6, PAGE_MARGIN - 8, 6)
        row.setSpacing(10)
        self._icon = QLabel()
        row.addWidget(self._icon)
        self._text = ElidedLabel("", "", "alertText")
        row.addWidget(self._text, 1)
        for text, name, tip, wanted in (
            ("Show", "alertShow", "Show all alerts", self.list_wanted),
            ("Seen", "alertSeen", "Do not show this alert any more", self.seen_wanted),
            ("Mute for a day", "alertMute", "Show no alerts of this kind for a day", self.mute_wanted),
        ):
            made = button(text, name, "link", tip)
            made.clicked.connect(wanted)
            row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.follow(self, self._paint_icon)
        self._paint_icon()
        self.hide()

    def show_alerts(self, alerts: "Sequence[ShownAlert]") -> None:
        """Show these, or nothing."""
        self.setVisible(bool(alerts))
        if alerts:
            first = alerts[0].alert
            more = f"  (and {len(alerts) - 1} more)" if len(alerts) > 1 else ""
            text = f"{first.message}. {first.remedy}{more}"
            self._text.setText(text)
            self.setAccessibleName(f"Alert: {text}")

    def _paint_icon(self) -> None:
        colour = self._theme.tokens.warning
        self._icon.setPixmap(pixmap("warning", colour, 17, self.devicePixelRatioF()))
