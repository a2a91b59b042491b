"""Joins the documentation to its window: which page, which picture, what is found, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from shiboken6 import isValid
from typing_extensions import override

from mcdesk.foundation.errors import McdeskError
from mcdesk.foundation.paths import documentation_folder
from mcdesk.ui.background import Background
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.help_pages import CONTENTS, HelpPages, HelpPlace, read_help_pages
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.help_window import FIRST_SIZE, HelpWindow
from mcdesk.ui.widgets.markdown_view import COLUMN_PIXELS, Picture
from mcdesk.ui.widgets.screen_room import room_around

OUTSIDE = ("http", "https", "mailto")


@dataclass(frozen=True, slots=True)
class Visit:
    """A place that was read, and how far down it was left: pixels, None before it was left."""

    place: HelpPlace
    scrolled: int | None = None


class HelpBench(QObject):
    """Made when the documentation is asked for; pages and pictures are read beside the window."""

    def __init__(
        self,
        owner: MainWindow,
        theme: Theme,
        background: Background,
        on_failure: Callable[[McdeskError], None],
    ) -> None:
        super().__init__(owner)
        self.window = HelpWindow(theme)
        self.window.resize(FIRST_SIZE.boundedTo(room_around(owner)))
        self._theme, self._background, self._on_failure = theme, background, on_failure
        self._pages: HelpPages | None = None
        self._visits: list[Visit] = []
        self._at = -1
        self._wanted = ""
        self._images: dict[str, QImage] = {}
        self._connect()
        self.window.quit_wanted.connect(owner.close)
        owner.installEventFilter(self)
        background.start(lambda _: _read(), self._use, on_failure)

    @property
    def place(self) -> HelpPlace | None:
        """What is shown."""
        return self._visits[self._at].place if self._visits else None

    def show(self) -> None:
        """Bring the window to the front."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def go(self, place: HelpPlace) -> None:
        """Show a place; what was ahead on the way is forgotten."""
        self._leave()
        del self._visits[self._at + 1 :]
        self._visits.append(Visit(place))
        self._at = len(self._visits) - 1
        self._load()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # a window that is minimised hides by itself, and leaves this one open
        if event.type() is QEvent.Type.Hide and not event.spontaneous():
            self.window.close()
        return False

    def _connect(self) -> None:
        window = self.window
        window.page_wanted.connect(lambda page: self.go(HelpPlace(page)))
        window.step_wanted.connect(self._step)
        window.text.link_wanted.connect(self._follow)
        window.text_wanted.connect(self._search)
        window.found_wanted.connect(self._step_found)
        window.text.shown.connect(self._arrive)
        self._theme.follow(window, self._paint_again)

    def _use(self, pages: HelpPages) -> None:
        if not isValid(self.window):
            return
        self._pages = pages
        self.window.show_contents(pages.entries)
        self.go(HelpPlace(CONTENTS))

    def _follow(self, link: str) -> None:
        pages, place = self._pages, self.place
        assert pages is not None and place is not None
        target = pages.follow(place.page, link)
        if target is not None:
            self.go(target)
        elif QUrl(link).scheme() in OUTSIDE:
            QDesktopServices.openUrl(QUrl(link))

    def _step(self, step: int) -> None:
        if 0 <= self._at + step < len(self._visits):
            self._leave()
            self._at += step
            self._load()

    def _leave(self) -> None:
        # a page that is still to come was not read
        if self._visits and self.window.text.is_whole:
            scrolled = self.window.text.verticalScrollBar().value()
            self._visits[self._at] = replace(self._visits[self._at], scrolled=scrolled)

    def _paint_again(self) -> None:
        if self._visits:
            self._leave()
            # soon in the new colours, with the pictures that are there
            self._show(self._visits[self._at])
            self._load(is_shown=True)

    def _load(self, *, is_shown: bool = False) -> None:
        """Show the place once its pictures are there; again where one was missing."""
        pages, visit = self._pages, self._visits[self._at]
        assert pages is not None
        names = [self._shaded(pages, each) for each in pages.pictures_of(visit.place.page)]
        missing = [each for each in names if each in pages.picture_sizes and each not in self._images]
        if not missing:
            if not is_shown:
                self._show(visit)
            return
        ratio = self.window.devicePixelRatioF()

        def keep(images: dict[str, QImage]) -> None:
            self._images |= images
            # somebody may have gone on meanwhile, or be gone
            if self._visits[self._at] is visit and isValid(self.window):
                self._show(visit)

        self._background.start(
            lambda _: {each: _read_image(pages.folder / each, ratio) for each in missing},
            keep,
            self._on_failure,
        )

    def _show(self, visit: Visit) -> None:
        pages, text, place = self._pages, self.window.text, visit.place
        assert pages is not None
        pictures = {}
        for each in pages.pictures_of(place.page):
            image = self._images.get(self._shaded(pages, each)) or self._images.get(each)
            if image is not None:
                pictures[_link_to(place.page, each)] = Picture(image, image.deviceIndependentSize().toSize())
        last = len(self._visits) - 1
        self.window.show_place(place.page, pages.title_of(place.page), self._at == 0, self._at == last)
        text.show_text(pages.text_by_page[place.page], pictures)

    def _arrive(self) -> None:
        """The page is there: go to the place in it."""
        visit, text = self._visits[self._at], self.window.text
        self._search(self._wanted)
        if visit.scrolled is not None:
            text.verticalScrollBar().setValue(visit.scrolled)
        elif visit.place.anchor:
            text.scrollToAnchor(visit.place.anchor)
        elif self._wanted:
            self._step_found(1)

    def _search(self, wanted: str) -> None:
        pages = self._pages
        self._wanted = wanted.strip()
        if pages is None or not self._visits:
            return
        counts = {entry.page: pages.count(entry.page, self._wanted) for entry in pages.entries}
        self.window.text.find_all(self._wanted)
        self.window.show_counts(counts if self._wanted else None)
        self.window.show_found()

    def _step_found(self, step: int) -> None:
        text = self.window.text
        # from nowhere the first one is ahead, and the last one behind
        start = text.found_at if text.found_at >= 0 else min(-step, 0)
        text.go_to_found(start + step)
        self.window.show_found()

    def _shaded(self, pages: HelpPages, picture: str) -> str:
        """The picture in the theme that is shown, where there is one."""
        dark = picture.replace("-light.png", "-dark.png")
        return dark if self._theme.tokens.is_dark and dark in pages.picture_sizes else picture


def _read() -> HelpPages:
    try:
        return read_help_pages(documentation_folder())
    except OSError as error:
        raise McdeskError(
            f"The documentation cannot be read: {error}", "Install mcdesk anew; its files are not whole."
        ) from error


def _read_image(path: Path, ratio: float) -> QImage:
    """As wide as it is shown, because Qt makes it smaller in a hurry; pictures have two pixels for one."""
    image = QImage(str(path))
    shown = QSize(image.width() // 2, image.height() // 2)
    if shown.width() > COLUMN_PIXELS:
        shown = QSize(COLUMN_PIXELS, round(shown.height() * COLUMN_PIXELS / shown.width()))
    made = image.scaled(
        shown * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    made.setDevicePixelRatio(ratio)
    return made


def _link_to(page: str, picture: str) -> str:
    """The picture as the page names it."""
    return "../" * page.count("/") + picture
