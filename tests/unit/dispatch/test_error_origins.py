"""In how many trials errors are followed back, and what the others show."""

import time
from datetime import datetime
from pathlib import Path

import pytest

from mcdesk.dispatch import error_origins
from mcdesk.dispatch.error_origins import MOST_TRIALS, with_error_origins
from mcdesk.dispatch.model_preparation import Moment, PreparedModel, prepare_workbook
from mcdesk.engine.backends import open_backend
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.addresses import CellAddress
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx

_PLAN = SimulationPlan(200, seed=3)


class _Told(error_origins.ErrorOrigins):
    trials: list[int]

    def origin(self, output: CellAddress, trial: int) -> CellAddress:
        self.trials.append(trial)
        return super().origin(output, trial)


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedModel:
    rows = range(1, 41)
    cells = {"A1": 0.5, **{f"B{row}": f"=SQRT(MOD($A$1*{row * 97},1)-0.05)" for row in rows}}
    cells |= {f"C{row}": f"=B{row}*2" for row in rows}
    setup = SetupFile(
        inputs=(input_text("S!A1=uniform(0, 1)"),), outputs=tuple(output_text(f"S!C{row}") for row in rows)
    )
    moment = Moment(datetime(2026, 1, 1), time.monotonic)
    workbook = read_workbook(write_xlsx(tmp_path / "errors.xlsx", {"S": cells}))
    return prepare_workbook(workbook, setup, _PLAN, CancelToken(), moment)


def test_that_errors_are_followed_back_in_few_trials_together(
    prepared: PreparedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Told.trials = []
    monkeypatch.setattr(error_origins, "ErrorOrigins", _Told)
    simulated = prepared.compiled.simulated
    simulation = Simulation(simulated, _PLAN, open_backend("auto", simulated.program, simulated.evaluators))
    simulation.run_chunk(200)
    outputs = simulation.result().outputs

    found = with_error_origins(prepared, _PLAN, outputs)

    first_trials = {kind.first_trial for output in outputs for kind in output.error_kinds}
    followed = set(_Told.trials)
    assert len(first_trials) > len(followed) == MOST_TRIALS
    changes = sum(before != after for before, after in zip(_Told.trials, _Told.trials[1:], strict=False))
    assert changes == MOST_TRIALS - 1
    for number, output in enumerate(found, 1):
        for kind in output.error_kinds:
            assert kind.first_cell == f"S!{'B' if kind.first_trial in followed else 'C'}{number}"
