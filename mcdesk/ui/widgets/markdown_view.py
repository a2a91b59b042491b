"""Shows a Markdown page in a column of readable width, with its pictures and what is searched for."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit
from shiboken6 import isValid
from typing_extensions import override

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.markdown_dress import dressing, fit_pictures

# room for a table of the command line, which has 110 letters in a line
COLUMN_PIXELS = 832
LEAST_MARGIN = 28
_TOP_MARGIN = 24
# A long page takes a quarter of a second: the rest of the window answers in between.
STEP_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, and how large it is shown where there is room: in device-independent pixels."""

    image: QImage
    size: QSize


class MarkdownView(QTextBrowser):
    """Links are told, not followed; texts are found in capitals or not.

    `shown` comes when the page that was given last is there as a whole.
    """

    link_wanted = Signal(str)
    shown = Signal()

    def __init__(
        self, theme: Theme, name: str, accessible_name: str, now: Callable[[], float] = time.perf_counter
    ) -> None:
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
        self._next_step = QTimer(self)
        self._next_step.setSingleShot(True)
        self._next_step.setInterval(0)
        self._next_step.timeout.connect(self._go_on)
        self._steps: Iterator[None] | None = None
        self._now = now
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

    @property
    def is_whole(self) -> bool:
        """Whether the page that was given last is there."""
        return self._steps is None

    def show_text(self, markdown: str, pictures: Mapping[str, Picture]) -> None:
        """Show a page from its beginning; `pictures` by the names that the page has for them.

        A long one comes a little later; until then what was shown before can be seen.
        """
        self._pictures = pictures
        self._steps = self._showing(markdown)
        self.setUpdatesEnabled(False)
        self._go_on()

    def _go_on(self) -> None:
        ends_at = self._now() + STEP_SECONDS
        while self._steps is not None and self._now() < ends_at:
            try:
                next(self._steps)
            except StopIteration:
                self._steps = None
        if self._steps is not None:
            self._next_step.start()
            return
        self.setUpdatesEnabled(True)
        self.shown.emit()

    def _showing(self, markdown: str) -> Iterator[None]:
        # owned by Qt: one that Python collects earlier than Qt the view takes that with it
        made = QTextDocument(self)
        try:
            made.setUndoRedoEnabled(False)
            made.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
            yield
            for name, picture in self._pictures.items():
                made.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), picture.image)
            yield from dressing(made, self._theme.tokens)
            made.setDocumentMargin(0)
            self._fit(made)
            yield
        except GeneratorExit:
            # another page was asked for meanwhile, or the window is gone
            if isValid(made):
                made.deleteLater()
            raise
        self._found, self._at = [], -1
        before, self._shown = self._shown, made
        self.setDocument(made)
        if before is not None:
            before.deleteLater()
        yield from self._laying_out(made)

    def _laying_out(self, document: QTextDocument) -> Iterator[None]:
        """In steps of our own: those of Qt are each twice as long as the one before."""
        layout = document.documentLayout()
        layout.installEventFilter(self)
        block = document.begin()
        while block.isValid():
            # lays out all that is above it
            layout.blockBoundingRect(block)
            block = block.next()
            yield
        layout.frameBoundingRect(document.rootFrame())
        layout.removeEventFilter(self)

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
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # of the layout: its own next step
        return event.type() is QEvent.Type.Timer or super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # later: Qt may be laying out the page just now, and must not find another one
        self._fitting.start()

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
