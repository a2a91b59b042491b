"""The question before the window closes while simulations run."""

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mcdesk.ui.views.close_question import CloseQuestion


@pytest.mark.parametrize(
    ("running", "text", "more"),
    [
        (1, "A simulation is still running.", "It is kept, and goes on when mcdesk is started again."),
        (
            5,
            "5 simulations are still running.",
            "They are kept, and go on when mcdesk is started again.",
        ),
    ],
)
def test_that_it_speaks_of_one_or_of_several(qtbot: QtBot, running: int, text: str, more: str) -> None:
    question = CloseQuestion(running)
    qtbot.addWidget(question)

    assert (question.text(), question.informativeText()) == (text, more)


def test_that_return_and_escape_stay(qtbot: QtBot) -> None:
    question = CloseQuestion(2)
    qtbot.addWidget(question)

    default, escape = question.defaultButton(), question.escapeButton()
    assert isinstance(default, QPushButton)
    assert default.text() == "Stay"
    assert escape is default
