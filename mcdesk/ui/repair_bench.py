"""Tells why the history cannot be opened, and offers to repair a damaged one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mcdesk.foundation.errors import DatabaseDamaged
from mcdesk.ui import workshop
from mcdesk.ui.background import Background
from mcdesk.ui.desk import Desk
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.views.notice import Offer

if TYPE_CHECKING:
    from mcdesk.history.repair import Repair


class RepairBench(QObject):
    """Made once; the desk stays closed until mcdesk is started again."""

    def __init__(self, window: MainWindow, desk: Desk, background: Background) -> None:
        super().__init__(window)
        self._notice = window.notice
        self._folders = desk.folders
        self._background = background
        desk.failed.connect(self._notice.show_failure)
        self._notice.offer_with(DatabaseDamaged, Offer("Repair", self._repair, lambda: None))

    def _repair(self) -> None:
        self._background.start(
            lambda _: workshop.repaired(self._folders), self._repaired, self._notice.show_failure
        )

    def _repaired(self, done: "Repair") -> None:
        copy = "There was no sound copy" if done.copy is None else f"{done.copy.name} took its place"
        self._notice.show_offer(
            f"The damaged history is kept as {done.kept.name}. {copy}. Start mcdesk again to go on with it.",
            Offer("Close mcdesk", self._notice.window().close, lambda: None),
        )
