"""The documentation in a window of its own: the pages on the left, one of them on the right."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mcdesk.ui.presenters.help_pages import CONTENTS, HelpEntry
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.markdown_view import MarkdownView
from mcdesk.ui.widgets.parts import button, label, set_icon

FIRST_SIZE = QSize(1240, 860)
# the longest title, with how often it has a searched text
LIST_WIDTH = 296


class HelpWindow(QWidget):
    """Paints and tells; which page follows is decided by who made it."""

    page_wanted = Signal(str)
    step_wanted = Signal(int)
    text_wanted = Signal(str)
    found_wanted = Signal(int)
    quit_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("mcdesk documentation")
        self.setMinimumSize(720, 480)
        self._list = _PageList()
        self.text = MarkdownView(theme, "helpText", "Page of the documentation")
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._make_bar(theme))
        column.addWidget(self.text, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list)
        row.addLayout(column, 1)
        self._connect()
        # so that its keys scroll
        self.text.setFocus()

    def show_contents(self, entries: Sequence[HelpEntry]) -> None:
        """The list of pages."""
        self._list.fill(entries)

    def show_place(self, page: str, title: str, is_first: bool, is_last: bool) -> None:
        """Which page is on the right, and whether there is one before and after it in what was read."""
        self._list.choose(page)
        self.setWindowTitle(f"{title} \u2013 mcdesk documentation")
        self._back.setEnabled(not is_first)
        self._forward.setEnabled(not is_last)

    def show_counts(self, counts: Mapping[str, int] | None) -> None:
        """How often each page has the searched text; None where nothing is searched for."""
        self._list.show_counts(counts)
        for part in (self._count, self._previous, self._next):
            part.setVisible(counts is not None)

    def show_found(self) -> None:
        """Where in the page the search is."""
        count, at = self.text.found_count, self.text.found_at
        text = "not on this page" if not count else f"{at + 1} of {count}" if at >= 0 else f"{count} here"
        self._count.setText(text)
        self._previous.setEnabled(bool(count))
        self._next.setEnabled(bool(count))

    def focus_search(self) -> None:
        """Type into the field."""
        self._search.setFocus()
        self._search.selectAll()

    def _make_bar(self, theme: Theme) -> QWidget:
        bar = QWidget()
        bar.setObjectName("helpBar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 8, 14, 8)
        row.setSpacing(6)
        self._back = button("", "helpBack", "quiet", "Back (Alt+Left)")
        self._forward = button("", "helpForward", "quiet", "Forward (Alt+Right)")
        self._home = button("", "helpHome", "quiet", "Contents (Alt+Home)")
        self._previous = button("", "helpPrevious", "quiet", "The place before (Shift+F3)")
        self._next = button("", "helpNext", "quiet", "The next place (F3)")
        parts = (self._back, self._forward, self._home, self._previous, self._next)
        for made, name in zip(parts, ("left", "right", "home", "up", "down"), strict=True):
            set_icon(made, name, theme, 16)
        self._count = label("", "muted", "helpCount")
        self._search = QLineEdit()
        self._search.setObjectName("helpSearch")
        self._search.setAccessibleName("Search the documentation")
        self._search.setPlaceholderText("Search all pages (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.setFixedWidth(270)
        for made in parts[:3]:
            row.addWidget(made)
        row.addStretch(1)
        for part in (self._count, self._previous, self._next, self._search):
            row.addWidget(part)
        return bar

    def _connect(self) -> None:
        self._list.page_chosen.connect(self.page_wanted)
        self._back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._forward.clicked.connect(lambda: self.step_wanted.emit(1))
        self._previous.clicked.connect(lambda: self.found_wanted.emit(-1))
        self._next.clicked.connect(lambda: self.found_wanted.emit(1))
        self._search.textChanged.connect(self.text_wanted)
        self._search.returnPressed.connect(lambda: self.found_wanted.emit(1))
        self._home.clicked.connect(lambda: self.page_wanted.emit(CONTENTS))
        for made, key in ((self._back, "Left"), (self._forward, "Right"), (self._home, "Home")):
            made.setShortcut(QKeySequence(f"Alt+{key}"))
        for keys, action in (
            ("Ctrl+F", self.focus_search),
            ("F3", lambda: self.found_wanted.emit(1)),
            ("Shift+F3", lambda: self.found_wanted.emit(-1)),
            ("Escape", self._escape),
            ("Ctrl+Q", self.quit_wanted.emit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(action)
        self.show_counts(None)

    def _escape(self) -> None:
        if self._search.text():
            self._search.clear()
            self.text.setFocus()
        else:
            self.close()


class _PageList(QScrollArea):
    page_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("helpList")
        self.setAccessibleName("Pages of the documentation")
        self.setWidgetResizable(True)
        self.setFixedWidth(LIST_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(lambda number: self.page_chosen.emit(self._entries[number].page))
        self._entries: tuple[HelpEntry, ...] = ()

    def fill(self, entries: Sequence[HelpEntry]) -> None:
        self._entries = tuple(entries)
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 16, 14, 16)
        column.setSpacing(1)
        group = ""
        for number, entry in enumerate(entries):
            if entry.group != group:
                column.addSpacing(14 if group else 0)
                column.addWidget(label(f"  {entry.group.upper()}", "label"))
                column.addSpacing(3)
                group = entry.group
            made = button(entry.title, f"helpPage{number}", "page")
            made.setCheckable(True)
            self._group.addButton(made, number)
            column.addWidget(made)
        column.addStretch(1)
        self.setWidget(inside)

    def choose(self, page: str) -> None:
        number = next((at for at, entry in enumerate(self._entries) if entry.page == page), -1)
        # a page that the contents do not name is reached by links, and none of the list is that one
        self._group.setExclusive(number >= 0)
        for at, each in enumerate(self._group.buttons()):
            each.setChecked(at == number)
        if number >= 0:
            self.ensureWidgetVisible(self._group.button(number))

    def show_counts(self, counts: Mapping[str, int] | None) -> None:
        for number, entry in enumerate(self._entries):
            made = self._group.button(number)
            assert isinstance(made, QPushButton)
            count = 0 if counts is None else counts[entry.page]
            made.setVisible(counts is None or count > 0)
            made.setText(f"{entry.title}   {count}" if count else entry.title)
