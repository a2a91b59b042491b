"""Calculation of cells: order, laziness, cycles, references of every kind, obstacles."""

import pytest

from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.values import BLANK
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from tests.builders_xlsx import CellContent, StoredFormula, StoredTable
from tests.unit.formulas.small_workbooks import address, evaluate, value_of, workbook_of


def test_that_a_long_chain_of_cells_needs_no_recursion() -> None:
    cells: dict[str, object] = {"A1": 1.0}
    cells.update({f"A{row}": f"=A{row + 1}+1" for row in range(1, 40_000)})
    workbook = workbook_of({"Sheet1": {**cells, "A40000": 0.0}})  # type: ignore[dict-item]

    assert value_of(workbook, "A1") == 39_999.0


def test_that_a_blank_cell_is_zero_when_shown() -> None:
    assert evaluate("=A1") == 0.0


def test_that_a_negative_zero_is_shown_as_zero() -> None:
    assert str(evaluate("=-A1")) == "0.0"


def test_that_ten_thousand_parentheses_are_a_syntax_obstacle() -> None:
    found = evaluate("=" + "(" * 10_000 + "1" + ")" * 10_000)

    assert found == Obstacle(ObstacleReason.SYNTAX)


def test_that_a_branch_not_taken_closes_no_cycle() -> None:
    workbook = workbook_of({"Sheet1": {"A1": "=IF(B1=0,1,A2)", "A2": "=A1+1", "B1": 0.0}})
    calculation = Calculation(workbook)

    assert calculation.value(address(workbook, "A2")) == 2.0
    assert calculation.cycles == []


def test_that_a_cycle_is_named_cell_by_cell() -> None:
    workbook = workbook_of({"Sheet1": {"A1": "=B1", "B1": "=SUM(C1:C2)", "C1": "=A1", "D1": "=A1"}})
    calculation = Calculation(workbook)

    found = calculation.value(address(workbook, "D1"))

    assert found is ErrorCode.CYCLE
    assert calculation.cycles == [tuple(CellAddress(0, 0, column) for column in range(3))]


def test_that_overrides_replace_what_the_workbook_says() -> None:
    workbook = workbook_of({"Sheet1": {"A1": 1.0, "A2": "=A1*2", "A3": "=A2+A1"}})
    calculation = Calculation(workbook, {CellAddress(0, 0, 0): 5.0, CellAddress(0, 1, 0): 7.0})

    assert calculation.value(CellAddress(0, 2, 0)) == 12.0


def test_that_old_formulas_intersect_ranges_with_their_row_and_column() -> None:
    cells = {
        "A1": 1.0,
        "A2": 2.0,
        "B2": "=A1:A3*10",
        "D5": "=A1:A3",
        "A7": 7.0,
        "B7": 8.0,
        "B9": "=A7:C7",
        "C9": "=SQRT(A1:B2)",
    }
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "B2") == 20.0
    assert value_of(workbook, "D5") is ErrorCode.VALUE
    assert value_of(workbook, "B9") == 8.0
    assert value_of(workbook, "C9") is ErrorCode.VALUE


def test_that_an_array_formula_fills_its_range() -> None:
    array = StoredFormula("=A1:A2*2", 0.0, 't="array" ref="B1:C3"')
    cells = {"A1": 1.0, "A2": 2.0, "B1": array, "C2": 0.0, "B3": 0.0, "D1": "=SUM(C1:C2)"}
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "C2") == 4.0
    assert value_of(workbook, "B3") is ErrorCode.NA
    assert value_of(workbook, "D1") == 6.0


def dynamic(text: str, ref: str) -> StoredFormula:
    return StoredFormula(text, 0.0, f't="array" ref="{ref}"', 'cm="1"')


def test_that_a_dynamic_array_spills_and_is_read_by_its_anchor() -> None:
    cells = {
        "A1": dynamic("=_xlfn.SEQUENCE(B1)", "A1:A3"),
        "A2": 0.0,
        "A3": 0.0,
        "B1": 2.0,
        "C1": "=SUM(_xlfn.ANCHORARRAY(A1))",
        "C2": "=_xlfn.SINGLE(A1:A3)",
    }
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "A2") == 2.0
    assert value_of(workbook, "C1") == 3.0
    assert value_of(workbook, "C2") == 2.0
    assert value_of(workbook, "A3") is BLANK


def test_that_a_dynamic_array_does_not_spill_over_other_cells() -> None:
    cells = {"A1": dynamic("=_xlfn.SEQUENCE(3)", "A1"), "A3": "stop"}
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "A1") is ErrorCode.SPILL


_NAMED_SHEETS = {
    "Sheet1": {
        "A1": "item",
        "B1": "price",
        "A2": "x",
        "B2": 2.0,
        "A3": "y",
        "B3": 3.0,
        "B4": "=SUBTOTAL(109,Goods[price])",
        "C3": "=Goods[[#This Row],[price]]*10",
        "C5": "=Goods[[#This Row],[price]]",
    },
    "Jan": {"A1": 1.0, "B1": "=local", "C1": "=above"},
    "Feb": {"A1": 2.0, "C2": "=above"},
    "Sum": {
        "A1": "=SUM(Jan:Feb!A1)",
        "A2": "=rate*2",
        "A3": "=SUM(Goods)",
        "A4": "=SUM(Goods[price])",
        "A5": "=Goods[[#Headers],[price]]",
        "A6": "=Goods[[#Totals],[price]]",
        "A7": "=SUM(Goods[#All])",
        "A8": "=Goods[none]",
        "A9": "=None1[x]",
        "A10": "=twice(4)",
        "A11": "=Jan!local",
        "A12": "=bad",
        "A13": "=SUM(Goods[[#Data],[#Totals],[price]])",
        "A14": "=Jan!A1:Feb!A2",
        "A15": "=Gone!rate",
        "A16": "=factor(3)",
        "A17": "=SUM(Goods[[item]:[price]])",
        "A18": "=Cells[#Headers]",
        "A19": "=tax(1)",
        "A20": "=endless(1)",
    },
    "T": {"A1": "a", "A2": 1.0},
}
_NAMED_VALUES = {
    "Sum!A1": 3.0,
    "Sum!A2": 0.5,
    "Sum!A3": 5.0,
    "Sum!A4": 5.0,
    "Sum!A5": "price",
    "Sum!A6": 5.0,
    "Sum!A7": 10.0,
    "Sum!A8": ErrorCode.REF,
    "Sum!A9": ErrorCode.REF,
    "Sum!A10": 8.0,
    "Sum!A11": 100.0,
    "Sum!A12": ErrorCode.NAME,
    "Sum!A13": 10.0,
    "Sum!A14": ErrorCode.VALUE,
    "Sum!A15": 0.25,
    "Sum!A16": ErrorCode.REF,
    "Sum!A17": 5.0,
    "Sum!A18": ErrorCode.REF,
    "Sum!A19": ErrorCode.REF,
    "Sum!A20": ErrorCode.NUM,
    "Jan!B1": 100.0,
    "Jan!C1": 0.0,
    "Sheet1!B4": 5.0,
    "Sheet1!C3": 30.0,
    "Sheet1!C5": ErrorCode.VALUE,
}


def test_that_names_tables_and_three_dimensional_references_are_found() -> None:
    workbook = workbook_of(
        _NAMED_SHEETS,  # type: ignore[arg-type]
        names={
            "rate": "0.25",
            "tax": "0.25",
            "twice": "LAMBDA(x,x*2)",
            "bad": "1+",
            "above": "Sheet1!A1",
            "factor": "Sheet1!$B$2",
            "endless": "LAMBDA(x,endless(x))",
        },
        local_names=[(1, "local", "Jan!$A$1*100")],
        tables=[
            StoredTable("Goods", "Sheet1", "A1:B4", ("item", "price"), totals_row_count=1),
            StoredTable("Cells", "T", "A1:A2", ("a",), header_row_count=0),
        ],
    )

    assert {cell: value_of(workbook, cell) for cell in _NAMED_VALUES} == _NAMED_VALUES


def test_that_relative_names_move_with_the_cell() -> None:
    cells = {"A1": 5.0, "B2": "=left_of", "A2": 7.0}
    workbook = workbook_of({"Sheet1": cells}, names={"left_of": "Sheet1!XFD1"})

    assert value_of(workbook, "B2") == 7.0


def test_that_linked_workbooks_are_read_from_the_kept_copies() -> None:
    cells = {
        "A1": "=[1]Data!A1",
        "A2": "=SUM([1]Data!A1:B2)",
        "A3": "=[1]Other!A1",
        "A4": "=[7]Data!A1",
        "A5": "=SUM([1]Data!A:B)",
        "A6": "=[1]!nothing",
        "A7": "=[0]!own",
    }
    workbook = workbook_of(
        {"Sheet1": cells},
        external=[("other.xlsx", {"Data": {"A1": 3.0, "B2": 4.0}})],
        names={"own": "Sheet1!$A$1"},
    )

    found = [value_of(workbook, f"A{row}") for row in range(1, 8)]

    assert found == [3.0, 7.0, ErrorCode.REF, ErrorCode.REF, 7.0, ErrorCode.NAME, 3.0]


def test_that_a_calculation_may_refuse_linked_workbooks() -> None:
    cells = {"A1": "=[1]Data!A1", "A2": "=IFERROR(A1,0)", "A3": "=[1]!total"}
    workbook = workbook_of({"Sheet1": cells}, external=[("other.xlsx", {"Data": {"A1": 3.0}})])
    calculation = Calculation(workbook, reads_external=False)

    for row in range(3):
        assert calculation.value(CellAddress(0, row, 0)) == Obstacle(ObstacleReason.EXTERNAL)


@pytest.mark.parametrize(
    ("formula", "obstacle"),
    [
        ("=FILTERXML(1,2)", Obstacle(ObstacleReason.UNSUPPORTED, "FILTERXML")),
        ("=MYFUNCTION(1)", Obstacle(ObstacleReason.USER_DEFINED, "MYFUNCTION")),
        ("=_xll.RiskNormal(1,2)", Obstacle(ObstacleReason.USER_DEFINED, "RISKNORMAL")),
        ("=RAND()", Obstacle(ObstacleReason.VOLATILE)),
    ],
)
def test_that_what_cannot_be_calculated_stops_its_dependants(formula: str, obstacle: Obstacle) -> None:
    cells = {"A1": formula, "A2": "=IFERROR(A1,0)", "A3": "=IF(TRUE,1,A1)", "A4": "=SUM(A1:A3)"}
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "A2") == obstacle
    assert value_of(workbook, "A3") == 1.0
    assert value_of(workbook, "A4") == obstacle


def test_that_the_moment_is_an_obstacle_where_there_is_none() -> None:
    workbook = workbook_of({"Sheet1": {"A1": "=NOW()"}})

    assert Calculation(workbook).value(CellAddress(0, 0, 0)) == Obstacle(ObstacleReason.VOLATILE)


def test_that_random_draws_are_numbered_within_the_formula() -> None:
    workbook = workbook_of(
        {"Sheet1": {"B2": "=RAND()+RAND()*10+RANDBETWEEN(100,100)", "B3": "=SUM(RANDARRAY(2))"}}
    )
    asked: list[tuple[CellAddress, int]] = []

    def random(cell: CellAddress, draw: int) -> float:
        asked.append((cell, draw))
        return 0.25

    calculation = Calculation(workbook, random=random)

    assert calculation.value(CellAddress(0, 1, 1)) == 102.75
    assert asked == [(CellAddress(0, 1, 1), draw) for draw in range(3)]
    assert calculation.value(CellAddress(0, 2, 1)) == 0.5


def test_that_whole_random_arrays_hold_whole_numbers() -> None:
    workbook = workbook_of({"Sheet1": {"A1": "=SUM(RANDARRAY(2,2,1,6,TRUE))"}})

    assert Calculation(workbook, random=lambda _cell, _draw: 0.5).value(CellAddress(0, 0, 0)) == 16.0


def test_that_whole_columns_are_cut_to_what_is_used() -> None:
    cells = {
        "A1": 1.0,
        "A2": 2.0,
        "B1": "=SUM(A:A)",
        "B2": "=SUMPRODUCT(A:A*2)",
        "B3": "=SUM(1:1048576 A1:A2)",
    }
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "B1") == 3.0
    assert value_of(workbook, "B2") == 6.0
    assert value_of(workbook, "B3") == 3.0


DATA_TABLE = 't="dataTable" ref="{ref}" r1="{r1}" {more}'


def test_that_a_data_table_recalculates_the_model_for_each_input() -> None:
    one = StoredFormula("", 0.0, DATA_TABLE.format(ref="E2:E3", r1="A1", more=""))
    row = StoredFormula("", 0.0, DATA_TABLE.format(ref="E6:F6", r1="A1", more='dtr="1"'))
    two = StoredFormula("", 0.0, DATA_TABLE.format(ref="E9:F10", r1="A1", more='dt2D="1" dtr="1" r2="A2"'))
    lost = StoredFormula("", 0.0, DATA_TABLE.format(ref="H2", r1="A1", more='del1="1"'))
    cells = {
        "A1": 1.0,
        "A2": 10.0,
        "A3": "=A1*A2",
        "E1": "=A3",
        "D2": 2.0,
        "D3": 3.0,
        "E2": one,
        "E3": 0.0,
        "E5": 4.0,
        "F5": 5.0,
        "D6": "=A3",
        "E6": row,
        "F6": 0.0,
        "D8": "=A3",
        "E8": 6.0,
        "F8": 7.0,
        "D9": 1.0,
        "D10": 2.0,
        "E9": two,
        "F10": 0.0,
        "H2": lost,
        "I2": "=SUM(E2:E3)",
    }
    workbook = workbook_of({"Sheet1": cells})

    assert [value_of(workbook, cell) for cell in ("E2", "E3", "E6", "F6", "F10")] == [20, 30, 40, 50, 14]
    assert value_of(workbook, "H2") == Obstacle(ObstacleReason.SYNTAX)
    assert value_of(workbook, "I2") == 50.0


def test_that_a_data_table_over_an_obstacle_is_one() -> None:
    table = StoredFormula("", 0.0, DATA_TABLE.format(ref="E2:E3", r1="A1", more=""))
    cells = {"A1": 1.0, "E1": "=A1*RAND()", "D2": 2.0, "D3": "=RAND()", "E2": table, "E3": 0.0}
    workbook = workbook_of({"Sheet1": cells})

    assert value_of(workbook, "E2") == Obstacle(ObstacleReason.VOLATILE)
    assert value_of(workbook, "E3") == Obstacle(ObstacleReason.VOLATILE)


def test_that_hidden_rows_and_nested_subtotals_are_left_out() -> None:
    cells = {
        "A1": 1.0,
        "A2": 2.0,
        "A3": "=SUBTOTAL(9,A1:A2)",
        "A4": "=SUBTOTAL(9,A1:A3)",
        "A5": "=SUBTOTAL(109,A1:A3)",
        "A6": "=AGGREGATE(9,5,A1:A2)",
        "A7": "=AGGREGATE(9,4,A1:A3)",
    }
    workbook = workbook_of({"Sheet1": cells}, hidden_rows={"Sheet1": [2]})

    assert [value_of(workbook, f"A{row}") for row in range(3, 8)] == [3.0, 3.0, 1.0, 1.0, 6.0]


def test_that_a_formula_without_text_and_owner_is_an_obstacle() -> None:
    workbook = workbook_of({"Sheet1": {"A1": StoredFormula("", 1.0, 'ca="1"')}})

    assert value_of(workbook, "A1") == Obstacle(ObstacleReason.SYNTAX)


def test_that_the_bare_name_of_a_table_means_its_data() -> None:
    cells = {
        "A1": "h", "B1": "k", "A2": 1.0, "B2": 2.0, "A3": 3.0, "B3": "text",
        "D1": "=SUM(Sales)", "D2": "=COUNT(Sales)", "D3": "=ROWS(Sales)",
    }  # fmt: skip
    workbook = workbook_of({"S": cells}, tables=[StoredTable("Sales", "S", "A1:B3", ("h", "k"))])  # type: ignore[dict-item]

    assert [value_of(workbook, f"D{row}") for row in (1, 2, 3)] == [6.0, 3.0, 2.0]


def test_that_indirect_reads_what_a_cell_spills_into() -> None:
    cells: dict[str, CellContent] = {
        "B1": '=SUM(INDIRECT("A1#"))', "B2": '=ROWS(INDIRECT("Sheet1!$A$1#"))', "B3": '=INDIRECT("B2#")',
        "A1": StoredFormula("=_xlfn.SEQUENCE(3)", None, 't="array" ref="A1:A3"', 'cm="1"'),
        "A2": 0.0, "A3": 0.0,
    }  # fmt: skip
    workbook = workbook_of({"Sheet1": cells})

    assert [value_of(workbook, cell) for cell in ("B1", "B2", "B3")] == [6.0, 3.0, ErrorCode.REF]
