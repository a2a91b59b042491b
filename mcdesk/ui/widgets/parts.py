"""Small parts that all pages are made of, named and styled in one way."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mcdesk.ui.theme.icons import icon
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.plain_tip import plain_tip

CARD_PADDING = 18
LEAST_FIGURE_PIXELS = 14


def label(text: str, role: str = "", name: str = "") -> QLabel:
    """A text in one of the roles of the style sheet: heading, cardTitle, figure, label, muted, small."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    made.setObjectName(name)
    return made


def button(text: str, name: str, kind: str = "", tip: str = "") -> QPushButton:
    """A button; `kind` is primary, quiet, link or nothing."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text or tip)
    made.setToolTip(plain_tip(tip))
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind:
        made.setProperty("kind", kind)
    return made


def answer_row(dialog: QDialog, text: str, name: str) -> tuple[QHBoxLayout, QPushButton]:
    """The foot of a dialog: a way out, and on the right the button of this name that Return presses."""
    row = QHBoxLayout()
    row.addStretch(1)
    cancel = button("Cancel", "cancelDialog")
    cancel.clicked.connect(dialog.reject)
    accept = button(text, name, "primary")
    accept.setDefault(True)
    accept.clicked.connect(dialog.accept)
    row.addWidget(cancel)
    row.addWidget(accept)
    return row, accept


def set_icon(target: QPushButton, name: str, theme: Theme, size: int = 17) -> None:
    """Give a button an icon that follows the theme."""

    def paint() -> None:
        tokens, kind = theme.tokens, target.property("kind")
        colour = {"primary": tokens.on_accent, "nav": tokens.muted}.get(kind, tokens.text)
        disabled = tokens.muted if kind == "primary" else tokens.border_strong
        target.setIcon(icon(name, colour, size, checked=tokens.accent_text, disabled=disabled))
        target.setIconSize(QSize(size, size))

    if target.text() and not target.text().startswith(" "):
        # the style puts the icon too near to the text
        target.setText(f" {target.text()}")
    paint()
    theme.follow(target, paint)


def card(name: str, *, horizontal: bool = False) -> tuple[QFrame, QVBoxLayout | QHBoxLayout]:
    """A card and the layout inside it."""
    frame = QFrame()
    frame.setObjectName(name)
    frame.setProperty("card", "true")
    layout: QVBoxLayout | QHBoxLayout = QHBoxLayout(frame) if horizontal else QVBoxLayout(frame)
    layout.setContentsMargins(CARD_PADDING, CARD_PADDING - 3, CARD_PADDING, CARD_PADDING - 3)
    layout.setSpacing(8)
    return frame, layout


class ElidedLabel(QLabel):
    """A text that ends in dots where there is no room for it; the whole is its tool tip."""

    def __init__(self, text: str = "", role: str = "", name: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(20)
        # a figure is read whole or not at all
        self._shrinks = role == "figure"

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font, text = self.fitted()
        painter.setFont(font)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment()), text)

    def fitted(self) -> tuple[QFont, str]:
        """The font and the text that are painted."""
        font = self.font()
        text = self._cut(font)
        # asked of who cuts: the advance is rounded, and what just fits by it may still be cut
        while self._shrinks and font.pixelSize() > LEAST_FIGURE_PIXELS and text != self.text():
            font.setPixelSize(font.pixelSize() - 1)
            text = self._cut(font)
        return font, text

    def _cut(self, font: QFont) -> str:
        return QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        is_cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
        self.setToolTip(plain_tip(self.text() if is_cut else ""))
        super().resizeEvent(event)


class Segments(QWidget):
    """One of a few choices, side by side; arrow keys move, a click chooses."""

    chosen = Signal(int)

    def __init__(self, texts: Sequence[str], name: str) -> None:
        super().__init__()
        self.setObjectName("segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        for number, text in enumerate(texts):
            each = button(text, f"{name}{number}", "segment")
            each.setCheckable(True)
            self._group.addButton(each, number)
            layout.addWidget(each)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.chosen)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    @property
    def current(self) -> int:
        """The number of the one that is chosen."""
        return self._group.checkedId()

    def rename(self, number: int, text: str) -> None:
        """Write something else on one of them."""
        made = self._group.button(number)
        made.setText(text)
        made.setAccessibleName(text)

    def choose(self, number: int) -> None:
        """Choose without telling."""
        self._group.button(number).setChecked(True)


def bounded_choice(name: str, accessible_name: str, most_pixels: int = 220) -> QComboBox:
    """One of many, whose names may be longer than there is room for; the list shows them whole."""
    made = _BoundedChoice()
    made.setObjectName(name)
    made.setAccessibleName(accessible_name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.setMaximumWidth(most_pixels)
    made.setMaxVisibleItems(16)
    # the one of the style knows no heights of the style sheet
    made.setItemDelegate(QStyledItemDelegate(made))
    return made


class _BoundedChoice(QComboBox):
    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # the style cuts a long name in the middle of a letter
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        width = room.width() - 6
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, width)
        option.currentText = text
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @override
    def showPopup(self) -> None:
        room = self.view().sizeHintForColumn(0) + 44
        screen = self.screen().availableGeometry().width()
        self.view().setMinimumWidth(min(max(room, self.width()), screen * 2 // 3))
        super().showPopup()

    @override
    def minimumSizeHint(self) -> QSize:
        # as narrow as it has to be, whatever the names
        return QSize(90, super().minimumSizeHint().height())


class FigureCard(QFrame):
    """A name, a figure, and a line that says how well it is known."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("card", "true")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CARD_PADDING, 13, CARD_PADDING, 13)
        layout.setSpacing(2)
        self._title = ElidedLabel(title, "muted", f"{name}Title")
        self._figure = ElidedLabel("\u2013", "figure", f"{name}Figure")
        self._note = ElidedLabel("", "small", f"{name}Note")
        for part in (self._title, self._figure, self._note):
            layout.addWidget(part)

    def show_figure(
        self, figure: str, note: str = "", title: str | None = None, *, is_doubtful: bool = False
    ) -> None:
        """Show this, with the note as a warning where it is doubtful; nothing else about it changes."""
        if title is not None:
            self._title.setText(title)
        self._figure.setText(figure)
        self._note.setText(note)
        role = "smallWarning" if is_doubtful else "small"
        if role != self._note.property("role"):
            self._note.setProperty("role", role)
            self._note.style().unpolish(self._note)
            self._note.style().polish(self._note)
        self.setAccessibleName(f"{self._title.text()}: {figure}. {note}")


class EmptyState(QWidget):
    """What a page shows that has nothing yet: one line, one sentence, one thing to do."""

    def __init__(
        self, title: str, text: str, name: str, action: tuple[str, Callable[[], object]] | None
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        for part in (label(title, "cardTitle"), label(text, "muted")):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            part.setWordWrap(True)
            layout.addWidget(part)
        if action is not None:
            made = button(action[0], f"{name}Action", "primary")
            made.clicked.connect(lambda: action[1]())
            layout.addSpacing(8)
            layout.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)


class PageHeader(QWidget):
    """Heading and second line on the left, what can be done on the right."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(10)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self.title = ElidedLabel(title, "heading", f"{name}Title")
        self.subtitle = ElidedLabel("", "muted", f"{name}Subtitle")
        texts.addWidget(self.title)
        texts.addWidget(self.subtitle)
        outer.addLayout(texts, 1)
        self._actions = outer

    def add(self, widget: QWidget) -> None:
        """Something to do, to the right of what is there."""
        self._actions.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
