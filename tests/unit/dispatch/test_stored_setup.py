"""A simulation of the history is run again as it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_types import RunContext, RunReport, RunRequest
from mcdesk.dispatch.stored_setup import repeated_request, stored_setup
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_file import read_setup_file
from mcdesk.formulas.setup_option_texts import correlation_text, input_text, output_text, value_text
from mcdesk.formulas.setup_texts import LimitText, SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.foundation.errors import RecordMissing
from mcdesk.foundation.paths import resources_folder
from mcdesk.history.run_record import RunRecord
from mcdesk.services import folders_under, open_services
from tests.builders_xlsx import write_xlsx

SETUP = SetupFile(
    inputs=(input_text("S!A1=normal(10, 1)"), input_text("S!A2=pert(1, 2, 9) truncate(1, 8)")),
    outputs=(output_text("S!A4"),),
    values=(value_text("S!A3=7"), value_text("S!A5=word")),
    limits=(LimitText("here", "S!A4", 20.0),),
    correlations=(correlation_text("S!A1,S!A2=0.5"),),
)
CELLS = {"A1": 10.0, "A2": 2.0, "A3": 1.0, "A4": ("=A1*A2+A3+LEN(A5)", 21.0), "A5": "x"}


def ran(context: RunContext, request: RunRequest) -> RunReport:
    return run_simulation(request, context, lambda _: None, CancelToken())


def record_of(context: RunContext, report: RunReport) -> RunRecord:
    assert context.history is not None
    return context.history.runs.record(report.simulation_id)


def test_that_it_has_the_same_bits_wherever_the_workbook_has_gone(tmp_path: Path) -> None:
    with open_services(folders_under(tmp_path / "home")) as services:
        context = services.run_context
        model = write_xlsx(tmp_path / "model.xlsx", {"S": CELLS})
        plan = SimulationPlan(3000, 5, Sampling.LATIN_HYPERCUBE)
        first = ran(context, RunRequest(model, SETUP, plan))
        files = services.history.files
        here = repeated_request(record_of(context, first), files, tmp_path / "reopened", 0)
        model.write_bytes(b"something else by now")

        again = repeated_request(record_of(context, first), files, tmp_path / "reopened", 0)
        other = repeated_request(record_of(context, first), files, tmp_path / "reopened", 1)

        assert here.model == model
        assert (again.model.name, again.model.parent.parent) == ("model.xlsx", tmp_path / "reopened")
        second = ran(context, again)
        assert (second.is_cached, second.simulation_id == first.simulation_id) == (False, False)
        assert second.statistics.outputs == first.statistics.outputs
        assert (other.plan.seed, other.plan.trials, other.plan.sampling) == (6, 3000, plan.sampling)


@pytest.mark.parametrize("name", ["product_launch", "newsvendor", "portfolio", "project_plan"])
def test_that_examples_with_distributions_in_their_cells_run_again(tmp_path: Path, name: str) -> None:
    with open_services(folders_under(tmp_path / "home")) as services:
        context = services.run_context
        model = resources_folder() / "examples" / f"{name}.xlsx"
        setup = SetupFile()
        toml = model.with_suffix(".toml")
        if toml.exists():
            setup = read_setup_file(toml)
        first = ran(context, RunRequest(model, setup, SimulationPlan(2000, 3)))
        second = ran(
            context,
            repeated_request(record_of(context, first), services.history.files, tmp_path / "reopened", 0),
        )
        assert second.statistics.outputs == first.statistics.outputs


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"inputs": 3}'])
def test_that_what_cannot_be_read_is_told_in_words(tmp_path: Path, text: str) -> None:
    with open_services(folders_under(tmp_path / "home")) as services:
        context = services.run_context
        model = write_xlsx(tmp_path / "model.xlsx", {"S": CELLS})
        record = record_of(context, ran(context, RunRequest(model, SETUP, SimulationPlan(100, 5))))
        with pytest.raises(RecordMissing, match=r"model\.xlsx cannot be read again"):
            stored_setup(replace(record, setup_json=text))
