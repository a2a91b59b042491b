"""What became of the marked cells in a new version of the file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.formulas.setup_carrying import CarriedSetup, Moved
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import CARD_PADDING, button, label, set_icon
from mcdesk.ui.widgets.two_line_list import ROW_HEIGHT, Line, TwoLineList

_MOST_ROWS_SEEN = 3


class CarriedCard(QFrame):
    """Hidden until there is something to tell; `cell_chosen` carries the text of a cell."""

    cell_chosen = Signal(str)
    undo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("carriedCard")
        self.setProperty("card", "true")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CARD_PADDING, 10, 10, 10)
        layout.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._title = label("", "cardTitle", "carriedTitle")
        self._title.setWordWrap(True)
        row.addWidget(self._title, 1)
        undo = button("Undo", "undoCarrying", "quiet", "Back to the cells as they were marked")
        undo.clicked.connect(self.undo_wanted)
        undo.clicked.connect(self.hide)
        close = button("", "closeCarried", "quiet", "Close")
        set_icon(close, "close", theme, 14)
        close.clicked.connect(self.hide)
        row.addWidget(undo)
        row.addWidget(close)
        layout.addLayout(row)
        self._list = TwoLineList(theme, "carriedList", "Cells that moved")
        layout.addWidget(self._list)
        self._shown: tuple[Moved, ...] = ()
        self._list.row_chosen.connect(self._tell_cell)
        self.hide()

    def show_carried(self, carried: CarriedSetup | None) -> None:
        """Tell what moved and what is gone; None for nothing."""
        self._shown = () if carried is None else (*carried.lost, *carried.moved)
        self.setVisible(bool(self._shown))
        if carried is not None:
            self._title.setText(_sentence(len(carried.moved), len(carried.lost)))
        self._list.show_lines([_line(each) for each in self._shown])
        seen = min(len(self._shown), _MOST_ROWS_SEEN)
        self._list.setFixedHeight(seen * ROW_HEIGHT + 4)

    def _tell_cell(self, row: int) -> None:
        if self._shown[row].after:
            self.cell_chosen.emit(self._shown[row].after)


def _line(moved: Moved) -> Line:
    if not moved.after:
        return Line(moved.title or moved.before, f"was {moved.before}; not marked any more", "", "bad")
    return Line(moved.title or moved.after, f"{moved.before} \u2192 {moved.after}", "", "accent")


def _sentence(moved: int, lost: int) -> str:
    parts = []
    if moved:
        parts.append(f"{_counted(moved)} found in another place")
    if lost:
        parts.append(f"{_counted(lost)} not found")
    return f"This file has changed since it was marked: {', '.join(parts)}."


def _counted(count: int) -> str:
    return "1 marked cell was" if count == 1 else f"{count:,} marked cells were"
