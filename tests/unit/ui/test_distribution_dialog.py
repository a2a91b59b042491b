"""The editor of an input: markers in the picture move the fields, and fields move the markers."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.ui.background import Background
from mcdesk.ui.presenters.distribution_form import DistributionForm, first_form
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views import distribution_dialog
from mcdesk.ui.views.distribution_dialog import DistributionDialog

LEFT = Qt.MouseButton.LeftButton
PERT = DistributionForm("pert", {"min": "10", "mode": "20", "max": "40"})


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> Iterator[DistributionDialog]:
    background, parent = Background(), QWidget()
    qtbot.addWidget(parent)
    made = DistributionDialog(theme, background, "Plan!B1", 20.0, parent)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    assert background.end()


def accept_of(dialog: DistributionDialog) -> QPushButton:
    found = dialog.findChild(QPushButton, "acceptDistribution")
    assert found is not None
    return found


def show(qtbot: QtBot, dialog: DistributionDialog, form: DistributionForm) -> None:
    dialog.show_form(form, "Price")
    settle(qtbot, dialog)


def settle(qtbot: QtBot, dialog: DistributionDialog) -> None:
    qtbot.waitUntil(accept_of(dialog).isEnabled, timeout=20_000)


def fields(dialog: DistributionDialog) -> list[str]:
    found = [dialog.findChild(QLineEdit, f"parameter{place}") for place in range(4)]
    return [each.text() for each in found if each is not None and each.isVisible()]


def press(qtbot: QtBot, dialog: DistributionDialog, name: str) -> None:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    qtbot.mouseClick(found, LEFT)


def test_that_a_marker_dragged_by_mouse_changes_its_parameter(
    qtbot: QtBot, dialog: DistributionDialog
) -> None:
    show(qtbot, dialog, PERT)
    chart = dialog.chart
    start = QPoint(round(chart.handle_place(1)), 60)
    target = QPoint(round((chart.handle_place(1) + chart.handle_place(2)) / 2), 60)

    qtbot.mousePress(chart, LEFT, pos=start)
    qtbot.mouseMove(chart, target)
    settle(qtbot, dialog)
    qtbot.mouseRelease(chart, LEFT, pos=target)

    low, mode, high = map(float, fields(dialog))
    assert (low, high) == (10.0, 40.0)
    assert mode == pytest.approx(30.0, abs=0.2)
    assert dialog.form.text() == f"pert(10, {fields(dialog)[1]}, 40)"


def test_that_arrow_keys_move_the_markers_one_after_the_other(
    qtbot: QtBot, dialog: DistributionDialog
) -> None:
    show(qtbot, dialog, PERT)
    dialog.chart.setFocus()

    qtbot.keyClick(dialog.chart, Qt.Key.Key_Right)
    settle(qtbot, dialog)
    first = float(fields(dialog)[0])
    qtbot.keyClick(dialog.chart, Qt.Key.Key_Tab)
    qtbot.keyClick(dialog.chart, Qt.Key.Key_Right)
    settle(qtbot, dialog)

    assert 10.0 < first < 10.5
    assert float(fields(dialog)[0]) == first
    assert 20.0 < float(fields(dialog)[1]) < 20.5


def test_that_a_percentile_is_dragged_where_percentiles_are_shown(
    qtbot: QtBot, dialog: DistributionDialog
) -> None:
    show(qtbot, dialog, first_form("normal", 20.0))
    press(qtbot, dialog, "describeBy1")
    settle(qtbot, dialog)
    low, high = map(float, fields(dialog))
    dialog.chart.setFocus()

    qtbot.keyClick(dialog.chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, dialog)

    assert float(fields(dialog)[0]) < low
    assert float(fields(dialog)[1]) == high
    assert dialog.form.is_percentiles


def test_that_a_marker_that_cannot_be_there_goes_back_and_the_reason_is_told(
    qtbot: QtBot, dialog: DistributionDialog
) -> None:
    show(qtbot, dialog, first_form("lognormal", 20.0))
    before = fields(dialog)

    dialog.chart.marker_dragged.emit(0, -5.0)
    qtbot.waitUntil(lambda: dialog.fault != "", timeout=20_000)

    assert fields(dialog) == before
    assert accept_of(dialog).isEnabled()


def test_that_the_picture_is_the_density_or_the_cumulative_curve(
    qtbot: QtBot, dialog: DistributionDialog
) -> None:
    show(qtbot, dialog, PERT)
    assert next(iter(dialog.chart.rows())) == ("Value", "Density")

    press(qtbot, dialog, "shape1")

    assert next(iter(dialog.chart.rows())) == ("Value", "Density", "Probability of at most this")
    assert dialog.chart.accessibleName() == "Cumulative probability"


def test_that_only_the_last_of_many_wishes_is_worked_out(
    qtbot: QtBot, dialog: DistributionDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(qtbot, dialog, PERT)
    asked: list[str] = []
    judge = distribution_dialog._judge

    def counted(form: DistributionForm) -> object:
        asked.append(form.values["mode"])
        return judge(form)

    monkeypatch.setattr(distribution_dialog, "_judge", counted)
    for place in range(21, 36):
        dialog.chart.marker_dragged.emit(1, float(place))
    settle(qtbot, dialog)

    assert asked[0] == "21"
    assert asked[-1] == fields(dialog)[1] == "35"
    assert len(asked) < 15


def test_that_a_long_name_is_seen_from_its_beginning(dialog: DistributionDialog) -> None:
    dialog.show_form(PERT, "Market in the first year (units)")

    name = dialog.findChild(QLineEdit, "inputName")
    assert name is not None
    assert name.cursorPosition() == 0


@pytest.mark.parametrize("typed", ["9%", "9 %"])
def test_that_a_parameter_may_be_typed_in_percent(
    qtbot: QtBot, dialog: DistributionDialog, typed: str
) -> None:
    show(qtbot, dialog, DistributionForm("normal", {"mean": "0.06", "sd": "0.01"}))
    field = dialog.findChild(QLineEdit, "parameter0")
    assert field is not None

    field.selectAll()
    qtbot.keyClicks(field, typed)
    settle(qtbot, dialog)

    assert dialog.fault == ""
    assert dialog.form.distribution().parameters == (0.09, 0.01)


HARDLY_HELD = (
    ("lognormal2", ("700", "10")),
    ("lognormal2", ("-1e300", "5")),
    ("pareto", ("0.01", "1")),
    ("pareto", ("1e300", "5")),
    ("normal", ("0", "1e308")),
    ("uniform", ("-8e307", "8e307")),
    ("uniform", ("0", "1e-320")),
    ("normal", ("1e15", "0.1")),
    ("gamma", ("0.001", "1")),
)


def test_that_what_numbers_can_hardly_hold_is_drawn_all_the_same(
    qtbot: QtBot, dialog: DistributionDialog
) -> None:
    for kind, parameters in HARDLY_HELD:
        form = first_form(kind, None)
        show(qtbot, dialog, replace(form, values=dict(zip(form.names, parameters, strict=True))))

        for name in ("shape1", "shape0"):
            press(qtbot, dialog, name)
            assert not dialog.chart.grab().isNull()

        _, *rows = dialog.chart.rows()
        assert np.isfinite(np.array(rows, dtype=float)).all(), (kind, parameters)
        assert dialog.fault == ""
