"""Chains of binary operators: as long as Excel's formulas may be, without nesting."""

from pathlib import Path

import pytest

from mcdesk.formulas.binding import walk
from mcdesk.formulas.cell_store import Obstacle, ObstacleReason
from mcdesk.formulas.parser import FormulaSyntaxError, parse, unparse
from mcdesk.formulas.syntax import Binary, CellReference
from tests.unit.formulas.agreement import both_ways, compiled_model, slow_outputs
from tests.unit.formulas.small_workbooks import evaluate

_CHAINS = [
    "+".join(["A1"] * 2_500),
    "-".join(["A1*A2"] * 1_200),
    "&".join(['"a"'] * 2_500),
    "*".join(["1"] * 300),
    "=".join(["A1"] * 300),
    "SUM((" + ",".join(["A1", "B1:B2"] * 600) + "))",
    "A1" + "+A2-A3*2" * 900,
]


@pytest.mark.parametrize("text", _CHAINS, ids=lambda text: text[:9])
def test_that_a_long_chain_reads_back_as_itself(text: str) -> None:
    tree = parse(text)

    assert unparse(tree) == text
    assert tree == parse(text)
    assert hash(tree) == hash(parse(text))


def test_that_chains_that_differ_anywhere_differ() -> None:
    one, other = parse("A1" + "+A2" * 999), parse("A2" + "+A2" * 999)

    assert one != other
    assert one != parse("A1" + "+A2" * 998)
    assert one != parse("A1+A2-A2" + "+A2" * 997)
    assert one != 5


def test_that_a_chain_in_parentheses_keeps_them_where_they_matter() -> None:
    for text in ("(A1+A2)*A3", "A1-(A2-A3)", "(A1&A2)^2&A3", "((A1+A2)*A3+A4)^A5%", "-(A1+A2)"):
        assert unparse(parse(text)) == text


def test_that_a_long_chain_adds_from_left_to_right() -> None:
    count = 2_500
    expected = 0.1
    for _ in range(count - 1):
        expected += 0.1

    assert evaluate("=" + "+".join(["A1"] * count), {"A1": 0.1}) == expected


def test_that_a_long_chain_joins_its_texts() -> None:
    cells = {f"A{row}": str(row % 10) for row in range(1, 301)}

    found = evaluate("=" + "&".join(cells), dict(cells))

    assert found == "".join(cells.values())


def test_that_nesting_keeps_its_limit() -> None:
    with pytest.raises(FormulaSyntaxError, match="nested too deep"):
        parse("-" * 300 + "A1")
    assert evaluate("=" + "ABS(" * 300 + "1" + ")" * 300) == Obstacle(ObstacleReason.SYNTAX)


def test_that_a_walk_goes_through_a_chain_in_reading_order() -> None:
    nodes = walk(parse("A1+B1+C1"))

    columns = [node.column.offset for node in nodes if isinstance(node, CellReference)]
    assert columns == [0, 1, 2]
    assert isinstance(nodes[0], Binary)


@pytest.mark.parametrize(
    "formula",
    [
        "+".join(["A1", "A2*A3"] * 600),
        "A1" + "-A2+B1" * 400,
        "SUMPRODUCT(" + "+".join(["B1:B2"] * 1_200) + ")",
        "IF(" + "&".join(['IF(A1>0,"a","b")', *["B3"] * 100]) + '="x",1,A1)',
        "LET(x,A1," + "+".join(["x"] * 1_200) + ")",
        "SUM(Total" + "+A1" * 1_200 + ")",
    ],
    ids=lambda text: text[:9],
)
def test_that_a_long_chain_compiles_to_what_it_evaluates_to(tmp_path: Path, formula: str) -> None:
    cells = {
        "A1": 1.0,
        "A2": 2.0,
        "A3": 3.0,
        "B1": 0.1,
        "B2": 0.7,
        "B3": "t",
        "C1": "=" + formula.replace("Total", "B1"),
    }
    inputs = {"A1": "uniform(-1, 1)", "A2": "uniform(1, 2)", "A3": "uniform(3, 4)"}

    workbook, compiled = compiled_model(tmp_path, cells, inputs, "C1")

    assert not slow_outputs(compiled)
    assert all(one == other for one, other in both_ways(workbook, compiled, "C1"))
