"""A list of earlier runs, opened below a button; what is ticked is compared at once."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mcdesk.ui.presenters.compare_presenter import RunChoice
from mcdesk.ui.widgets.parts import button, label

WIDTH, HEIGHT = 380, 420
_ID_ROLE = Qt.ItemDataRole.UserRole


class ComparePanel(QFrame):
    """Closes by a click elsewhere or Escape; the arrow keys move, the space bar ticks."""

    toggled = Signal(str, bool)
    clear_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("comparePanel")
        self.setAccessibleName("Runs to compare with")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedSize(WIDTH, HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label("Compare with", "cardTitle"), 1)
        clear = button("None", "compareNone", "quiet", "Compare with none")
        clear.clicked.connect(self.clear_wanted)
        head.addWidget(clear)
        layout.addLayout(head)
        self.search = QLineEdit()
        self.search.setObjectName("compareSearch")
        self.search.setAccessibleName("Search the runs")
        self.search.setPlaceholderText("Search")
        self.search.textChanged.connect(self._narrow)
        layout.addWidget(self.search)
        self.list = _TickList()
        self.list.setObjectName("compareList")
        self.list.setAccessibleName("Earlier runs")
        self.list.itemChanged.connect(self._tell)
        layout.addWidget(self.list, 1)
        self._empty = label("There is no other run yet.", "muted", "compareEmpty")
        layout.addWidget(self._empty)

    def open_below(self, widget: QWidget) -> None:
        """Open under a button, inside the window."""
        corner = widget.mapToGlobal(QPoint(widget.width() - WIDTH, widget.height() + 6))
        self.move(corner)
        self.show()
        self.search.setFocus()

    def show_choices(self, choices: Sequence[RunChoice], chosen: Collection[str]) -> None:
        """Show these runs, with those ticked that are compared."""
        self.list.blockSignals(True)
        self.list.clear()
        for choice in choices:
            item = QListWidgetItem(f"{choice.title}\n{choice.text}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setData(_ID_ROLE, choice.simulation_id)
            item.setCheckState(_state(choice.simulation_id in chosen))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self._empty.setVisible(not choices)
        self._narrow(self.search.text())

    def show_chosen(self, chosen: Collection[str]) -> None:
        """Tick those that are compared."""
        self.list.blockSignals(True)
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setCheckState(_state(item.data(_ID_ROLE) in chosen))
        self.list.blockSignals(False)

    def _narrow(self, wanted: str) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(wanted.strip().casefold() not in item.text().casefold())

    def _tell(self, item: QListWidgetItem) -> None:
        self.toggled.emit(item.data(_ID_ROLE), item.checkState() is Qt.CheckState.Checked)


class _TickList(QListWidget):
    """A click anywhere on a row ticks it, not only one on the small box."""

    def __init__(self) -> None:
        super().__init__()
        self._pressed: QListWidgetItem | None = None

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.itemAt(event.position().toPoint())
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        item, self._pressed = self._pressed, None
        if item is None or self.itemAt(event.position().toPoint()) is not item:
            super().mouseReleaseEvent(event)
            return
        before = item.checkState()
        super().mouseReleaseEvent(event)
        # one on the box was told to it by Qt
        if item.checkState() is before:
            item.setCheckState(_state(before is Qt.CheckState.Unchecked))


def _state(is_checked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked
