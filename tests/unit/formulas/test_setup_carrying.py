"""A set-up in another version of its workbook: what is found by name, by label, and not at all."""

import pytest

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.setup_carrying import CarriedSetup, Landmarks, carry_setup, landmarks_of
from mcdesk.formulas.setup_texts import CorrelationText, InputText, LimitText, OutputText, SetupFile
from mcdesk.model.workbook import Workbook
from tests.builders_xlsx import SheetContent
from tests.unit.formulas.small_workbooks import workbook_of

BEFORE: SheetContent = {
    "A1": "Price", "B1": 20.0, "A2": "Units", "B2": 5.0, "A3": "Rent", "B3": 30.0,
    "A4": "Profit", "B4": ("=B1*B2-B3", 70.0),
    "D6": 8.0,
}  # fmt: skip


def setup_of(*inputs: str, output: str = "Plan!B4") -> SetupFile:
    return SetupFile(
        inputs=tuple(InputText("window", cell, "normal(1, 2)") for cell in inputs),
        outputs=(OutputText("window", output, "Result"),),
    )


def landmarks(setup: SetupFile, workbook: Workbook) -> Landmarks:
    return landmarks_of(workbook, CellLabels(workbook), setup)


def carried(setup: SetupFile, before: Workbook, after: Workbook) -> CarriedSetup:
    return carry_setup(setup, landmarks(setup, before), after, CellLabels(after))


def cells(found: CarriedSetup) -> list[str]:
    return [each.cell for each in (*found.setup.inputs, *found.setup.outputs)]


def moves(found: CarriedSetup) -> list[tuple[str, str, str]]:
    return [(each.title, each.before, each.after) for each in (*found.moved, *found.lost)]


@pytest.fixture(scope="module")
def before() -> Workbook:
    return workbook_of({"Plan": BEFORE}, names={"rent": "Plan!$B$3"})


def test_that_cells_whose_labels_are_still_beside_them_stay(before: Workbook) -> None:
    after = workbook_of({"Plan": {**BEFORE, "B1": 22.0, "C9": 1.0}}, names={"rent": "Plan!$B$3"})
    setup = setup_of("Plan!B1", "Plan!B3")

    found = carried(setup, before, after)

    assert (found.setup, moves(found)) == (setup, [])


def test_that_a_cell_is_found_by_its_label_where_a_row_was_put_in(before: Workbook) -> None:
    after = workbook_of(
        {
            "Plan": {
                **{"A1": "Heading", "A2": "Price", "B2": 20.0, "A3": "Units", "B3": 5.0},
                **{"A4": "Rent", "B4": 30.0, "A5": "Profit", "B5": ("=B2*B3-B4", 70.0)},
            }
        }
    )

    found = carried(setup_of("Plan!B1", "Plan!B2"), before, after)

    assert cells(found) == ["Plan!B2", "Plan!B3", "Plan!B5"]
    assert moves(found) == [
        ("Price", "Plan!B1", "Plan!B2"),
        ("Units", "Plan!B2", "Plan!B3"),
        ("Result", "Plan!B4", "Plan!B5"),
    ]


def test_that_the_name_goes_before_the_label_and_another_sheet_will_do(before: Workbook) -> None:
    after = workbook_of({"Plan": BEFORE, "Costs": {"A1": "Lease", "C1": 30.0}}, names={"Rent": "Costs!$C$1"})

    found = carried(setup_of("Plan!B3"), before, after)

    assert cells(found) == ["Costs!C1", "Plan!B4"]


def test_that_a_cell_that_is_gone_is_left_out_with_its_correlations_and_limits(before: Workbook) -> None:
    after = workbook_of({"Plan": {"A2": "Units", "B2": 5.0, "A3": "Rent", "B3": 30.0}})
    setup = SetupFile(
        inputs=setup_of("Plan!B1", "Plan!B2").inputs,
        outputs=(OutputText("window", "Plan!B4"),),
        limits=(LimitText("window", "Plan!B4", 1.0),),
        correlations=(
            CorrelationText("window", "Plan!B1", "Plan!B2", 0.5),
            CorrelationText("window", "Plan!B2", "Plan!B3", 0.4),
        ),
    )

    found = carried(setup, before, after)

    assert [each.cell for each in found.setup.inputs] == ["Plan!B2"]
    assert (found.setup.outputs, found.setup.limits) == ((), ())
    assert [each.first for each in found.setup.correlations] == ["Plan!B2"]
    assert moves(found) == [("Price", "Plan!B1", ""), ("Profit", "Plan!B4", "")]


def test_that_of_several_cells_with_the_label_none_is_guessed(before: Workbook) -> None:
    after = workbook_of({"Plan": {"A5": "Price", "B5": 1.0, "A9": "Price", "B9": 2.0}})

    found = carried(setup_of("Plan!B1"), before, after)

    assert [each.before for each in found.lost] == ["Plan!B1", "Plan!B4"]


def test_that_a_cell_without_name_and_label_stays_while_there_is_something(before: Workbook) -> None:
    setup = SetupFile(inputs=(InputText("window", "Plan!D6", "normal(1, 2)"),))

    kept = carried(setup, before, workbook_of({"Plan": {"D6": 9.0}}))
    gone = carried(setup, before, workbook_of({"Plan": {"D7": 9.0}}))

    assert (kept.setup, [each.before for each in gone.lost]) == (setup, ["Plan!D6"])
