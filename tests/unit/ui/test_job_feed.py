"""The way of news from the threads that have it to the frames of the window."""

import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from mcdesk.dispatch.job_news import JobNews
from mcdesk.dispatch.live_results import LiveResult
from mcdesk.history.job_record import JobState
from mcdesk.ui.job_feed import FRAME_SECONDS, JobFeed


def news(trials: int, name: str = "s1", live: LiveResult | None = None) -> JobNews:
    return JobNews(name, JobState.RUNNING, trials, 1000, 10.0, None, None, live)


def test_that_what_threads_tell_shows_in_the_windows_thread_sixty_times_a_second_at_most(
    qtbot: QtBot,
) -> None:
    feed = JobFeed()
    frames: list[tuple[float, int]] = []
    threads: set[int] = set()

    def show(told: tuple[JobNews, ...]) -> None:
        threads.add(threading.get_ident())
        frames.append((time.monotonic(), told[-1].trials_done))

    def tell() -> None:
        for trials in range(1, 301):
            feed.tell(news(trials))
            time.sleep(0.001)

    feed.frame.connect(show)

    thread = threading.Thread(target=tell)
    began = time.monotonic()
    thread.start()
    qtbot.waitUntil(lambda: bool(frames) and frames[-1][1] == 300, timeout=30_000)
    thread.join()

    assert threads == {threading.get_ident()}
    assert 1 < len(frames) <= (frames[-1][0] - began) / FRAME_SECONDS + 1


def test_that_chunks_of_one_frame_are_told_as_one_and_keep_what_was_found(qtbot: QtBot) -> None:
    feed, live = JobFeed(), LiveResult(100, ())
    frames: list[tuple[JobNews, ...]] = []
    feed.frame.connect(frames.append)

    feed.tell(news(100, live=live))
    feed.tell(news(50, "s2"))
    feed.tell(news(200))
    qtbot.waitUntil(lambda: bool(frames))

    assert frames == [(news(200, live=live), news(50, "s2"))]


@pytest.mark.usefixtures("qapp")
def test_that_the_first_news_after_a_while_need_not_wait_for_a_timer() -> None:
    now = [100.0]
    feed = JobFeed(clock=lambda: now[0])
    frames: list[tuple[JobNews, ...]] = []
    feed.frame.connect(frames.append)

    for seconds in (0.0, 1.0):
        now[0] += seconds
        feed.tell(news(int(now[0])))
        # what is queued in the loop, and no timer
        QCoreApplication.sendPostedEvents()

    assert frames == [(news(100),), (news(101),)]


def test_that_it_listens_as_long_as_a_part_of_the_window_shows_what_runs() -> None:
    feed = JobFeed()
    states = [feed.is_listening]

    for watcher, is_watching in (("queue", True), ("runs", True), ("queue", False), ("runs", False)):
        feed.listen(watcher, is_watching)
        states.append(feed.is_listening)

    assert states == [False, True, True, True, False]
