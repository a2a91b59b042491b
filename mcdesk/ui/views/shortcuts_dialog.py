"""All keys at a glance: those of the menus, and those of the places that have keys of their own."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from mcdesk.ui.mnemonics import without_mnemonic
from mcdesk.ui.theme.tokens import GUTTER
from mcdesk.ui.widgets.parts import button, label

Group = tuple[str, Sequence[tuple[str, str]]]
# What places do that are no entries of a menu.
PLACES: Mapping[str, Sequence[tuple[str, str]]] = {
    "In the grid": (
        ("I", "Mark the cell as input, or edit it"),
        ("O", "Mark the cell as output, or unmark it"),
        ("Return", "Edit the input"),
        ("T", "Show what the cell depends on and influences"),
        ("[ or ]", "Show only what it depends on, or influences"),
        ("Escape", "Show no trace any more"),
        ("Ctrl+Arrows", "To the end of the block, as in Excel"),
        ("Ctrl+Home", "To the first cell"),
        ("Ctrl+F", "Find in this sheet"),
        ("Ctrl+Page Down", "Next sheet"),
        ("Ctrl+C", "Copy the cells"),
    ),
    "On a chart": (
        ("Left, Right", "Move the delimiter or marker"),
        ("Enter or digits", "Type the value of the delimiter"),
        ("Shift+Left, Right", "Move it further"),
    ),
    "In the matrix of correlations": (
        ("0 to 9, \u2212", "Type over the cell"),
        ("Return, F2", "Change what is there"),
        ("Delete", "No correlation"),
    ),
    "In the documentation": (
        ("Ctrl+F", "Search all pages"),
        ("F3, Shift+F3", "Next place, place before"),
        ("Alt+Left, Alt+Right", "Back, forward"),
        ("Alt+Home", "Contents"),
    ),
    "In a list": (
        ("Up, Down", "Choose"),
        ("Return", "Open, or mark what is suggested"),
        ("Delete", "Delete or cancel"),
    ),
}


class ShortcutsDialog(QDialog):
    """Closed with Escape.

    Args:
        menus: the entries of each menu; those without a key are left out.
    """

    def __init__(self, menus: Mapping[str, Sequence[QAction]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutsDialog")
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(940, 680)
        found = {name: _rows(actions) for name, actions in menus.items()} | dict(PLACES)
        filled = [(name, rows) for name, rows in found.items() if rows]
        inside = QWidget()
        inside.setObjectName("scrolled")
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(22, 20, 22, 20)
        columns.setSpacing(2 * GUTTER)
        for groups in _halves(filled):
            column = QVBoxLayout()
            column.setSpacing(GUTTER)
            for name, rows in groups:
                column.addWidget(_group(name, rows))
            column.addStretch(1)
            columns.addLayout(column, 1)
        area = QScrollArea()
        area.setObjectName("shortcutsArea")
        area.setWidgetResizable(True)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.addWidget(area, 1)
        close = button("Close", "closeShortcuts", tip="Escape")
        close.clicked.connect(self.accept)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)


def _halves(groups: Sequence[Group]) -> tuple[Sequence[Group], Sequence[Group]]:
    """In their order, cut where both halves are about as long."""
    lengths = [len(rows) + 2 for _, rows in groups]
    cut = min(range(len(groups) + 1), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
    return groups[:cut], groups[cut:]


def _rows(actions: Sequence[QAction]) -> list[tuple[str, str]]:
    native = QKeySequence.SequenceFormat.NativeText
    return [
        (
            " or ".join(keys.toString(native) for keys in action.shortcuts()),
            without_mnemonic(action.text()).rstrip("\u2026"),
        )
        for action in actions
        if action.shortcuts()
    ]


def _group(name: str, rows: Sequence[tuple[str, str]]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(6)
    grid.setColumnMinimumWidth(0, 170)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label(name.upper(), "label"), 0, 0, 1, 2)
    for row, (keys, text) in enumerate(rows, 1):
        grid.addWidget(label(keys, "muted"), row, 0)
        grid.addWidget(label(text), row, 1)
    return made
