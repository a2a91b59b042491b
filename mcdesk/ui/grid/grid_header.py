"""The letters above and the numbers beside the cells; those of what is chosen stand out."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
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
        # All of the viewport is painted here: what is scrolled need not be painted again.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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
    def paintEvent(self, event: QPaintEvent) -> None:
        # all sections at once, and only those that come into sight: the rest is moved
        tokens, exposed = self._theme.tokens, event.rect()
        painter = QPainter(self.viewport())
        painter.fillRect(exposed, QColor(tokens.card))
        sections = self._sections(exposed)
        if not sections:
            return
        whole = sections[0][1].united(sections[-1][1])
        line = QColor(tokens.border)
        painter.fillRect(whole, QColor(tokens.raised))
        for section, box in sections:
            if self._is_chosen(section):
                painter.fillRect(box, QColor(tokens.accent_ground))
        for _, box in sections:
            painter.fillRect(box.left(), box.bottom(), box.width(), 1, line)
            painter.fillRect(box.right(), box.top(), 1, box.height(), line)
        painter.setFont(self._font)
        for section, box in sections:
            painter.setPen(QColor(tokens.accent_text if self._is_chosen(section) else tokens.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._name(section))

    def _sections(self, exposed: QRect) -> list[tuple[int, QRect]]:
        """Those that are exposed and not hidden, and where each of them is."""
        is_across = self.orientation() is Qt.Orientation.Horizontal
        begin, end = (exposed.left(), exposed.right()) if is_across else (exposed.top(), exposed.bottom())
        breadth = self.viewport().height() if is_across else self.viewport().width()
        found: list[tuple[int, QRect]] = []
        # from one to the next: there may be ever so many hidden ones between
        while begin <= end and (section := self.visualIndexAt(begin)) >= 0:
            at, length = self.sectionViewportPosition(section), self.sectionSize(section)
            box = QRect(at, 0, length, breadth) if is_across else QRect(0, at, breadth, length)
            found.append((section, box))
            begin = at + length
        return found

    def _name(self, section: int) -> str:
        is_across = self.orientation() is Qt.Orientation.Horizontal
        return column_letters(section) if is_across else str(section + 1)

    def _is_chosen(self, section: int) -> bool:
        return any(first <= section <= last for first, last in self._chosen)
