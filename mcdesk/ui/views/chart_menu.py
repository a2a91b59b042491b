"""The menu of a chart: copy it or its data, save it as a picture, a drawing or a table."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from mcdesk.ui.charts.chart_export import ChartKind, chart_file, chosen_file, copy_picture, copy_table
from mcdesk.ui.charts.plot_frame import PlotFrame
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.widgets.parts import set_icon

_KINDS = {
    ChartKind.PNG: ("Save as PNG\u2026", "Pictures (*.png)"),
    ChartKind.SVG: ("Save as SVG\u2026", "Drawings (*.svg)"),
    ChartKind.CSV: ("Save data as CSV\u2026", "Tables (*.csv)"),
}


class ChartMenu(QPushButton):
    """A button; the charts that it is made for open the same menu by the right button.

    `save_wanted` has a ChartFile.
    """

    save_wanted = Signal(object)

    def __init__(self, theme: Theme, name: str, chart: Callable[[], PlotFrame]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("kind", "quiet")
        self.setAccessibleName("Copy or save the chart")
        self.setToolTip("Copy or save the chart")
        self._chart = chart
        # what the file is called before a person names it
        self.title = ""
        set_icon(self, "more", theme, 17)
        self.clicked.connect(lambda: self._open(self.mapToGlobal(QPoint(0, self.height()))))

    def serve(self, chart: PlotFrame) -> None:
        """Open by the right button on this chart too."""
        chart.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chart.customContextMenuRequested.connect(lambda place: self._open(chart.mapToGlobal(place)))

    def menu_of_chart(self) -> QMenu:
        """What can be done with the chart that is shown; nothing with an empty one."""
        chart, menu = self._chart(), QMenu(self)
        menu.addAction("Copy picture", lambda: copy_picture(chart))
        menu.addAction("Copy data", lambda: copy_table(chart))
        menu.addSeparator()
        for kind, (text, _) in _KINDS.items():
            menu.addAction(text, partial(self._save, kind))
        for action in menu.actions():
            action.setEnabled(not chart.is_empty)
        return menu

    def _open(self, place: QPoint) -> None:
        menu = self.menu_of_chart()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _save(self, kind: ChartKind) -> None:
        chart = self._chart()
        name = " ".join(part for part in (self.title, chart.accessibleName()) if part)
        safe = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in name)
        chosen, _ = QFileDialog.getSaveFileName(
            self, _KINDS[kind][0].rstrip("\u2026"), f"{safe}.{kind.value}", _KINDS[kind][1]
        )
        if chosen:
            self.save_wanted.emit(chart_file(chart, chosen_file(chosen, kind.value), kind))
