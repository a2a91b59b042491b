"""Tables of worksheet function cases: `formula | expected value | where the value comes from`.

A number is expected to as many decimals as are written, a whole number to 1e-12 relative.
"""

import re
from dataclasses import dataclass

from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import CellContent

CELLS: dict[str, CellContent] = {
    **{f"A{row}": value for row, value in enumerate((2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0), 1)},
    "B1": "apple", "B2": "banana", "B3": "Apple pie", "B5": True, "B6": "12",
    **{f"C{row}": float(row) for row in range(1, 6)},
    **{f"D{row}": value for row, value in enumerate((2.0, 4.0, 5.0, 4.0, 5.0), 1)},
    **{f"E{row}": value for row, value in enumerate((-100.0, 30.0, 40.0, 50.0, 20.0), 1)},
    **{f"F{row}": value for row, value in enumerate((39448.0, 39508.0, 39751.0, 39859.0, 39904.0), 1)},
    **{f"G{row}": value for row, value in enumerate((-10000.0, 2750.0, 4250.0, 3250.0, 2750.0), 1)},
    "J1": "tree", "K1": "profit", "J2": "Apple", "K2": 105.0, "J3": "Pear", "K3": 96.0,
    "J4": "Apple", "K4": 75.0,
    "M1": "Tree", "M2": "app", "N1": "Profit", "N2": 96.0, "N3": "<100", "M3": "pear",
    "O1": "fruit", "O2": "x",
    "H1": ErrorCode.DIV0, "H2": ErrorCode.NA, "H3": "=1/3",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    formula: str
    expected: Scalar
    tolerance: float
    source: str


def read_cases(table: str) -> list[Case]:
    return [_case(*(part.strip() for part in line.split(" | "))) for line in table.strip().splitlines()]


def matches(case: Case, found: object) -> bool:
    if isinstance(case.expected, float):
        return type(found) is float and abs(found - case.expected) <= case.tolerance
    return type(found) is type(case.expected) and found == case.expected


def _case(formula: str, expected: str, source: str) -> Case:
    if expected.startswith('"'):
        return Case(formula, expected[1:-1], 0.0, source)
    if expected in ("TRUE", "FALSE"):
        return Case(formula, expected == "TRUE", 0.0, source)
    code = ErrorCode.from_text(expected)
    if code is not None:
        return Case(formula, code, 0.0, source)
    number = float(expected)
    places = re.fullmatch(r"-?\d*\.(\d+)", expected)
    tolerance = 0.5000001 * 10.0 ** -len(places[1]) if places else 1e-12 * max(1.0, abs(number))
    return Case(formula, number, tolerance, source)
