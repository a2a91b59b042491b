"""The frame: pages on the right, the way to them on the left, and the whole window takes a dropped file."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mcdesk.ui.mnemonics import with_mnemonic
from mcdesk.ui.theme.icons import pixmap
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.notice import Notice
from mcdesk.ui.views.status_line import StatusLine
from mcdesk.ui.widgets.parts import ElidedLabel, button, card, label, set_icon
from mcdesk.ui.widgets.screen_room import room_around

SIDEBAR_WIDTH = 224
SUFFIXES = (".xlsx", ".xlsm")
MENUS = ("File", "Edit", "Simulation", "View", "Help")
FIRST_SIZE = QSize(1440, 900)
SMALLEST_SIZE = QSize(1040, 680)


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page and how it is reached; one that is not made yet is an empty place until `fill`."""

    title: str
    icon: str
    widget: QWidget | None = None


class MainWindow(QMainWindow):
    """Knows no page from another: they come as a list.

    `file_dropped` takes any file; whether it is a workbook is told by who opens it. `closing` may refuse.
    `painted` is after each frame. `acted` has the name of a command and how many milliseconds it took.
    """

    file_dropped = Signal(object)
    first_shown = Signal()
    close_wanted = Signal()
    page_shown = Signal()
    painted = Signal()
    acted = Signal(str, float)

    def __init__(self, theme: Theme, pages: Sequence[PageEntry]) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("mcdesk")
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(FIRST_SIZE)
        self._theme = theme
        self._may_close = False
        self._was_shown = False
        root = QWidget()
        root.setObjectName("page")
        row = QHBoxLayout(root)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._stack = QStackedWidget()
        self._stack.setObjectName("pages")
        self.sidebar = Sidebar(theme, pages)
        for page in pages:
            self._stack.addWidget(page.widget or QWidget())
        row.addWidget(self.sidebar)
        column = QVBoxLayout()
        column.setSpacing(0)
        # what is to be seen on every page
        self.above = QVBoxLayout()
        column.addLayout(self.above)
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self.setCentralWidget(root)
        letters: set[str] = set()
        self._menus = {name: self._menu(name, letters) for name in MENUS}
        self._letters: dict[str, set[str]] = {name: set() for name in MENUS}
        self.status_line = StatusLine(theme)
        self.setStatusBar(self.status_line)
        self.notice = Notice(theme, root)
        self.sidebar.page_chosen.connect(self.show_number)
        self._stack.currentChanged.connect(lambda _: self.page_shown.emit())
        for number, page in enumerate(pages):
            self.add_command("View", page.title, partial(self.show_number, number), f"Ctrl+{number + 1}")

    def fill(self, number: int, widget: QWidget) -> None:
        """Put a page in its empty place."""
        is_in_front = self._stack.currentIndex() == number
        place = self._stack.widget(number)
        self._stack.insertWidget(number, widget)
        if place is not None:
            self._stack.removeWidget(place)
            place.deleteLater()
        if is_in_front:
            self._stack.setCurrentIndex(number)

    def order_tabs(self) -> None:
        """Let Tab go down the sidebar, through the page, to the status line; once all places are filled."""
        for one, other in pairwise(self.sidebar.stops()):
            QWidget.setTabOrder(one, other)
        for part in self.status_line.findChildren(QPushButton):
            QWidget.setTabOrder(self._last_stop(), part)

    def show_page(self, widget: QWidget) -> None:
        """Bring a page to the front."""
        self.show_number(self._stack.indexOf(widget))

    def show_number(self, number: int) -> None:
        """Bring the page of this number to the front."""
        left, had_focus = self._stack.currentWidget(), self.focusWidget()
        self._theme.finish()
        self._stack.setCurrentIndex(number)
        self.sidebar.choose(number)
        is_left = left is not None and had_focus is not None and left.isAncestorOf(had_focus)
        if is_left and self.page is not None and self.page is not left:
            # else Qt gives the focus to the next button, which looks as if it had been chosen
            self.page.setFocus()

    @property
    def page(self) -> QWidget | None:
        """The page in front."""
        return self._stack.currentWidget()

    def add_command(self, menu: str, text: str, action: Callable[[], object], *keys: str) -> QAction:
        """An entry of a menu that keys reach on every page; the first of the keys is shown beside it."""
        made = QAction(with_mnemonic(text, self._letters[menu]), self)
        made.setObjectName(f"command{text.title().replace(' ', '').rstrip(chr(0x2026))}")
        made.setShortcuts([QKeySequence(each) for each in keys])
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        made.triggered.connect(lambda _: self._act(text.rstrip(chr(0x2026)), action))
        self._menus[menu].addAction(made)
        return made

    def _act(self, name: str, action: Callable[[], object]) -> None:
        began = time.perf_counter()
        try:
            action()
        finally:
            self.acted.emit(name, 1000.0 * (time.perf_counter() - began))

    def add_menu(self, menu: str, name: str) -> QMenu:
        """A menu in one of MENUS."""
        return self._menus[menu].addMenu(with_mnemonic(name, self._letters[menu]))

    def menu(self, name: str) -> QMenu:
        """One of MENUS."""
        return self._menus[name]

    def fit_to_screen(self) -> None:
        """Take the first size, or all of a screen that has no room for it and its frame."""
        room = room_around(self)
        if room.width() < FIRST_SIZE.width() or room.height() < FIRST_SIZE.height():
            self.resize(FIRST_SIZE.boundedTo(room))
            self.showMaximized()

    def come_forward(self) -> None:
        """Show itself before other windows, also where it was minimised."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def ask_for_file(self) -> Path | None:
        """The workbook that a person chooses in a dialog."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Open workbook", "", "Excel workbooks (*.xlsx *.xlsm);;All files (*)"
        )
        return Path(chosen) if chosen else None

    def close_now(self) -> None:
        """Close without asking again."""
        self._may_close = True
        self.close()

    def _last_stop(self) -> QWidget:
        found = self.previousInFocusChain()
        while found is not None and not is_tab_stop(found):
            found = found.previousInFocusChain()
        assert found is not None
        return found

    def _menu(self, name: str, taken: set[str]) -> QMenu:
        made = self.menuBar().addMenu(with_mnemonic(name, taken))
        made.setObjectName(f"menu{name}")
        return made

    @override
    def event(self, event: QEvent) -> bool:
        is_done = super().event(event)
        if event.type() is QEvent.Type.UpdateRequest:
            self.painted.emit()
        return is_done

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_wanted.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.notice.isVisible():
            self.notice.place()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self._stack.setFocus()
            self.first_shown.emit()


class Sidebar(QWidget):
    """The way to the pages, room for the history, and who works on what."""

    page_chosen = Signal(int)
    theme_wanted = Signal()

    def __init__(self, theme: Theme, pages: Sequence[PageEntry]) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(SIDEBAR_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 20, 14, 14)
        layout.setSpacing(4)
        brand = _Brand(theme)
        brand.theme_wanted.connect(self.theme_wanted)
        layout.addWidget(brand)
        layout.addSpacing(14)
        self._group = QButtonGroup(self)
        for number, page in enumerate(pages):
            each = self._nav_button(theme, page, number)
            layout.addWidget(each)
        self._group.idClicked.connect(self.page_chosen)
        layout.addSpacing(12)
        self._place = place = QWidget()
        # a widget, because an empty layout takes no room: until it is filled, the rest would be torn apart
        self.room = QVBoxLayout(place)
        self.room.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(place, 1)
        frame, inside = card("accountCard")
        inside.setContentsMargins(13, 10, 13, 10)
        inside.setSpacing(1)
        self._account = ElidedLabel("\u2013", "cardTitle", "accountName")
        self._device = ElidedLabel("", "small", "deviceText")
        inside.addWidget(self._account)
        inside.addWidget(self._device)
        layout.addWidget(frame)
        self.account_card = frame

    def stops(self) -> list[QWidget]:
        """Where Tab stops, from above to below, without what is above the first page."""
        inside = [each for each in self._place.findChildren(QWidget) if is_tab_stop(each)]
        return [*self._group.buttons(), *inside, self.account_card]

    def choose(self, number: int) -> None:
        """Mark a page as the one in front."""
        found = self._group.button(number)
        if found is not None:
            found.setChecked(True)

    def show_account(self, name: str) -> None:
        """Who works."""
        self._account.setText(name)

    def show_device(self, device: str) -> None:
        """What computes."""
        self._device.setText(device)

    def _nav_button(self, theme: Theme, page: PageEntry, number: int) -> QPushButton:
        made = button(page.title, f"nav{page.title}", "nav", f"Ctrl+{number + 1}")
        made.setCheckable(True)
        made.setChecked(number == 0)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(made, page.icon, theme, 18)
        made.setText(f"  {page.title}")
        made.setAccessibleName(page.title)
        self._group.addButton(made, number)
        return made


class _Brand(QWidget):
    theme_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(5, 0, 0, 0)
        row.setSpacing(9)
        mark = _Mark()
        row.addWidget(mark)
        name = label("mcdesk", "cardTitle")
        row.addWidget(name, 1)
        shade = button("", "themeButton", "quiet", "Light or dark")
        set_icon(shade, "moon", theme, 16)
        shade.clicked.connect(self.theme_wanted)
        row.addWidget(shade)


class _Mark(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(26, 26)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, pixmap("mcdesk", "#000000", 26, self.devicePixelRatioF()))


def is_tab_stop(widget: QWidget) -> bool:
    """Whether Tab may stop there, when it is seen."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _dropped_file(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    local = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    workbooks = [path for path in local if path.suffix.lower() in SUFFIXES]
    return next(iter(workbooks or local), None)
