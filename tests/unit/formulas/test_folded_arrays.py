"""Whole columns and rows as arrays: every cell counts, and those that are alike at the end cost nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.formulas.arrays import column_of, common_shape, cut_rows, lengthened, transposed, unfolded
from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.collected_numbers import CollectedNumbers
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.mapping import map_scalars
from mcdesk.formulas.values import BLANK, ArrayValue, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from tests.builders_xlsx import CellContent, StoredFormula
from tests.unit.formulas.agreement import all_both_ways, compiled_model, slow_outputs
from tests.unit.formulas.functions.case_tables import Case, matches, read_cases
from tests.unit.formulas.small_workbooks import address, value_of, workbook_of

_D: dict[str, CellContent] = {
    **{f"A{row}": text for row, text in enumerate(("apple", "pie", "banana", "apple"), 1)},
    **{f"B{row}": 10.0 * row for row in range(1, 11)},
    **{f"C{row}": 2.0 * row - 1.0 for row in range(1, 7)},
}
# Excel's and LibreOffice's value, or what follows from 1,048,576 rows and 16,384 columns of a sheet.
_CASES = """
MIN(IF(D!B:B="",ROW(D!B:B))) | 11 | Excel
MATCH(TRUE,INDEX(ISBLANK(D!B:B),0),0) | 11 | Excel
MATCH(TRUE,D!B:B="",0) | 11 | Excel
SUMPRODUCT(--(D!B:B="")) | 1048566 | rows less 10
SUMPRODUCT(--ISBLANK(D!B:B)) | 1048566 | rows less 10
SUMPRODUCT((D!B:B<50)*1) | 1048570 | rows less 6
SUMPRODUCT(--(D!C:C=0)) | 1048570 | rows less 6
SUMPRODUCT(--NOT(ISNUMBER(D!B:B))) | 1048566 | rows less 10
MAX(ROW(D!A:A)) | 1048576 | last row
COUNT(ROW(D!A:A)) | 1048576 | rows
SUM(ROW(D!A:A)) | 549756338176 | n (n + 1) / 2
AVERAGE(ROW(D!A:A)) | 524288.5 | (n + 1) / 2
MEDIAN(ROW(D!A:A)) | 524288.5 | (n + 1) / 2
LARGE(IF(D!B:B="",ROW(D!B:B)),1) | 1048576 | last row
SMALL(IF(D!A:A="apple",ROW(D!A:A)),2) | 4 | row of the second
MAX((D!A:A<>"")*ROW(D!A:A)) | 4 | last row with text
MAX(ROW(D!A:A)*(D!A:A="")) | 1048576 | last row
SUM((ROW(D!B:B)-ROW(D!B1)+1)*(D!B:B>90)) | 10 | row of 100
SUMPRODUCT((MOD(ROW(D!B:B),2)=0)*D!B:B) | 300 | 20+40+60+80+100
SUM(IF(MOD(ROW(D!B:B),2)=0,1,0)) | 524288 | half of the rows
SUM(1/ROW(D!A:A)) | 14.440160 | ln n + 0.5772157 + 1/(2n)
SUM(IFERROR(1/(ROW(D!A:A)-5),0)) | 12.356822 | 1/1 ... 1/(n-5) less 1/1 ... 1/4
SUM(-ROW(D!A:A)%) | -5497563381.76 | n (n + 1) / 200
ROWS(ROW(D!1:1048576)) | 1048576 | rows
ROW(D!1:1048576) | 1 | first row
SUM(INDEX(ROW(D!A:A),1048570)) | 1048570 | its own row
INDEX(D!B:B&"x",20) | "x" | blank is ""
INDEX(D!B:B*2,{2;5000}) | 40 | twice 20
SUM(INDEX(D!A:XFD,3,0)) | 35 | 30 + 5
COUNTIFS(D!B:B,"",D!C:C,"") | 1048566 | rows less 10
COUNTIFS(D!B:B,"<>3",D!C:C,"") | 1048570 | rows less 6
COUNTIFS(D!B:B,">=60",D!C:C,"") | 4 | 70 to 100
SUMIF(D!C:C,"",E!B:B) | 1000 | the row below all of D
SUMIFS(E!B:B,D!C:C,"") | 1000 | the row below all of D
AVERAGEIFS(E!B:B,D!C:C,"",E!B:B,">5") | 1000 | the row below all of D
SUMPRODUCT((D!C:C="")*E!B:B) | 1000 | the row below all of D
COUNT(D!C:C+E!B:B) | 1048576 | rows
SUM(D!1:1) | 11 | 10 + 1
SUMPRODUCT(--(D!1:1="")) | 16381 | columns less 3
MATCH(TRUE,D!1:1="",0) | 4 | first blank column
MATCH(TRUE,INDEX(D!2:2="",0),0) | 4 | first blank column
SUMPRODUCT((D!1:3="")*1) | 49143 | 3 * 16384 - 9
SUMPRODUCT((D!A:XFD=10)*1) | 1 | one cell
COUNT(D!A:XFD) | 16 | numbers
MAX(D!5:5*{1;2;3}) | 150 | 3 * 50
SUM(IF(D!A:A="apple",D!B:B)) | 50 | 10 + 40
AVERAGE(IF(D!B:B<>"",D!B:B)) | 55 | mean of 10 to 100
STDEV(IF(D!B:B<>"",D!B:B)) | 30.2765035 | of 10 to 100
PERCENTILE(IF(D!B:B<>"",D!B:B),0.5) | 55 | median
MEDIAN(IF(D!B:B="",1,0)) | 1 | most are blank
CORREL(IF(D!B:B<70,D!B:B),D!C:C) | 1 | both linear
CORREL(D!C:C,E!C:C) | 1 | both linear
AND(D!B:B<101) | TRUE | all are
AND(D!B:B<>"") | FALSE | not the blank ones
OR(ISBLANK(D!B:B)) | TRUE | the blank ones
COUNTA(IF(D!B:B="","",1)) | 1048576 | "" is no blank
LOOKUP(2,1/(D!A:A="apple"),D!B:B) | 40 | last match
LOOKUP(9,1/(D!A:A<>""),D!A:A) | "apple" | last text
MATCH(2,1/(D!A:A<>"")) | 4 | last text
MATCH(1,(D!A:A="apple")*(D!B:B>10),0) | 4 | second apple
XLOOKUP(1,(D!A:A="apple")*(D!B:B>10),D!B:B) | 40 | second apple
XMATCH(TRUE,D!B:B="") | 11 | first blank
XMATCH(TRUE,D!B:B="",0,-1) | 1048576 | last blank
VLOOKUP("banana",IF({1,0},D!A:A,D!B:B),2,FALSE) | 30 | beside banana
VLOOKUP("banana",D!A:XFD,20,FALSE) | 0 | a blank cell
INDEX(D!B:B,5000) | 0 | a blank cell
SUM(FILTER(D!B:B,D!A:A="apple")) | 50 | 10 + 40
ROWS(FILTER(D!B:B,D!B:B="")) | 1048566 | rows less 10
ROWS(FILTER(D!A:B,D!A:A<>"")) | 4 | texts
COLUMNS(FILTER(D!1:1,D!1:1<>"")) | 3 | filled
ROWS(UNIQUE(D!A:A)) | 4 | three texts and blank
ROWS(UNIQUE(D!A:A,,TRUE)) | 2 | pie, banana
SUM(TAKE(D!B:B,3)) | 60 | 10 + 20 + 30
ROWS(DROP(D!B:B,1)) | 1048575 | rows less 1
SUM(DROP(D!B:B,8)) | 190 | 90 + 100
SUM(TAKE(D!B:B,-5)) | 0 | the last rows are blank
SUM(TAKE(ROW(D!B:B),-2)) | 2097151 | the last two
INDEX(SORT(D!A:A),5) | 0 | blank ones last
INDEX(SORT(D!B:B,,-1),2) | 90 | second from above
INDEX(SORTBY(D!A:A,D!B:B,-1),10) | "apple" | the row of 10
INDEX(SORTBY(D!B:B,D!A:A),3) | 30 | banana after both apples
INDEX(SORT(D!A:C,2,-1),1,3) | 0 | beside 100
SUM(CHOOSECOLS(D!A:C,2,3)) | 586 | 550 + 36
SUM(CHOOSEROWS(D!A:C,3,-1)) | 35 | 30 + 5
SUM(HSTACK(D!B:B,D!C:C)) | 586 | 550 + 36
COLUMNS(HSTACK(D!B:B,{1;2})) | 2 | two
ROWS(VSTACK({1;2},D!B:B)) | 1048578 | two more
ISNA(INDEX(HSTACK(D!B:B,{1;2}),3,2)) | TRUE | nothing beside
ROWS(TOCOL(D!B:C,1)) | 16 | filled
COLUMNS(TRANSPOSE(D!B:B)) | 1048576 | rows
TEXTJOIN("-",TRUE,IF(D!A:A="apple",D!B:B,"")) | "10-40" | two apples
AGGREGATE(14,6,D!B:B/(D!A:A="apple"),1) | 40 | larger of 10 and 40
SUM(MAP(D!B:B,LAMBDA(x,IF(x="",1,0)))) | 1048566 | rows less 10
REDUCE(0,D!B:B,LAMBDA(a,b,a+b)) | 550 | sum
INDEX(SCAN(0,D!C:C,LAMBDA(a,b,a+b)),{3;1000}) | 9 | 1 + 3 + 5
ROWS(SCAN(0,D!C:C,LAMBDA(a,b,a+b))) | 1048576 | rows
INDEX(SCAN(0,D!C:C,LAMBDA(a,b,MIN(a+1,9))),{8;20}) | 8 | counts to 9
ROWS(WRAPROWS(D!B:B,2)) | 524288 | half of the rows
ISERROR(LINEST(D!B:B,D!A:A)) | TRUE | blank cells are no numbers
SUM(BYROW(D!B:C,LAMBDA(r,SUM(r)))) | 586 | 550 + 36
SUM(BYROW(D!B:C,LAMBDA(r,COUNTBLANK(D!A1)))) | 0 | A1 is filled
SUM(CHOOSE({1,2},D!B:B,D!C:C)) | 586 | 550 + 36
DSUM(D!B:C,2,D!A5:A6) | 35 | no criteria: all below the header
TYPE(D!B:B=1) | 64 | an array
"""


def _cells(formula: str, is_array: bool) -> dict[str, CellContent]:
    if not is_array:
        return {"A1": "=" + formula}
    return {"A1": StoredFormula(formula, None, 't="array" ref="A1"')}


@pytest.mark.parametrize("case", read_cases(_CASES), ids=lambda case: case.formula[:40])
def test_that_a_formula_sees_all_cells_of_whole_columns_and_rows(case: Case) -> None:
    beside: dict[str, CellContent] = {"B20": 1000.0, **{f"C{row}": float(row) for row in range(1, 30)}}
    workbook = workbook_of({"F": _cells(case.formula, True), "D": _D, "E": beside})

    assert matches(case, value_of(workbook, "A1"))


def test_that_an_array_formula_over_cells_shows_its_own_part_of_a_column() -> None:
    formula = StoredFormula("D!B:B*2", None, 't="array" ref="A9:A12"')
    workbook = workbook_of({"F": {"A9": formula}, "D": _D})

    assert [value_of(workbook, f"A{row}") for row in range(9, 13)] == [20.0, 40.0, 60.0, 80.0]


def test_that_what_cannot_keep_a_series_folded_is_still_calculated() -> None:
    formula = "SUM(LEN(ROW(D!A1:A20000)))"
    workbook = workbook_of({"F": _cells(formula, True), "D": _D})

    assert value_of(workbook, "A1") == 9 + 180 + 2_700 + 36_000 + 5 * 10_001.0


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(MAP(ROW(D!A:A),LAMBDA(x,x+1)))",
        "SUM(ROW(D!A:A)*COLUMN(D!1:1))",
        "SUM(D!A:A=TRANSPOSE(ROW(D!A:A)))",
    ],
)
def test_that_arrays_as_large_as_a_sheet_are_too_much(formula: str) -> None:
    found = value_of(workbook_of({"F": _cells(formula, True), "D": _D}), "A1")

    assert isinstance(found, Obstacle)
    assert found.reason is ObstacleReason.TOO_MUCH


def test_that_many_formulas_over_whole_columns_are_not_too_much() -> None:
    formulas = {
        f"A{row}": f'=SUMPRODUCT((D!A:A="apple")*(ROW(D!A:A)>{row})*D!B:B)'
        f'+MATCH(TRUE,INDEX(D!B:B="",0),0)+SUMPRODUCT(--(D!C:C=0))'
        for row in range(1, 41)
    }
    workbook = workbook_of({"F": formulas, "D": _D})
    calculation = Calculation(workbook)

    found = [calculation.value(address(workbook, cell)) for cell in formulas]

    assert found == [(50.0 if row < 1 else 40.0 if row < 4 else 0.0) + 1_048_581.0 for row in range(1, 41)]


_UNCERTAIN = """
SUMPRODUCT(--(B:B=""))
SUMPRODUCT((B:B<50)*1)
SUMPRODUCT((B:B<50)*0.1)
SUMPRODUCT((B:C<50)*0.1)
SUMPRODUCT(--NOT(ISNUMBER(B:B)))
SUMPRODUCT((B:B<50)*B:B)
SUMPRODUCT((2:2<5)*1)
SUMPRODUCT((2:3<5)*2:3)
COUNTIFS(B:B,"<55",C:C,"")
COUNTIFS(B:B,"",C:C,"")
COUNTIFS(B:B,"<>3",C:C,"")
COUNTIF(B:B,"")
SUMIF(C:C,"",B:B)
INDEX(B:B,ROUND(B1,0)+5)
INDEX(B:B,5000)
INDEX(B:B,ROUND(B1*200000,0))
VLOOKUP(B1,B:XFD,20)
MATCH(B3,B:B)
CORREL(B:B,C:C)
TREND(B:B,C:C,3)
"""


def test_that_programs_see_all_cells_of_whole_columns_too(tmp_path: Path) -> None:
    formulas = dict(enumerate(_UNCERTAIN.strip().splitlines(), 1))
    cells: dict[str, CellContent] = {
        **{f"B{row}": 10.0 * row for row in range(1, 11)},
        **{f"C{row}": 2.0 * row for row in range(1, 7)},
        **{f"E{row + 30}": f"={formula.replace('2:3', '2:3')}" for row, formula in formulas.items()},
    }
    inputs = {f"B{row}": f"uniform({10 * row - 9}, {10 * row + 9})" for row in range(1, 11)}
    outputs = [f"E{row + 30}" for row in formulas]

    found = all_both_ways(*compiled_model(tmp_path, cells, inputs, *outputs))

    for row, formula in formulas.items():
        pairs = found[f"E{row + 30}"]
        assert [mine for mine, _ in pairs] == [expected for _, expected in pairs], formula


def test_that_counts_over_whole_columns_are_compiled(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {
        "B1": 1.0, "B2": 2.0, "E1": '=SUMPRODUCT(--(B:B=""))', "E2": '=COUNTIFS(B:B,"<2",C:C,"")',
        "E3": "=INDEX(B:B,ROUND(B1,0)+1)",
    }  # fmt: skip

    _, compiled = compiled_model(tmp_path, cells, {"B1": "uniform(1, 3)"}, "E1", "E2", "E3")

    assert not slow_outputs(compiled)


_SCALARS = st.one_of(
    st.floats(-9, 9).map(lambda x: x + 0.0), st.sampled_from(["", "x", True, False, BLANK, ErrorCode.NA])
)


@st.composite
def _arrays(draw: st.DrawFn) -> ArrayValue:
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    row = st.tuples(*[_SCALARS] * width)
    rows = tuple(draw(st.lists(row, min_size=height, max_size=height)))
    long = draw(st.integers(1, 4))
    array = ArrayValue(rows, long, draw(st.integers(1, 3)))
    if long == 1 or not draw(st.booleans()):
        return array
    values = np.arange(float(long))
    series = tuple(values + place if draw(st.booleans()) else None for place in range(width))
    if not any(each is not None for each in series):
        return array
    last = tuple(x if each is None else float(each[0]) for x, each in zip(rows[-1], series, strict=True))
    return ArrayValue((*rows[:-1], last), long, array.last_column_count, series)


def _joined(a: Scalar, b: Scalar) -> Scalar:
    return f"{a} {b}"


@given(_arrays(), _arrays())
def test_that_mapping_folded_arrays_is_mapping_all_their_elements(a: ArrayValue, b: ArrayValue) -> None:
    mapped = map_scalars(_joined, [a, b], lambda _: None)

    whole = map_scalars(_joined, [unfolded(a), unfolded(b)], lambda _: None)

    assert isinstance(mapped, ArrayValue)
    assert unfolded(mapped) == whole


@given(_arrays(), st.data())
def test_that_parts_of_folded_arrays_are_those_of_all_their_rows(
    array: ArrayValue, data: st.DataObject
) -> None:
    whole = unfolded(array)
    start = data.draw(st.integers(0, array.row_count - 1))
    stop = data.draw(st.integers(start + 1, array.row_count))
    column = data.draw(st.integers(0, array.column_count - 1))

    assert unfolded(cut_rows(array, start, stop)).rows == whole.rows[start:stop]
    assert unfolded(column_of(array, column)).rows == tuple((row[column],) for row in whole.rows)
    assert unfolded(lengthened(array, stop)) == whole
    if not array.series:
        assert unfolded(transposed(array)) == transposed(whole)
    assert common_shape([array]).row_count == len(whole.rows)


def _largest(state: object, x: float) -> tuple[float, ...]:
    assert isinstance(state, tuple | list)
    return (max(state[0], x), state[1] + x)


@pytest.mark.parametrize(("number", "expected"), [(0.0, (5.0, 5.0)), (2.0, (5.0, 25.0))])
def test_that_a_run_of_a_number_is_folded_as_often_as_it_stands(
    number: float, expected: tuple[float, float]
) -> None:
    numbers = CollectedNumbers([5.0], [(number, 10)])

    assert numbers.fold((0.0, 0.0), _largest) == expected
    assert numbers.count() == 11.0
    assert numbers.total() == 5.0 + 10 * number
    assert numbers.neighbours(9.0) == (number, 5.0)


def _counted(spent: list[int]) -> Callable[[int], None]:
    return spent.append


def test_that_a_run_that_changes_nothing_is_no_work() -> None:
    spent: list[int] = []
    numbers = CollectedNumbers([5.0], [(0.0, 1_000_000)], _counted(spent))

    numbers.fold((0.0,), lambda state, x: (state[0] + x,))

    assert sum(spent) < 10_000
