"""Joins what is set up to its estimate: what cannot run says so before anybody tries."""

import time

from PySide6.QtCore import QObject

from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.ui.background import Background
from mcdesk.ui.desk import Desk
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.estimate_presenter import EstimatePresenter
from mcdesk.ui.presenters.run_estimate import RunEstimate
from mcdesk.ui.presenters.run_presenter import RunPresenter
from mcdesk.ui.views.model_view import ModelView
from mcdesk.ui.workbench import Workbench


class LaunchBench(QObject):
    """Made once; owns nothing but the connections."""

    def __init__(
        self,
        window: MainWindow,
        view: ModelView,
        workbench: Workbench,
        helpers: tuple[Background, Desk],
        accounts: AccountPresenter,
        runs: RunPresenter,
    ) -> None:
        super().__init__(window)
        self._window, self._view, self._workbench = window, view, workbench
        self.estimates = EstimatePresenter(*helpers, time.perf_counter, self)
        self.estimates.estimated.connect(self._show)
        workbench.model.setup_changed.connect(self._ask)
        view.panel.plan.typed.connect(self._ask_for)
        view.panel.plan.fault_changed.connect(self._judge)
        accounts.changed.connect(lambda: self.estimates.work_as(accounts.current))
        # what waits and what is measured is another then
        for told in (runs.started, runs.ended):
            told.connect(lambda _: self._refresh())
        window.page_shown.connect(self._refresh)

    def _refresh(self) -> None:
        """Once what is shown may no longer be so; nobody looks at it while another page is in front."""
        if self._window.page is self._view:
            self.estimates.ask_again()

    def _ask(self) -> None:
        self._ask_for(self._workbench.model.setup)

    def _judge(self) -> None:
        """What is typed has become no plan, or one again."""
        missing = self._workbench.missing()
        self._view.show_can_run(missing)
        if missing:
            self.estimates.forget(missing)

    def _ask_for(self, setup: SetupFile) -> None:
        model, missing = self._workbench.model.model, self._workbench.missing()
        if model is not None and not missing:
            self.estimates.ask(model.workbook, setup)
        else:
            self.estimates.forget(missing)

    def _show(self, estimate: RunEstimate) -> None:
        self._view.panel.estimate.show_estimate(estimate)
        self._view.show_can_run(estimate.refusal or self._workbench.missing())
