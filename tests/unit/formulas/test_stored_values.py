"""Functions whose values come from outside of the cells: the file's values stand for them, and it is said."""

from pathlib import Path

import pytest

from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.choice import OutputChoice, SimulationChoice
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.overlay import Overlay
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress
from tests.builders_xlsx import CellContent, StoredFormula
from tests.unit.formulas.agreement import all_both_ways, compiled_model
from tests.unit.formulas.small_workbooks import value_of, workbook_of

_PIVOT: CellContent = ('=GETPIVOTDATA("Sales",$A$3)', 12.0)
_HISTORY = StoredFormula('_xlfn.STOCKHISTORY("MSFT",1,3)', 10.0, 't="array" ref="B1:B3"', 'cm="1"')


def test_that_the_value_that_the_file_keeps_stands_for_such_a_call() -> None:
    cells: dict[str, CellContent] = {"A1": _PIVOT, "A2": "=A1*2", "A3": ("=IFERROR(RTD(1),0)+1", "x")}
    workbook = workbook_of({"S": cells})

    assert [value_of(workbook, cell) for cell in ("A1", "A2", "A3")] == [12.0, 24.0, "x"]


def test_that_all_cells_of_an_array_keep_their_values() -> None:
    cells: dict[str, CellContent] = {"B1": _HISTORY, "B2": 20.0, "C1": "=SUM(B1#)", "C2": "=B2"}
    workbook = workbook_of({"S": cells})

    assert [value_of(workbook, cell) for cell in ("C1", "C2", "B3")] == [30.0, 20.0, BLANK]


def test_that_there_is_no_value_where_the_file_keeps_none() -> None:
    cells: dict[str, CellContent] = {"A1": "=CUBEVALUE(1)", "A2": ("=A1+1", 5.0)}
    workbook = workbook_of({"S": cells})

    obstacle = Obstacle(ObstacleReason.EXTERNAL, "CUBEVALUE", CellAddress(0, 0, 0))
    assert value_of(workbook, "A2") == obstacle


def test_that_a_check_skips_such_cells_and_what_reads_them() -> None:
    cells: dict[str, CellContent] = {"A1": _PIVOT, "A2": ("=A1*2", 24.0), "A3": ("=1+1", 2.0)}

    report = compare_workbook(workbook_of({"S": cells}))

    assert (report.matched, report.skipped, report.unsupported) == (1, 2, 0)
    assert dict(report.skipped_by) == {"external": 2}


def test_that_a_name_of_the_workbook_is_no_such_call() -> None:
    workbook = workbook_of({"S": {"A1": ("=RTD(4)", 1.0)}}, names={"RTD": "LAMBDA(x,x*2)"})

    assert value_of(workbook, "A1") == 8.0


def test_that_a_run_says_which_cells_keep_their_values(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0, "B1": _PIVOT, "B2": _PIVOT, "C1": "=A1*B1*B2"}

    workbook, compiled = compiled_model(tmp_path, cells, {"A1": "uniform(1, 2)"}, "C1")
    values = all_both_ways(workbook, compiled)["C1"]
    choice = SimulationChoice((), (OutputChoice(CellAddress(0, 0, 2)),))
    warnings = build_simulation_model(workbook, choice, 45_000.0).warnings

    assert all(144.0 <= found <= 288.0 and found == expected for found, expected in values)
    assert warnings[-1] == "GETPIVOTDATA has the value that the file keeps in S!B1, S!B2."


@pytest.mark.parametrize(
    ("pivot", "reason"),
    [
        (("=GETPIVOTDATA(A1,$A$3)", 12.0), "and depends on an input"),
        ("=GETPIVOTDATA(1,2)", "and the file keeps none"),
    ],
)
def test_that_a_run_needs_a_value_that_no_input_moves(
    tmp_path: Path, pivot: CellContent, reason: str
) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0, "B1": pivot, "C1": "=A1+B1"}

    with pytest.raises(ModelInvalid, match=f"^S!B1 uses GETPIVOTDATA, .*{reason}"):
        compiled_model(tmp_path, cells, {"A1": "uniform(1, 2)"}, "C1")


def test_that_a_calculation_may_refuse_what_comes_from_outside() -> None:
    workbook = workbook_of({"S": {"B1": ("=RTD(1)", 5.0)}})
    calculation = Calculation(workbook, reads_external=False)

    found = calculation.value(CellAddress(0, 0, 1))

    assert found == Obstacle(ObstacleReason.EXTERNAL, "RTD", CellAddress(0, 0, 1))


def test_that_a_trial_does_not_take_what_belongs_to_another_state() -> None:
    workbook = workbook_of({"S": {"A1": 1.0, "B1": ("=RTD(A1)", 5.0)}})
    cells = [CellAddress(0, 0, 0), CellAddress(0, 0, 1)]
    overlay = Overlay(Calculation(workbook), cells[1:], frozenset(cells[:1]))

    overlay.begin({cells[0]: 2.0})

    assert isinstance(overlay.value(cells[1]), Obstacle)
