"""The alerts that stand, as the desk tells them, and what a person says to them."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mcdesk.ui import workshop
from mcdesk.ui.desk import Desk, DeskRoom

if TYPE_CHECKING:
    from mcdesk.history.alert_store import AlertStore
    from mcdesk.monitor.alert_watch import ShownAlert

MUTED_SECONDS = 86_400.0


class AlertPresenter(QObject):
    """`changed` has the alerts that nobody has seen or muted, the oldest first.

    Args:
        now: seconds since 1970.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, desk: Desk, parent: QObject | None = None, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._desk, self._now = desk, now
        self.loud: tuple[ShownAlert, ...] = ()
        desk.alerts.connect(self._told)

    def acknowledge(self, alerts: "Sequence[ShownAlert]") -> None:
        """Say that these were seen."""
        numbers, now = [each.record.id for each in alerts], self._now()
        self._keep(lambda store: store.acknowledge(numbers, now))
        self._show(tuple(each for each in self.loud if each.record.id not in numbers))

    def mute(self, rule: str) -> None:
        """Show no alerts of a rule for a day."""
        until = self._now() + MUTED_SECONDS
        self._keep(lambda store: store.mute(rule, until))
        self._show(tuple(each for each in self.loud if each.record.rule != rule))

    def unmute(self) -> None:
        """Show all alerts again."""
        self._keep(lambda store: store.unmute_all())

    def _told(self, alerts: "tuple[ShownAlert, ...]") -> None:
        self._show(tuple(each for each in alerts if not each.is_quiet))

    def _show(self, loud: "tuple[ShownAlert, ...]") -> None:
        if loud != self.loud:
            self.loud = loud
            self.changed.emit(loud)

    def _keep(self, change: "Callable[[AlertStore], None]") -> None:
        now = self._now()

        def kept(room: DeskRoom) -> "tuple[ShownAlert, ...]":
            change(workshop.alert_store(room.services))
            # what is changed and changed back within a second nobody would tell of
            return workshop.shown_alerts(room.services, now)

        self._desk.ask(kept, self._told, self.failed.emit)
