"""The dashboard in a real window: real runs show as figures, figures lead to rows and go into files."""

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from mcdesk.history.alert_store import AlertStore
from mcdesk.history.kpi_store import KpiStore
from mcdesk.monitor.alerts import Rule
from mcdesk.monitor.figures.time_ranges import TimeRange
from mcdesk.services import folders_under, open_services
from mcdesk.ui.presenters.dashboard_presenter import DashboardPresenter
from mcdesk.ui.presenters.queries_presenter import QueriesPresenter
from mcdesk.ui.views.alert_banner import AlertBanner
from mcdesk.ui.views.dashboard_view import DashboardView
from mcdesk.ui.views.queries_view import QueriesView
from mcdesk.ui.widgets.open_card import OpenCard
from mcdesk.ui.widgets.rating_strip import RatingStrip
from tests.unit.ui.window_desk import OpenWindow, example

pytestmark = pytest.mark.xdist_group("window")


def view_of(opened: OpenWindow) -> DashboardView:
    found = opened.window.findChild(DashboardView)
    assert isinstance(found, DashboardView)
    return found


def show(opened: OpenWindow) -> DashboardView:
    view = view_of(opened)
    opened.window.show_page(view)
    opened.wait_until(lambda: view.found is not None)
    return view


def figure(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, f"{name}CardFigure")
    assert found is not None
    return found.text()


def run_once(opened: OpenWindow) -> str:
    opened.workbench.open(example("newsvendor"))
    opened.wait_until(lambda: opened.workbench.model.input_count > 0)
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    result = opened.workbench.results.result
    assert result is not None
    return result.simulation_id


def press(opened: OpenWindow, name: str) -> None:
    found = opened.window.findChild(QPushButton, name)
    assert found is not None, name
    opened.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_that_a_fresh_dashboard_says_no_data(opened: OpenWindow) -> None:
    view = show(opened)

    names = ("simulations", "success", "duration", "speed", "gpu", "progress", "satisfaction")
    assert {name: figure(opened, name) for name in names} == dict.fromkeys(names, "\u2013")
    assert figure(opened, "health") == "Unknown"
    assert view.overview.charts["deviceTime"].is_empty
    assert (
        view.overview.charts["gpuMemoryTime"].isHidden()
        or not view.overview.charts["gpuMemoryTime"].isVisible()
    )


def test_that_a_run_shows_and_its_card_leads_to_its_row(opened: OpenWindow) -> None:
    run_once(opened)
    view = show(opened)
    opened.wait_until(lambda: figure(opened, "simulations") == "1")
    assert figure(opened, "success") == "100.0 %"
    opened.wait_until(lambda: not view.overview.charts["deviceTime"].is_empty)

    card = opened.window.findChild(OpenCard, "simulationsCard")
    assert card is not None
    card.setFocus()
    opened.qtbot.keyClick(card, Qt.Key.Key_Return)
    opened.wait_until(lambda: not view.is_overview)
    press(opened, "rowsBy3")
    opened.wait_until(lambda: view.rows.title == "Simulations by model")

    (row,) = view.rows.shown.rows
    assert tuple(row)[:3] == ("newsvendor.xlsx", "1", "100.0 %")
    press(opened, "dashboardBack")
    assert view.is_overview


def test_that_nothing_is_read_while_another_page_is_seen(opened: OpenWindow) -> None:
    view, reads = show(opened), []
    presenter = opened.window.findChild(DashboardPresenter)
    assert presenter is not None
    presenter.read.connect(reads.append)
    press(opened, "dashboardRange0")
    opened.wait_until(lambda: view.found is not None and view.found.period.range is TimeRange.FIVE_MINUTES)
    opened.wait_until(lambda: len(reads) >= 3)

    opened.window.show_number(0)
    opened.qtbot.wait(300)
    reads.clear()
    opened.qtbot.wait(2_500)

    assert reads == []


def test_that_the_computer_is_read_while_the_page_is_seen(opened: OpenWindow) -> None:
    view = show(opened)
    press(opened, "dashboardRange0")

    opened.wait_until(lambda: not view.overview.charts["memoryTime"].is_empty)
    opened.wait_until(lambda: not view.overview.charts["cpuTime"].is_empty)


def test_that_all_of_it_goes_into_a_file(
    opened: OpenWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run_once(opened)
    view = show(opened)
    opened.wait_until(lambda: figure(opened, "simulations") == "1")
    opened.wait_until(lambda: not view.overview.charts["deviceTime"].is_empty)

    def saved(suffix: str) -> bytes:
        target = tmp_path / f"saved.{suffix}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
        view.export_wanted.emit(suffix)
        opened.wait_until(target.exists)
        return target.read_bytes()

    assert saved("png").startswith(b"\x89PNG")
    rows = list(csv.reader(io.StringIO(saved("csv").decode("utf-8-sig"))))
    assert rows[0] == ["section", "name", "moment", "value"]
    assert ["business", "simulation_count", "1"] in [[row[0], row[1], row[3]] for row in rows]
    text = saved("html").decode()
    assert "<svg" in text
    assert "Queries of the database" in text
    assert "src=" not in text, "it stands alone"


def test_that_a_real_alert_is_seen_and_acknowledged(opened: OpenWindow) -> None:
    banner = opened.window.findChild(AlertBanner)
    assert banner is not None
    assert not banner.isVisible()
    with open_services(folders_under(opened.home)) as services:
        store = AlertStore(services.open_history)
        store.begin(Rule.HOT_GPU.value, 1.0, 91.0, 87.0)
        opened.wait_until(banner.isVisible)
        press(opened, "alertShow")
        view = view_of(opened)
        opened.wait_until(lambda: view.rows.title == "Alerts" and bool(view.rows.shown.rows))
        press(opened, "alertSeen")
        opened.wait_until(lambda: not banner.isVisible())
        opened.wait_until(lambda: store.standing()[0].acknowledged is not None)


def test_that_an_alert_is_muted_and_shown_again(opened: OpenWindow) -> None:
    banner = opened.window.findChild(AlertBanner)
    assert banner is not None
    with open_services(folders_under(opened.home)) as services:
        store = AlertStore(services.open_history)
        store.begin(Rule.HOT_GPU.value, 1.0, 91.0, 87.0)
        opened.wait_until(banner.isVisible)
        press(opened, "alertMute")
        opened.wait_until(lambda: bool(store.muted(0.0)))
        assert not banner.isVisible()
        show(opened).overview.unmute_wanted.emit()
        opened.wait_until(banner.isVisible)


def test_that_queries_are_looked_after(
    opened: OpenWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    show(opened)
    press(opened, "queriesButton")
    view = opened.window.findChild(QueriesView)
    presenter = opened.window.findChild(QueriesPresenter)
    text = opened.window.findChild(QLabel, "careText")
    assert view is not None and presenter is not None and text is not None
    opened.wait_until(view.isVisible)
    for name, words in (("check_quickly", "ms)"), ("optimize", "tatistics"), ("vacuum", "Written anew")):
        press(opened, f"care.{name}")
        opened.wait_until(lambda words=words: words in text.text())
    target = tmp_path / "backup.db"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(opened, "care.back_up")
    opened.wait_until(target.exists)
    opened.wait_until(lambda: "Back up" in text.text())

    press(opened, "adviseButton")
    empty = opened.window.findChild(QLabel, "adviceTableEmpty")
    assert empty is not None
    opened.wait_until(lambda: "None is missing" in empty.text())


def test_that_a_rating_is_kept_once_it_is_given(opened: OpenWindow) -> None:
    name = run_once(opened)
    strip = opened.window.findChild(RatingStrip)
    assert strip is not None
    opened.wait_until(strip.isVisible)
    press(opened, "rate8")
    with open_services(folders_under(opened.home)) as services:
        opened.wait_until(lambda: KpiStore(services.open_history).rating_of(name) == 8)
    opened.wait_until(lambda: not strip.isVisible())
    show(opened)
    opened.wait_until(lambda: figure(opened, "satisfaction") == "8.0 of 10")


def test_that_who_does_not_want_it_is_never_asked_again(opened: OpenWindow) -> None:
    run_once(opened)
    strip = opened.window.findChild(RatingStrip)
    assert strip is not None
    opened.wait_until(strip.isVisible)
    press(opened, "ratingNever")
    settings = opened.home / "settings.toml"
    opened.wait_until(lambda: settings.exists() and "ask_rating = false" in settings.read_text())
    opened.workbench.results.result = None
    opened.workbench.run(1)
    opened.wait_until(lambda: opened.workbench.results.result is not None)
    assert not strip.isVisible()
