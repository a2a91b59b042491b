"""The history in the sidebar and the accounts, in a real window over a real database."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.foundation.clock import moment_of, utc_text
from mcdesk.services import folders_under, open_services
from mcdesk.ui.history_bench import HistoryBench
from mcdesk.ui.presenters import history_presenter
from mcdesk.ui.presenters.history_presenter import HistoryFilter, HistoryPresenter
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.account_menu import SignInDialog
from mcdesk.ui.views.history_panel import HistoryPanel
from mcdesk.ui.views.note_dialog import NoteDialog
from tests.unit.ui.window_desk import OpenWindow, composed_window, example

pytestmark = pytest.mark.xdist_group("window")
PASSWORD = "correct horse battery"
READING = "Reading the history\u2026"


def panel_of(opened: OpenWindow) -> HistoryPanel:
    found = opened.window.findChild(HistoryPanel)
    assert found is not None
    return found


def presenter_of(opened: OpenWindow) -> HistoryPresenter:
    found = opened.window.findChild(HistoryPresenter)
    assert found is not None
    return found


def count(opened: OpenWindow) -> int:
    return panel_of(opened).list.model().rowCount()


def title(opened: OpenWindow, row: int = 0) -> str:
    return str(panel_of(opened).list.model().index(row, 0).data())


def with_run(opened: OpenWindow, name: str = "newsvendor") -> None:
    before = count(opened)
    opened.workbench.open(example(name))
    opened.wait_until(lambda: opened.window.windowTitle().startswith(name))
    opened.workbench.run()
    opened.wait_until(lambda: not opened.workbench.running and count(opened) == before + 1)


def choose(opened: OpenWindow, text: str, row: int = 0) -> None:
    menu = panel_of(opened).menu_of(row)
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def line_of(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text() if found.isVisible() else ""


def test_that_a_history_that_takes_long_is_said_to_be_read(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    listed = history_presenter._listed
    monkeypatch.setattr(history_presenter, "_listed", lambda *asked: may_go_on.wait(60.0) and listed(*asked))
    with composed_window(qtbot, theme, tmp_path / "home") as (opened, desk):
        assert line_of(opened, "historyEmpty") == ""
        desk.start()

        opened.wait_until(lambda: line_of(opened, "historyEmpty") == READING)
        assert line_of(opened, "statusRunning") == READING
        may_go_on.set()
        opened.wait_until(lambda: line_of(opened, "historyEmpty") == "Your runs will appear here.")
        assert line_of(opened, "statusRunning") == "Ready"

        # and where runs are listed already
        with_run(opened)
        may_go_on.clear()
        presenter_of(opened).refresh()
        opened.wait_until(lambda: line_of(opened, "statusRunning") == READING)
        assert (line_of(opened, "historyEmpty"), count(opened)) == ("", 1)
        may_go_on.set()
        opened.wait_until(lambda: line_of(opened, "statusRunning") == "Ready")


def test_that_a_history_that_cannot_be_read_is_not_said_to_be_read_for_ever(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "mcdesk.db").write_bytes(b"no database" * 1000)

    with composed_window(qtbot, theme, home) as (opened, desk):
        opened.wait_until(lambda: line_of(opened, "statusRunning") == READING)
        desk.start()
        opened.wait_until(lambda: "is damaged" in line_of(opened, "noticeTitle"))

        assert (line_of(opened, "statusRunning"), line_of(opened, "historyEmpty")) == ("Ready", "")


def test_that_a_deleted_run_is_had_back_or_goes(opened: OpenWindow) -> None:
    with_run(opened)
    panel_of(opened).delete_wanted.emit(0)
    assert count(opened) == 0
    undo = opened.window.findChild(QPushButton, "noticeAction")
    assert undo is not None
    opened.qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert count(opened) == 1
    assert kept(opened) == 1

    panel_of(opened).delete_wanted.emit(0)
    opened.window.notice.hide()

    opened.wait_until(lambda: kept(opened) == 0)
    assert count(opened) == 0


def test_that_ctrl_z_has_a_deleted_run_back_while_the_history_is_in_use(opened: OpenWindow) -> None:
    with_run(opened)
    with_run(opened, "project_plan")
    marked = opened.model.setup
    runs_list = panel_of(opened).list
    for expected in (1, 0):
        runs_list.setFocus()
        runs_list.choose(0)
        opened.qtbot.keyClick(runs_list, Qt.Key.Key_Delete)
        assert count(opened) == expected
        opened.qtbot.keyClick(opened.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert count(opened) == expected + 1
        presenter_of(opened).search("newsvendor")
    assert opened.model.setup == marked

    presenter_of(opened).search("")
    panel_of(opened).delete_wanted.emit(0)
    opened.window.show_page(opened.workbench._pages.model)
    opened.workbench._pages.model.grid.view.setFocus()
    opened.qtbot.keyClick(opened.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert count(opened) == 1


def kept(opened: OpenWindow) -> int:
    with open_services(folders_under(opened.home)) as services:
        return len(services.history.runs.runs())


def test_that_a_run_is_named_tagged_pinned_and_found(opened: OpenWindow) -> None:
    with_run(opened)
    with_run(opened, "project_plan")
    choose(opened, "Name and tags", 1)
    dialog = opened.window.findChild(NoteDialog)
    assert dialog is not None
    for name, text in (("noteTitle", "Spring order"), ("noteTags", "reviewed, base")):
        field = dialog.findChild(QLineEdit, name)
        assert field is not None
        opened.qtbot.keyClicks(field, text)
    dialog.accept()
    opened.wait_until(lambda: title(opened, 1).startswith("Spring order"))
    choose(opened, "Pin", 1)
    opened.wait_until(lambda: title(opened, 0).startswith("Spring order"))
    assert "reviewed" in title(opened, 0)

    panel_of(opened).search_changed.emit("REVIEWED")
    assert count(opened) == 1
    panel_of(opened).search_changed.emit("project")
    assert count(opened) == 1
    panel_of(opened).search_changed.emit("")
    presenter_of(opened).choose(HistoryFilter.PINNED)
    assert count(opened) == 1
    presenter_of(opened).choose(HistoryFilter.UNFINISHED)
    assert count(opened) == 0


def test_that_a_run_is_run_again_with_the_same_and_another_seed(opened: OpenWindow) -> None:
    with_run(opened)
    first = opened.workbench.results.result
    assert "seed" not in presenter_of(opened).lines()[0].text
    choose(opened, "Run again with the same seed")
    opened.wait_until(lambda: count(opened) == 2 and not opened.workbench.running)
    again = opened.workbench.results.result
    choose(opened, "Run again with another seed")
    opened.wait_until(lambda: count(opened) == 3 and not opened.workbench.running)
    other = opened.workbench.results.result
    assert first is not None and again is not None and other is not None
    assert again.statistics.outputs == first.statistics.outputs
    assert other.statistics.outputs != first.statistics.outputs
    texts = [line.text for line in presenter_of(opened).lines()]
    assert [text.rpartition(" ")[2] for text in texts] == ["2", "1", "1"]


def test_that_another_seed_is_one_that_no_run_of_the_model_has(opened: OpenWindow) -> None:
    with_run(opened)
    for known in (2, 3, 4):
        # the first run, which goes down the list, each time
        choose(opened, "Run again with another seed", known - 2)
        opened.wait_until(lambda known=known: count(opened) == known and not opened.workbench.running)
    opened.workbench.run(seed_step=1)
    opened.wait_until(lambda: count(opened) == 5 and not opened.workbench.running)

    assert [record.seed for record in presenter_of(opened).shown] == [5, 4, 3, 2, 1]


def test_that_runs_that_are_begun_together_have_seeds_of_their_own(opened: OpenWindow) -> None:
    with_run(opened)
    for _ in range(3):
        opened.workbench.run(seed_step=1)
    opened.wait_until(lambda: count(opened) == 4 and not opened.workbench.running)

    assert sorted(record.seed for record in presenter_of(opened).shown) == [1, 2, 3, 4]


def test_that_an_export_has_set_up_and_result(opened: OpenWindow, tmp_path: Path) -> None:
    with_run(opened)
    presenter = presenter_of(opened)
    with opened.qtbot.waitSignal(presenter.exported, timeout=10_000):
        presenter.export(0, tmp_path / "run.json")
    document = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert document["status"] == "completed"
    assert document["result"]["outputs"]
    with opened.qtbot.waitSignal(presenter.failed, timeout=10_000) as told:
        presenter.export(0, tmp_path / "no folder" / "run.json")
    assert told.args is not None
    assert "cannot be written" in str(told.args[0])


def test_that_accounts_are_chosen_and_those_with_a_password_ask_for_it(opened: OpenWindow) -> None:
    with open_services(folders_under(opened.home)) as services:
        administration = services.people.administration
        administration.add("bob@x", "trial")
        administration.add("eve@x", "enterprise")
        administration.set_password("eve@x", PASSWORD)
    with_run(opened)
    bench = opened.window.findChild(HistoryBench)
    assert bench is not None
    bench._accounts.refresh()
    opened.wait_until(lambda: len(bench._accounts.choices) == 3)

    entry(bench, "bob@x").trigger()
    opened.wait_until(lambda: "Trial" in shown_account(opened))
    opened.wait_until(lambda: count(opened) == 0)
    with_run(opened)
    assert [run.request.account.email for run in runs(opened)[-1:] if run.request.account] == ["bob@x"]

    sign_in(opened, bench, PASSWORD)
    opened.wait_until(lambda: "eve" in shown_account(opened))
    next(each for each in bench.account_menu.menu().actions() if each.objectName() == "signOut").trigger()
    opened.wait_until(lambda: "eve" not in shown_account(opened))

    sign_in(opened, bench, "wrong")

    opened.wait_until(opened.window.notice.isVisible)
    assert "eve" not in shown_account(opened)


def sign_in(opened: OpenWindow, bench: HistoryBench, password: str) -> None:
    entry(bench, "eve@x").trigger()
    dialog = opened.window.findChildren(SignInDialog)[-1]
    field = dialog.findChild(QLineEdit, "password")
    assert field is not None
    opened.qtbot.keyClicks(field, password)
    dialog.accept()


def entry(bench: HistoryBench, email: str) -> QAction:
    return next(
        each for each in bench.account_menu.menu().actions() if each.objectName() == f"account.{email}"
    )


def shown_account(opened: OpenWindow) -> str:
    return opened.window.sidebar._account.text()


def runs(opened: OpenWindow) -> list:  # type: ignore[type-arg]
    return list(opened.workbench._presenters.runs.runs)


def test_that_runs_in_the_list_that_differ_in_nothing_have_their_seconds(opened: OpenWindow) -> None:
    with_run(opened)
    presenter = presenter_of(opened)
    first = presenter.shown[0]
    moment = moment_of(first.created_at) - timedelta(hours=5)
    second = utc_text(moment), utc_text(moment + timedelta(seconds=1))
    every = tuple(replace(first, simulation_id=each, created_at=each) for each in second)

    presenter._take(history_presenter._Listed(every, {}, {}))

    texts = [line.text.partition(" ")[0] for line in presenter.lines()]
    assert texts == [f"{moment_of(each).astimezone():%H:%M:%S}" for each in second]


def test_that_runs_in_the_list_that_differ_say_in_what(opened: OpenWindow) -> None:
    with_run(opened)
    model = opened.model
    model.set_plan(replace(model.setup, sampling=Sampling.LATIN_HYPERCUBE))

    opened.workbench.run()

    opened.wait_until(lambda: count(opened) == 2 and not opened.workbench.running)
    opened.wait_until(lambda: "Latin hypercube" in presenter_of(opened).lines()[0].text)
    assert "Latin hypercube" not in presenter_of(opened).lines()[1].text
