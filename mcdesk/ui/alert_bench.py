"""Joins the alerts of the desk to the line above the pages and to their list on the dashboard."""

from PySide6.QtCore import QObject

from mcdesk.ui.dashboard_bench import DashboardBench
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.alert_presenter import AlertPresenter
from mcdesk.ui.views.alert_banner import AlertBanner
from mcdesk.ui.views.dashboard_view import DashboardView


class AlertBench(QObject):
    """Made once; owns nothing but the connections."""

    def __init__(
        self,
        window: MainWindow,
        banner: AlertBanner,
        dashboard: tuple[DashboardView, DashboardBench],
        presenter: AlertPresenter,
    ) -> None:
        super().__init__(window)
        self._window, self._presenter = window, presenter
        self._view, self._bench = dashboard
        window.above.addWidget(banner)
        presenter.changed.connect(banner.show_alerts)
        presenter.failed.connect(window.notice.show_failure)
        banner.list_wanted.connect(self._show_list)
        banner.seen_wanted.connect(lambda: presenter.acknowledge(presenter.loud[:1]))
        banner.mute_wanted.connect(self._mute_first)
        overview = self._view.overview
        overview.seen_wanted.connect(lambda: presenter.acknowledge(presenter.loud))
        overview.unmute_wanted.connect(presenter.unmute)

    def _show_list(self) -> None:
        self._window.show_page(self._view)
        self._bench.open_rows("alerts")

    def _mute_first(self) -> None:
        if self._presenter.loud:
            self._presenter.mute(self._presenter.loud[0].record.rule)
