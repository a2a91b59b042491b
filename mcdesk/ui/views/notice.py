"""What went wrong, as a card over the page: in words, with what to do next; kept in the messages."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from mcdesk.foundation.errors import McdeskError
from mcdesk.ui.formatting import quoted_commands
from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import button, label, set_icon

WIDTH = 460
MARGIN = 22
# A note goes by itself; a failure stays until it is closed.
NOTE_MILLISECONDS = 6_000
OFFER_MILLISECONDS = 9_000


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to do while the notice is there; `leave` is called where it was not done."""

    text: str
    act: Callable[[], object]
    leave: Callable[[], object]


class Notice(QWidget):
    """Floats over the lower right corner of its parent; the newest replaces the one before.

    `told` has title, text, and whether it is a failure.
    """

    told = Signal(str, str, bool)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._theme = theme
        self._parent = parent
        self._is_failure = self._is_lasting = False
        self._offer: Offer | None = None
        self._offers: dict[type[McdeskError], Offer] = {}
        self._outer = outer = QHBoxLayout(self)
        outer.setContentsMargins(50, 14, 10, 14)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        self._title = label("", "cardTitle", "noticeTitle")
        self._text = label("", "muted", "noticeText")
        for part in (self._title, self._text):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            texts.addWidget(part)
        self._action = button("", "noticeAction", "link", "Do what the message offers")
        self._action.clicked.connect(self.accept_offer)
        texts.addWidget(self._action, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addLayout(texts, 1)
        close = button("", "noticeClose", "quiet", "Close this message")
        set_icon(close, "close", theme, 15)
        close.clicked.connect(self.hide)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._milliseconds = 0  # for which it stays once it is seen; 0 while it stays or counts
        theme.changed.connect(self.update)
        self.hide()

    def offer_with(self, kind: type[McdeskError], offer: Offer) -> None:
        """Offer something with each failure of a kind, wherever it comes from."""
        self._offers[kind] = offer

    def show_failure(self, error: McdeskError, *, is_lasting: bool = False) -> None:
        """Tell what happened and what to do; one that lasts stays, whatever goes well after it."""
        offer = self._offers.get(type(error))
        self._show(f"{error.title}.".replace("..", "."), error.detail, is_failure=True, offer=offer)
        self._is_lasting = is_lasting

    def show_note(self, title: str, text: str = "") -> None:
        """Say something in passing."""
        self._show(title, text, is_failure=False)
        self._milliseconds = NOTE_MILLISECONDS

    def show_offer(self, title: str, offer: Offer) -> None:
        """Say what was done, and offer something for a while."""
        self._show(title, "", is_failure=False, offer=offer)
        self._milliseconds = OFFER_MILLISECONDS

    def forget_failure(self) -> None:
        """What went wrong has gone well since; the messages keep it."""
        if self._is_failure and not self._is_lasting:
            self.hide()

    @property
    def has_offer(self) -> bool:
        """Whether something can still be done that it offers."""
        return self._offer is not None

    def accept_offer(self) -> None:
        """Do what it offers, and go."""
        offer, self._offer = self._offer, None
        if offer is not None:
            offer.act()
        self.hide()

    def place(self) -> None:
        """Go to the corner of the parent, whose size has changed."""
        parent = self._parent
        self.setFixedWidth(min(WIDTH, parent.width() - 2 * MARGIN))
        self.setFixedHeight(self._outer.heightForWidth(self.width()))
        self.move(parent.width() - self.width() - MARGIN, parent.height() - self.height() - MARGIN)

    def _leave_offer(self) -> None:
        offer, self._offer = self._offer, None
        if offer is not None:
            offer.leave()

    def _show(self, title: str, text: str, is_failure: bool, offer: Offer | None = None) -> None:
        self._timer.stop()
        self._milliseconds = 0
        self._leave_offer()
        self._offer = offer
        self._action.setText("" if offer is None else offer.text)
        self._action.setAccessibleName(self._action.text() or "Nothing to do")
        self._action.setVisible(offer is not None)
        self._is_failure, self._is_lasting = is_failure, False
        title, text = quoted_commands(title), quoted_commands(text)
        self.told.emit(title, text, is_failure)
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{title} {text}")
        self.show()
        self.place()
        self.raise_()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._leave_offer()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._milliseconds:
            # a window that is only being made, or that waits, shows nothing yet
            self._timer.start(self._milliseconds)
            self._milliseconds = 0
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.bad if self._is_failure else tokens.border_strong), 1.2))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)
        name, colour = ("warning", tokens.bad) if self._is_failure else ("info", tokens.accent_text)
        painter.drawPixmap(18, 14, pixmap(name, colour, 20, self.devicePixelRatioF()))
