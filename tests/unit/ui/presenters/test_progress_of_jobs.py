"""What the news of a simulation move in the window: a run's bar, a row of the queue, what is found so far."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from mcdesk.dispatch.job_news import JobNews
from mcdesk.dispatch.live_results import LiveResult
from mcdesk.dispatch.run_types import RunQueue, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan, SimulationProgress
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import Cancelled
from mcdesk.foundation.errors import McdeskError
from mcdesk.history.job_record import JobRecord, JobState
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.services import folders_under
from mcdesk.ui.background import Background, Task
from mcdesk.ui.desk import Desk, DeskRoom
from mcdesk.ui.presenters.account_presenter import AccountPresenter
from mcdesk.ui.presenters.live_presenter import LiveLook, LivePresenter
from mcdesk.ui.presenters.queue_presenter import QueuePresenter
from mcdesk.ui.presenters.queue_rows import QueuePage, QueueRow, moved_row
from mcdesk.ui.presenters.run_presenter import RunHandle, RunPresenter

NAME = "a" * 32
TRIALS = 1_000
NOW = "2026-01-01T00:00:00.000000Z"


class Noted(Background):
    """Begins nothing; keeps what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.works: list[Callable[..., object]] = []

    def start(
        self, work: Callable[..., Any], on_done: Callable[..., Any], on_error: Callable[..., Any]
    ) -> Task:
        self.works.append(work)
        return Task(on_done, on_error, self)


class Answering(Desk):
    """Is not open; answers each question with what a test has put there."""

    answer: object = None

    def ask(
        self,
        work: Callable[[DeskRoom], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[McdeskError], None],
    ) -> Task:
        on_done(self.answer)
        return Task(on_done, on_error, self)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Answering]:
    yield Answering(folders_under(tmp_path))


@pytest.fixture
def runs(desk: Answering) -> RunPresenter:
    return RunPresenter(Noted(), desk)


def news(trials: int, state: JobState = JobState.RUNNING, live: LiveResult | None = None) -> JobNews:
    return JobNews(NAME, state, trials, TRIALS, 100.0, 5.0, 0.5, live)


def tell(desk: Desk, told: JobNews) -> None:
    desk.feed.frame.emit((told,))


def begun(runs: RunPresenter) -> RunHandle:
    request = RunRequest(Path("m.xlsx"), SetupFile(), SimulationPlan(TRIALS, 1))
    return runs.run(request, "m")


def test_that_a_run_shows_the_furthest_that_was_told_whoever_told_it(
    desk: Answering, runs: RunPresenter
) -> None:
    runs.open(None)
    handle, shown = begun(runs), []
    handle.simulation_id = NAME
    runs.progressed.connect(lambda run: shown.append(run.fraction))

    tell(desk, news(300))
    handle.followed = SimulationProgress(200, TRIALS, 100.0, None, None)
    tell(desk, news(250))
    handle.followed = SimulationProgress(400, TRIALS, 100.0, None, None)
    desk.feed.frame.emit(())
    tell(desk, news(TRIALS, JobState.ENDING))

    assert shown == [0.3, 0.4, 1.0]


def test_that_a_frame_without_news_of_a_run_says_nothing_of_it(desk: Answering, runs: RunPresenter) -> None:
    runs.open(None)
    handle, shown = begun(runs), []
    runs.progressed.connect(shown.append)

    tell(desk, news(300))

    assert handle.progress is None
    assert shown == []


def test_that_a_run_begun_before_the_desk_is_open_waits_for_its_queue(
    tmp_path: Path, runs: RunPresenter
) -> None:
    background = runs._background
    assert isinstance(background, Noted)
    handle = begun(runs)
    assert (background.works, runs.running) == ([], (handle,))

    queue = RunQueue("cpu", tmp_path, lambda: None)
    runs.open(queue)

    assert (len(background.works), runs.queue) == (1, queue)
    begun(runs)
    assert len(background.works) == 2


def test_that_a_run_cancelled_before_the_desk_is_open_never_begins(runs: RunPresenter) -> None:
    background, ended = runs._background, []
    assert isinstance(background, Noted)
    runs.ended.connect(ended.append)
    handle = begun(runs)

    runs.cancel(handle)
    runs.open(None)

    assert (ended, background.works, runs.running) == ([handle], [], ())
    assert isinstance(handle.error, Cancelled)


def test_that_news_are_asked_for_only_while_a_run_is_under_way(desk: Answering, runs: RunPresenter) -> None:
    before = desk.feed.is_listening
    handle = begun(runs)
    during = desk.feed.is_listening

    runs.cancel(handle)

    assert (before, during, desk.feed.is_listening) == (False, True, False)


def test_that_the_part_that_is_done_counts_all_runs_by_their_trials(runs: RunPresenter) -> None:
    runs.open(None)
    first, second = begun(runs), begun(runs)
    second.request = replace(second.request, plan=SimulationPlan(3 * TRIALS, 1))

    first.progress = SimulationProgress(TRIALS, TRIALS, 1.0, None, None)

    assert runs.fraction == 0.25


def row(trials: int, state: str = "running") -> QueueRow:
    texts = ("plan", "ada", "1,000", f"{trials // 10} %", "-", "Running")
    return QueueRow(NAME, "plan", "Has the device", state, trials / TRIALS, trials, texts, "Has the device")


def test_that_a_row_moves_with_bar_rate_time_left_and_state() -> None:
    moved, ending = moved_row(row(100), news(500)), moved_row(row(100), news(TRIALS, JobState.ENDING))

    assert (moved.fraction, moved.trials_done) == (0.5, 500)
    assert moved.texts == ("plan", "ada", "1,000", "50 %", "100/s", "Running")
    assert moved.reason == "Has the device, 5.0 s of computing left"
    assert (ending.state, ending.fraction, ending.texts[3:]) == (
        "ending",
        1.0,
        ("100 %", "100/s", "Finishing"),
    )


def test_that_a_row_goes_neither_back_nor_on_while_it_waits() -> None:
    assert moved_row(row(600), news(500)) == row(600)
    assert moved_row(row(100, "waiting"), news(500)) == row(100, "waiting")


def test_that_rows_move_between_looks_and_an_older_look_takes_none_back(desk: Answering) -> None:
    presenter = QueuePresenter(desk, AccountPresenter(desk))
    shown: list[int] = []
    presenter.found.connect(lambda page: shown.append(page.rows[0].trials_done))
    desk.answer = (QueuePage(rows=(row(100),), running=1), 0.0)

    presenter.watch(True)
    tell(desk, news(300))
    tell(desk, replace(news(800), simulation_id="of somebody else"))
    # read before the news were written down
    desk.answer = (QueuePage(rows=(row(200),), running=1), 0.0)
    presenter.look()
    presenter.watch(False)
    tell(desk, news(900))

    assert shown == [100, 300, 300]
    assert not desk.feed.is_listening


def looked(trials: int, live: LiveResult | None = None) -> LiveLook:
    record = RunRecord(NAME, 1, RunStatus.RUNNING, TRIALS, 1, "mc", "cpu", NAME, "m.xlsx", NAME, "{}", NOW)
    job = JobRecord(
        *(
            1,
            NAME,
            1,
            JobState.RUNNING,
            "cpu",
            NAME,
            10,
            "trial",
            512,
            25,
            120,
            None,
            TRIALS,
            NOW,
            NOW,
            False,
        ),
        *(trials, 100.0, 5.0, 0.5, 1.0, 0, 0, None, None),
    )
    return LiveLook(record, job, live)


def test_that_what_is_found_shows_as_it_is_told_and_never_goes_back(desk: Answering) -> None:
    presenter = LivePresenter(desk, clock=lambda: 0.0)
    shown: list[tuple[int, int]] = []

    def note(look: LiveLook) -> None:
        assert look.job is not None
        shown.append((look.job.trials_done, 0 if look.live is None else look.live.trials_done))

    presenter.looked.connect(note)
    desk.answer = looked(100)
    presenter.watch(NAME)
    tell(desk, news(300, live=LiveResult(300, ())))
    tell(desk, news(400))
    # read before the news were written down
    desk.answer = looked(200, LiveResult(200, ()))
    presenter._look()
    # trials that are run again, as the engine died
    tell(desk, news(50))
    presenter.stop()
    tell(desk, news(900))

    assert shown == [(100, 0), (300, 300), (400, 300), (400, 300), (400, 300)]
    assert not desk.feed.is_listening


def test_that_the_desk_is_asked_less_often_while_what_is_found_is_told(desk: Answering) -> None:
    now = [0.0]
    presenter = LivePresenter(desk, clock=lambda: now[0])
    looks: list[LiveLook] = []
    desk.answer = looked(100)
    presenter.watch(NAME)
    tell(desk, news(300, live=LiveResult(300, ())))
    presenter.looked.connect(looks.append)

    for now[0] in (0.1, 0.5, 0.9, 1.0):
        presenter._look_if_due()

    assert len(looks) == 1
    presenter.stop()
