"""Comparison with cached values."""

import pytest

from mcdesk.formulas.parity import compare_workbook, values_match
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import SheetContent
from tests.unit.formulas.small_workbooks import address, workbook_of


@pytest.mark.parametrize(
    ("cached", "computed", "is_match"),
    [
        (1.0, 1.0 + 9e-10, True),
        (1.0, 1.0 + 2e-9, False),
        (0.0, 9e-13, True),
        (0.0, 2e-12, False),
        ("a", "a", True),
        ("a", "A", False),
        (True, True, True),
        (True, 1.0, False),
        (1.0, True, False),
        (ErrorCode.NA, ErrorCode.NA, True),
        (ErrorCode.NA, ErrorCode.DIV0, False),
        (2.0, ErrorCode.DIV0, False),
        ("", BLANK, True),
        (BLANK, BLANK, True),
        (BLANK, 0.0, False),
        (ErrorCode.VALUE, ErrorCode.SPILL, True),
        (ErrorCode.SPILL, ErrorCode.VALUE, False),
    ],
)
def test_that_values_match_within_the_tolerance(cached: Scalar, computed: Scalar, is_match: bool) -> None:
    assert values_match(cached, computed) is is_match


def test_that_each_formula_cell_counts_once_under_its_reason() -> None:
    cells = {
        "A1": ("=1+1", 2.0),
        "A2": ("=A1*2", 5.0),
        "A3": ("=A2+1", 5.0),
        "A4": "=1",
        "B1": ("=RAND()", 0.5),
        "B2": ("=B1*2", 1.0),
        "B3": ("=[1]S!A1", 1.0),
        "B4": ("=MINE(1)", 1.0),
        "C1": ("=FILTERXML(1,2)", 1.0),
        "C2": ("=C1", 1.0),
        "C3": ("=SUM(1", 1.0),
        "D1": ("=D1", 0.0),
    }
    workbook = workbook_of({"Sheet1": cells})  # type: ignore[dict-item]
    clock = iter([10.0, 12.5])

    report = compare_workbook(workbook, now=lambda: next(clock))

    assert (report.formula_cells, report.matched, report.mismatched) == (12, 3, 1)
    assert (report.unsupported, report.skipped, report.calculate_seconds) == (3, 5, 2.5)
    assert dict(report.unsupported_functions) == {"FILTERXML": 2}
    assert dict(report.unsupported_reasons) == {"formula that cannot be read": 1}
    assert dict(report.skipped_by) == {
        "volatile": 2,
        "no cached value": 1,
        "external": 1,
        "user-defined function": 1,
    }
    (mismatch,) = report.mismatches
    assert (mismatch.cell, mismatch.formula, mismatch.cached, mismatch.computed) == (
        "Sheet1!A2",
        "=A1*2",
        5.0,
        4.0,
    )


def test_that_mismatches_are_cut_but_counted() -> None:
    workbook = workbook_of({"Sheet1": {f"A{row}": ("=1", 2.0) for row in range(1, 1102)}})

    report = compare_workbook(workbook)

    assert report.mismatched == 1101
    assert len(report.mismatches) == 1000


def test_that_the_first_cell_of_a_function_is_one_that_calls_it() -> None:
    cells: SheetContent = {"A1": ("=B2+1", 2.0), "B2": ('=FILTERXML("a","b")', 1.0), "C3": ("=NOW()", 1.0)}
    workbook = workbook_of({"S": cells})

    report = compare_workbook(workbook)

    assert dict(report.first_cells) == {
        "FILTERXML": address(workbook, "B2"),
        "volatile": address(workbook, "C3"),
    }


def test_that_progress_is_told_up_to_the_last_formula_cell() -> None:
    told: list[tuple[int, int]] = []

    compare_workbook(
        workbook_of({"S": {"A1": ("=1+1", 2.0), "A2": 5.0, "A3": ("=A2", 5.0)}}),
        on_progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 2), (2, 2)]
