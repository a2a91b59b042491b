"""The letters above and the numbers beside the cells; those of what is chosen stand out."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget
from typing_extensions import override

from mcdesk.model.addresses import column_letters
from mcdesk.ui.theme.theme import Theme, body_font
from mcdesk.ui.theme.tokens import LABEL_PIXELS

HEADER_HEIGHT = 26
ROW_HEIGHT = 24
DIGIT_PIXELS = 7
_LEAST_PIXELS = 44
_PADDING = 18


class GridHeader(QHeaderView):
    """Paints itself: the style sheet would take most of a frame for the rows of a large window."""

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._theme = theme
        self._chosen: list[tuple[int, int]] = []
        is_across = orientation is Qt.Orientation.Horizontal
        self.setObjectName("columnHeader" if is_across else "rowHeader")
        self.setAccessibleName("Columns" if is_across else "Rows")
        self._font = body_font(LABEL_PIXELS)
        self.setSectionsClickable(True)
        self.setHighlightSections(True)
        if is_across:
            self.setFixedHeight(HEADER_HEIGHT)
        else:
            self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            self.setMinimumSectionSize(ROW_HEIGHT)
            self.setDefaultSectionSize(ROW_HEIGHT)

    def fit(self, row_count: int) -> None:
        """Make room for the largest row number."""
        self.setFixedWidth(max(len(str(row_count)) * DIGIT_PIXELS + _PADDING, _LEAST_PIXELS))

    def show_chosen(self, runs: list[tuple[int, int]]) -> None:
        """Let these sections stand out, first and last of each run."""
        if runs != self._chosen:
            self._chosen = runs
            self.viewport().update()

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        tokens = self._theme.tokens
        is_chosen = any(first <= logicalIndex <= last for first, last in self._chosen)
        painter.fillRect(rect, QColor(tokens.accent_ground if is_chosen else tokens.raised))
        painter.setPen(QColor(tokens.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(QColor(tokens.accent_text if is_chosen else tokens.muted))
        painter.setFont(self._font)
        is_across = self.orientation() is Qt.Orientation.Horizontal
        text = column_letters(logicalIndex) if is_across else str(logicalIndex + 1)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
