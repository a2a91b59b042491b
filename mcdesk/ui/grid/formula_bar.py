"""Above the cells: where the frame is, what stands there, and from where values come if not the file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from mcdesk.ui.widgets.parts import label

_NAME_PIXELS = 130


class FormulaBar(QWidget):
    """Tells what was typed into the name box, to go there."""

    place_typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("formulaBarRow")
        self.setAccessibleName("Cell and formula")
        self._name = QLineEdit()
        self._name.setObjectName("nameBox")
        self._name.setAccessibleName("Cell or name; type one to go there")
        self._name.setToolTip("A cell, a range or a name, then Enter (F5)")
        self._name.setFixedWidth(_NAME_PIXELS)
        self._name.returnPressed.connect(lambda: self.place_typed.emit(self._name.text().strip()))
        self._name.textEdited.connect(lambda _: self.show_wrong(False))
        self._formula = QLineEdit()
        self._formula.setObjectName("formulaBar")
        self._formula.setAccessibleName("Formula or value of the cell")
        self._formula.setReadOnly(True)
        self._caption: QLabel = label("", "small", "overlayCaption")
        self._caption.setAccessibleName("Where the values come from")
        self._caption.setContentsMargins(4, 0, 8, 0)
        self._caption.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._name)
        row.addWidget(self._formula, 1)
        row.addWidget(self._caption)

    def show_cell(self, address: str, text: str) -> None:
        """Show where the frame is, and the formula or value there."""
        self.show_wrong(False)
        self._name.setText(address)
        self._formula.setText(text)
        self._formula.setCursorPosition(0)

    def show_caption(self, text: str) -> None:
        """Say from where the values come; nothing where it is the file."""
        self._caption.setText(text)
        self._caption.setVisible(bool(text))

    def show_wrong(self, is_wrong: bool) -> None:
        """Whether what was typed is no place of the workbook."""
        wrong = "true" if is_wrong else "false"
        if self._name.property("wrong") != wrong:
            self._name.setProperty("wrong", wrong)
            self._name.style().polish(self._name)

    def focus_name(self) -> None:
        """Let a person type where to go."""
        self._name.setFocus()
        self._name.selectAll()
