"""Shows a Markdown page in a column of readable width, with its pictures and what is searched for."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit
from typing_extensions import override

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.markdown_dress import dress, fit_pictures

# room for a table of the command line, which has 110 letters in a line
COLUMN_PIXELS = 832
LEAST_MARGIN = 28
_TOP_MARGIN = 24


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, and how large it is shown where there is room: in device-independent pixels."""

    image: QImage
    size: QSize


class MarkdownView(QTextBrowser):
    """Links are told, not followed; texts are found in capitals or not."""

    link_wanted = Signal(str)

    def __init__(self, theme: Theme, name: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.anchorClicked.connect(lambda url: self.link_wanted.emit(url.toString()))
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(lambda: self._fit(self.document()))
        self._theme = theme
        self._pictures: Mapping[str, Picture] = {}
        self._shown: QTextDocument | None = None
        self._found: list[QTextCursor] = []
        self._at = -1

    @property
    def found_count(self) -> int:
        """How many places the searched text has."""
        return len(self._found)

    @property
    def found_at(self) -> int:
        """Which of them is in sight, from 0; -1 without one."""
        return self._at

    def show_text(self, markdown: str, pictures: Mapping[str, Picture]) -> None:
        """Show a page from its beginning; `pictures` by the names that the page has for them."""
        self._pictures = pictures
        # owned by Qt: one that Python collects earlier than Qt the view takes that with it
        before, made = self._shown, QTextDocument(self)
        made.setUndoRedoEnabled(False)
        made.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        for name, picture in pictures.items():
            made.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), picture.image)
        dress(made, self._theme.tokens)
        made.setDocumentMargin(0)
        self._fit(made)
        self._found, self._at = [], -1
        self.setDocument(made)
        self._shown = made
        if before is not None:
            before.deleteLater()
        self._lay_out()

    def find_all(self, wanted: str) -> None:
        """Mark every place of a text; none is gone to."""
        self._found, self._at = [], -1
        place = QTextCursor(self.document())
        while wanted:
            place = self.document().find(wanted, place)
            if place.isNull():
                break
            self._found.append(place)
        self._mark()

    def go_to_found(self, number: int) -> None:
        """Bring one of the places into sight; after the last comes the first."""
        if self._found:
            self._at = number % len(self._found)
            cursor = QTextCursor(self._found[self._at])
            cursor.clearSelection()
            self.setTextCursor(cursor)
            self._mark()
            # not at the very edge
            below = self.cursorRect().bottom() - self.viewport().height() // 2
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + below)

    @override
    def loadResource(self, type: int, name: QUrl | str) -> object:
        # a page has the pictures that it was given: nothing is asked of the disk or the network
        return None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # later: Qt may be laying out the page just now, and must not find another one
        self._fitting.start()

    def _lay_out(self) -> None:
        """All of the page at once: else Qt does it piece by piece, and shows what is half done."""
        self.document().documentLayout().frameBoundingRect(self.document().rootFrame())

    def _fit(self, document: QTextDocument) -> None:
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        side = max(LEAST_MARGIN, (room - COLUMN_PIXELS) // 2)
        self.setViewportMargins(side, _TOP_MARGIN, side, 0)
        width = max(200, room - 2 * side)
        sizes = []
        for name, picture in self._pictures.items():
            shown = picture.size
            if shown.width() > width:
                shown = shown.scaled(width, shown.height(), Qt.AspectRatioMode.KeepAspectRatio)
            sizes.append((name, shown.width(), shown.height()))
        fit_pictures(document, sizes)

    def _mark(self) -> None:
        tokens, marks = self._theme.tokens, []
        for number, place in enumerate(self._found):
            mark, shape = QTextEdit.ExtraSelection(), QTextCharFormat()
            is_current = number == self._at
            shape.setBackground(QColor(tokens.accent if is_current else tokens.precedent_ground))
            shape.setForeground(QColor(tokens.on_accent if is_current else tokens.text))
            mark.cursor, mark.format = place, shape
            marks.append(mark)
        self.setExtraSelections(marks)
