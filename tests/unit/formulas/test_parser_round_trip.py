import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcdesk.formulas.parser import FormulaSyntaxError, parse, relative_key, shift_formula, unparse
from mcdesk.formulas.syntax import (
    ArrayConstant,
    Axis,
    Binary,
    BinaryOperator,
    Call,
    CellReference,
    ErrorLiteral,
    Invoke,
    Logical,
    MissingArgument,
    NameReference,
    Node,
    Number,
    RangeReference,
    SheetSpan,
    StructuredReference,
    Text,
    Unary,
    UnaryOperator,
)
from mcdesk.foundation.error_codes import ErrorCode

ROW, COLUMN = 500, 40

plain_text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
words = st.sampled_from(["Rate", "_x", "net.value", "Été", "名前", "A1B", "XFE1", "R_1", "LOG10x"])
sheet_names = st.sampled_from(["Sheet1", "My sheet", "Bob's", "A1", "2020", "Q-1", "Ø", "RC"])
numbers = st.floats(0, 1e300, allow_nan=False, allow_infinity=False)
axes = st.one_of(
    st.builds(Axis, st.integers(0, 9_999), st.just(True)),
    st.builds(Axis, st.integers(-40, 9_000), st.just(False)),
)
sheets = st.none() | st.builds(
    SheetSpan, sheet_names, st.none() | sheet_names, st.none() | st.sampled_from(["1", "b.xlsx"])
)
columns = st.text(st.sampled_from("ab [']#@:,A1\n"), min_size=1, max_size=6)
literals = st.one_of(
    st.builds(Text, plain_text),
    st.builds(Logical, st.booleans()),
    st.builds(ErrorLiteral, st.sampled_from([code for code in ErrorCode if code])),
)
elements = literals | st.builds(Number, st.floats(-1e9, 1e9))
arrays = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        ArrayConstant,
        st.lists(st.tuples(*[elements] * width), min_size=1, max_size=3).map(tuple),
    )
)
cells = st.builds(CellReference, axes, axes, sheets)
ranges = st.one_of(
    st.builds(RangeReference, axes, axes, axes, axes, sheets),
    st.builds(RangeReference, st.none(), axes, st.none(), axes, sheets),
    st.builds(RangeReference, axes, st.none(), axes, st.none(), sheets),
)
tables = st.one_of(
    st.builds(
        StructuredReference,
        st.none() | words,
        st.sampled_from([(), ("#All",), ("#This Row",), ("#Headers", "#Data")]),
        columns,
        st.none() | columns,
    ),
    st.builds(StructuredReference, words, st.sampled_from([(), ("#Totals",)])),
)
names = st.builds(NameReference, words, sheets)
leaves = st.one_of(literals, st.builds(Number, numbers), arrays, cells, ranges, tables, names)
BINARY_OPERATORS = [operator for operator in BinaryOperator if operator is not BinaryOperator.RANGE]


def deeper(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    # A single missing argument is written like none at all.
    arguments = st.one_of(
        st.just(()),
        st.tuples(nodes),
        st.lists(nodes | st.builds(MissingArgument), min_size=2, max_size=3).map(tuple),
    )
    calls = st.builds(Call, st.sampled_from(["SUM", "LOG10", "T.TEST", "F"]), arguments, st.booleans())
    return st.one_of(
        st.builds(Binary, st.sampled_from(BINARY_OPERATORS), nodes, nodes),
        st.builds(
            Binary, st.just(BinaryOperator.RANGE), ranges | names | calls | tables, cells | ranges | calls
        ),
        st.builds(Unary, st.sampled_from(UnaryOperator), nodes),
        calls,
        st.builds(Invoke, nodes, arguments),
    )


trees = st.recursive(leaves, deeper, max_leaves=8)


@settings(max_examples=400, deadline=None)
@given(trees)
def test_that_the_text_of_any_tree_parses_to_the_tree(tree: Node) -> None:
    assert parse(unparse(tree, ROW, COLUMN), ROW, COLUMN) == tree


@settings(max_examples=200, deadline=None)
@given(trees, st.integers(0, 50), st.integers(0, 50))
def test_that_a_moved_formula_keeps_its_key_and_its_tree(tree: Node, down: int, right: int) -> None:
    text = unparse(tree, ROW, COLUMN)

    moved = shift_formula(text, down, right)

    assert parse(moved, ROW + down, COLUMN + right) == tree
    assert relative_key(moved, ROW + down, COLUMN + right) == relative_key(text, ROW, COLUMN)


@settings(max_examples=400, deadline=None)
@example("01:1")
@example("A: A")
@given(st.text(st.sampled_from("A1$:!'\"#()[]{},;+-*/^&=<>%@. \nbTRUE0x_"), max_size=30))
def test_that_any_text_gives_a_tree_or_a_syntax_error(text: str) -> None:
    try:
        tree = parse(text, 3, 3)
    except FormulaSyntaxError:
        return

    assert parse(unparse(tree, 3, 3), 3, 3) == tree


def test_that_numbers_are_shown_as_short_as_they_read_back() -> None:
    assert unparse(Number(5.0)) == "5"
    assert unparse(Number(0.1)) == "0.1"
    assert unparse(Number(1e20)) == "1E+20"


def test_that_display_text_has_only_the_parentheses_it_needs() -> None:
    for text in ["-2^2", "(1+2)*3", "1-(2-3)", "SUM((A1,B1),1)", "2^(3^1)", "(1=2)&3", "-(5%)", "(-A1)#"]:
        assert unparse(parse(text)) == text


def test_that_references_are_shown_in_their_shortest_form() -> None:
    for text in [
        "[1]!Rate",
        "[1]S!A1",
        "T[a]",
        "T[#All]",
        "T[]",
        "T[[#This Row],[a]:[b]]",
        "T[[ a]]",
        "T[[#Headers],[#Data]]",
    ]:
        assert unparse(parse(text)) == text


@pytest.mark.parametrize("text", ["(S!K101):E1#", "(A1):E1#", "(A1:B2):E1#", "(E1#):A1", "A1#:(B2#)"])
def test_that_the_mark_of_a_spilled_range_stays_with_its_cell(text: str) -> None:
    tree = parse(text, ROW, COLUMN)
    assert parse(unparse(tree, ROW, COLUMN), ROW, COLUMN) == tree
