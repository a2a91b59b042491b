"""What cells read and what reads them, directly and through others."""

import pytest

from mcdesk.formulas.tracing import Tracer, build_tracer
from mcdesk.model.addresses import CellAddress, format_a1
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import StoredFormula
from tests.corpus import CORPUS, requires_corpus
from tests.unit.formulas.small_workbooks import address, workbook_of


def tracer_of(cells: dict, **extras) -> Tracer:  # type: ignore[type-arg, no-untyped-def]
    return build_tracer(workbook_of({"S": cells}, **extras))


def texts(cells: tuple[CellAddress, ...]) -> list[str]:
    return [format_a1(cell.row, cell.column) for cell in cells]


CHAIN = {"A1": 1.0, "A2": 2.0, "B1": "=A1*2", "B2": "=A2*2", "C1": "=SUM(B1:B3)", "D1": "=C1+$A$1"}


@pytest.mark.parametrize(("cell", "expected"), [("D1", ["A1", "C1"]), ("C1", ["B1", "B2"]), ("A1", [])])
def test_that_direct_precedents_are_the_cells_in_the_formula(cell: str, expected: list[str]) -> None:
    tracer = tracer_of(CHAIN)

    assert texts(tracer.direct_precedents(address(tracer.workbook, cell))) == expected


@pytest.mark.parametrize(("cell", "expected"), [("A1", ["B1", "D1"]), ("B2", ["C1"]), ("D1", [])])
def test_that_direct_dependents_are_the_cells_that_name_the_cell(cell: str, expected: list[str]) -> None:
    tracer = tracer_of(CHAIN)

    assert texts(tracer.direct_dependents(address(tracer.workbook, cell))) == expected


def test_that_all_precedents_go_through_other_cells_and_leave_out_the_cell() -> None:
    tracer = tracer_of(CHAIN)

    assert texts(tracer.all_precedents(address(tracer.workbook, "C1"))) == ["A1", "B1", "A2", "B2"]


def test_that_all_dependents_go_through_other_cells_and_leave_out_the_cell() -> None:
    tracer = tracer_of(CHAIN)

    assert texts(tracer.all_dependents(address(tracer.workbook, "A2"))) == ["C1", "D1", "B2"]


def test_that_the_areas_of_a_formula_include_empty_cells() -> None:
    tracer = tracer_of(CHAIN)

    (area,) = tracer.areas_read(address(tracer.workbook, "C1"))

    assert (area.top, area.left, area.bottom, area.right) == (0, 1, 2, 1)


def test_that_an_empty_cell_has_the_dependents_that_read_around_it() -> None:
    tracer = tracer_of(CHAIN)

    assert texts(tracer.direct_dependents(address(tracer.workbook, "B3"))) == ["C1"]


def test_that_of_a_running_total_only_the_cells_from_there_on_depend() -> None:
    cells = {f"A{row}": float(row) for row in range(1, 6)}
    totals = {f"B{row}": f"=SUM(A$1:A{row})" for row in range(1, 6)}
    tracer = tracer_of({**cells, **totals})

    assert texts(tracer.direct_dependents(address(tracer.workbook, "A4"))) == ["B4", "B5"]


def test_that_offset_counts_as_the_cells_that_it_means_now() -> None:
    tracer = tracer_of({"A1": 1.0, "A2": 2.0, "B1": 1.0, "C1": "=OFFSET(A1,B1,0)"})

    assert "A2" in texts(tracer.direct_precedents(address(tracer.workbook, "C1")))


def test_that_a_cell_of_a_data_table_reads_its_formula_and_what_feeds_it() -> None:
    table = StoredFormula("", 0.0, 't="dataTable" ref="B2:B3" dt2D="0" dtr="0" r1="D1"')
    tracer = tracer_of({"B1": "=D1*2", "D1": 1.0, "A2": 5.0, "A3": 6.0, "B2": table, "B3": 0.0})

    assert texts(tracer.direct_precedents(address(tracer.workbook, "B3"))) == ["B1", "D1", "A3"]
    assert texts(tracer.direct_dependents(address(tracer.workbook, "A3"))) == ["B3"]


def test_that_a_mask_tells_which_cells_are_read() -> None:
    tracer = tracer_of(CHAIN)

    unread = [tracer.graph.address(int(number)) for number in (~tracer.is_read()).nonzero()[0]]

    assert texts(tuple(unread)) == ["D1"]


@requires_corpus
def test_that_direct_traces_of_a_real_model_agree_with_each_other() -> None:
    tracer = build_tracer(read_workbook(CORPUS / "MonteCarlo.XL__Product_Launch_Model.xlsx"))
    cells = [tracer.graph.address(number) for number in range(tracer.graph.cell_count)]

    forward = {(cell, read) for cell in cells for read in tracer.direct_precedents(cell)}
    backward = {(reader, cell) for cell in cells for reader in tracer.direct_dependents(cell)}

    assert len(forward) >= 25
    assert forward == backward
