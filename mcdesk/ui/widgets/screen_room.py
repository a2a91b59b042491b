"""How much of its screen a window may take."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

# For title bar and borders, which the window system makes only once the window is shown.
FRAME_ROOM = QSize(16, 56)


def room_around(window: QWidget) -> QSize:
    """The largest size that leaves room for a frame on the screen of this window."""
    return window.screen().availableSize() - FRAME_ROOM
