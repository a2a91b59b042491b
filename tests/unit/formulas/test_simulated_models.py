"""Whole models, from a workbook's cells to the trials of their outputs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.ir import program_instructions
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.engine.verifier import check
from mcdesk.formulas import work_budget
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import CompiledModel, compile_model
from mcdesk.formulas.simulation_model import SimulationModel, build_simulation_model
from mcdesk.formulas.trial_inspection import trial_cells
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import StoredFormula, write_xlsx

_NOW = 45_000.0
_TRIALS = 40_000


@dataclass(frozen=True)
class Trials:
    values: np.ndarray
    errors: np.ndarray


def _model(
    folder: Path, cells: dict[str, object], inputs: dict[str, str], outputs: list[str]
) -> SimulationModel:
    path = folder / "model.xlsx"
    write_xlsx(path, {"S": cells})
    workbook = read_workbook(path)
    choice = SimulationChoice(
        tuple(InputChoice(_address(cell), parse_distribution(text)) for cell, text in inputs.items()),
        tuple(OutputChoice(_address(cell)) for cell in outputs),
    )
    return build_simulation_model(workbook, choice, _NOW)


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def _run(compiled: CompiledModel, trials: int = _TRIALS, seed: int = 1) -> list[Trials]:
    simulated = compiled.simulated
    check(simulated.program)
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    arrays = {q.array for q in simulated.outputs}
    arrays |= {q.error_array for q in simulated.outputs if q.error_array is not None}
    slots = backend.run(ChunkRequest(seed, 0, trials, tuple(sorted(arrays))))
    found = []
    for quantity in simulated.outputs:
        none = np.zeros(trials, dtype=np.uint8)
        errors = none if quantity.error_array is None else slots[quantity.error_array][quantity.place]
        found.append(Trials(slots[quantity.array][quantity.place], errors))
    return found


def _within(found: float, expected: float, deviation: float) -> bool:
    return abs(found - expected) <= 4.0 * deviation / np.sqrt(_TRIALS)


def test_that_a_product_of_lognormals_has_the_lognormal_mean(tmp_path: Path) -> None:
    cells = {"A1": 1, "A2": 1, "A3": ("=A1*A2", 1.0)}
    inputs = {"A1": "lognormal2(0.1, 0.2)", "A2": "lognormal2(0.2, 0.3)"}

    (output,) = _run(compile_model(_model(tmp_path, cells, inputs, ["A3"])))

    variance = 0.2**2 + 0.3**2
    mean = np.exp(0.3 + variance / 2)
    assert _within(output.values.mean(), mean, mean * np.sqrt(np.exp(variance) - 1))


def test_that_a_call_option_has_the_price_of_black_and_scholes(tmp_path: Path) -> None:
    cells = {
        "A1": 0,
        "A2": ("=100*EXP((0.03-0.2^2/2)+0.2*A1)", 1.0),
        "A3": ("=EXP(-0.03)*MAX(A2-105,0)", 1.0),
    }

    (output,) = _run(compile_model(_model(tmp_path, cells, {"A1": "normal(0, 1)"}, ["A3"])))

    d1 = (np.log(100 / 105) + 0.03 + 0.02) / 0.2
    price = 100 * special.ndtr(d1) - 105 * np.exp(-0.03) * special.ndtr(d1 - 0.2)
    assert _within(output.values.mean(), price, output.values.std())


def test_that_a_threshold_is_passed_as_often_as_its_probability_says(tmp_path: Path) -> None:
    cells = {"A1": 0, "A2": ("=IF(A1>1.5,1,0)", 0.0)}

    (output,) = _run(compile_model(_model(tmp_path, cells, {"A1": "normal(1, 0.5)"}, ["A2"])))

    share = special.ndtr(-1.0)
    assert _within(output.values.mean(), share, np.sqrt(share * (1 - share)))


def test_that_a_known_share_of_trials_ends_in_num(tmp_path: Path) -> None:
    cells = {"A1": 0, "A2": ("=SQRT(A1)+1/A1", 0.0)}

    (output,) = _run(compile_model(_model(tmp_path, cells, {"A1": "uniform(-1, 3)"}, ["A2"])))

    assert _within((output.errors == ErrorCode.NUM).mean(), 0.25, np.sqrt(0.25 * 0.75))
    assert set(output.errors.tolist()) == {0, int(ErrorCode.NUM)}


def test_that_a_look_up_gives_each_row_its_share(tmp_path: Path) -> None:
    cells = {"A1": 0, "C1": 0, "D1": 10, "C2": 0.2, "D2": 20, "C3": 0.7, "D3": 40}
    cells |= {"A2": ("=VLOOKUP(A1,$C$1:$D$3,2)", 0.0), "A3": ("=INDEX($D$1:$D$3,MATCH(A1,$C$1:$C$3))", 0.0)}
    model = _model(tmp_path, cells, {"A1": "uniform(0, 1)"}, ["A2", "A3"])

    compiled = compile_model(model)
    looked_up, matched = _run(compiled)

    assert compiled.slow_cells == 0
    assert _within(looked_up.values.mean(), 0.2 * 10 + 0.5 * 20 + 0.3 * 40, looked_up.values.std())
    assert np.array_equal(looked_up.values, matched.values)


def test_that_a_thousand_times_more_like_cells_give_a_program_of_the_same_size(tmp_path: Path) -> None:
    sizes = []
    for count in (20, 20_000):
        cells: dict[str, object] = {"A1": 1.0, "D1": 0.0}
        cells |= {f"B{row}": (f"=B{row - 1}*0.9+$A$1", 1.0) for row in range(2, count + 2)}
        cells["B1"] = ("=A1", 1.0)
        cells["C1"] = (f"=SUM(B1:B{count + 1})", 1.0)
        compiled = compile_model(_model(tmp_path, cells, {"A1": "normal(1, 1)"}, ["C1"]))
        sizes.append(sum(1 for _ in program_instructions(compiled.simulated.program)))

    assert sizes[0] == sizes[1]


def test_that_a_cell_without_instructions_is_slow_and_still_simulated(tmp_path: Path) -> None:
    cells = {"A1": 0, "A2": ('=VALUE(TEXT(A1,"0.0"))', 0.0), "A3": ("=A2*2", 0.0)}
    compiled = compile_model(_model(tmp_path, cells, {"A1": "uniform(0, 1)"}, ["A3"]))

    (output,) = _run(compiled, 200)

    assert compiled.slow_cells >= 1
    assert np.allclose(output.values * 5, np.round(output.values * 5), atol=1e-9)


def test_that_random_cells_and_distribution_functions_are_inputs(tmp_path: Path) -> None:
    cells = {"A1": ("=RAND()", 0.0), "A2": ("=RiskNormal(5,2)", 0.0), "A3": ("=A1+A2", 0.0)}
    compiled = compile_model(_model(tmp_path, cells, {}, ["A3"]))

    (output,) = _run(compiled)

    assert [quantity.cell for quantity in compiled.simulated.inputs] == ["S!A1", "S!A2"]
    assert _within(output.values.mean(), 5.5, np.sqrt(4 + 1 / 12))


def test_that_a_trial_shown_cell_by_cell_is_the_one_simulated(tmp_path: Path) -> None:
    cells = {"A1": 2, "A2": ("=A1^2+1", 5.0), "A3": ("=SUM(A1:A2)", 7.0), "A4": 9}
    model = _model(tmp_path, cells, {"A1": "normal(2, 1)"}, ["A3"])

    (output,) = _run(compile_model(model), 10)
    shown = dict(trial_cells(model, SimulationPlan(100, 1), 6))

    assert shown["S!A3"] == output.values[6]
    assert shown["S!A4"] == 9.0


def test_that_a_trial_is_shown_though_other_cells_need_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a tenth of what a cell and a workbook may need, so that it is spent sooner
    monkeypatch.setattr(work_budget, "_MOST_FOR_A_CELL", work_budget._MOST_FOR_A_CELL // 10)
    monkeypatch.setattr(work_budget, "_MOST_IN_ALL", work_budget._MOST_IN_ALL // 10)
    endless = "SUM(MAP(SEQUENCE(1000000),LAMBDA(x,x*2)))"
    cells: dict[str, object] = {"A1": 2.0, "B1": f"=A1*{endless}"}
    cells |= {f"B{row}": f"={endless}+{row}" for row in range(2, 9)}
    cells |= {"C1": "=SUM(MAP(SEQUENCE(2000),LAMBDA(x,x)))", "C2": "=A1*C1"}
    model = _model(tmp_path, cells, {"A1": "normal(2, 1)"}, ["C2"])

    shown = dict(trial_cells(model, SimulationPlan(100, 1), 6))

    assert list(shown)[:5] == ["S!A1", "S!B1", "S!C1", "S!B2", "S!C2"]
    assert shown["S!C1"] == 2001000.0
    assert shown["S!C2"] == shown["S!A1"] * 2001000.0
    assert {shown[f"S!B{row}"] for row in range(1, 9)} == {ErrorCode.NAME}


def test_that_the_first_trials_do_not_depend_on_how_many_follow(tmp_path: Path) -> None:
    cells = {"A1": 2, "A2": ("=EXP(A1)", 5.0)}
    compiled = compile_model(_model(tmp_path, cells, {"A1": "normal(2, 1)"}, ["A2"]))

    short, long = _run(compiled, 1000)[0], _run(compiled, 10_000)[0]

    assert np.array_equal(short.values, long.values[:1000])


@pytest.mark.parametrize("formula", ["=NOSUCHTHING(A1)", "=A1+FOO.BAR(2)"])
def test_that_an_unknown_function_is_refused_with_its_cell(tmp_path: Path, formula: str) -> None:
    with pytest.raises(ModelInvalid, match="S!A2 uses"):
        _model(tmp_path, {"A1": 1, "A2": (formula, 0.0)}, {"A1": "normal(0, 1)"}, ["A2"])


def test_that_array_cells_the_file_leaves_out_follow_their_inputs(tmp_path: Path) -> None:
    cells = {
        "A1": 1, "A2": 2, "A3": 3, "B1": StoredFormula("A1:A3*2", None, 't="array" ref="B1:B3"'),
        "C4": "=B2+B3", "C5": "=SUM(B1:B3)",
    }  # fmt: skip

    model = _model(tmp_path, cells, {"A2": "uniform(10, 11)"}, ["C4", "C5"])
    difference, total = (each.values for each in _run(compile_model(model), 10))

    assert np.all((difference >= 26.0) & (difference <= 28.0))
    assert np.allclose(total, difference + 2.0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "=SUM(A1,",
            r"S!A2 holds a formula that cannot be read: a parenthesis that is not closed at character 1",
        ),
        (StoredFormula("", None, 't="shared" si="7"'), r"S!A2 holds a formula without text"),
    ],
)
def test_that_a_needed_formula_that_cannot_be_read_is_refused(
    tmp_path: Path, content: object, reason: str
) -> None:
    cells = {"A1": 1, "A2": content, "A3": "=A1+A2"}

    with pytest.raises(ModelInvalid, match=reason):
        _model(tmp_path, cells, {"A1": "uniform(0, 1)"}, ["A3"])


def test_that_a_formula_that_cannot_be_read_is_let_be_where_no_output_needs_it(tmp_path: Path) -> None:
    model = _model(tmp_path, {"A1": 1, "A2": "=SUM(A1,", "A3": "=A1*2"}, {"A1": "uniform(0, 1)"}, ["A3"])

    assert len(_run(compile_model(model), 10)) == 1
