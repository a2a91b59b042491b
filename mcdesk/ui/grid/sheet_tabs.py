"""The sheets of a workbook: tabs for those that are shown, a menu for those that the file hides."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QToolButton, QWidget

from mcdesk.model.workbook import Workbook
from mcdesk.ui.widgets.plain_tip import plain_tip


class SheetTabs(QWidget):
    """Tells the index of the sheet that is chosen."""

    sheet_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sheetTabsRow")
        self.setAccessibleName("Sheets")
        self._sheets: list[int] = []
        self._names: tuple[str, ...] = ()
        self.bar = QTabBar()
        self.bar.setObjectName("sheetTabs")
        self.bar.setAccessibleName("Sheets")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.currentChanged.connect(self._choose)
        self._menu = QMenu(self)
        self._menu.setObjectName("hiddenSheetsMenu")
        self._hidden = QToolButton()
        self._hidden.setObjectName("hiddenSheets")
        self._hidden.setAccessibleName("Hidden sheets")
        self._hidden.setToolTip("Sheets that the workbook hides")
        self._hidden.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._hidden.setMenu(self._menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self._hidden)

    @property
    def hidden_actions(self) -> list[QAction]:
        """The sheets that wait in the menu."""
        return self._menu.actions()

    def show_sheets(self, workbook: Workbook) -> int:
        """Show the tabs of a workbook, and return the sheet that is chosen first."""
        self._names = tuple(sheet.name for sheet in workbook.sheets)
        visible = [sheet.index for sheet in workbook.sheets if not sheet.is_hidden]
        self._sheets = []
        self.bar.blockSignals(True)
        while self.bar.count():
            self.bar.removeTab(0)
        for sheet in visible or [sheet.index for sheet in workbook.sheets][:1]:
            self._add(sheet)
        self.bar.setCurrentIndex(0)
        self.bar.blockSignals(False)
        self._fill_menu()
        return self._sheets[0]

    def choose(self, sheet: int) -> None:
        """Choose a sheet; one that was hidden gets a tab."""
        if sheet not in self._sheets:
            self.bar.blockSignals(True)
            self._add(sheet)
            self.bar.blockSignals(False)
            self._fill_menu()
        self.bar.setCurrentIndex(self._sheets.index(sheet))

    def _add(self, sheet: int) -> None:
        self._sheets.append(sheet)
        place = self.bar.addTab(self._names[sheet].replace("&", "&&"))
        self.bar.setTabToolTip(place, plain_tip(self._names[sheet]))

    def _fill_menu(self) -> None:
        self._menu.clear()
        hidden = [sheet for sheet in range(len(self._names)) if sheet not in self._sheets]
        for sheet in hidden:
            action = self._menu.addAction(self._names[sheet].replace("&", "&&"))
            action.triggered.connect(lambda _=False, sheet=sheet: self.choose(sheet))
        self._hidden.setText(f"{len(hidden)} hidden")
        self._hidden.setVisible(bool(hidden))

    def _choose(self, tab: int) -> None:
        if 0 <= tab < len(self._sheets):
            self.sheet_chosen.emit(self._sheets[tab])
