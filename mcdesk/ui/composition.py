"""Makes the pages and presenters, and joins them; imported once the first picture is on the screen."""

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

from mcdesk.formulas.setup_shelf import SetupShelf
from mcdesk.foundation.paths import Folders
from mcdesk.ui import workshop
from mcdesk.ui.alert_bench import AlertBench
from mcdesk.ui.background import Background
from mcdesk.ui.chart_bench import ChartBench
from mcdesk.ui.compare_bench import CompareBench
from mcdesk.ui.dashboard_bench import DashboardBench
from mcdesk.ui.desk import Desk
from mcdesk.ui.encryption_bench import EncryptionBench
from mcdesk.ui.frame import Frame
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.history_bench import HistoryBench
from mcdesk.ui.launch_bench import LaunchBench
from mcdesk.ui.live_bench import LiveBench
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.mark_dialogs import MarkDialogs
from mcdesk.ui.measuring.window_measures import WindowMeasures
from mcdesk.ui.menus import ModelCommands, fill_menus
from mcdesk.ui.model_bench import Findings, ModelBench
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.alert_presenter import AlertPresenter
from mcdesk.ui.presenters.check_presenter import CheckPresenter
from mcdesk.ui.presenters.compare_presenter import ComparePresenter
from mcdesk.ui.presenters.dashboard_presenter import DashboardPresenter
from mcdesk.ui.presenters.detail_presenter import DetailPresenter
from mcdesk.ui.presenters.encryption_presenter import EncryptionPresenter
from mcdesk.ui.presenters.history_presenter import HistoryPresenter
from mcdesk.ui.presenters.live_presenter import LivePresenter
from mcdesk.ui.presenters.model_presenter import ModelPresenter
from mcdesk.ui.presenters.model_tracer import ModelTracer
from mcdesk.ui.presenters.queries_presenter import QueriesPresenter
from mcdesk.ui.presenters.queue_presenter import QueuePresenter
from mcdesk.ui.presenters.recent_files import RecentFiles
from mcdesk.ui.presenters.run_presenter import RunPresenter
from mcdesk.ui.presenters.suggestions_presenter import SuggestionsPresenter
from mcdesk.ui.presenters.traces_presenter import TracesPresenter
from mcdesk.ui.presenters.trial_presenter import TrialPresenter
from mcdesk.ui.queries_bench import QueriesBench
from mcdesk.ui.queue_bench import QueueBench
from mcdesk.ui.rating_bench import RatingBench
from mcdesk.ui.repair_bench import RepairBench
from mcdesk.ui.shell import Shell
from mcdesk.ui.trial_bench import TrialBench
from mcdesk.ui.views.alert_banner import AlertBanner
from mcdesk.ui.views.dashboard_view import DashboardView
from mcdesk.ui.views.history_panel import HistoryPanel
from mcdesk.ui.views.marks_panel import MarksPanel
from mcdesk.ui.views.model_view import ModelView
from mcdesk.ui.views.queries_view import QueriesView
from mcdesk.ui.views.queue_view import QueueView
from mcdesk.ui.views.result_charts import ResultCharts
from mcdesk.ui.views.results_view import ResultsView
from mcdesk.ui.views.settings_view import SettingsView
from mcdesk.ui.workbench import Pages, Presenters, Workbench

if TYPE_CHECKING:
    from mcdesk.dispatch.run_types import RunQueue

T = TypeVar("T")
Steps = Generator[None, None, T]
# Each run is followed in a thread that sleeps mostly; one without a thread would not even be handed in.
MOST_FOLLOWED = 256


def compose(frame: Frame, folders: Folders, background: Background, desk: Desk) -> Workbench:
    """All steps of `composing` at once."""
    steps = composing(frame, folders, background, desk)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            workbench: Workbench = done.value
            return workbench


def composing(frame: Frame, folders: Folders, background: Background, desk: Desk) -> Steps[Workbench]:
    """Fill the frame with everything that is seen, and make what stands behind it.

    In steps, so that the window can answer in between; the last one returns the whole.
    """
    theme, window = frame.theme, frame.window
    charts = ResultCharts(theme)
    yield
    pages = yield from _make_pages(frame, charts)
    accounts = AccountPresenter(desk, window)
    presenters = Presenters(
        model=ModelPresenter(background, SetupShelf(folders.data / "setups"), desk.caches, window),
        # those that follow runs are left behind at the end: the queue keeps what they wait for
        runs=RunPresenter(Background(window, MOST_FOLLOWED), desk, window),
        queue=QueuePresenter(desk, accounts, window),
        history=HistoryPresenter(desk, accounts, window),
    )
    recent = RecentFiles(folders.data / "recent.json", background, window)
    dialogs = MarkDialogs(theme, background, window)
    workbench = Workbench(window, pages, presenters, dialogs, recent)
    bench = _make_bench(frame, pages.model, workbench, dialogs, background)
    details = DetailPresenter(background, desk, window)
    ChartBench(charts, workbench, details, background, window.notice)
    CompareBench(window, (pages.results, charts), workbench, ComparePresenter(desk, accounts, window))
    LiveBench(window, (pages.results, pages.queue), workbench, presenters, LivePresenter(desk, window))
    places, trials = (pages.model, pages.results, charts), TrialPresenter(background, desk, window)
    TrialBench(window, places, workbench, presenters.model, trials)
    LaunchBench(window, pages.model, workbench, (background, desk), accounts, presenters.runs)
    QueueBench(window, pages.queue, presenters.queue)
    _make_figures(frame, pages, background, desk)
    past = HistoryBench(window, pages.history, workbench, desk, accounts, presenters.history)
    _join_reruns(pages, past)

    def opened(queue: "RunQueue | None") -> None:
        presenters.runs.open(queue)
        accounts.refresh()
        desk.ask(
            lambda room: workshop.device_in_words(room.services, room.queue),
            lambda found: workbench.show_device(*found),
            window.notice.show_failure,
        )

    _fill_menus(frame, workbench, (bench, past), pages)
    _make_settings(frame, pages, workbench, folders, background)
    _tell_running(window, presenters.runs)
    RatingBench(window, pages.results.rating, presenters, desk, background)
    window.order_tabs()
    window.page_shown.connect(workbench.page_shown)
    desk.ready.connect(opened)
    RepairBench(window, desk, background)
    desk.failed.connect(lambda _: presenters.runs.open(None))
    # last: all that shows the news of the desk has shown it by then
    workbench.measures = WindowMeasures(window, desk, workbench.is_shown)
    return workbench


def _join_reruns(pages: Pages, past: HistoryBench) -> None:
    """What is run again from a page."""
    pages.results.rerun_wanted.connect(past.rerun_shown)
    pages.queue.rerun_wanted.connect(past.repeat)


def _make_figures(frame: Frame, pages: Pages, background: Background, desk: Desk) -> None:
    """What stands behind the dashboard, the queries and the alerts, and what measuring is in trouble with."""
    window, theme = frame.window, frame.theme
    desk.troubled.connect(window.notice.show_failure)
    figures = DashboardBench(window, pages.dashboard, DashboardPresenter(desk, window), background)
    queries = QueriesPresenter(background, desk, window)
    QueriesBench(window, pages.dashboard, QueriesView(theme), queries)
    AlertBench(window, AlertBanner(theme), (pages.dashboard, figures), AlertPresenter(desk, window))


def _make_settings(
    frame: Frame, pages: Pages, workbench: Workbench, folders: Folders, background: Background
) -> None:
    """What stands behind the page of settings, and the rest of what belongs to no page of a model."""
    workbench.shell = Shell(frame, pages.settings, folders.data, background)
    workbench.encryption = EncryptionPresenter(folders, background, frame.window)
    EncryptionBench(frame, pages.settings, workbench.encryption)


def _tell_running(window: MainWindow, runs: RunPresenter) -> None:
    """Keep the line at the foot of the window up to date."""

    def tell(_: object) -> None:
        window.status_line.show_running(len(runs.running), runs.fraction)

    for told in (runs.started, runs.progressed, runs.ended):
        told.connect(tell)


def _make_pages(frame: Frame, charts: ResultCharts) -> Steps[Pages]:
    """The pages, each in its place in the window."""
    theme, window = frame.theme, frame.window
    grid = WorkbookGrid(theme)
    yield
    panel = MarksPanel(theme)
    yield
    model = ModelView(theme, grid, panel)
    yield
    results = ResultsView(theme, charts)
    yield
    queue = QueueView(theme)
    yield
    dashboard = DashboardView(theme)
    yield
    settings = SettingsView(theme)
    yield
    for number, page in enumerate((model, results, queue, dashboard, settings), 1):
        window.fill(number, page)
        yield
    history = HistoryPanel(theme)
    window.sidebar.room.addWidget(history)
    yield
    return Pages(frame.start, model, results, queue, history, dashboard, settings)


def _make_bench(
    frame: Frame, view: ModelView, workbench: Workbench, dialogs: MarkDialogs, background: Background
) -> ModelBench:
    window, model = frame.window, workbench.model
    tracer = ModelTracer(background, window)
    findings = Findings(
        tracer,
        SuggestionsPresenter(model, tracer, workbench.label_of, window),
        TracesPresenter(tracer, window),
        CheckPresenter(background, workbench.label_of, window),
    )
    return ModelBench(window, view, model, findings, dialogs)


def _fill_menus(
    frame: Frame, workbench: Workbench, benches: tuple[ModelBench, HistoryBench], pages: Pages
) -> None:
    window, (bench, past), model = frame.window, benches, workbench.model

    def run_again() -> None:
        if window.page is pages.results:
            past.rerun_shown()
        else:
            workbench.run(seed_step=1)

    def undo() -> None:
        if not past.undo():
            model.undo()

    def go_to_cell() -> None:
        window.show_page(pages.model)
        pages.model.grid.focus_name_box()

    def find() -> None:
        window.show_page(pages.model)
        pages.model.grid.open_find()

    def beside(step: int) -> None:
        if window.page is pages.results:
            pages.results.choose_beside(step)

    fill_menus(
        window,
        frame.theme,
        ModelCommands(
            browse=workbench.browse,
            run=workbench.run,
            run_again=run_again,
            cancel=workbench.cancel_shown,
            undo=undo,
            redo=model.redo,
            go_to=go_to_cell,
            find=find,
            load_setup=bench.load_setup,
            save_setup=bench.save_setup,
            correlate=bench.edit_correlations,
        ),
    )
    window.add_command("View", "Next output", lambda: beside(1), "Ctrl+PgDown")
    window.add_command("View", "Output before", lambda: beside(-1), "Ctrl+PgUp")
