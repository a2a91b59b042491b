"""What a window has read and compiled once serves its estimates, its runs and its looks into trials."""

from pathlib import Path

import pytest

from mcdesk.dispatch import known_model, known_workbook
from mcdesk.dispatch.model_preparation import PreparedModel, prepare_workbook
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from mcdesk.ui.presenters.trial_presenter import TrialPresenter
from mcdesk.ui.presenters.trial_source import TrialWish
from tests.builders_xlsx import write_xlsx
from tests.unit.ui.test_launch import wait_for_estimate
from tests.unit.ui.window_desk import PATIENCE_MILLISECONDS, OpenWindow

pytestmark = pytest.mark.xdist_group("window")


def test_that_a_workbook_is_read_and_compiled_once_whatever_is_done_with_it(
    opened: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def noted_read(path: Path, cancel: CancelToken) -> Workbook:
        done.append("read")
        return read_workbook(path, cancel)

    def noted_compile(
        workbook: Workbook, setup: SetupFile, plan: SimulationPlan, *rest: object
    ) -> PreparedModel:
        done.append("compiled")
        return prepare_workbook(workbook, setup, plan, *rest)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(known_workbook, "read_workbook", noted_read)
    monkeypatch.setattr(known_model, "prepare_workbook", noted_compile)
    path = write_xlsx(
        tmp_path / "plan.xlsx",
        {"Plan": {"B1": ("=RiskNormal(10,2)", 10.0), "B2": ("=RiskOutput()+B1*2", 20.0)}},
    )
    opened.workbench.open(path)
    opened.wait_until(lambda: path.name in opened.window.windowTitle())
    wait_for_estimate(opened)

    simulations = set()
    for seed_step in (0, 1):
        opened.workbench.run(seed_step)
        opened.wait_until(
            lambda: opened.workbench.results.result is not None and not opened.workbench.running
        )
        result = opened.workbench.results.result
        assert result is not None
        simulations.add(result.simulation_id)
    trials = opened.window.findChild(TrialPresenter)
    assert trials is not None
    with opened.qtbot.waitSignal(trials.shown, timeout=PATIENCE_MILLISECONDS):
        trials.look(result, str, TrialWish("Plan!B2", "B2", trial=3))
    with opened.qtbot.waitSignal(opened.model.opened, timeout=PATIENCE_MILLISECONDS):
        opened.workbench.open(path)

    assert len(simulations) == 2
    assert done == ["read", "compiled"]
