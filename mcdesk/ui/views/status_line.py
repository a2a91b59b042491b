"""The line at the foot of the window: what runs, what was said, and which device and engine compute."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStatusBar

from mcdesk.ui.formatting import count_text
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import ElidedLabel, button, set_icon

SIDE_MARGIN = 18


class StatusLine(QStatusBar):
    """`messages_wanted` asks for the list of messages."""

    messages_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._running = ElidedLabel("", "small", "statusRunning")
        self._device = ElidedLabel("", "small", "statusDevice")
        self._messages = button("", "statusMessages", "quiet", "Messages")
        set_icon(self._messages, "messages", theme, 14)
        self._messages.clicked.connect(self.messages_wanted)
        self.setContentsMargins(SIDE_MARGIN, 0, SIDE_MARGIN - 8, 0)
        self._device.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(self._running, 2)
        self.addPermanentWidget(self._device, 3)
        self.addPermanentWidget(self._messages)
        self._is_reading = False
        self.show_running(0)
        self.show_messages(0)

    def show_running(self, count: int, fraction: float = 0.0) -> None:
        """How many simulations of this window are under way, and which part of their trials is done."""
        what = "1 simulation" if count == 1 else f"{count_text(count)} simulations"
        # not rounded: 100 % is said when all of it is done
        done = f"  \u00b7  {int(fraction * 100)} %" if fraction > 0.0 else ""
        idle = "Reading the history\u2026" if self._is_reading else "Ready"
        self._running.setText(f"{what} under way{done}" if count else idle)
        self._is_idle = count == 0

    def show_reading(self, is_reading: bool) -> None:
        """Whether the history is being read; what runs is said first."""
        self._is_reading = is_reading
        if self._is_idle:
            self.show_running(0)

    def show_device(self, text: str) -> None:
        """What computes."""
        self._device.setText(text)

    def show_messages(self, count: int) -> None:
        """How many messages are kept."""
        self._messages.setText(f" {count_text(count)}" if count else "")
        what = "1 message" if count == 1 else f"{count_text(count)} messages"
        self._messages.setAccessibleName(what if count else "No messages")
