"""Joins the place of the queries to what is known of them and what can be done."""

from PySide6.QtCore import QObject

from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.queries_presenter import QueriesPresenter
from mcdesk.ui.views.dashboard_view import DashboardView
from mcdesk.ui.views.queries_view import QueriesView


class QueriesBench(QObject):
    """Made once; owns nothing but the connections."""

    def __init__(
        self, window: MainWindow, dashboard: DashboardView, view: QueriesView, presenter: QueriesPresenter
    ) -> None:
        super().__init__(window)
        self._dashboard, self._view, self._presenter = dashboard, view, presenter
        dashboard.add_place(view)
        dashboard.overview.queries_wanted.connect(self.open)
        view.back_wanted.connect(dashboard.show_overview)
        for asked, done in (
            (view.advice_wanted, presenter.advise),
            (view.apply_wanted, presenter.apply),
            (view.undo_wanted, presenter.undo),
            (view.care_wanted, presenter.care),
            (view.backup_wanted, presenter.back_up),
            (view.cancel_wanted, presenter.cancel),
            (presenter.seen, view.show_seen),
            (presenter.advised, view.show_advice),
            (presenter.cared, view.show_care),
            (presenter.working, view.show_working),
            (presenter.failed, window.notice.show_failure),
        ):
            asked.connect(done)

    def open(self) -> None:
        """Bring the queries to the front."""
        self._presenter.refresh()
        self._dashboard.show_place(self._view)
