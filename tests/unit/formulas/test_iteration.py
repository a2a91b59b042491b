"""Circles of cells in workbooks that iterate: the values at which they settle."""

from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, StoredFormula, write_xlsx
from tests.unit.formulas.small_workbooks import address, value_of, workbook_of


def settled(cells: dict[str, CellContent], cell: str, rounds: int = 100) -> Scalar | Obstacle:
    return value_of(workbook_of({"S": cells}, iterate_count=rounds), cell)


def test_that_interest_on_its_own_average_balance_settles() -> None:
    cells: dict[str, CellContent] = {
        "A1": 1000.0,  # balance at the start
        "A2": "=A1+A4-100",  # at the end
        "A3": "=(A1+A2)/2",
        "A4": "=A3*0.05",
    }

    # interest i = 0.05 (2000 + i - 100) / 2
    assert settled(cells, "A4") == pytest.approx(0.05 * 1900 / 2 / (1 - 0.025), rel=1e-14)


def test_that_rounds_end_with_what_does_not_settle() -> None:
    assert settled({"A1": "=A1+1"}, "A1", rounds=7) == 7.0


def test_that_rows_are_gone_through_from_the_top() -> None:
    cells: dict[str, CellContent] = {"A1": "=B2+1", "B1": "=A1*10", "B2": "=B1+A1"}

    assert settled(cells, "A1", rounds=1) == 1.0
    assert settled(cells, "B1", rounds=1) == 10.0
    assert settled(cells, "B2", rounds=1) == 11.0


def test_that_a_circle_that_divides_by_itself_starts_from_one() -> None:
    found = settled({"A1": "=10/A2", "A2": "=A1*0.5+1"}, "A1")

    # the positive root of a² + 2 a = 20
    assert found == pytest.approx(np.sqrt(21.0) - 1.0, rel=1e-14)


def test_that_an_error_in_a_circle_stays() -> None:
    assert settled({"A1": "=A2+1", "A2": "=A1+#N/A"}, "A1") is ErrorCode.NA


def test_that_what_reads_a_circle_is_calculated_from_it() -> None:
    cells: dict[str, CellContent] = {
        **{f"A{row}": f"=A{row + 1}*0.5+{row}" for row in range(1, 30)},
        "A30": "=SUM(A1:A29)*0.01+C1", "B1": "=SUM(A1:A30)", "C1": "=D1*2", "D1": 3.0,
    }  # fmt: skip
    calculation = Calculation(workbook_of({"S": cells}, iterate_count=100))
    column = [calculation.value(CellAddress(0, row, 0)) for row in range(30)]

    assert all(isinstance(value, float) for value in column)
    assert column[29] == pytest.approx(sum(column[:29]) * 0.01 + 6.0, rel=1e-13)  # type: ignore[arg-type]
    assert calculation.value(CellAddress(0, 0, 1)) == pytest.approx(sum(column), rel=1e-13)  # type: ignore[arg-type]
    assert calculation.cycles == []


def test_that_a_branch_taken_later_joins_the_circle() -> None:
    cells: dict[str, CellContent] = {
        "A1": "=IF(A1<3,A1+1,C1)", "C1": "=D1*0.5+2", "D1": "=A1",
    }  # fmt: skip

    assert settled(cells, "A1") == pytest.approx(4.0, rel=1e-14)


def test_that_an_array_in_a_circle_settles() -> None:
    cells: dict[str, CellContent] = {
        "A1": StoredFormula("=B1:B2*0.5+1", None, 't="array" ref="A1:A2"'), "A2": 0.0,
        "B1": "=A2", "B2": "=A1",
    }  # fmt: skip

    assert settled(cells, "B1") == pytest.approx(2.0, rel=1e-14)


def test_that_a_volatile_cell_obstructs_its_circle() -> None:
    found = settled({"A1": "=A2*0.5", "A2": "=A1+RAND()"}, "A1")

    assert isinstance(found, Obstacle)
    assert found.reason is ObstacleReason.VOLATILE


def test_that_a_circle_without_iteration_is_compared_as_zero() -> None:
    workbook = workbook_of({"S": {"A1": ("=B1+1", 0.0), "B1": ("=A1", 0.0), "C1": ("=A1+5", 5.0)}})

    report = compare_workbook(workbook)

    assert (report.matched, report.skipped) == (3, 0)
    assert report.cycles == (("S!A1", "S!B1"),)


def test_that_a_circle_settles_in_each_trial(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"A1": 1.0, "A2": "=A3*0.5+A1", "A3": "=A2*0.5"}
    workbook = read_workbook(write_xlsx(tmp_path / "model.xlsx", {"S": cells}, iterate_count=100))
    choice = SimulationChoice(
        (InputChoice(address(workbook, "A1"), parse_distribution("uniform(0, 10)")),),
        (OutputChoice(address(workbook, "A2")),),
    )
    simulated = compile_model(build_simulation_model(workbook, choice, 45_000.0)).simulated
    (output,), (drawn,) = simulated.outputs, simulated.inputs
    assert output.error_array is not None
    request = ChunkRequest(1, 0, 20, (output.array, output.error_array, drawn.array))

    slots = open_backend("auto", simulated.program, simulated.evaluators).run(request)

    assert not slots[output.error_array].any()
    x = slots[drawn.array][drawn.place]
    assert np.allclose(slots[output.array][output.place], x / 0.75, rtol=1e-13)
