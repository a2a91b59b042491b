import pytest

from mcdesk.formulas.parser import FormulaCache, FormulaSyntaxError, parse
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
from mcdesk.foundation.errors import InputRefused
from mcdesk.model.addresses import MAX_ROWS


def cell(row: int, column: int, sheet: SheetSpan | None = None) -> CellReference:
    return CellReference(Axis(row, False), Axis(column, False), sheet)


def absolute(row: int, column: int) -> CellReference:
    return CellReference(Axis(row, True), Axis(column, True))


def span(top: int, left: int, bottom: int, right: int, sheet: SheetSpan | None = None) -> RangeReference:
    return RangeReference(Axis(top, False), Axis(left, False), Axis(bottom, False), Axis(right, False), sheet)


def binary(operator: str, left: Node, right: Node) -> Binary:
    return Binary(BinaryOperator(operator), left, right)


def unary(operator: str, operand: Node) -> Unary:
    return Unary(UnaryOperator(operator), operand)


ONE, TWO, THREE = Number(1.0), Number(2.0), Number(3.0)
A1, B1, C1 = cell(0, 0), cell(0, 1), cell(0, 2)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("-2^2", binary("^", unary("-", TWO), TWO)),
        ("2^-2", binary("^", TWO, unary("-", TWO))),
        ("2^3^1", binary("^", binary("^", TWO, THREE), ONE)),
        ("1-2-3", binary("-", binary("-", ONE, TWO), THREE)),
        ("1+2*3", binary("+", ONE, binary("*", TWO, THREE))),
        ("(1+2)*3", binary("*", binary("+", ONE, TWO), THREE)),
        ("2%^3", binary("^", unary("%", TWO), THREE)),
        ("-2%", unary("%", unary("-", TWO))),
        ("1%%", unary("%", unary("%", ONE))),
        ("+-1", unary("+", unary("-", ONE))),
        ("1&2+3", binary("&", ONE, binary("+", TWO, THREE))),
        ("1=2&3", binary("=", ONE, binary("&", TWO, THREE))),
        ("1<2=3", binary("=", binary("<", ONE, TWO), THREE)),
        ("1>=2", binary(">=", ONE, TWO)),
        ("1<>2", binary("<>", ONE, TWO)),
        ("-A1:B1", unary("-", span(0, 0, 0, 1))),
        ("@A1:B1", unary("@", span(0, 0, 0, 1))),
        ("A1#+1", binary("+", unary("#", A1), ONE)),
        ("-A1#", unary("-", unary("#", A1))),
    ],
)
def test_that_operators_bind_as_in_excel(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("A1", A1),
        ("$A$1", absolute(0, 0)),
        ("xfd1048576", cell(1_048_575, 16_383)),
        ("A1:B2", span(0, 0, 1, 1)),
        ("A1 : B2", span(0, 0, 1, 1)),
        ("S!A1:S!B2", span(0, 0, 1, 1, SheetSpan("S"))),
        ("$A:$B", RangeReference(None, Axis(0, True), None, Axis(1, True))),
        ("2:$3", RangeReference(Axis(1, False), None, Axis(2, True), None)),
        ("S!A:A", RangeReference(None, Axis(0, False), None, Axis(0, False), SheetSpan("S"))),
        ("'My sheet'!A1", cell(0, 0, SheetSpan("My sheet"))),
        ("'Bob''s'!A1", cell(0, 0, SheetSpan("Bob's"))),
        ("2020!A1", cell(0, 0, SheetSpan("2020"))),
        ("Jan:Mar!A1", cell(0, 0, SheetSpan("Jan", "Mar"))),
        ("'Q 1:Q 2'!A1", cell(0, 0, SheetSpan("Q 1", "Q 2"))),
        ("[1]S!A1", cell(0, 0, SheetSpan("S", None, "1"))),
        ("'[1]My sheet'!A1", cell(0, 0, SheetSpan("My sheet", None, "1"))),
        ("'C:\\x\\[b.xlsx]S'!A1", cell(0, 0, SheetSpan("S", None, "C:\\x\\b.xlsx"))),
        ("A1:T!B2", binary(":", A1, cell(1, 1, SheetSpan("T")))),
        ("A1:INDEX(B1,1)", binary(":", A1, Call("INDEX", (B1, ONE)))),
        ("A1:B2:C1", binary(":", span(0, 0, 1, 1), C1)),
        ("A1:B1 B1", binary(" ", span(0, 0, 0, 1), B1)),
        ("A1 (B1)", binary(" ", A1, B1)),
        ("(A1,B1)", binary(",", A1, B1)),
        ("A1,B1 C1", binary(",", A1, binary(" ", B1, C1))),
        ("SUM((A1,B1),1)", Call("SUM", (binary(",", A1, B1), ONE))),
    ],
)
def test_that_references_are_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("Rate", NameReference("Rate")),
        ("S!Rate", NameReference("Rate", SheetSpan("S"))),
        ("[1]!Rate", NameReference("Rate", SheetSpan("", None, "1"))),
        ("XFE1", NameReference("XFE1")),
        ("A1048577", NameReference("A1048577")),
        ("A1.b", NameReference("A1.b")),
        ("名前", NameReference("名前")),
        ("_xlnm.Print_Area", NameReference("_xlnm.Print_Area")),
        ("_xlpm.x", NameReference("x")),
        ("_xleta.SUM", NameReference("SUM")),
    ],
)
def test_that_names_are_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("1e-3", Number(0.001)),
        (".5", Number(0.5)),
        ("1.E2", Number(100.0)),
        ('"a""b"', Text('a"b')),
        ("true", Logical(True)),
        ("#N/A", ErrorLiteral(ErrorCode.NA)),
        ("#DIV/0!", ErrorLiteral(ErrorCode.DIV0)),
        ("#REF!", ErrorLiteral(ErrorCode.REF)),
        ("S!#REF!", ErrorLiteral(ErrorCode.REF)),
        ("#REF!$A$1:$B$2", ErrorLiteral(ErrorCode.REF)),
        ("#REF!#REF!", ErrorLiteral(ErrorCode.REF)),
        ("'[1]#REF'!A1", ErrorLiteral(ErrorCode.REF)),
        ("[1]#REF!A1", ErrorLiteral(ErrorCode.REF)),
        (
            '{1,-2;"a",TRUE}',
            ArrayConstant(((ONE, Number(-2.0)), (Text("a"), Logical(True)))),
        ),
        ("{+1,#N/A}", ArrayConstant(((ONE, ErrorLiteral(ErrorCode.NA)),))),
    ],
)
def test_that_constants_are_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("TRUE()", Call("TRUE", ())),
        ("if(A1,,2)", Call("IF", (A1, MissingArgument(), TWO))),
        ("IF(A1,1,)", Call("IF", (A1, ONE, MissingArgument()))),
        ("F(,)", Call("F", (MissingArgument(), MissingArgument()))),
        ("F( )", Call("F", ())),
        ("LOG10(1)", Call("LOG10", (ONE,))),
        ("A1:LOG10(1)", binary(":", A1, Call("LOG10", (ONE,)))),
        ("_xlfn._xlws.SORT(A1)", Call("SORT", (A1,))),
        ("_xlfn.SINGLE(A1)", unary("@", A1)),
        ("_xlfn.ANCHORARRAY(A1)", unary("#", A1)),
        ("_xll.RiskNormal(1,2)", Call("RISKNORMAL", (ONE, TWO), is_addin=True)),
        ("[1]!Foo(1)", Call("FOO", (ONE,), is_addin=True)),
        ("CB.Normal(1)", Call("CB.NORMAL", (ONE,))),
        ("A1(1)", Invoke(A1, (ONE,))),
        ("(A1)(1)", Invoke(A1, (ONE,))),
        (
            "_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(2)",
            Invoke(
                Call("LAMBDA", (NameReference("x"), binary("+", NameReference("x"), ONE))),
                (TWO,),
            ),
        ),
        ("_xlpm.f(1)", Call("F", (ONE,))),
        (" SUM( 1 ,\r\n\t2 ) ", Call("SUM", (ONE, TWO))),
    ],
)
def test_that_calls_are_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("T[]", StructuredReference("T")),
        ("T[a]", StructuredReference("T", (), "a")),
        ("T[2011]", StructuredReference("T", (), "2011")),
        ("T[#All]", StructuredReference("T", ("#All",))),
        ("T[[#headers],[a]]", StructuredReference("T", ("#Headers",), "a")),
        ("T[[#Headers],[#Data],[a]:[b]]", StructuredReference("T", ("#Headers", "#Data"), "a", "b")),
        ("T[[#This Row],[a]:[b]]", StructuredReference("T", ("#This Row",), "a", "b")),
        ("T[ [a]:[b] ]", StructuredReference("T", (), "a", "b")),
        ("T[@]", StructuredReference("T", ("#This Row",))),
        ("T[@a]", StructuredReference("T", ("#This Row",), "a")),
        ("T[@[a b]:[c]]", StructuredReference("T", ("#This Row",), "a b", "c")),
        ("[a]", StructuredReference(None, (), "a")),
        ("T['[a'] '#''x]", StructuredReference("T", (), "[a] #'x")),
        ("T[['#All]]", StructuredReference("T", (), "#All")),
        ("T[[a\nb]]", StructuredReference("T", (), "a\nb")),
    ],
)
def test_that_table_references_are_read(text: str, node: Node) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "an operand is missing at character 1"),
        ("1+", "an operand is missing at character 3"),
        ("(1", "a parenthesis that is not closed at character 1"),
        ("SUM(1", "not closed at character 1"),
        ("1)", "not opened at character 2"),
        ("()", "unexpected"),
        ("*1", "unexpected"),
        ("SUM(1+,2)", "unexpected ','"),
        ("1;2", "unexpected ';'"),
        ("1A", "unexpected '1'"),
        ('1"a"', "an operator is missing"),
        ('"a', "unexpected"),
        ("1e999", "too large"),
        ("{1;2,3}", "unequal length"),
        ("{1,{2}}", "only constants"),
        ("{A1}", "only constants"),
        ("{name}", "only constants"),
        ("{-TRUE}", "only constants"),
        ("{1", "not closed"),
        ("{", "only constants"),
        ("T[[a]", "unexpected"),
        ("T[[a][b]]", "not closed"),
        ("T[[a]:]", "not closed"),
        ("T[[a]:[b]:[c]]", "not closed"),
        ("cmd|'/c calc'!A0", r"unexpected '\|' at character 4"),
    ],
)
def test_that_malformed_text_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(FormulaSyntaxError, match=reason):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "SUM(" * 10_000 + "1" + ")" * 10_000,
        "-" * 10_000 + "1",
        "1" + "%" * 10_000,
        "1" + "+-" * 10_000 + "1",
        "A1" + "(1)" * 10_000,
        "{" * 10_000,
        "1+" * 500_000 + "1",
    ],
    ids=["parentheses", "calls", "signs", "percents", "signed sums", "invocations", "braces", "a megabyte"],
)
def test_that_endless_formulas_are_refused(text: str) -> None:
    with pytest.raises(FormulaSyntaxError, match=r"too deep|only constants|more than"):
        parse(text)


def test_that_a_syntax_error_is_an_input_that_cannot_be_accepted() -> None:
    assert issubclass(FormulaSyntaxError, InputRefused)


def test_that_a_syntax_error_cuts_long_formulas() -> None:
    with pytest.raises(FormulaSyntaxError) as caught:
        parse("1+" * 100)

    assert len(caught.value.title) < 150
    assert caught.value.position == 200


def test_that_relative_references_count_from_the_cell() -> None:
    assert parse("A1+$A$1", 4, 1) == binary("+", cell(-4, -1), absolute(0, 0))


def test_that_axes_wrap_around_the_sheet() -> None:
    assert Axis(-3, False).resolve(1, 10) == 8
    assert Axis(3, False).resolve(9, 10) == 2
    assert Axis(3, True).resolve(9, 10) == 3


def test_that_like_formulas_share_one_tree() -> None:
    cache = FormulaCache()

    assert cache.parse("A1*$C$1", 0, 3) is cache.parse("A2*$C$1", 1, 3)
    assert cache.parse("A1*$C$1", 0, 3) is not cache.parse("A1*$C$1", 1, 3)


@pytest.mark.parametrize(
    "formula",
    [
        "A#*$C$1", "A#%+$A#&\"A#\"", "SUM(A#:$B#,T!C$1,'A1'!A#)", "LOG10(A#)", "LOG#(A#)", "A#(1)", "#:#",
        "A:A+A#", "INDEX(A:A,#)", "AB#E1+1E#", "A#.5", "Table1[A#]", "$A$1", "A#+A0#",
    ],
)  # fmt: skip
def test_that_a_formula_filled_down_has_the_tree_it_has_by_itself(formula: str) -> None:
    cache = FormulaCache()
    filled = [(formula.replace("#", str(row)), row - 1, 3) for row in range(7, 13)]

    for text, row, column in filled:
        try:
            alone = parse(text, row, column)
        except FormulaSyntaxError:
            with pytest.raises(FormulaSyntaxError):
                cache.parse(text, row, column)
        else:
            assert cache.parse(text, row, column) == alone


def test_that_a_formula_filled_down_shares_its_tree_to_the_last_row() -> None:
    cache = FormulaCache()
    trees = [cache.parse(f"A{row + 1}+A{row}", row - 1, 3) for row in range(MAX_ROWS - 5, MAX_ROWS)]

    assert len(set(map(id, trees))) == 1
    assert cache.parse(f"A{MAX_ROWS + 1}+A{MAX_ROWS}", MAX_ROWS - 1, 3) == parse(
        f"A{MAX_ROWS + 1}+A{MAX_ROWS}", MAX_ROWS - 1, 3
    )
