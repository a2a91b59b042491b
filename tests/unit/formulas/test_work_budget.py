"""Formulas that would need endless work or memory: refused in units of work, not of time."""

from pathlib import Path

import pytest

from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.work_budget import WorkBudget
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress
from tests.builders_xlsx import StoredFormula
from tests.unit.formulas.agreement import compiled_model
from tests.unit.formulas.small_workbooks import evaluate, value_of, workbook_of

_B1 = CellAddress(0, 0, 1)
_DOUBLING = {f"N_{i}_": f"N_{i + 1}_+N_{i + 1}_" for i in range(60)} | {"N_60_": "S!$A$1"}


def test_that_names_of_names_without_end_are_too_much() -> None:
    workbook = workbook_of({"S": {"A1": 1.0, "B1": "=N_0_", "C1": "=B1+1"}}, names=_DOUBLING)

    assert value_of(workbook, "B1") == Obstacle(ObstacleReason.TOO_MUCH, cell=_B1)
    assert value_of(workbook, "C1") == Obstacle(ObstacleReason.TOO_MUCH, cell=_B1)


def test_that_a_function_that_calls_itself_twice_is_too_much() -> None:
    names = {"F_": "LAMBDA(n,F_(n-1)+F_(n-1))"}

    found = value_of(workbook_of({"S": {"B1": "=F_(30)"}}, names=names), "B1")

    assert found == Obstacle(ObstacleReason.TOO_MUCH, cell=_B1)


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(MAP(SEQUENCE(1000000),LAMBDA(x,x+1)))",
        "=SUM(MAP(SEQUENCE(1000000),SEQUENCE(1,16000),LAMBDA(x,y,x)))",
        "=SUM(LEN(REPT(CHAR(65+MOD(SEQUENCE(1000000),26)),32767)))",
        "=SUM(MMULT(SEQUENCE(1000,1000),SEQUENCE(1000,1000)))",
        "=SUM(D1:XFD1048576)",
        '=ROWS(TEXTSPLIT(REPT("a,",16000)&REPT("b;",300),",",";"))',
        "=SUM(REDUCE(0,SEQUENCE(100000),LAMBDA(a,b,VSTACK(a,b))))",
        "=SUM((" + ",".join(["A1:B9"] * 3000) + ") (" + ",".join(["A1:B9"] * 3000) + "))",
    ],
    ids=lambda text: text[:20],
)
def test_that_endless_arrays_are_too_much(formula: str) -> None:
    found = evaluate(formula, {"XFD1048576": 1.0})

    assert isinstance(found, Obstacle)
    assert found.reason is ObstacleReason.TOO_MUCH


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(SEQUENCE(1000000,1000000))",
        '=REPT("x",1000000000)',
        '=SUBSTITUTE(REPT("x",32767),"x",REPT("y",32767))',
        "=CONCAT(REPT(CHAR(65+SEQUENCE(20)),32767))",
        '=TEXTJOIN(",",TRUE,REPT(CHAR(65+SEQUENCE(20)),32767))',
    ],
    ids=lambda text: text[:12],
)
def test_that_what_no_cell_could_hold_is_an_error(formula: str) -> None:
    assert evaluate(formula) is ErrorCode.VALUE


def test_that_a_spill_beyond_the_last_row_is_blocked() -> None:
    formula = StoredFormula("_xlfn.SEQUENCE(500000)", None, 't="array" ref="B600000"', 'cm="1"')

    assert value_of(workbook_of({"S": {"B600000": formula}}), "B600000") is ErrorCode.SPILL


def test_that_a_let_that_doubles_is_no_work_to_evaluate_and_none_to_lower(tmp_path: Path) -> None:
    pairs = ",".join(f"x_{i}," + (f"x_{i - 1}+x_{i - 1}" if i else "A1") for i in range(60))
    cells = {"A1": 1.0, "B1": f"=LET({pairs},x_59)"}

    _, compiled = compiled_model(tmp_path, cells, {"A1": "uniform(1, 2)"}, "B1")

    assert evaluate(cells["B1"], {"A1": 1.0}) == 2.0**59
    assert compiled.slow_cells == 1


def test_that_each_cell_has_its_share_until_all_is_spent() -> None:
    budget = WorkBudget(0)
    refused = 0
    for _ in range(100):
        budget.begin()
        try:
            budget.spend(3_000_000)
        except ObstacleMet:
            refused += 1

    assert refused == 95
    budget.renew()
    budget.begin()
    budget.spend(3_000_000)


def test_that_work_for_the_compiler_takes_nothing_from_the_cells() -> None:
    budget = WorkBudget(0)
    for _ in range(5):
        budget.begin(is_aside=True)
        budget.spend(3_000_000)

    budget.begin()
    budget.spend(3_000_000)


def test_that_a_check_counts_too_much_work_as_unsupported() -> None:
    workbook = workbook_of({"S": {"A1": 1.0, "B1": ("=N_0_", 1.0), "C1": ("=A1*2", 2.0)}}, names=_DOUBLING)

    report = compare_workbook(workbook)

    assert (report.unsupported, report.matched) == (1, 1)
    assert dict(report.unsupported_functions) == {}
    assert dict(report.unsupported_reasons) == {"needs too much calculation": 1}


def test_that_a_run_names_the_cell_that_needs_too_much(tmp_path: Path) -> None:
    endless = "SUM(MAP(SEQUENCE(1000000),LAMBDA(x,x*2)))"
    cells = {"A1": 1.0, "B1": f"={endless}", "C1": "=A1*B1"}

    with pytest.raises(ModelInvalid, match=r"^S!B1 needs too much calculation"):
        compiled_model(tmp_path, cells, {"A1": "uniform(1, 2)"}, "C1")


def test_that_a_long_chain_of_cells_is_not_begun_again_for_each() -> None:
    cells = {f"C{row}": f"=A1+{row}" for row in range(1, 5001)}

    found = evaluate("=" + "+".join(cells), {"A1": 1.0, **cells})

    assert found == 5000.0 + 5000 * 5001 / 2
