"""The page of the queue: what a person does there with simulations, one or ten thousand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.dispatch.queue_view import QueueView as FoundQueue
from mcdesk.dispatch.queue_view import ShareView
from mcdesk.history.job_record import JobRecord
from mcdesk.history.queue_store import QueueStore
from mcdesk.scheduling.tiers import DEFAULT_TIERS
from mcdesk.services import folders_under, open_services
from mcdesk.ui.background import MOST_THREADS
from mcdesk.ui.presenters.queue_rows import QueuePage, QueueRow, share_rows, tier_rows
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from mcdesk.ui.theme.tokens import DARK, LIGHT
from mcdesk.ui.views.queue_view import QueueView
from tests.unit.ui.window_desk import OpenWindow, example, opened_window

pytestmark = pytest.mark.xdist_group("window")

# more than end during a test
MANY = 10**10


def queue_row(number: int, state: str = "waiting", trials_done: int = 0) -> QueueRow:
    texts = (f"plan {number}", "ada", "1,000", "0 %", "-", state.title())
    return QueueRow(f"s{number}", f"plan {number}", "Waits", state, 0.0, trials_done, texts)


def page_of(numbers: range, first: int = 0, count: int | None = None) -> QueuePage:
    rows = tuple(queue_row(number) for number in numbers)
    return QueuePage(first=first, rows=rows, waiting=len(rows) if count is None else count)


def jobs_of(queue: QueueStore) -> tuple[JobRecord, ...]:
    return (*queue.running(), *queue.waiting(0, -1))


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> QueueView:
    made = QueueView(theme)
    qtbot.addWidget(made)
    made.resize(1040, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


def on_screen(widget: QWidget) -> QImage:
    """The picture that is there, with what was moved and not painted anew."""
    window, place = widget.window(), widget.mapTo(widget.window(), QPoint(0, 0))
    area = (place.x(), place.y(), widget.width(), widget.height())
    return widget.screen().grabWindow(window.winId(), *area).toImage()


def colours_of(widget: QWidget) -> set[str]:
    picture = widget.grab().toImage()
    return {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(picture.height())
    }


def press(
    view: QueueView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QApplication.sendEvent(view.table, QKeyEvent(QEvent.Type.KeyPress, key, modifier))


def test_that_an_empty_queue_says_what_would_appear(view: QueueView) -> None:
    view.show_page(QueuePage())

    assert not view.table.isVisible()
    assert view.header.subtitle.text() == "0 running, 0 waiting"


def test_that_the_chosen_simulation_stays_chosen_where_others_come_and_go(view: QueueView) -> None:
    view.show_page(page_of(range(6)))
    view.table.setCurrentIndex(view.table.model().index(3, 0))

    view.show_page(page_of(range(2, 9)))

    assert view.table.chosen == queue_row(3)
    assert view.table.currentIndex().row() == 1


def test_that_nothing_is_chosen_once_the_chosen_one_has_ended(view: QueueView) -> None:
    view.show_page(page_of(range(6)))
    view.table.setCurrentIndex(view.table.model().index(3, 0))

    view.show_page(page_of(range(4, 9)))

    assert view.table.chosen is None
    button = view.findChild(QPushButton, "cancelJobButton")
    assert button is not None
    assert not button.isEnabled()


def test_that_rows_are_asked_for_before_they_come_into_sight(view: QueueView, qtbot: QtBot) -> None:
    view.show_page(page_of(range(200), count=10_000))
    bar = view.table.verticalScrollBar()

    with qtbot.waitSignal(view.page_wanted) as wanted:
        bar.setValue(bar.maximum() // 2)

    (first,) = wanted.args
    assert 4_800 < first < 5_000
    view.show_page(page_of(range(first, first + 200), first, 10_000))
    top = view.table.rowAt(0)
    assert view.table.row_at(top) == queue_row(top)
    # some rows further there is nothing to ask for
    with qtbot.assertNotEmitted(view.page_wanted):
        bar.setValue(bar.value() + 54 * 10)


def test_that_what_is_scrolled_looks_as_if_painted_anew(view: QueueView, qtbot: QtBot) -> None:
    view.show_page(page_of(range(200)))
    view.table.setCurrentIndex(view.table.model().index(2, 0))
    bar = view.table.verticalScrollBar()
    for step in range(12):
        bar.setValue(17 * step)
        QApplication.processEvents()

    seen = on_screen(view.table.viewport())

    view.table.viewport().update()
    QApplication.processEvents()
    assert seen == on_screen(view.table.viewport())
    assert len(colours_of(view.table.viewport())) > 20


def test_that_the_chosen_row_stands_out(view: QueueView) -> None:
    view.show_page(page_of(range(9)))
    before = colours_of(view.table.viewport())

    view.table.setCurrentIndex(view.table.model().index(2, 0))

    assert LIGHT.accent_ground not in before
    assert LIGHT.accent_ground in colours_of(view.table.viewport())


def test_that_a_theme_chosen_later_is_painted(view: QueueView, theme: Theme) -> None:
    view.show_page(page_of(range(3)))

    theme.choose(ThemeChoice.DARK)
    found = colours_of(view.table.viewport())
    theme.choose(ThemeChoice.LIGHT)

    assert {DARK.card, DARK.border, DARK.track} <= found


def test_that_ten_thousand_rows_are_reached_to_the_last(view: QueueView) -> None:
    view.show_page(page_of(range(200), count=10_000))
    view.page_wanted.connect(
        lambda first: view.show_page(
            page_of(range(min(first, 9_800), min(first, 9_800) + 200), min(first, 9_800), 10_000)
        )
    )

    bar = view.table.verticalScrollBar()
    bar.setValue(bar.maximum())

    last = view.table.rowAt(view.table.viewport().height() - 2)
    assert view.table.row_at(last) == queue_row(9_999)


def test_that_what_has_no_trials_is_cancelled_without_a_question(view: QueueView, qtbot: QtBot) -> None:
    view.show_page(page_of(range(3)))
    view.table.setCurrentIndex(view.table.model().index(1, 0))

    with qtbot.waitSignal(view.cancel_wanted) as asked:
        press(view, Qt.Key.Key_Delete)

    assert asked.args == ["s1"]


@pytest.mark.parametrize(("answer", "ended"), [("End simulation", ["s0"]), ("Go on", [])])
def test_that_what_runs_is_cancelled_after_a_question(view: QueueView, answer: str, ended: list[str]) -> None:
    view.show_page(QueuePage(rows=(queue_row(0, "running", 1_234),), running=1))
    view.table.setCurrentIndex(view.table.model().index(0, 0))
    told: list[str] = []
    view.cancel_wanted.connect(told.append)

    press(view, Qt.Key.Key_Delete)
    box = view.findChild(QMessageBox, "cancelQuestion")
    assert box is not None
    # the title of a run comes from a file
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert "1,234 trials" in box.informativeText()
    next(each for each in box.buttons() if each.text() == answer).click()

    assert told == ended


def test_that_only_what_waits_can_be_moved_and_only_what_runs_opened(view: QueueView) -> None:
    waiting = {each.text().split("\t")[0]: each.isEnabled() for each in view.menu_of(queue_row(1)).actions()}
    running = {
        each.text().split("\t")[0]: each.isEnabled()
        for each in view.menu_of(queue_row(1, "running", 5)).actions()
    }

    assert (waiting["Move up"], waiting["Move down"], waiting["Open results"]) == (True, True, False)
    assert (running["Move up"], running["Move down"], running["Open results"]) == (False, False, True)


def test_that_alt_and_an_arrow_move_the_chosen_simulation(view: QueueView, qtbot: QtBot) -> None:
    view.show_page(page_of(range(3)))
    view.table.setCurrentIndex(view.table.model().index(1, 0))

    for key, is_up in ((Qt.Key.Key_Up, True), (Qt.Key.Key_Down, False)):
        with qtbot.waitSignal(view.move_wanted) as asked:
            press(view, key, Qt.KeyboardModifier.AltModifier)
        assert asked.args == ["s1", is_up]


def test_that_shares_are_told_by_account_and_by_tier_with_limits() -> None:
    ada = ShareView("ada", "trial", 0.5, 10.0, 20.0, 3.0, 10.0, 0.125, 0.25)
    bob = replace(ada, account="bob", usage=5.0, credit=None, entitled_share=None, actual_share=0.05)
    found = FoundQueue("cpu", True, 0, (), (ada, bob), ())

    accounts = [row.texts for row in share_rows(found, DEFAULT_TIERS)]
    tiers = {row.texts[0]: row.texts[1:] for row in tier_rows(found, DEFAULT_TIERS)}

    limits = ("1.0 GB", "25 %", "5 min")
    assert accounts[0] == ("ada", "Trial", "0.50", "12.5 %", "25.0 %", "10 s", "3.0 s", *limits)
    assert tiers["Trial"] == ("2", "0.50", "12.5 %", "30.0 %", "15 s", "3.0 s", *limits)
    assert tiers["Enterprise"][:2] == ("0", "3.0")
    assert tiers["Enterprise"][-3:] == ("8.2 GB", "100 %", "1 h")


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("[scheduling]\nsimulations_of_one_account = 1\n", encoding="utf-8")
    with opened_window(qtbot, theme, home) as found:
        yield found


def order(opened: OpenWindow) -> list[str]:
    with open_services(folders_under(opened.home)) as services:
        return [job.simulation_id for job in jobs_of(services.history.queue)]


def seeds(opened: OpenWindow) -> list[int]:
    with open_services(folders_under(opened.home)) as services:
        runs = services.history.runs
        return [runs.record(job.simulation_id).seed for job in jobs_of(services.history.queue)]


def test_that_a_person_orders_reruns_and_ends_what_the_queue_shows(opened: OpenWindow) -> None:
    opened.workbench.open(example("product_launch"))
    opened.wait_until(lambda: opened.model.output_count > 0)
    opened.model.set_plan(replace(opened.model.setup, trials=MANY, seed=1))
    opened.workbench.run()
    opened.wait_until(lambda: len(order(opened)) == 1)
    for count in (2, 3):
        opened.workbench.run(seed_step=count - 1)
        opened.wait_until(lambda count=count: len(order(opened)) == count)
    opened.window.show_number(3)
    view = opened.window.page
    assert isinstance(view, QueueView)
    opened.wait_until(lambda: view.table.model().rowCount() == 3)

    # the last of the two that wait goes up
    view.table.setCurrentIndex(view.table.model().index(2, 0))
    press(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    opened.wait_until(lambda: view.table.currentIndex().row() == 1)
    assert seeds(opened) == [1, 3, 2]

    # another seed of the same
    opened.qtbot.mouseClick(view.findChild(QPushButton, "rerunJobButton"), Qt.MouseButton.LeftButton)
    opened.wait_until(lambda: len(order(opened)) == 4)
    assert seeds(opened) == [1, 3, 2, 4]

    for simulation in reversed(order(opened)):
        view.cancel_wanted.emit(simulation)
    opened.wait_until(lambda: not opened.workbench.running)
    opened.window.show_number(3)
    opened.wait_until(lambda: not view.table.isVisible())


def test_that_a_right_click_beside_the_rows_opens_nothing(view: QueueView) -> None:
    view.show_page(page_of(range(1)))

    view.table.customContextMenuRequested.emit(QPoint(10, 300))

    assert QApplication.activePopupWidget() is None


def test_that_all_that_a_window_starts_are_handed_in_at_once(opened: OpenWindow) -> None:
    opened.workbench.open(example("product_launch"))
    opened.wait_until(lambda: opened.model.output_count > 0)
    opened.model.set_plan(replace(opened.model.setup, trials=MANY, seed=1))

    for step in range(MOST_THREADS + 2):
        opened.workbench.run(seed_step=step)

    opened.wait_until(lambda: len(order(opened)) == MOST_THREADS + 2)
    for run in opened.workbench.running:
        assert run.task is not None
        run.task.ask_to_end()
    opened.wait_until(lambda: not opened.workbench.running)
