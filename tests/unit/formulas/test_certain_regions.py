"""Regions of certain cells that are calculated at once: the same values as cell by cell."""

import struct
from collections.abc import Mapping

import pytest

from mcdesk.formulas.cell_store import Entry, Stop, key_of
from mcdesk.formulas.certain_regions import CertainRegions
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.regions import find_regions
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, column_letters
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent
from tests.corpus import CORPUS, requires_corpus
from tests.unit.formulas.small_workbooks import workbook_of

_ROWS = 300
# from here on a sweep is worth while
_LONG = 12_000


class _Counted(Calculation):
    """Counts the cells that are evaluated one by one."""

    evaluated = 0

    def _evaluate(self, key: int) -> None:
        self.evaluated += 1
        super()._evaluate(key)


def _both(workbook: Workbook) -> tuple[dict[int, Entry], dict[int, Entry], int]:
    """Every cell calculated by itself, and with regions; and how many of these were evaluated."""
    alone, together = Calculation(workbook), _Counted(workbook)
    together.regions = CertainRegions(together, find_regions(workbook, together.compilation.trees))
    for calculation in (alone, together):
        for sheet in workbook.sheets:
            for row, column in zip(sheet.rows.tolist(), sheet.columns.tolist(), strict=True):
                calculation.value(CellAddress(sheet.index, row, column))
    return alone.cells, together.cells, together.evaluated


def _exact(cells: Mapping[int, Entry]) -> dict[int, object]:
    return {
        key: struct.pack("<d", value) if isinstance(value, float) else value for key, value in cells.items()
    }


def _column(formula: str, **data: CellContent) -> dict[str, CellContent]:
    cells: dict[str, CellContent] = dict(data)
    for row in range(1, _ROWS + 1):
        cells.setdefault(f"A{row}", row * 0.37 - 11.0)
        cells.setdefault(f"B{row}", (row * 7919 % 101) / 7.0)
        cells[f"C{row}"] = formula.replace("#", str(row))
    return cells


@pytest.mark.parametrize(
    "formula",
    [
        "=A#*B#+1",
        "=IF(A#>0,SQRT(A#),B#/A#)",
        "=ROUND(A#/B#,2)",
        "=EXP(A#/40)*LN(B#+1)-B#^2",
        "=SUM(A#:B#)-MAX($A$1:$A$300)",
        "=VLOOKUP(ABS(A#),$F$1:$G$3,2)",
        "=A#>B#",
        "=SQRT(A#)",
        "=1/0",
        "=SUMIFS($A$1:$A$300,$B$1:$B$300,B#)",
        '=SUMIFS($A:$A,$B:$B,B#,$A:$A,">"&A#)+1',
        '=COUNTIFS($B$1:$B$300,"<="&B#,$A$1:$A$300,">0")/COUNTIF($B:$B,B#)',
        '=IFERROR(AVERAGEIFS($A$1:$A$300,$B$1:$B$300,B#,$A$1:$A$300,">50"),-1)',
        '=MAXIFS($A$1:$A$300,$B$1:$B$300,">="&B#)-MINIFS($A$1:$A$300,$B$1:$B$300,"<>"&B#)',
        "=SUMIF($B:$B,B#,$A:$A)/AVERAGEIF($B$1:$B$300,B#)",
        # in one column a range without $ before its columns is the same for all rows
        '=SUMIFS(A:A,B:B,B#,A:A,">0")+COUNTIF(B$1:B$300,B#)',
        "=(A#-AVERAGE(A:A))/STDEV(A:A)+SUMSQ(B:B)",
        "=MATCH(B#,B:B,0)+IFERROR(VLOOKUP(A#,A$1:B$300,2,FALSE),-1)",
        "=RANK(A#,A:A)",
    ],
)
def test_that_a_region_without_recurrence_is_filled_with_the_same_bits(formula: str) -> None:
    table: dict[str, CellContent] = {"F1": 0.0, "F2": 5.0, "F3": 50.0, "G1": 1.5, "G2": 2.5, "G3": 3.5}

    alone, together, evaluated = _both(workbook_of({"S": _column(formula, **table)}))

    assert _exact(together) == _exact(alone)
    assert evaluated == 0


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(A$1:A#)",
        "=SUM(A$2:A#)/COUNT(A$1:A#)",
        "=AVERAGE(B#:B$300)",
        "=MAX(A$1:A#)-MIN(B#:B$299)",
        "=VAR(A$1:A#)+PRODUCT(B#:B$300)",
        "=RANK(A#,A$1:A$300)+RANK(B#,B$1:B$300,1)",
        "=RANK(A#,A$1:A#,1)",
        "=LARGE($A$1:$B$150,(A#+11)/0.37)",
        "=SUM(A#:A$150)-A#",
    ],
)
def test_that_ranges_that_differ_from_row_to_row_are_read_as_far_as_they_reach(formula: str) -> None:
    others: dict[str, CellContent] = {"A7": "text", "A9": True, "A11": None, "B13": -2.5}
    cells = _column(formula, **others)
    del cells["A11"]

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert len({together[key_of(0, row, 2)] for row in range(1, _ROWS)}) > 100
    assert evaluated < 4


@pytest.mark.parametrize(
    "formula",
    [
        "=COUNTIF(B$1:B#,B#)",
        "=SUMIF(B$1:B#,B#,A$1:A#)",
        '=COUNTIFS(B$1:B#,B#,A$1:A#,">"&A#-40)',
        '=IFERROR(AVERAGEIFS(A$1:A#,B$1:B#,"<="&B#),-1)',
        "=MAXIFS(A#:A$300,B#:B$300,B#)-MINIFS(A#:A$300,B#:B$300,B#)",
        '=COUNTIF(A#:A$300,"")+COUNTIF(A$1:A#,"t*")*10',
        '=SUMIFS(A$1:A#,A$1:A#,">0")',
    ],
)
def test_that_criteria_look_at_ranges_as_far_as_they_reach(formula: str) -> None:
    others: dict[str, CellContent] = {
        "A7": "text",
        "A9": True,
        "A11": None,
        "B13": -2.5,
        "A200": ErrorCode.NA,
    }
    cells = _column(formula, **others)
    del cells["A11"]

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert len({together[key_of(0, row, 2)] for row in range(1, _ROWS)}) > 2
    assert evaluated < 5


def test_that_ranges_of_two_columns_that_grow_are_left_to_the_evaluator() -> None:
    alone, together, evaluated = _both(workbook_of({"S": _column("=COUNT($A$1:B#)*A#")}))

    assert _exact(together) == _exact(alone)
    assert evaluated == _ROWS


def test_that_nothing_found_beside_blank_cells_is_not_available() -> None:
    alone, together, _ = _both(workbook_of({"S": _column("=VLOOKUP(SUM($A$1:$A$9),$A$1:$D$300,4,FALSE)")}))

    assert _exact(together) == _exact(alone)
    assert together[key_of(0, 5, 2)] is ErrorCode.NA


def test_that_cells_of_several_kinds_are_filled_kind_by_kind() -> None:
    cells = _column("=A#+1", A5="text", A17=True, A40=ErrorCode.DIV0, A41="12", A300=None)
    del cells["A300"]

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert 0 < evaluated < 10


def test_that_regions_feed_each_other_in_any_order_of_sheets() -> None:
    first = {f"A{row}": f"=Late!B{row}*2" for row in range(1, _ROWS + 1)}
    late: dict[str, CellContent] = {f"A{row}": float(row) for row in range(1, _ROWS + 1)}
    late |= {f"B{row}": f"=A{row}+1" for row in range(1, _ROWS + 1)}

    alone, together, evaluated = _both(workbook_of({"First": first, "Late": late}))

    assert _exact(together) == _exact(alone)
    assert evaluated == 0


def _recurrence(left: str, right: str, rows: int = _LONG) -> dict[str, CellContent]:
    cells: dict[str, CellContent] = {"C1": 1.0, "D1": 2.0, "F1": 0.5}
    for row in range(1, rows + 1):
        cells[f"A{row}"] = row * 0.37 - 11.0
        if row > 1:
            cells[f"C{row}"] = left.format(row=row, before=row - 1)
            cells[f"D{row}"] = right.format(row=row, before=row - 1)
    return cells


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("=C{before}+A{row}", "=D{before}*0.5+C{row}"),
        ("=D{before}+A{row}", "=C{row}*0.5"),
        ("=IF(A{row}>30,D{before},C{before})-C{row}*0", "=D{before}"),
        ("=IF(C{before}>40,-C{before}/3,C{before}+1)", '=IF(C{row}>D{before},"up","down")'),
        ("=ROUND(D{before}*$F$1,3)+SUM(A$1:A$9)", "=MAX(C{row},EXP(-C{row}))"),
        ("=SQRT(C{before}-0.001)", "=C{row}>D{before}"),
        ("=1/(A{row}-A{row})+C{before}", "=IFERROR(C{row},D{before}+1)"),
    ],
    ids=["reads itself", "two in turn", "cycle", "texts", "functions", "fails late", "errors"],
)
def test_that_recurrences_have_the_same_bits(left: str, right: str) -> None:
    alone, together, _ = _both(workbook_of({"S": _recurrence(left, right)}))

    assert _exact(together) == _exact(alone)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("=C{before}+A{row}", "=D{before}*0.5+C{row}"),
        ("=D{before}+A{row}", "=C{row}*0.5"),
        ("=SQRT(C{before}-0.001)", "=C{row}*2"),
    ],
    ids=["reads itself", "two in turn", "fails late"],
)
def test_that_long_recurrences_are_calculated_in_one_sweep(left: str, right: str) -> None:
    _, _, evaluated = _both(workbook_of({"S": _recurrence(left, right)}))

    assert evaluated == 0


def test_that_a_short_recurrence_is_left_to_the_evaluator() -> None:
    cells = _recurrence("=D{before}+A{row}", "=C{row}*0.5", _ROWS)

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert evaluated == 2 * (_ROWS - 1)


def test_that_a_grid_that_reads_above_and_beside_is_calculated_in_one_sweep() -> None:
    cells: dict[str, CellContent] = {"A1": 0.25}
    for row in range(1, 121):
        for column in range(2, 102):
            here, left = (f"{column_letters(at)}{row}" for at in (column, column - 1))
            is_edge = row == 1 or column == 2
            cells[here] = (
                float(row + column) if is_edge else f"=0.5*{column_letters(column)}{row - 1}+{left}/3+$A$1"
            )

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert evaluated == 0


def test_that_draws_in_a_recurrence_have_no_values() -> None:
    cells = _recurrence("=C{before}+A{row}", "=D{before}+RAND()")

    _, together, _ = _both(workbook_of({"S": cells}))

    assert all(isinstance(together[key_of(0, row, 3)], Stop) for row in range(1, _LONG))
    assert not any(isinstance(together[key_of(0, row, 2)], Stop) for row in range(1, _LONG))


def test_that_a_recurrence_from_a_cell_without_a_value_has_none() -> None:
    cells = _recurrence("=C{before}+A{row}", "=D{before}+C{row}")
    cells["C1"] = "=NOW()"

    alone, together, _ = _both(workbook_of({"S": cells}))

    assert {key for key, entry in together.items() if isinstance(entry, Stop)} == {
        key for key, entry in alone.items() if isinstance(entry, Stop)
    }


@pytest.mark.parametrize("is_across", [True, False], ids=["columns", "rows"])
def test_that_a_region_that_reads_beside_itself_is_filled_line_by_line(is_across: bool) -> None:
    cells: dict[str, CellContent] = {}
    for far in range(1, 101):
        for near in range(2, 6):
            if is_across:
                cells[f"A{far}"] = far * 0.3
                cells[f"{'ABCDE'[near - 1]}{far}"] = f"={'ABCDE'[near - 2]}{far}*1.01+$A{far}"
            else:
                letters = column_letters(far)
                cells[f"{letters}1"] = far * 0.3
                cells[f"{letters}{near}"] = f"={letters}{near - 1}*1.01+{letters}$1"

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert evaluated == 0


def test_that_a_cycle_inside_regions_is_still_a_cycle() -> None:
    cells = _column("=D#+1")
    cells |= {f"D{row}": f"=C{row}+1" for row in range(1, _ROWS + 1)}

    _, together, _ = _both(workbook_of({"S": cells}))

    assert sum(value is ErrorCode.CYCLE for value in together.values()) == 2 * _ROWS


@requires_corpus
@pytest.mark.parametrize("name", ["lifelib__basic_term_sample.xlsx", "xlcalculator__BASES.xlsx"])
def test_that_real_workbooks_give_the_same_bits(name: str) -> None:
    alone, together, _ = _both(read_workbook(CORPUS / name))

    assert _exact(together) == _exact(alone)


def test_that_cells_that_read_a_cell_without_a_value_have_none() -> None:
    workbook = workbook_of({"S": _column("=A#*2", A7="=RAND()")})

    alone, together, evaluated = _both(workbook)

    assert {key for key, entry in together.items() if isinstance(entry, Stop)} == {
        key for key, entry in alone.items() if isinstance(entry, Stop)
    }
    assert evaluated < 10


def test_that_a_region_that_only_reads_draws_has_no_values() -> None:
    draws: dict[str, CellContent] = {f"A{row}": "=RAND()" for row in range(1, _ROWS + 1)}
    workbook = workbook_of({"S": _column("=A#*2", **draws)})

    _, together, _ = _both(workbook)

    assert all(isinstance(together[key_of(0, row, 2)], Stop) for row in range(_ROWS))


def test_that_many_short_columns_that_read_each_other_are_calculated_in_one_sweep() -> None:
    cells: dict[str, CellContent] = {"A1": 0.25}
    for row in range(1, _ROWS * 2 + 1):
        for column in range(2, 22):
            here, left, last = (f"{column_letters(at)}{row}" for at in (column, column - 1, 21))
            before = f"{last[: -len(str(row))]}{row - 1}" if column == 2 else left
            cells[here] = f"=IF({before}>{column},{before}*0.{column},MIN({before}+1,9))" if row > 1 else 1.0

    alone, together, evaluated = _both(workbook_of({"S": cells}))

    assert _exact(together) == _exact(alone)
    assert evaluated == 0
