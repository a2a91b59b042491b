"""The results page by itself: what its head and its tables say."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.ui.presenters.results import OutputPage
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.results_view import ResultsView

pytestmark = pytest.mark.xdist_group("window")

STATISTICS = [("Mean", "1", "")]
ERRORS = [("#NUM!", "3", "first in trial 2, at Plan!B2")]


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> Iterator[ResultsView]:
    made = ResultsView(theme, QWidget())
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show_heading("plan", "plan.xlsx")
    with qtbot.waitExposed(made):
        made.show()
    yield made


def part(page: ResultsView, kind: type[QWidget], name: str) -> QWidget:
    found = page.findChild(kind, name)
    assert isinstance(found, QWidget)
    return found


def show_tables(page: ResultsView, errors: list[tuple[str, str, str]], *, is_known: bool = True) -> None:
    page.show_output(OutputPage((), STATISTICS if is_known else [], [], errors))
    segment = part(page, QPushButton, "tableChoice2")
    assert isinstance(segment, QPushButton)
    segment.click()


def test_that_the_head_names_the_only_output(page: ResultsView) -> None:
    page.show_outputs(["Profit"], 0)

    assert page.header.title.text() == "plan  \u00b7  Profit"
    assert not part(page, QWidget, "outputChoice").isVisible()


def test_that_a_choice_of_outputs_names_them_by_itself(page: ResultsView) -> None:
    page.show_outputs(["Profit"], 0)
    page.show_outputs(["Profit", "Sales"], 1)

    assert page.header.title.text() == "plan"
    assert part(page, QWidget, "outputChoice").isVisible()


def test_that_the_head_still_names_the_output_when_the_run_gets_another_line(page: ResultsView) -> None:
    page.show_outputs(["Profit"], 0)

    page.show_heading("plan", "plan.xlsx  \u00b7  cancelled")

    assert page.header.title.text() == "plan  \u00b7  Profit"


def test_that_the_table_of_errors_says_that_there_are_none(page: ResultsView) -> None:
    show_tables(page, [])

    assert part(page, QLabel, "noErrors").isVisible()
    assert not part(page, QWidget, "errorsTable").isVisible()


@pytest.mark.parametrize(("errors", "is_known"), [(ERRORS, True), ([], False)])
def test_that_it_does_not_say_so_of_errors_or_before_the_first_trials(
    page: ResultsView, errors: list[tuple[str, str, str]], is_known: bool
) -> None:
    show_tables(page, errors, is_known=is_known)

    assert not part(page, QLabel, "noErrors").isVisible()
    assert part(page, QWidget, "errorsTable").isVisible()
