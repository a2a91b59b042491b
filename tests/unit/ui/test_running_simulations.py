"""Simulations that run, in the whole window: those begun at once, and how far the window says they are."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from mcdesk.history.queue_store import QueueStore
from mcdesk.ui.presenters import queue_presenter
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.queue_view import QueueView
from tests.unit.ui.window_desk import OpenWindow, composed_window, example

pytestmark = pytest.mark.xdist_group("window")


def open_example(opened: OpenWindow, trials: int) -> None:
    opened.workbench.open(example("newsvendor"))
    opened.wait_until(lambda: opened.model.output_count > 0)
    opened.model.set_plan(replace(opened.model.setup, trials=trials))


def end_runs(opened: OpenWindow) -> None:
    for run in opened.workbench.running:
        assert run.task is not None
        run.task.ask_to_end()
    opened.wait_until(lambda: not opened.workbench.running)


def text(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def test_that_a_run_begun_before_the_desk_is_open_goes_through_the_queue(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    with composed_window(qtbot, theme, tmp_path / "home") as (opened, desk):
        open_example(opened, 2_000)

        opened.workbench.run()
        (run,) = opened.workbench.running
        assert run.task is None
        desk.start()
        opened.wait_until(lambda: run.is_over)

        # the name that it had in the queue is the one that it has in the history
        assert run.report is not None
        assert run.simulation_id == run.report.simulation_id


def test_that_bar_and_status_line_move_without_the_database(
    opened: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_example(opened, 300_000_000)
    # whoever follows a run through the database finds it where it began
    find = QueueStore.find

    def stale(store: QueueStore, simulation_id: str) -> object:
        job = find(store, simulation_id)
        return None if job is None else replace(job, trials_done=0)

    monkeypatch.setattr(QueueStore, "find", stale)

    opened.workbench.run()
    bar = opened.window.findChild(QProgressBar, "runProgress")
    assert bar is not None
    values: list[int] = []
    bar.valueChanged.connect(values.append)
    opened.wait_until(lambda: bar.value() > bar.maximum() // 20)
    opened.wait_until(lambda: " %" in text(opened, "statusRunning"))

    assert values == sorted(values)
    assert text(opened, "statusRunning").startswith("1 simulation under way")
    monkeypatch.undo()
    end_runs(opened)


def test_that_a_row_of_the_queue_moves_without_the_database(
    opened: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    # it is looked at once
    monkeypatch.setattr(queue_presenter, "LOOK_MILLISECONDS", 10**8)
    open_example(opened, 10**10)
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.running[0].progress is not None)
    opened.window.show_number(3)
    view = opened.window.page
    assert isinstance(view, QueueView)

    def trials() -> int:
        row = view.table.row_at(0)
        return 0 if row is None or row.is_waiting else row.trials_done

    opened.wait_until(lambda: trials() > 0)
    before = trials()
    opened.wait_until(lambda: trials() > 2 * before)
    end_runs(opened)


def test_that_a_page_waits_for_the_chunks_of_what_it_shows_alone(opened: OpenWindow) -> None:
    open_example(opened, 300_000_000)
    opened.workbench.run()
    opened.workbench.run()
    first, second = opened.workbench.running
    opened.wait_until(lambda: opened.workbench.results.live_id == second.simulation_id != "")
    window, queue = opened.window, opened.window.findChild(QueueView)
    assert queue is not None

    on_results = [opened.workbench.is_shown(run.simulation_id) for run in (first, second)]
    window.show_page(queue)
    on_queue = [opened.workbench.is_shown(run.simulation_id) for run in (first, second)]
    window.show_number(0)
    on_start = [opened.workbench.is_shown(run.simulation_id) for run in (first, second)]

    assert (on_results, on_queue, on_start) == ([False, True], [True, True], [False, False])
    end_runs(opened)
