"""Asks whether to close the window while simulations run."""

from PySide6.QtWidgets import QMessageBox, QWidget


class CloseQuestion(QMessageBox):
    """Return and Escape stay: somebody who presses them without reading loses nothing."""

    def __init__(self, running: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("closeQuestion")
        self.setWindowTitle("Close mcdesk?")
        if running == 1:
            self.setText("A simulation is still running.")
            self.setInformativeText("It is kept, and goes on when mcdesk is started again.")
        else:
            self.setText(f"{running} simulations are still running.")
            self.setInformativeText("They are kept, and go on when mcdesk is started again.")
        self._close = self.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
        stay = self.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(stay)
        self.setEscapeButton(stay)

    def is_sure(self) -> bool:
        """Ask; whether the window is to be closed."""
        self.exec()
        return self.clickedButton() is self._close
