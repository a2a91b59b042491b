"""The first page: a place to drop a workbook, the last ones, and the examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.theme.tokens import GUTTER, PAGE_MARGIN
from mcdesk.ui.widgets.parts import ElidedLabel, PageHeader, button, label, set_icon
from mcdesk.ui.widgets.plain_tip import plain_tip

PICTURE_PIXELS = 44


@dataclass(frozen=True, slots=True)
class ExampleCard:
    """A workbook that mcdesk comes with."""

    path: Path
    title: str
    text: str


class StartView(QWidget):
    """Tells which file a person wants; `browse` asks for a file dialog."""

    file_chosen = Signal(object)
    browse = Signal()

    def __init__(self, theme: Theme, examples: Sequence[ExampleCard]) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self._theme = theme
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN - 4, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(GUTTER)
        header = PageHeader("What could it be?", "startHeader")
        header.subtitle.setText(
            "Open an Excel workbook, mark what is uncertain, and see the whole distribution of the result"
        )
        layout.addWidget(header)
        self._left_open = QVBoxLayout()
        self._left_open.setSpacing(8)
        layout.addLayout(self._left_open)
        area = DropArea(theme)
        area.browse.connect(self.browse)
        layout.addWidget(area, 3)
        layout.addWidget(label("EXAMPLES, READY TO RUN", "label"))
        grid = QGridLayout()
        grid.setSpacing(GUTTER)
        # the recent files come and go, and Tab reaches them after it
        self._last_stop: QWidget = area
        for number, example in enumerate(examples):
            card = FileCard(theme, example.path, example.title, example.text, f"example{number}")
            card.chosen.connect(self.file_chosen)
            grid.addWidget(card, number // 2, number % 2)
            self._last_stop = card
        layout.addLayout(grid)
        self._recent_title = label("RECENT", "label")
        layout.addWidget(self._recent_title)
        self._recent = QHBoxLayout()
        self._recent.setSpacing(GUTTER)
        layout.addLayout(self._recent)
        layout.addStretch(1)
        self.show_recent(())

    def show_left_open(self, path: Path) -> None:
        """Offer the workbook that was open when mcdesk ended without being closed."""
        text = "mcdesk ended without being closed; what you marked is kept"
        card = FileCard(self._theme, path, f"Go on with {path.name}", text, "leftOpen")
        card.chosen.connect(self.file_chosen)
        card.chosen.connect(card.deleteLater)
        self._left_open.addWidget(card)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """The workbooks that were opened last, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._recent_title.setVisible(bool(paths))
        last = self._last_stop
        for number, path in enumerate(paths[:3]):
            card = FileCard(self._theme, path, path.name, str(path.parent), f"recent{number}")
            card.chosen.connect(self.file_chosen)
            self._recent.addWidget(card, 1)
            QWidget.setTabOrder(last, card)
            last = card


class DropArea(QWidget):
    """Where it is written that a workbook may be dropped; the whole window takes it."""

    browse = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("dropArea")
        self.setAccessibleName("Drop a workbook here")
        self.setMinimumHeight(190)
        self._theme = theme
        theme.changed.connect(self.update)
        layout = QVBoxLayout(self)
        layout.setSpacing(7)
        layout.addStretch(2)
        layout.addWidget(_Picture(theme), 0, Qt.AlignmentFlag.AlignHCenter)
        for text, role in (
            ("Drop a workbook anywhere", "cardTitle"),
            (".xlsx or .xlsm; nothing leaves this computer", "muted"),
        ):
            part = label(text, role)
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(part)
        layout.addSpacing(6)
        choose = button("Open workbook\u2026", "browseButton", "primary", "Ctrl+O")
        set_icon(choose, "open", theme)
        choose.clicked.connect(self.browse)
        layout.addWidget(choose, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(tokens.border_strong), 1.4, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 14, 14)


class _Picture(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedSize(PICTURE_PIXELS, PICTURE_PIXELS)
        self._theme = theme
        theme.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self._theme.tokens.accent_text
        QPainter(self).drawPixmap(0, 0, pixmap("chart", colour, PICTURE_PIXELS, self.devicePixelRatioF()))


class FileCard(QPushButton):
    """A workbook as a button of two lines."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, path: Path, title: str, text: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(f"Open {title}")
        self.setToolTip(plain_tip(str(path)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("kind", "fileCard")
        self._theme = theme
        layout = QVBoxLayout(self)
        layout.setContentsMargins(56, 10, 14, 10)
        layout.setSpacing(1)
        for part in (ElidedLabel(title, "cardTitle"), ElidedLabel(text, "small")):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(part)
        theme.changed.connect(self.update)
        self.clicked.connect(lambda: self.chosen.emit(path))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_ground))
        top = self.height() // 2 - 16
        painter.drawRoundedRect(QRectF(14, top, 32, 32), 8, 8)
        picture = pixmap("model", tokens.accent_text, 18, self.devicePixelRatioF())
        painter.drawPixmap(21, top + 7, picture)
