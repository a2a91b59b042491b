"""Beside the Run button stands what a simulation will take, or why it cannot run."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from mcdesk.services import folders_under, open_services, queue_device
from mcdesk.ui.presenters.run_estimate import ESTIMATING
from tests.builders_xlsx import SheetContent, write_xlsx
from tests.unit.ui.window_desk import OpenWindow

pytestmark = pytest.mark.xdist_group("window")

PLAN: SheetContent = {
    "A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0, "A4": "Revenue", "B4": ("=B1*B2", 100.0),
    "A5": "Odd", "B5": ("=RTD(B1)", 100.0),
}  # fmt: skip
SETUP = """
trials = {trials}
[[inputs]]
cell = "Plan!B1"
distribution = "normal(20, 2)"
[[outputs]]
cell = "Plan!{output}"
"""


def open_plan(opened: OpenWindow, folder: Path, output: str = "B4", trials: int = 2_000) -> None:
    path = write_xlsx(folder / "plan.xlsx", {"Plan": PLAN})
    path.with_suffix(".toml").write_text(SETUP.format(trials=trials, output=output), encoding="utf-8")
    opened.workbench.open(path)
    opened.wait_until(lambda: opened.model.output_count == 1)


def shown(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text() if found.isVisibleTo(opened.window) else ""


def wait_for_estimate(opened: OpenWindow) -> str:
    opened.wait_until(lambda: shown(opened, "estimateHeadline") not in ("", ESTIMATING))
    return shown(opened, "estimateHeadline")


def run_button(opened: OpenWindow) -> QPushButton:
    found = opened.window.findChild(QPushButton, "runButton")
    assert found is not None
    return found


def type_into(opened: OpenWindow, name: str, text: str) -> None:
    field = opened.window.findChild(QComboBox, name)
    assert field is not None
    editor = field.lineEdit()
    assert editor is not None
    editor.selectAll()
    opened.qtbot.keyClicks(editor, text)


def test_that_what_a_simulation_will_take_is_said_before_it_runs(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)

    assert wait_for_estimate(opened) == "Time not measured yet, starts at once"
    assert shown(opened, "estimateNeeds").startswith("Medium demand")
    assert "MB" in shown(opened, "estimateNeeds")
    assert "of the device" in shown(opened, "estimateAllowed")
    assert shown(opened, "estimateWarning") == ""
    assert run_button(opened).isEnabled()


def test_that_the_time_is_told_by_what_was_measured_while_trials_are_typed(
    opened: OpenWindow, tmp_path: Path
) -> None:
    with open_services(folders_under(opened.home)) as services, services.open_history.transaction():
        services.history.rates.record(queue_device(), "another program", 10, 1e6)
    open_plan(opened, tmp_path)
    assert wait_for_estimate(opened).startswith("About ")
    before = shown(opened, "estimateHeadline")

    # typed, and not yet taken
    type_into(opened, "trialsField", "5000000")

    assert wait_for_estimate(opened) != before
    assert opened.model.setup.trials == 2_000


def test_that_a_run_of_the_history_is_foretold_to_be_shown_at_once(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_plan(opened, tmp_path)
    opened.workbench.run()
    opened.wait_until(lambda: opened.workbench.results.result is not None)

    opened.window.show_number(1)

    opened.wait_until(lambda: "Known from the history" in shown(opened, "estimateHeadline"))


def test_that_a_model_that_cannot_be_simulated_says_why_and_does_not_run(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_plan(opened, tmp_path, output="B5")

    assert wait_for_estimate(opened) == "Cannot run"
    assert "RTD" in shown(opened, "estimateWarning")
    assert not run_button(opened).isEnabled()
    assert "RTD" in run_button(opened).toolTip()


def test_that_without_an_output_it_is_said_what_to_mark(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)

    opened.model.remove(opened.model.model.cell_of("Plan!B4"))  # type: ignore[union-attr, arg-type]

    assert shown(opened, "estimateHeadline") == "Not ready to run"
    assert "press O" in shown(opened, "estimateWarning")


def test_that_a_change_gives_up_the_estimate_that_is_under_way(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)
    wait_for_estimate(opened)
    told: list[str] = []
    opened.launch.estimates.estimated.connect(lambda each: told.append(each.headline))

    for trials in ("3000", "4000", "5000"):
        type_into(opened, "trialsField", trials)

    wait_for_estimate(opened)
    assert len([each for each in told if each != ESTIMATING]) == 1


def test_that_a_fault_in_the_plan_is_told_while_it_is_typed(opened: OpenWindow, tmp_path: Path) -> None:
    open_plan(opened, tmp_path)

    type_into(opened, "stopField", "mean known to")

    assert "how well it is to be known is missing" in shown(opened, "planFault")
    assert not run_button(opened).isEnabled()
    opened.workbench.run()
    assert opened.workbench.running == ()
    type_into(opened, "stopField", "mean known to 2 %")
    assert shown(opened, "planFault") == ""
    wait_for_estimate(opened)
    assert run_button(opened).isEnabled()


def test_that_a_run_takes_what_stands_in_a_field_that_has_the_focus(
    opened: OpenWindow, tmp_path: Path
) -> None:
    open_plan(opened, tmp_path)
    type_into(opened, "trialsField", "3000")
    type_into(opened, "stopField", "P90 known to 50 %")

    opened.workbench.run()

    plan = opened.workbench.running[0].request.plan
    opened.wait_until(lambda: not opened.workbench.running)
    assert (plan.trials, plan.stop) == (3_000, "p90 50%")
