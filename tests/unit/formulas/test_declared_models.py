"""Workbooks that declare their own uncertainty, simulated: draws, names, refusals, stored values."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.engine.simulation_types import Quantity
from mcdesk.engine.verifier import check
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import CompiledModel, compile_model
from mcdesk.formulas.simulation_model import SimulationModel, build_simulation_model
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

_TRIALS = 4_000


@dataclass(frozen=True)
class Simulated:
    compiled: CompiledModel
    values: dict[str, np.ndarray]
    errors: dict[str, np.ndarray]


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


def _model(
    folder: Path,
    cells: dict[str, CellContent],
    outputs: dict[str, str] | None = None,
    inputs: dict[str, str] | None = None,
) -> SimulationModel:
    workbook = read_workbook(write_xlsx(folder / "model.xlsx", {"S": cells}))
    choice = SimulationChoice(
        tuple(InputChoice(_address(c), parse_distribution(text)) for c, text in (inputs or {}).items()),
        tuple(OutputChoice(_address(cell), name) for cell, name in (outputs or {}).items()),
    )
    return build_simulation_model(workbook, choice, 45_000.0)


def _simulated(model: SimulationModel, trials: int = _TRIALS) -> Simulated:
    compiled = compile_model(model)
    simulated = compiled.simulated
    check(simulated.program)
    backend = open_backend("auto", simulated.program, simulated.evaluators)
    arrays = {quantity.array for quantity in simulated.outputs}
    arrays |= {each.error_array for each in simulated.outputs if each.error_array is not None}
    slots = backend.run(ChunkRequest(3, 0, trials, tuple(sorted(arrays))))

    def errors(quantity: Quantity) -> np.ndarray:
        if quantity.error_array is None:
            return np.zeros(trials, dtype=np.uint8)
        return np.asarray(slots[quantity.error_array][quantity.place])

    return Simulated(
        compiled,
        {each.cell[2:]: np.asarray(slots[each.array][each.place]) for each in simulated.outputs},
        {each.cell[2:]: errors(each) for each in simulated.outputs},
    )


_PERT = stats.beta(2, 4, 1, 4)
_LOGNORMAL = stats.lognorm(np.sqrt(np.log(1.25)), scale=4 / np.sqrt(1.25))
_WEIGHTED = stats.rv_discrete(values=([1, 5, 9], [0.2, 0.5, 0.3]))
_EQUAL = stats.rv_discrete(values=([1, 5, 9], [1 / 3, 1 / 3, 1 / 3]))


@pytest.mark.parametrize(
    ("formula", "judge"),
    [
        ("RiskNormal(10,2)", stats.norm(10, 2)),
        ("_xll.PsiNormal(10,2)", stats.norm(10, 2)),
        ("@CB.Normal(10,2)", stats.norm(10, 2)),
        ("VoseLogNormal(4,2)", _LOGNORMAL),
        ("CB.Lognormal(4,2)", _LOGNORMAL),
        ("RiskLognorm2(0.5,0.3)", stats.lognorm(0.3, scale=np.exp(0.5))),
        ("PsiTriangular(1,2,5)", stats.triang(0.25, 1, 4)),
        ("VoseTriangle(1,2,5)", stats.triang(0.25, 1, 4)),
        ("RiskPert(1,2,5)", _PERT),
        ("CB.BetaPert(1,2,5)", _PERT),
        ("VosePERT(A1,A1+1,5)", _PERT),
        ("RiskUniform(1,3)", stats.uniform(1, 2)),
        ("RiskDiscrete({1,5,9},{2,5,3})", _WEIGHTED),
        ("PsiDiscrete($A$1:$A$3,B1:B3)", _WEIGHTED),
        ("VoseDiscrete($A$1:$A$3,{0.2;0.5;0.3})", _WEIGHTED),
        ("CB.Custom(A1:B3)", _WEIGHTED),
        ("CB.Custom(A1:A3)", _EQUAL),
        ("RiskDuniform({1,5,9})", _EQUAL),
        ("RiskNormal(7,2,RiskShift(3),RiskStatic(0))", stats.norm(10, 2)),
        ("RiskNormal(7,2)+3+PsiOutput()", stats.norm(10, 2)),
        ("RiskNormal(A1*7,RiskUniform(2,2))+3", stats.norm(10, 2)),
        ("VoseNormal(10,2,RAND())", stats.norm(10, 2)),
    ],
)
def test_that_a_function_of_an_add_in_draws_its_distribution(
    tmp_path: Path, formula: str, judge: stats.rv_continuous
) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0, "A2": 5.0, "A3": 9.0, "B1": 2.0, "B2": 5.0, "B3": 3.0}
    model = _model(tmp_path, cells | {"D1": "=" + formula}, {"D1": ""})

    found = _simulated(model)

    values = found.values["D1"]
    assert found.compiled.slow_cells == 0
    assert not found.errors["D1"].any()
    assert values.mean() == pytest.approx(judge.mean(), abs=4 * judge.std() / np.sqrt(_TRIALS))
    for share in (0.1, 0.5, 0.9):
        bound = judge.ppf(share)
        expected = judge.cdf(bound)
        assert (values <= bound + 1e-9).mean() == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(_TRIALS))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("RiskPert(1,2,5)", "pert(1, 2, 5)"),
        ("RiskPert(B1,B1*2,B1+4)", "pert(1, 2, 5)"),
        ("RiskLognorm(4,2)", "lognormal(4, 2)"),
        ("RiskDiscrete({1,5,9},{2,5,3})", "discrete({1, 5, 9}, {2, 5, 3})"),
    ],
)
def test_that_certain_parameters_give_the_numbers_of_a_chosen_input(
    tmp_path: Path, formula: str, text: str
) -> None:
    cells: dict[str, CellContent] = {"A1": "=" + formula, "B1": 1.0}

    declared = _simulated(_model(tmp_path, cells, {"A1": ""}))
    chosen = _simulated(_model(tmp_path, cells, {"A1": ""}, {"A1": text}))

    assert np.array_equal(declared.values["A1"], chosen.values["A1"])


def test_that_a_column_of_different_parameters_draws_as_its_cells_alone(tmp_path: Path) -> None:
    rows = range(1, 6)
    cells: dict[str, CellContent] = {f"A{row}": f"=RiskPert(B{row},C{row},C{row}+4)" for row in rows}
    cells |= {f"B{row}": float(row // 2) for row in rows} | {f"C{row}": 2.0 + row / 3 for row in rows}
    outputs = {f"A{row}": "" for row in rows}
    texts = {f"A{row}": f"pert({row // 2}, {2 + row / 3!r}, {2 + row / 3 + 4!r})" for row in rows}

    declared = _simulated(_model(tmp_path, cells, outputs))
    chosen = _simulated(_model(tmp_path, cells, outputs, texts))

    assert declared.compiled.slow_cells == 0
    for cell in outputs:
        assert np.array_equal(declared.values[cell], chosen.values[cell])


def test_that_tables_and_solved_quantiles_agree(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": "=RiskPert(1,2,5)", "B1": 2.0}

    tabulated = _simulated(_model(tmp_path, cells, {"A1": ""}), 500)
    cells["A1"] = "=RiskPert(1,B1,5)"
    solved = _simulated(_model(tmp_path, cells, {"A1": ""}, {"B1": "uniform(2, 2)"}), 500)

    assert np.allclose(tabulated.values["A1"], solved.values["A1"], rtol=1e-11)


def test_that_a_chain_of_draws_stays_compiled(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0, "B1": 0.0}
    cells |= {f"A{row}": f"=A{row - 1}*RiskTriang(1,1+B{row}/9,2)" for row in range(2, 9)}
    cells |= {f"B{row}": float(row) for row in range(2, 9)}

    found = _simulated(_model(tmp_path, cells, {"A8": ""}), 10_000)

    expected = np.prod([(4 + row / 9) / 3 for row in range(2, 9)])
    assert found.compiled.slow_cells == 0
    assert found.values["A8"].mean() == pytest.approx(expected, rel=0.02)


def test_that_discrete_lists_may_move_and_differ_by_row(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"E1": 1.0, "F1": 3.0}
    for row in (1, 2, 3):
        cells |= {
            f"A{row}": f"=RiskDiscrete(B{row}:C{row},$E$1:$F$1)",
            f"B{row}": 1.0 * row,
            f"C{row}": 10.0 * row,
        }

    found = _simulated(_model(tmp_path, cells, {"A1": "", "A2": "", "A3": ""}))

    assert found.compiled.slow_cells == 0
    for row in (1, 2, 3):
        values = found.values[f"A{row}"]
        assert set(values.tolist()) == {1.0 * row, 10.0 * row}
        assert (values == 1.0 * row).mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    ("formula", "mean"),
    [
        ("RiskDiscrete(A1:A3,{1,1,2})", (0.5 + 1 + 2 * 9) / 4),
        ("RiskDiscrete({0,4},A1:A2)", 4 * np.log(2)),  # the mean of 1 / (1 + u)
        ("CB.Custom(A1:B2)", 0.75),
    ],
)
def test_that_uncertain_values_and_weights_are_heeded(tmp_path: Path, formula: str, mean: float) -> None:
    cells: dict[str, CellContent] = {"A1": 0.0, "A2": 1.0, "A3": 9.0, "B1": 1.0, "B2": 1.0}
    cells["D1"] = "=" + formula

    found = _simulated(_model(tmp_path, cells, {"D1": ""}, {"A1": "uniform(0, 1)"}))

    values = found.values["D1"]
    assert not found.errors["D1"].any()
    assert found.compiled.slow_cells == 0
    assert values.mean() == pytest.approx(mean, abs=4 * values.std() / np.sqrt(_TRIALS))


@pytest.mark.parametrize(
    "formula", ["RiskNormal(1,-1)", "RiskDiscrete({1,2},{1})", "RiskPert(3,2,1)", "VoseNormal(1,2,RAND()+2)"]
)
def test_that_impossible_parameters_are_num_in_every_trial(tmp_path: Path, formula: str) -> None:
    found = _simulated(_model(tmp_path, {"A1": "=" + formula}, {"A1": ""}), 50)

    assert (found.errors["A1"] == ErrorCode.NUM).all()


def test_that_one_impossible_row_does_not_spoil_the_others(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {f"A{row}": f"=RiskNormal(0,B{row})" for row in (1, 2, 3)}
    cells |= {"B1": 1.0, "B2": -1.0, "B3": 2.0}

    found = _simulated(_model(tmp_path, cells, {"A1": "", "A2": "", "A3": ""}), 50)

    assert [bool(found.errors[cell].any()) for cell in ("A1", "A2", "A3")] == [False, True, False]


def test_that_evaluated_cells_draw_the_numbers_of_compiled_ones(tmp_path: Path) -> None:
    draws = "=RiskNormal(1,2)+PsiDiscrete({1,2,3},{1,1,1})+VosePERT(1,2,4,0.3)+PsiOutput()"
    inputs = {"B1": "uniform(1, 2)"}
    fast = _simulated(_model(tmp_path, {"A1": draws + "+0*B1", "B1": 1.0}, {"A1": ""}, inputs), 40)

    cells: dict[str, CellContent] = {"A1": draws + '+0*VALUE(TEXT(B1,"0"))', "B1": 1.0}
    slow = _simulated(_model(tmp_path, cells, {"A1": ""}, inputs), 40)

    assert (fast.compiled.slow_cells, slow.compiled.slow_cells) == (0, 1)
    assert np.allclose(slow.values["A1"], fast.values["A1"], rtol=1e-12)


def test_that_outputs_are_called_what_the_workbook_calls_them(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": "=RAND()", "B1": "Cost", "A2": '=RiskOutput("Profit")+A1'}
    cells |= {
        "A3": "=A1+VoseOutput(B1)",
        "A4": '=RiskOutput(B1&" 2")+A1',
        "A5": "=A1*2",
        "A6": "=PsiOutput(A5)",
    }

    marked = _model(tmp_path, cells)
    chosen = _model(tmp_path, cells, {"A2": "", "A3": "Mine", "A1": ""})

    assert [(each.cell.row + 1, each.name) for each in marked.outputs] == [
        (2, "Profit"),
        (3, "Cost"),
        (4, "Cost 2"),
        (5, ""),
    ]
    assert [each.name for each in chosen.outputs] == ["Profit", "Mine", ""]
    assert compile_model(marked).simulated.outputs[0].name == "Profit"


def test_that_inputs_are_called_what_the_workbook_calls_them(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"B1": "Price", "A1": '=RiskNormal(1,2,RiskName("Volume"))'}
    cells |= {"A2": "=PsiNormal(1,2,PsiName(B1))", "A3": '=VoseInput("Rate")+VoseNormal(1,2)'}
    cells |= {"A4": '=CB.Normal(1,2,,,"Tax")', "A5": "=SUM(A1:A4)"}

    found = _simulated(_model(tmp_path, cells, {"A5": ""}))

    assert [each.name for each in found.compiled.simulated.inputs] == ["Volume", "Price", "Rate", "Tax"]
    assert found.compiled.slow_cells == 0


@pytest.mark.parametrize(
    "formula",
    [
        "RiskNormal(1,2,RiskTruncateP(0.1,0.9))",
        "1+RiskNormal(1,2,RiskCopula(B1:C2,1))",
        "CB.Lognormal2(1,2,3)",
        "_xll.VoseNormal(1,2,,VosePBounds(0,0.3))",
        "RiskTruncate(0,3)",
        "RiskMean(B1)",
    ],
)
def test_that_what_would_give_wrong_numbers_is_refused(tmp_path: Path, formula: str) -> None:
    with pytest.raises(ModelInvalid, match=r"^S!A1 "):
        _model(tmp_path, {"A1": "=" + formula, "A2": "=A1"}, {"A2": ""})


def test_that_a_refused_draw_may_be_replaced_or_left_aside(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {
        "A1": "=RiskNormal(1,2,RiskLock())",
        "A2": "=A1",
        "A3": "=RAND()",
    }

    replaced = _simulated(_model(tmp_path, cells, {"A2": ""}, {"A1": "uniform(0, 3)"}))
    aside = _simulated(_model(tmp_path, cells, {"A3": ""}))

    assert replaced.values["A2"].max() <= 3.0
    assert not aside.errors["A3"].any()


def test_that_a_seed_of_its_own_is_warned_of(tmp_path: Path) -> None:
    model = _model(tmp_path, {"A1": "=RiskNormal(1,2,RiskSeed(1,7))"}, {"A1": ""})

    assert model.warnings == ("S!A1 asks for a seed of its own with RISKSEED; the run's seed is used.",)


def test_that_the_base_value_is_that_of_the_stored_draws(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": ("=RiskNormal(1,2)", 1.5), "A2": '=A1*2+RiskOutput("x")'}

    compiled = compile_model(_model(tmp_path, cells))

    assert compiled.simulated.outputs[0].base_value == 3.0
