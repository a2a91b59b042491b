"""Trials over a calculation."""

import pytest

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.overlay import Overlay
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import Workbook
from tests.builders_xlsx import StoredFormula
from tests.unit.formulas.small_workbooks import address, workbook_of

CELLS = {
    "A1": 1.0, "A2": "=A1*10", "A3": "=A2+B1", "B1": "=2+3", "B2": "=SUM(A1:A3)",
    **{f"D{row}": f"={row}*2" for row in range(1, 41)}, "E1": "=VLOOKUP(A2,D1:D40,1,FALSE)",
    "E2": "=SUM(D1:D40)+A1", "E3": "=SUM(SUMPRODUCT(D1:D40*1),A1)", "E4": "=RAND()+A1",
}  # fmt: skip
RECALCULATED = ("A1", "A2", "A3", "B2", "E1", "E2", "E3", "E4")


def overlay_of(workbook: Workbook) -> Overlay:
    return Overlay(Calculation(workbook), [address(workbook, cell) for cell in RECALCULATED])


def test_that_each_trial_sees_its_own_inputs() -> None:
    workbook = workbook_of({"Sheet1": CELLS})  # type: ignore[dict-item]
    overlay = overlay_of(workbook)
    found = []

    for value in (1.0, 2.0, 3.0):
        overlay.begin({CellAddress(0, 0, 0): value})
        found.append([overlay.value(address(workbook, cell)) for cell in ("B2", "E1", "E2", "E3")])

    assert found == [[26.0, 10.0, 1641.0, 1641.0], [47.0, 20.0, 1642.0, 1642.0], [68.0, 30.0, 1643.0, 1643.0]]


def test_that_certain_cells_are_calculated_once_for_all_trials() -> None:
    workbook = workbook_of({"Sheet1": CELLS})  # type: ignore[dict-item]
    base = Calculation(workbook)
    overlay = Overlay(base, [address(workbook, "A3")])
    overlay.begin({})

    found = overlay.value(address(workbook, "A3"))

    assert found == 15.0
    assert base.cells[address(workbook, "B1").column] == 5.0
    assert base.value(address(workbook, "A3")) == 15.0


def test_that_a_value_may_be_given_during_a_trial() -> None:
    workbook = workbook_of({"Sheet1": CELLS})  # type: ignore[dict-item]
    overlay = overlay_of(workbook)
    overlay.begin({})

    overlay.set_value(CellAddress(0, 0, 0), 4.0)

    assert overlay.value(address(workbook, "A3")) == 45.0


def test_that_a_trial_brings_its_random_numbers() -> None:
    workbook = workbook_of({"Sheet1": CELLS})  # type: ignore[dict-item]
    overlay = overlay_of(workbook)
    overlay.begin({CellAddress(0, 0, 0): 1.0}, random=lambda _cell, _draw: 0.5)

    assert overlay.value(address(workbook, "E4")) == 1.5


def test_that_spills_of_a_trial_are_its_own() -> None:
    spilling = StoredFormula("=_xlfn.SEQUENCE(A1)", 0.0, 't="array" ref="B1:B3"', 'cm="1"')
    cells = {"A1": 2.0, "B1": spilling, "B2": 0.0, "B3": 0.0,
             "C1": "=SUM(_xlfn.ANCHORARRAY(B1))"}  # fmt: skip
    workbook = workbook_of({"Sheet1": cells})
    overlay = Overlay(Calculation(workbook), [address(workbook, c) for c in ("A1", "B1", "B2", "B3", "C1")])
    found = []

    for size in (2.0, 3.0):
        overlay.begin({CellAddress(0, 0, 0): size})
        found.append(overlay.value(address(workbook, "C1")))

    assert found == [3.0, 6.0]


TABLE = {
    "B1": 10.0, "B2": 20.0, "B3": 30.0, "C1": 1.0, "C2": 2.0, "C3": 3.0,
    **{f"E{row}": float(row) for row in range(1, 41)},
}  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "given", "expected"),
    [
        ("=SUM(B1:B3)", "B1", 150.0),
        ("=SUM(B:B)", "B1", 150.0),
        ("=SUMPRODUCT(B1:B3,C1:C3)", "B1", 230.0),
        ("=NPV(0,B1:B3)", "B1", 150.0),
        ("=AVERAGE(B1:B3)", "B1", 50.0),
        ("=MAX(B1:B3)", "B1", 100.0),
        ("=INDEX(B1:B3,1)", "B1", 100.0),
        ("=INDEX(B1:B3*1,1)", "B1", 100.0),
        ("=VLOOKUP(100,B1:C3,2,FALSE)", "B1", 1.0),
        ("=VLOOKUP(1000,E1:E40,1,FALSE)", "E1", 1000.0),
        ("=MATCH(1000,E:E,0)", "E1", 1.0),
        ("=SUM(E1:E40)", "E1", 819.0 + 1000.0),
    ],
)
def test_that_an_area_is_read_with_a_constant_that_the_trial_gives(
    formula: str, given: str, expected: float
) -> None:
    workbook = workbook_of({"Sheet1": {**TABLE, "D1": formula}})
    cell, output = address(workbook, given), address(workbook, "D1")
    overlay = Overlay(Calculation(workbook), [output], frozenset((cell,)))
    overlay.begin({cell: 1.0})
    overlay.value(output)

    overlay.begin({cell: 1000.0 if given == "E1" else 100.0})

    assert overlay.value(output) == expected
