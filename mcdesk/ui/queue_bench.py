"""Joins the page of the queue to what a person does there with a simulation."""

from PySide6.QtCore import QObject

from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.presenters.queue_presenter import QueuePresenter
from mcdesk.ui.views.queue_view import QueueView


class QueueBench(QObject):
    """Made once; owns nothing but the connections."""

    def __init__(
        self,
        window: MainWindow,
        view: QueueView,
        presenter: QueuePresenter,
    ) -> None:
        super().__init__(window)
        presenter.found.connect(view.show_page)
        presenter.failed.connect(window.notice.show_failure)
        view.cancel_wanted.connect(presenter.cancel)
        view.move_wanted.connect(presenter.move)
        view.page_wanted.connect(presenter.show_from)
