"""Joins the page of the dashboard to what it reads, and to the files that it is saved in."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from mcdesk.history.kpi_grouping import Grouping
from mcdesk.ui.background import Background
from mcdesk.ui.charts.chart_export import ChartFile, ChartKind, chart_file, chosen_file, widget_png
from mcdesk.ui.charts.time_chart import TimeChart
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters import dashboard_tables as tables
from mcdesk.ui.presenters.dashboard_files import csv_text, html_text, rows_csv
from mcdesk.ui.presenters.dashboard_lines import SPECS
from mcdesk.ui.presenters.dashboard_presenter import DashboardPresenter
from mcdesk.ui.presenters.dashboard_tables import TableText
from mcdesk.ui.views.dashboard_view import DashboardView

if TYPE_CHECKING:
    from mcdesk.monitor.dashboard import Dashboard
    from mcdesk.monitor.kpis import KpiRow

GROUPINGS = (Grouping.DAY, Grouping.TIER, Grouping.ACCOUNT, Grouping.MODEL)
_FILTERS = {"png": "Pictures (*.png)", "csv": "Tables (*.csv)", "html": "Reports (*.html)"}


class DashboardBench(QObject):
    """Made once; owns nothing but the connections, and what rows are shown."""

    def __init__(
        self,
        window: MainWindow,
        view: DashboardView,
        presenter: DashboardPresenter,
        background: Background,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._presenter, self._background = window, view, presenter, background
        self._rows: str | None = None
        presenter.read.connect(self._show)
        presenter.rows_read.connect(self._show_runs)
        presenter.failed.connect(window.notice.show_failure)
        view.range_chosen.connect(self._choose)
        view.export_wanted.connect(self._export)
        view.overview.rows_wanted.connect(self.open_rows)
        view.overview.chart_wanted.connect(self._open_chart)
        view.rows.group_wanted.connect(lambda _: self.open_rows("runs"))
        view.rows.back_wanted.connect(self._close_rows)
        view.rows.save_wanted.connect(self._save_rows)
        window.page_shown.connect(self._page_shown)
        presenter.choose(view.range)

    def open_rows(self, name: str) -> None:
        """Show the rows behind a card: `runs`, `actions` or `alerts`."""
        self._rows = name
        if name == "runs":
            self._presenter.read_rows(GROUPINGS[self._view.rows.group])
        else:
            self._show_rows()

    def _page_shown(self) -> None:
        self._presenter.watch(self._window.page is self._view)

    def _choose(self, chosen: object) -> None:
        self._presenter.choose(self._view.range)
        if self._rows == "runs":
            self.open_rows("runs")

    def _show(self, found: "Dashboard") -> None:
        self._view.show_figures(found)
        if self._rows is not None and self._rows != "runs":
            self._show_rows()

    def _show_rows(self) -> None:
        found, name = self._view.found, self._rows
        if found is None or name is None:
            return
        if name == "actions":
            title, text = "Commands, and how long the window was busy", tables.action_table(found)
        elif name == "alerts":
            title, text = "Alerts", tables.alert_table(found.alerts)
        else:
            title, text = _values(self._view.overview.charts[name])
        self._view.rows.show_rows(title, text)
        self._view.show_place(self._view.rows)

    def _show_runs(self, grouping: Grouping, rows: "tuple[KpiRow, ...]") -> None:
        if self._rows != "runs":
            return
        text = tables.run_table(rows, grouping.value.capitalize())
        self._view.rows.show_rows(f"Simulations by {grouping.value}", text, is_grouped=True)
        self._view.show_place(self._view.rows)

    def _open_chart(self, name: str) -> None:
        self._rows = name
        self._show_rows()

    def _close_rows(self) -> None:
        self._rows = None
        self._view.show_overview()

    def _save_rows(self) -> None:
        rows = self._view.rows
        self._save(rows.title, "csv", lambda: rows_csv(rows.shown).encode("utf-8-sig"))

    def _export(self, suffix: str) -> None:
        found = self._view.found
        if found is None:
            self._window.notice.show_note("Nothing was read yet", "Wait a moment.")
            return
        self._save("mcdesk dashboard", suffix, _maker(self._view, found, suffix))

    def _save(self, title: str, suffix: str, make: Callable[[], bytes]) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Save", f"{title.replace(',', '')}.{suffix}", _FILTERS[suffix]
        )
        if not chosen:
            return
        file = ChartFile(chosen_file(chosen, suffix), make)
        self._background.start(
            lambda _: file.write(),
            lambda _: self._window.notice.show_note(f"{file.path.name} is saved"),
            self._window.notice.show_failure,
        )


def _maker(view: DashboardView, found: "Dashboard", suffix: str) -> Callable[[], bytes]:
    """What makes the bytes beside the window; pictures and drawings are made here, in the window's thread."""
    if suffix == "png":
        return widget_png(view.overview.body)
    if suffix == "csv":
        return lambda: csv_text(found).encode("utf-8-sig")
    drawings = {
        spec.name: chart_file(chart, Path(), ChartKind.SVG).encoded().decode()
        for spec in SPECS
        if not (chart := view.overview.charts[spec.name]).is_empty
    }
    return partial(_encoded_html, found, drawings)


def _encoded_html(found: "Dashboard", drawings: dict[str, str]) -> bytes:
    return html_text(found, drawings).encode()


def _values(chart: TimeChart) -> tuple[str, TableText]:
    rows = [[str(each) for each in row] for row in chart.rows()]
    headers, values = (rows[0], rows[:0:-1]) if rows else ([""], [])
    return chart.accessibleName(), TableText(headers, values, "No data")
