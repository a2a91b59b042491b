"""Criteria of COUNTIF and its like."""

import time

import pytest

from mcdesk.formulas.criteria import criterion, wildcard_pattern
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

CELLS: tuple[Scalar, ...] = (
    1.0,
    2.0,
    "2",
    "apple",
    "Apple pie",
    "a*b",
    "",
    BLANK,
    True,
    False,
    ErrorCode.NA,
    ErrorCode.DIV0,
    "TRUE",
)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (2.0, [2.0, "2"]),
        ("2", [2.0, "2"]),
        ("=2", [2.0, "2"]),
        (">1", [2.0]),
        (">=1", [1.0, 2.0]),
        ("<2", [1.0]),
        ("<=2", [1.0, 2.0]),
        ("apple", ["apple"]),
        ("APPLE*", ["apple", "Apple pie"]),
        ("=a?ple", ["apple"]),
        ("a~*b", ["a*b"]),
        (True, [True]),
        ("TRUE", [True]),
        ("=FALSE", [False]),
        (">FALSE", [True]),
        (ErrorCode.NA, [ErrorCode.NA]),
        ("#DIV/0!", [ErrorCode.DIV0]),
        ("=", [BLANK]),
        ("", ["", BLANK]),
        (">", []),
        ("<b", ["2", "apple", "Apple pie", "a*b", ""]),
        (BLANK, []),
        ("<>2", [c for c in CELLS if repr(c) not in ("2.0", "'2'")]),
        ("<>", [c for c in CELLS if c is not BLANK]),
        ("<>apple", [c for c in CELLS if c != "apple"]),
        ("<>apple*", [c for c in CELLS if str(c).lower()[:5] != "apple"]),
        ("<>TRUE", [c for c in CELLS if c is not True]),
        ("<>#N/A", [c for c in CELLS if c is not ErrorCode.NA]),
    ],
)
def test_that_a_criterion_finds_the_cells_of_excel(condition: Scalar, found: list[Scalar]) -> None:
    holds = criterion(condition)

    assert [cell for cell in CELLS if holds(cell)] == found


def test_that_many_stars_cost_no_exponential_time() -> None:
    started = time.perf_counter()

    assert wildcard_pattern("*" * 50 + "b").fullmatch("a" * 2000) is None
    assert time.perf_counter() - started < 1.0
