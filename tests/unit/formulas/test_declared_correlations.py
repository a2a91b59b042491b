"""Correlations that formulas declare by a place in a matrix."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.simulation_types import Sampling
from mcdesk.formulas.choice import CorrelationChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.formulas.simulation_model import SimulationModel, build_simulation_model
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

MATRIX: dict[str, CellContent] = {"D1": 1.0, "D2": 0.8, "E2": 1.0, "D3": -0.5, "E3": 0.0, "F3": 1.0}
DRAWS: dict[str, CellContent] = {
    "A1": "=RiskNormal(0,1,RiskCorrmat($D$1:$F$3,1))",
    "A2": "=_xll.RiskNormal(0,1,_xll.RiskCorrmat($D$1:$F$3,2))",
    "A3": "=RiskNormal(0,1,RiskCorrmat($D$1:$F$3,3))",
    "B1": "=SUM(A1:A3)",
}


def address(cell: str) -> CellAddress:
    return CellAddress(0, *parse_cell_text(cell)[1:])


def model_of(
    folder: Path, cells: dict[str, CellContent], correlations: tuple[CorrelationChoice, ...] = ()
) -> SimulationModel:
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    choice = SimulationChoice((), (OutputChoice(address("B1")),), {}, correlations)
    return build_simulation_model(workbook, choice, 45_000.0)


def test_that_a_matrix_correlates_the_cells_with_a_place_in_it(tmp_path: Path) -> None:
    model = model_of(tmp_path, {**MATRIX, **DRAWS})

    assert set(model.correlations) == {
        CorrelationChoice(address("A1"), address("A2"), 0.8),
        CorrelationChoice(address("A1"), address("A3"), -0.5),
    }


def test_that_the_sum_of_correlated_draws_has_the_closed_form(tmp_path: Path) -> None:
    model = model_of(tmp_path, {**MATRIX, **DRAWS})
    simulated = compile_model(model, sampler=open_sampler(model, Sampling.PLAIN, 40_000).sampler).simulated
    (output,) = simulated.outputs

    slots = open_backend("auto", simulated.program, simulated.evaluators).run(
        ChunkRequest(1, 0, 40_000, (output.array,))
    )

    # rank correlations r of normal draws are 2 sin(pi r / 6) of the draws themselves
    variance = 3 + 2 * (2 * np.sin(np.pi * 0.8 / 6) + 2 * np.sin(np.pi * -0.5 / 6))
    assert slots[output.array][output.place].var() == pytest.approx(variance, rel=0.03)


def test_that_a_chosen_correlation_takes_the_place_of_a_declared_one(tmp_path: Path) -> None:
    chosen = CorrelationChoice(address("A2"), address("A1"), 0.1)

    model = model_of(tmp_path, {**MATRIX, **DRAWS}, (chosen,))

    assert set(model.correlations) == {chosen, CorrelationChoice(address("A1"), address("A3"), -0.5)}


def test_that_instances_of_a_matrix_are_apart(tmp_path: Path) -> None:
    cells = {
        **MATRIX,
        "A1": '=PsiNormal(0,1,PsiCorrMatrix($D$1:$F$3,1,"x"))',
        "A2": '=PsiNormal(0,1,PsiCorrMatrix($D$1:$F$3,2,"x"))',
        "A3": '=PsiNormal(0,1,PsiCorrMatrix($D$1:$F$3,1,"y"))',
        "B1": "=SUM(A1:A3)",
    }

    assert model_of(tmp_path, cells).correlations == (CorrelationChoice(address("A1"), address("A2"), 0.8),)


def test_that_draws_without_influence_are_not_correlated(tmp_path: Path) -> None:
    assert model_of(tmp_path, {**MATRIX, **DRAWS, "B1": "=A1"}).correlations == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"A2": "=RiskNormal(0,1,RiskCorrmat($D$1:$F$3,1))"}, "S!A2 has the place of S!A1"),
        ({"A2": "=RiskNormal(0,1,RiskCorrmat($D$1:$E$3,2))"}, "S!A2 names a range that is not square"),
        ({"A2": "=RiskNormal(0,1,RiskCorrmat($D$1:$F$3,4))"}, "S!A2 has no place"),
        ({"A2": '=RiskNormal(0,1,RiskCorrmat("x",2))'}, "S!A2 names no range"),
        ({"D2": 1.5}, "S!A1 and S!A2 have none in"),
        ({"D2": ("=RAND()", 0.5)}, "uncertain"),
    ],
)
def test_that_a_matrix_that_is_none_is_refused(
    tmp_path: Path, changes: dict[str, CellContent], words: str
) -> None:
    with pytest.raises(ModelInvalid) as refused:
        model_of(tmp_path, {**MATRIX, **DRAWS, **changes})

    assert words in refused.value.title
