"""Which cells are suggested as inputs and outputs, and in which order."""

import pytest

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.suggestions import SwingBudget, suggest_inputs, suggest_outputs
from mcdesk.formulas.tracing import Tracer, build_tracer
from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.model.addresses import format_a1
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import SheetContent, StoredFormula
from tests.corpus import CORPUS, requires_corpus
from tests.unit.formulas.small_workbooks import address, workbook_of

MODEL: SheetContent = {
    "A1": "Price", "B1": 10.0,
    "A2": "Units", "B2": 100.0,
    "A3": "Fixed cost", "B3": 500.0,
    "A4": "Revenue", "B4": ("=B1*B2", 1000.0),
    "A5": "Profit", "B5": ("=B4-B3-B2", 400.0),
    "A6": "Echo", "B6": ("=B1", 10.0),
    "A7": "Words", "B7": ('="a"&B1', "a10"),
    "E9": ("=B3+B2+B4", 1600.0),
    "A8": "Unused", "B8": 3.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def tracer() -> Tracer:
    return build_tracer(workbook_of({"S": MODEL}, names={"echo": "S!$B$6"}))


@pytest.fixture(scope="module")
def labels(tracer: Tracer) -> CellLabels:
    return CellLabels(tracer.workbook)


def inputs(tracer: Tracer, labels: CellLabels, **options) -> list[tuple[str, float | None]]:  # type: ignore[no-untyped-def]
    found = suggest_inputs(tracer, labels, [address(tracer.workbook, "B5")], **options)
    return [(format_a1(each.cell.row, each.cell.column), each.swing) for each in found]


def test_that_outputs_are_unread_numbers_named_ones_first_then_those_with_most_behind(
    tracer: Tracer, labels: CellLabels
) -> None:
    found = suggest_outputs(tracer, labels)

    rows = [(format_a1(each.cell.row, each.cell.column), each.label, each.precedent_count) for each in found]
    assert rows == [("B6", "echo", 1), ("B5", "Profit", 4), ("E9", None, 4)]


def test_that_an_answer_of_yes_or_no_comes_after_the_amounts() -> None:
    cells: SheetContent = {
        **{"A1": "Price", "B1": 10.0, "A2": "Cost", "B2": 4.0},
        **{"A3": "Loss", "B3": ("=IF(B1<B2,1,0)", 0.0), "A4": "Double", "B4": ("=2*B1", 20.0)},
    }
    tracer = build_tracer(workbook_of({"S": cells}))

    found = suggest_outputs(tracer, CellLabels(tracer.workbook))

    assert [each.label for each in found] == ["Double", "Loss"]


def test_that_a_file_without_cached_values_has_outputs_with_the_calculated_ones() -> None:
    cells: SheetContent = {
        **{"A1": "Price", "B1": 10.0, "A2": "Profit", "B2": "=B1/2", "A3": "Loss", "B3": "=IF(B2<0,1,0)"},
        **{"A4": "Total", "B4": "=SUM(B1:B2)", "A5": "Words", "B5": '="a"&B1', "A6": "Bad", "B6": "=B1/0"},
    }
    tracer = build_tracer(workbook_of({"S": cells}))

    found = suggest_outputs(tracer, CellLabels(tracer.workbook))

    assert [(each.label, each.value) for each in found] == [("Total", 15.0), ("Loss", 0.0)]


def test_that_what_only_an_answer_of_yes_or_no_reads_is_suggested() -> None:
    cells: SheetContent = {
        **{"A1": "Price", "B1": 10.0, "A2": "Cost", "B2": ("=B1/2", 5.0), "A3": "Bound", "B3": 1.0},
        **{"A4": "Profit", "B4": ("=B1-B2", 5.0), "A5": "Loss", "B5": ("=IF(B4<B3,1,0)", 0.0)},
        **{"A6": "Total", "B6": ("=B2*3", 15.0)},
    }
    tracer = build_tracer(workbook_of({"S": cells}))

    found = suggest_outputs(tracer, CellLabels(tracer.workbook))

    assert [each.label for each in found] == ["Profit", "Total", "Loss"]


def test_that_no_more_outputs_are_suggested_than_asked(tracer: Tracer, labels: CellLabels) -> None:
    assert len(suggest_outputs(tracer, labels, most=1)) == 1


def test_that_of_very_many_unread_formulas_the_least_copied_are_followed() -> None:
    column: SheetContent = {f"A{row}": (f"=D{row}+1", 1.0) for row in range(1, 700)}
    tracer = build_tracer(workbook_of({"S": {**column, "D1": 1.0, "B900": ("=D1*5", 5.0)}}))

    found = suggest_outputs(tracer, CellLabels(tracer.workbook), most=600)

    assert len(found) == 500
    assert (899, 1) in [(each.cell.row, each.cell.column) for each in found]


def test_that_inputs_are_ranked_by_the_swing_of_the_output(tracer: Tracer, labels: CellLabels) -> None:
    found = inputs(tracer, labels)

    assert [cell for cell, _ in found] == ["B1", "B2", "B3"]
    assert [swing for _, swing in found] == pytest.approx([200.0, 180.0, 100.0])


@pytest.mark.parametrize(
    ("formula", "swings"),
    [
        ("=SUM(B1:B3)", [2.0, 4.0, 6.0]),
        ("=SUM(B:B)", [2.0, 4.0, 6.0]),
        ("=B1+B2+B3", [2.0, 4.0, 6.0]),
        ("=SUMPRODUCT(B1:B3,C1:C3)", [2.0, 8.0, 18.0]),
        ("=NPV(0,B1:B3)", [2.0, 4.0, 6.0]),
        ("=AVERAGE(B1:B3)", [2.0 / 3.0, 4.0 / 3.0, 2.0]),
        ("=MAX(B1:B3)", [0.0, 0.0, 6.0]),
        ("=INDEX(B1:B3,2)", [0.0, 4.0, 0.0]),
        ("=VLOOKUP(2,A1:B3,2,FALSE)", [0.0, 4.0, 0.0]),
        ("=SUM(B1:B3)/B1", [50.0 / 9.0 - 50.0 / 11.0, 0.4, 0.6]),
    ],
)
def test_that_a_constant_moves_an_output_that_reads_it_in_an_area(formula: str, swings: list[float]) -> None:
    cells: SheetContent = {
        **{"A1": 1.0, "A2": 2.0, "A3": 3.0, "B1": 10.0, "B2": 20.0, "B3": 30.0},
        **{"C1": 1.0, "C2": 2.0, "C3": 3.0, "E1": (formula, 1.0)},
    }
    tracer = build_tracer(workbook_of({"S": cells}))

    found = suggest_inputs(tracer, CellLabels(tracer.workbook), [address(tracer.workbook, "E1")])

    by_cell = {format_a1(each.cell.row, each.cell.column): each.swing for each in found}
    assert [by_cell.get(cell, 0.0) for cell in ("B1", "B2", "B3")] == pytest.approx(swings)


def test_that_a_constant_moves_a_data_table_that_reads_it_in_an_area() -> None:
    table = StoredFormula("", 0.0, 't="dataTable" ref="E2:E3" dt2D="0" dtr="0" r1="C1"')
    cells: SheetContent = {
        **{"B1": 10.0, "B2": 20.0, "B3": 30.0, "C1": 1.0, "D2": 2.0, "D3": 3.0},
        **{"E1": ("=SUM(B1:B3)*C1", 60.0), "E2": table, "E3": 180.0, "F1": ("=E3", 180.0)},
    }
    tracer = build_tracer(workbook_of({"S": cells}))

    found = suggest_inputs(tracer, CellLabels(tracer.workbook), [address(tracer.workbook, "F1")])

    by_cell = {format_a1(each.cell.row, each.cell.column): each.swing for each in found}
    assert [by_cell[cell] for cell in ("B1", "B2", "B3")] == pytest.approx([6.0, 12.0, 18.0])


def test_that_inputs_beyond_the_budget_follow_without_a_swing(tracer: Tracer, labels: CellLabels) -> None:
    found = inputs(tracer, labels, budget=SwingBudget(candidates=1))

    assert found == [("B1", pytest.approx(200.0)), ("B2", None), ("B3", None)]


def test_that_no_swing_is_begun_that_would_end_after_the_time(tracer: Tracer, labels: CellLabels) -> None:
    clock = iter(range(100))

    found = inputs(tracer, labels, budget=SwingBudget(seconds=4.0, now=lambda: float(next(clock))))

    assert [swing is None for _, swing in found] == [False, True, True]


def test_that_constants_only_behind_a_later_output_have_no_swing(tracer: Tracer, labels: CellLabels) -> None:
    outputs = [address(tracer.workbook, "B6"), address(tracer.workbook, "B5")]

    found = suggest_inputs(tracer, labels, outputs)

    assert {each.label: each.swing for each in found} == {
        "Price": pytest.approx(2.0),
        "Units": None,
        "Fixed cost": None,
    }


def test_that_measuring_leaves_the_calculation_as_it_was(tracer: Tracer, labels: CellLabels) -> None:
    inputs(tracer, labels)

    assert tracer.calculation.value(address(tracer.workbook, "B5")) == 400.0


def test_that_progress_is_told_for_each_cell_that_is_tried(tracer: Tracer, labels: CellLabels) -> None:
    told: list[tuple[int, int]] = []

    suggest_outputs(tracer, labels, on_progress=lambda done, total: told.append((done, total)))
    inputs(tracer, labels, on_progress=lambda done, total: told.append((done, total)))

    assert told == [(0, 3), (1, 3), (2, 3), (0, 3), (1, 3), (2, 3)]


def test_that_without_outputs_no_input_is_suggested(tracer: Tracer, labels: CellLabels) -> None:
    assert suggest_inputs(tracer, labels, []) == ()


def test_that_suggesting_ends_when_cancelled(tracer: Tracer, labels: CellLabels) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        suggest_outputs(tracer, labels, cancel=token)
    with pytest.raises(Cancelled):
        inputs(tracer, labels, cancel=token)


@requires_corpus
def test_that_the_price_moves_the_return_of_a_real_model_most() -> None:
    tracer = build_tracer(read_workbook(CORPUS / "MonteCarlo.XL__Product_Launch_Model.xlsx"))
    labels = CellLabels(tracer.workbook)

    outputs = suggest_outputs(tracer, labels)
    found = suggest_inputs(tracer, labels, [each.cell for each in outputs])

    assert [each.label for each in outputs] == ["ROI (%)", "Break-Even Units"]
    assert found[0].label == "Selling Price ($)"
    assert len(found) == 10
