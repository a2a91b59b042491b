"""Runs that are cancelled before they have anything to show are told in passing, by their name."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.queue_view import QueueView
from tests.unit.ui.window_desk import OpenWindow, composed_window, example

pytestmark = pytest.mark.xdist_group("window")

TOLD = ("newsvendor was cancelled before its first trials", "", False)


def begin(opened: OpenWindow, trials: int) -> list[tuple[str, str, bool]]:
    told: list[tuple[str, str, bool]] = []
    opened.window.notice.told.connect(lambda *what: told.append(what))
    opened.workbench.open(example("newsvendor"))
    opened.wait_until(lambda: opened.model.output_count > 0)
    opened.model.set_plan(replace(opened.model.setup, trials=trials))
    opened.workbench.run()
    return told


def test_that_a_run_cancelled_on_the_results_page_is_told_in_passing(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    # without a desk it waits
    with composed_window(qtbot, theme, tmp_path / "home") as (opened, _):
        told = begin(opened, 2_000)

        opened.workbench.cancel_shown()

        assert not opened.workbench.running
        assert told == [TOLD]


def test_that_a_run_cancelled_on_the_page_of_the_queue_is_told_in_passing(opened: OpenWindow) -> None:
    told = begin(opened, 10**10)
    first = opened.workbench.running[0]
    opened.wait_until(lambda: first.progress is not None)
    opened.workbench.run(seed_step=1)
    second = opened.workbench.running[1]
    opened.wait_until(lambda: bool(second.simulation_id))
    view = opened.window.findChild(QueueView)
    assert view is not None

    view.cancel_wanted.emit(second.simulation_id)

    opened.wait_until(lambda: second.is_over)
    assert told == [TOLD]
    assert first.task is not None
    first.task.ask_to_end()
    opened.wait_until(lambda: first.is_over)
