"""Models whose means, deviations and percentiles are known in closed form, as workbooks and set-ups."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scipy import stats

from mcdesk.engine.backends import open_backend
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation import Simulation
from mcdesk.engine.simulation_types import OutputStatistics, SimulationPlan, SimulationProgram
from mcdesk.formulas.choice_resolution import resolve_setup
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.open_sampler import open_sampler
from mcdesk.formulas.setup_texts import CorrelationText, InputText, LimitText, OutputText, SetupFile
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

_CHUNK = 65_536


@dataclass(frozen=True)
class ClosedForm:
    """`B1` is the output; the exact mean, and where known the standard deviation and percentiles."""

    name: str
    cells: Mapping[str, CellContent]
    inputs: Mapping[str, str]
    mean: float
    sd: float | None = None
    percentiles: Mapping[int, float] = field(default_factory=dict)
    correlations: tuple[tuple[str, str, float], ...] = ()
    is_smooth: bool = False
    below: Mapping[float, float] = field(default_factory=dict)  # probability by limit


def simulated(
    model: ClosedForm, folder: Path, sampling: Sampling, trials: int, seeds: tuple[int, ...] = (1,)
) -> list[OutputStatistics]:
    """The statistics of the output of one run per seed."""
    program = program_of(model, folder, sampling, trials)
    backend = open_backend("auto", program.program, program.evaluators, trials * len(seeds))
    found: list[OutputStatistics] = []
    for seed in seeds:
        simulation = Simulation(program, SimulationPlan(trials, seed, sampling), backend)
        while not simulation.is_done:
            simulation.run_chunk(_CHUNK)
        found.append(simulation.result(0).outputs[0])
    return found


def program_of(model: ClosedForm, folder: Path, sampling: Sampling, trials: int) -> SimulationProgram:
    """The program of a model for a run of so many trials."""
    path = write_xlsx(folder / "model.xlsx", {"S": model.cells})
    setup = SetupFile(
        tuple(InputText("test", f"S!{cell}", text) for cell, text in model.inputs.items()),
        (OutputText("test", "S!B1"),),
        limits=tuple(LimitText("test", "S!B1", limit) for limit in model.below),
        correlations=tuple(CorrelationText("test", f"S!{a}", f"S!{b}", r) for a, b, r in model.correlations),
    )
    workbook = read_workbook(path)
    built = build_simulation_model(workbook, resolve_setup(setup, workbook), 45_000.0)
    return compile_model(built, sampler=open_sampler(built, sampling, trials).sampler).simulated


def _lognormal_product() -> ClosedForm:
    mean_log, variance_log = 0.1 + 0.2, 0.3**2 + 0.4**2
    spread = math.sqrt(variance_log)
    mean = math.exp(mean_log + variance_log / 2)
    return ClosedForm(
        "product of lognormals",
        {"A1": 1.0, "A2": 1.0, "B1": "=A1*A2"},
        {"A1": "lognormal2(0.1, 0.3)", "A2": "lognormal2(0.2, 0.4)"},
        mean,
        mean * math.sqrt(math.expm1(variance_log)),
        {p: math.exp(mean_log + spread * stats.norm.ppf(p / 100)) for p in (5, 50, 95)},
        is_smooth=True,
        below={2.0: float(stats.norm.cdf((math.log(2.0) - mean_log) / spread))},
    )


def _call_option() -> ClosedForm:
    spot, strike, rate, spread, years = 100.0, 105.0, 0.03, 0.2, 1.0
    d1 = (math.log(spot / strike) + (rate + spread**2 / 2) * years) / (spread * math.sqrt(years))
    price = spot * stats.norm.cdf(d1) - strike * math.exp(-rate * years) * stats.norm.cdf(d1 - spread)
    formula = "=EXP(-0.03)*MAX(100*EXP(0.03-0.02+0.2*A1)-105,0)"
    return ClosedForm("call option", {"A1": 0.0, "B1": formula}, {"A1": "normal(0, 1)"}, price)


def _compound() -> ClosedForm:
    # up to three claims of gamma(2, 3): N is 0 to 3 with these probabilities
    chances = (0.4, 0.3, 0.2, 0.1)
    n = sum(k * p for k, p in enumerate(chances))
    n_variance = sum(k * k * p for k, p in enumerate(chances)) - n * n
    return ClosedForm(
        "compound discrete",
        {"A1": 0.0, "A2": 0.0, "A3": 0.0, "A4": 0.0, "B1": "=IF(A1>0,A2,0)+IF(A1>1,A3,0)+IF(A1>2,A4,0)"},
        {"A1": "discrete({0,1,2,3}, {4,3,2,1})"} | {f"A{row}": "gamma(2, 3)" for row in (2, 3, 4)},
        n * 6.0,
        math.sqrt(n * 18.0 + n_variance * 36.0),
    )


def _correlated_sum() -> ClosedForm:
    pearson = 2 * math.sin(math.pi * 0.7 / 6)
    sd = math.sqrt(4 + 9 + 2 * 2 * 3 * pearson)
    return ClosedForm(
        "correlated sum",
        {"A1": 0.0, "A2": 0.0, "B1": "=A1+A2"},
        {"A1": "normal(10, 2)", "A2": "normal(5, 3)"},
        15.0,
        sd,
        {p: 15.0 + sd * stats.norm.ppf(p / 100) for p in (5, 50, 95)},
        (("A1", "A2", 0.7),),
        is_smooth=True,
    )


def _truncated() -> ClosedForm:
    law = stats.truncnorm((8 - 10) / 2, (15 - 10) / 2, 10, 2)
    return ClosedForm(
        "truncated and doubled",
        {"A1": 10.0, "B1": "=2*A1"},
        {"A1": "normal(10, 2) truncate(8, 15)"},
        2 * law.mean(),
        2 * law.std(),
        {p: 2 * law.ppf(p / 100) for p in (5, 50, 95)},
        is_smooth=True,
    )


CLOSED_FORMS = (
    ClosedForm(
        "sum of normals",
        {"A1": 0.0, "A2": 0.0, "A3": 0.0, "B1": "=SUM(A1:A3)"},
        {"A1": "normal(1, 1)", "A2": "normal(2, 2)", "A3": "normal(-4, 2)"},
        -1.0,
        3.0,
        {p: -1.0 + 3.0 * stats.norm.ppf(p / 100) for p in (5, 50, 95)},
        is_smooth=True,
        below={0.0: float(stats.norm.cdf(1 / 3))},
    ),
    _lognormal_product(),
    ClosedForm(
        "maximum of uniforms",
        {"A1": 0.0, "A2": 0.0, "A3": 0.0, "B1": "=MAX(A1:A3)"},
        {f"A{row}": "uniform(0, 1)" for row in (1, 2, 3)},
        0.75,
        math.sqrt(3 / 80),
        {p: (p / 100) ** (1 / 3) for p in (5, 50, 95)},
    ),
    _call_option(),
    _compound(),
    _correlated_sum(),
    _truncated(),
    ClosedForm(
        "shifted exponential",
        {"A1": 0.0, "A2": 0.0, "B1": "=MIN(A1,A2)"},
        {"A1": "exponential(2) shift(5)", "A2": "exponential(3) shift(5)"},
        5 + 1 / (1 / 2 + 1 / 3),
        1 / (1 / 2 + 1 / 3),
        {p: 5 - math.log1p(-p / 100) / (1 / 2 + 1 / 3) for p in (5, 50, 95)},
    ),
    ClosedForm(
        "uncertain parameters",
        {"A1": 10.0, "B1": ("=RiskNormal(A1,2)", 10.0)},
        {"A1": "normal(10, 3)"},
        10.0,
        math.sqrt(13.0),
        {p: 10.0 + math.sqrt(13.0) * stats.norm.ppf(p / 100) for p in (5, 50, 95)},
        is_smooth=True,
    ),
    ClosedForm(
        "PERT and beta",
        {"A1": 2.0, "A2": 0.5, "B1": "=A1*10+A2"},
        {"A1": "pert(1, 2, 5)", "A2": "beta(2, 3)"},
        10 * (1 + 4 * 2 + 5) / 6 + 0.4,
        math.sqrt(100 * (14 / 6 - 1) * (5 - 14 / 6) / 7 + 0.04),
        is_smooth=True,
    ),
)
