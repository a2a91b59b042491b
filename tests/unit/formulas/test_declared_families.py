"""Every family of distributions from a cell: as an input of its own, with uncertain parameters, evaluated."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.verifier import check
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

_TRIALS = 100
_CALLS = {
    "RiskIntUniform(1,6)": "integer_uniform(1, 6)",
    "RiskBeta(2,0.5)": "beta(2, 0.5)",
    "RiskBetaGeneral(2,3,-1,9)": "beta4(2, 3, -1, 9)",
    "RiskGamma(2.5,3)": "gamma(2.5, 3)",
    "RiskChisq(5)": "gamma(2.5, 2)",
    "RiskExpon(3)": "exponential(3)",
    "RiskWeibull(2,3)": "weibull(2, 3)",
    "RiskStudent(4)": "student(4)",
    "RiskLogistic(1,2)": "logistic(1, 2)",
    "RiskPareto(3,1)": "pareto(3, 1)",
    "RiskPoisson(3.5)": "poisson(3.5)",
    "RiskBinomial(10,0.3)": "binomial(10, 0.3)",
    "RiskGeomet(0.3)": "geometric(0.3)",
    "RiskNegbin(3,0.4)": "negative_binomial(3, 0.4)",
    "RiskBernoulli(0.3)": "bernoulli(0.3)",
    "RiskDiscrete({9,1,5},{1,2,1})": "discrete({9, 1, 5}, {1, 2, 1})",
    "RiskDuniform({9,1,5})": "empirical({9, 1, 5})",
    "RiskCumul(0,9,{3,4},{0.5,0.6})": "cumulative(0, 9, {3, 4}, {0.5, 0.6})",
    "RiskHistogrm(0,9,{3,0,1})": "histogram(0, 9, {3, 0, 1})",
    "RiskNormal(10,2,RiskTruncate(9,11),RiskShift(5))": "normal(10, 2) truncate(9, 11) shift(5)",
    "RiskGamma(2.5,3,RiskTruncate(,5))": "gamma(2.5, 3) truncate(, 5)",
    "PsiPoisson(9,PsiTruncate(4,))": "poisson(9) truncate(4, inf)",
    "VosePERT(1,2,5,,VoseXBounds(2,3))": "pert(1, 2, 5) truncate(2, 3)",
    "CB.Weibull(1,3,2,2,5)": "weibull(2, 3) truncate(1, 4) shift(1)",
    "RiskHistogrm(0,9,{3,0,1},RiskTruncate(1,8))": "histogram(0, 9, {3, 0, 1}) truncate(1, 8)",
}
_VARYING = {
    "RiskIntUniform(B1,6)": "integer_uniform(1, 6)",
    "RiskBeta(1+B1,0.5)": "beta(2, 0.5)",
    "RiskGamma(1.5+B1,3)": "gamma(2.5, 3)",
    "RiskStudent(3+B1)": "student(4)",
    "RiskPoisson(2.5+B1)": "poisson(3.5)",
    "RiskBinomial(9+B1,0.3)": "binomial(10, 0.3)",
    "RiskGeomet(0.3*B1)": "geometric(0.3)",
    "RiskNegbin(3,0.4*B1)": "negative_binomial(3, 0.4)",
    "RiskDiscrete({9,1,5},{1,2,1},RiskShift(B1))": "discrete({9, 1, 5}, {1, 2, 1}) shift(1)",
    "RiskNormal(10,2,RiskTruncate(8+B1,11))": "normal(10, 2) truncate(9, 11)",
    "RiskPoisson(9,RiskTruncate(3+B1))": "poisson(9) truncate(4, inf)",
}


def _run(
    folder: Path, formula: str, inputs: dict[tuple[int, int], str]
) -> tuple[np.ndarray, np.ndarray, int]:
    """Values and errors of the trials, and the number of slow cells."""
    cells: dict[str, CellContent] = {"A1": "=" + formula, "B1": 1.0}
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    chosen = (InputChoice(CellAddress(0, *at), parse_distribution(text)) for at, text in inputs.items())
    choice = SimulationChoice(tuple(chosen), (OutputChoice(CellAddress(0, 0, 0)),))
    compiled = compile_model(build_simulation_model(workbook, choice, 45_000.0))
    check(compiled.simulated.program)
    output = compiled.simulated.outputs[0]
    wanted = [output.array] if output.error_array is None else [output.array, output.error_array]
    backend = open_backend("auto", compiled.simulated.program, compiled.simulated.evaluators)
    slots = backend.run(ChunkRequest(3, 0, _TRIALS, tuple(sorted(set(wanted)))))
    values, *errors = (np.asarray(slots[array][output.place]) for array in wanted)
    return values, errors[0] if errors else np.zeros(_TRIALS, dtype=np.uint8), compiled.slow_cells


@pytest.mark.parametrize("formula", _CALLS)
def test_that_a_cell_draws_what_the_text_of_an_input_draws(tmp_path: Path, formula: str) -> None:
    declared, errors, slow_cells = _run(tmp_path, formula, {})
    chosen, _, _ = _run(tmp_path, formula, {(0, 0): _CALLS[formula]})

    assert not errors.any()
    assert slow_cells == 0
    assert np.allclose(declared, chosen, rtol=1e-15, atol=0.0)


@pytest.mark.parametrize("formula", _VARYING)
def test_that_uncertain_parameters_draw_the_same_numbers(tmp_path: Path, formula: str) -> None:
    varying, errors, slow_cells = _run(tmp_path, formula, {(0, 1): "uniform(1, 1)"})
    chosen, _, _ = _run(tmp_path, formula, {(0, 0): _VARYING[formula]})

    assert not errors.any()
    assert slow_cells == 0
    assert np.allclose(varying, chosen, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("formula", [*_CALLS, *_VARYING])
def test_that_an_evaluated_cell_draws_the_numbers_of_a_compiled_one(tmp_path: Path, formula: str) -> None:
    input_text = {(0, 1): "uniform(1, 1)"}
    fast, _, slow_cells = _run(tmp_path, formula + "+0*B1", input_text)
    slow, _, evaluated_cells = _run(tmp_path, formula + '+0*VALUE(TEXT(B1,"0"))', input_text)

    assert (slow_cells, evaluated_cells) in ((0, 0), (0, 1))
    assert np.allclose(slow, fast, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    "formula",
    [
        "RiskNormal(1,2,RiskTruncate(5,3))",
        "RiskGamma(-1,2)",
        "RiskGamma(1e5*B1,2)",
        "RiskPoisson(-B1)",
        "RiskBinomial(2.5*B1,0.5)",
        "RiskUniform(0,1,RiskTruncate(1+B1,3))",
        "RiskHistogrm(0,1,{0,0})",
    ],
)
def test_that_impossible_parameters_are_num(tmp_path: Path, formula: str) -> None:
    _, errors, _ = _run(tmp_path, formula, {(0, 1): "uniform(1, 1)"})

    assert (errors == ErrorCode.NUM).all()
