"""A workbook of each dialect: all of it is understood, and its results have the closed forms."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.simulation_types import Sampling
from mcdesk.formulas.choice import OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, StoredFormula, write_xlsx

TRIALS = 20_000
# What has no compiled form is evaluated trial by trial.
FEW_TRIALS = 200
ARRAYS = "Excel's arrays"
RANK = 0.6


@dataclass(frozen=True)
class Moments:
    """Of an output; `deviation` in its unit."""

    mean: float
    deviation: float


def triangular_deviation(low: float, mode: float, high: float) -> float:
    squares = low * low + mode * mode + high * high - low * mode - low * high - mode * high
    return math.sqrt(squares / 18)


# volume, price and cost of a plan: a product of independent draws and a sum of correlated ones
SHARED: dict[str, CellContent] = {"D1": 1.0, "D2": RANK, "E2": 1.0}
WORKBOOKS: Mapping[str, tuple[dict[str, CellContent], dict[str, Moments]]] = {
    "@RISK": (
        {
            **SHARED,
            "A1": ('=_xll.RiskNormal(100,10,_xll.RiskName("Volume"),_xll.RiskStatic(101))', 101.0),
            "A2": ("=_xlfn.RiskTriang(1,2,6)", 3.0),
            "A3": ("=RiskNormal(5,1,RiskCorrmat($D$1:$E$2,1))", 5.0),
            "A4": ("=RiskNormal(7,2,RiskCorrmat($D$1:$E$2,2),RiskShift(1))", 8.0),
            "A5": ("=[1]!RiskUniform(0,10,RiskTruncate(2,6))", 4.0),
            "B1": ('=RiskOutput("Revenue")+A1*A2', 303.0), "B2": ("=RiskOutput()+A3+A4", 13.0),
            "B3": ("=A5*2", 8.0),
        },
        {
            "B1": Moments(300.0, math.sqrt(10_100 * (9 + triangular_deviation(1, 2, 6) ** 2) - 90_000)),
            "B2": Moments(13.0, math.sqrt(5 + 4 * 2 * math.sin(math.pi * RANK / 6))),
            "B3": Moments(8.0, 2 * 4 / math.sqrt(12)),
        },
    ),
    "Analytic Solver": (
        {
            **SHARED,
            "A1": ('=PsiNormal(100,10,PsiName("Volume"),PsiBaseCase(101))', 101.0),
            "A2": ("=_xll.PsiTriangular(1,2,6)", 3.0),
            "A3": ("=PsiNormal(5,1,PsiCorrMatrix($D$1:$E$2,1))", 5.0),
            "A4": ("=PsiNormal(7,2,PsiCorrMatrix($D$1:$E$2,2))", 7.0),
            "A5": ("=PsiDiscrete({1,2,4},{0.5,0.25,0.25})", 2.0),
            "B1": ("=A1*A2+PsiOutput()", 303.0), "B2": ("=A3+A4", 12.0), "C2": ("=PsiOutput(B2)", 0.0),
            "B3": ("=A5+PsiOutput()", 2.0),
        },
        {
            "B1": Moments(300.0, math.sqrt(10_100 * (9 + triangular_deviation(1, 2, 6) ** 2) - 90_000)),
            "B2": Moments(12.0, math.sqrt(5 + 4 * 2 * math.sin(math.pi * RANK / 6))),
            "B3": Moments(2.0, math.sqrt(5.5 - 4.0)),
        },
    ),
    "ModelRisk": (
        {
            "A1": ('=VoseInput("Volume")+VoseNormal(100,10)', 100.0),
            "A2": ("=_xll.VosePERT(1,2,6)", 2.5),
            "A3": ("=VoseNormal(0,1,,VoseShift(3))", 3.0),
            "A4": ("=VosePoisson(4)", 4.0),
            "B1": ('=VoseOutput("Sum")+A1+A4', 104.0), "B2": ("=A2+VoseOutput()", 2.5),
            "B3": ("=VoseOutput()+A3", 3.0),
        },
        {
            "B1": Moments(104.0, math.sqrt(100 + 4)),
            # (mean - low)(high - mean) / 7 of a PERT
            "B2": Moments(2.5, math.sqrt(1.5 * 3.5 / 7)),
            "B3": Moments(3.0, 1.0),
        },
    ),
    "Crystal Ball": (
        {
            "A1": ("=CB.Normal(100,10)", 100.0), "A2": ("=CB.Triangular(1,2,6)", 3.0),
            "A3": ("=CB.Exponential(0.25)", 4.0), "A4": ("=CB.YesNo(0.3)", 0.0),
            "B1": ("=A1+A2", 103.0), "B2": ("=A3*A4", 0.0), "B3": ("=A4", 0.0),
        },
        {
            "B1": Moments(103.0, math.sqrt(100 + triangular_deviation(1, 2, 6) ** 2)),
            "B2": Moments(1.2, math.sqrt(0.3 * 32 - 1.44)),
            "B3": Moments(0.3, math.sqrt(0.21)),
        },
    ),
    "Excel's own": (
        {
            "A1": ("=RAND()*2+RAND()", 1.5), "A2": ("=RANDBETWEEN(1,6)+RANDBETWEEN(1,6)", 7.0),
            "B1": ("=A1", 1.5), "B2": ("=A2", 7.0),
        },
        {"B1": Moments(1.5, math.sqrt(5 / 12)), "B2": Moments(7.0, math.sqrt(35 / 6))},
    ),
    ARRAYS: (
        {
            "A3": StoredFormula("=_xlfn.RANDARRAY(4)", 0.5, 't="array" ref="A3:A6"', 'cm="1"'),
            "A4": 0.5, "A5": 0.5, "A6": 0.5, "B3": ("=SUM(A3:A6)", 2.0),
        },
        {"B3": Moments(2.0, math.sqrt(4 / 12))},
    ),
}  # fmt: skip


@pytest.fixture(params=list(WORKBOOKS))
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def workbook(dialect: str, tmp_path: Path) -> Workbook:
    return read_workbook(write_xlsx(tmp_path / "plan.xlsx", {"Plan": WORKBOOKS[dialect][0]}))


def test_that_the_report_understands_every_call(workbook: Workbook) -> None:
    report = compare_workbook(workbook).conversions

    assert report
    assert [each for each in report if not each.is_understood] == []


def test_that_the_outputs_have_their_closed_forms(dialect: str, workbook: Workbook) -> None:
    expected = WORKBOOKS[dialect][1]
    trials = FEW_TRIALS if dialect == ARRAYS else TRIALS
    cells = [CellAddress(0, *parse_cell_text(cell)[1:]) for cell in expected]
    choice = SimulationChoice((), tuple(map(OutputChoice, cells)))
    model = build_simulation_model(workbook, choice, 45_000.0)
    sampler = open_sampler(model, Sampling.LATIN_HYPERCUBE, trials).sampler
    simulated = compile_model(model, sampler=sampler).simulated

    slots = open_backend("auto", simulated.program, simulated.evaluators).run(
        ChunkRequest(1, 0, trials, tuple({each.array for each in simulated.outputs}))
    )

    for moments, output in zip(expected.values(), simulated.outputs, strict=True):
        values = slots[output.array][output.place]
        # a strict bound of what chance makes of so many trials
        tolerance = 5 / math.sqrt(trials)
        assert np.mean(values) == pytest.approx(moments.mean, abs=tolerance * moments.deviation)
        assert np.std(values) == pytest.approx(moments.deviation, rel=2 * tolerance)
