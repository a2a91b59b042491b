"""What Excel does alike in every function: errors, texts and arrays in the place of a single value.

The values come from the known cases of each function, of which one argument is changed at a time.
Source of what is expected: support.microsoft.com, "Excel functions (alphabetical)" and "Guidelines and
examples of array formulas": an error in an argument is the result, a text that is no number is #VALUE!, one
that is stands for it, and an array gives a result for each of its elements.
"""

from collections.abc import Callable, Iterator, Mapping

import pytest

from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import Kind
from mcdesk.formulas.parser import parse
from mcdesk.formulas.syntax import ArrayConstant, Call, ErrorLiteral, Logical, Node, Number, Text
from mcdesk.formulas.unparser import unparse
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress
from tests.builders_xlsx import StoredFormula
from tests.unit.formulas.functions.case_tables import CELLS, Case
from tests.unit.formulas.functions.test_catalogue import MODULES
from tests.unit.formulas.small_workbooks import workbook_of

SINGLE = (Kind.NUMBER, Kind.TEXT, Kind.LOGICAL, Kind.SCALAR)


def known_calls() -> Iterator[tuple[Call, Case]]:
    """Cases that are one call with a value, no error."""
    for module in MODULES:
        for case in module.CASES:
            tree = parse(case.formula.removeprefix("="))
            if (
                isinstance(tree, Call)
                and tree.name in FUNCTION_BY_NAME
                and not isinstance(case.expected, ErrorCode)
            ):
                yield tree, case


def changed(call: Call, place: int, argument: Node) -> str:
    arguments = (*call.arguments[:place], argument, *call.arguments[place + 1 :])
    return unparse(Call(call.name, arguments))


def single_places(call: Call, *kinds: Kind) -> list[int]:
    definition = FUNCTION_BY_NAME[call.name]
    parameters = [definition.parameter(place) for place in range(len(call.arguments))]
    return [place for place, each in enumerate(parameters) if each is not None and each.kind in kinds]


def values_of(formulas: list[str], is_array: bool = False) -> list[object]:
    attributes = ('t="array" ref="{0}"', 'cm="1"') if is_array else ("", "")
    rows = {
        f"Z{row}": StoredFormula(f"={formula}", None, attributes[0].format(f"Z{row}"), attributes[1])
        for row, formula in enumerate(formulas, 1)
    }
    calculation = Calculation(workbook_of({"Sheet1": {**CELLS, **rows}}), now_serial=45_000.0)
    return [calculation.value(CellAddress(0, row, 25)) for row in range(len(formulas))]


def first_known_calls() -> dict[str, tuple[Call, Case]]:
    """One case of each function."""
    found: dict[str, tuple[Call, Case]] = {}
    for call, case in known_calls():
        found.setdefault(call.name, (call, case))
    return found


CALLS: Mapping[str, tuple[Call, Case]] = first_known_calls()
# What they give is more than one value, or a draw, so that no case is one call with one value; their own
# cases take a part or a sum of it.
ARRAYS_AND_DRAWS_TEXT = """
NA MAP SCAN MAKEARRAY BYROW BYCOL SEQUENCE SORT SORTBY UNIQUE VSTACK HSTACK TAKE DROP CHOOSEROWS CHOOSECOLS
TOROW TOCOL WRAPROWS WRAPCOLS EXPAND GROUPBY PIVOTBY TRIMRANGE _TRO_ALL _TRO_LEADING _TRO_TRAILING MMULT
MINVERSE TRANSPOSE MUNIT RAND RANDBETWEEN RANDARRAY GROWTH LOGEST MODE.MULT FREQUENCY TREND LINEST
FORECAST.ETS.CONFINT TEXTSPLIT __XLUDF.DUMMYFUNCTION
"""
ARRAYS_AND_DRAWS = frozenset(ARRAYS_AND_DRAWS_TEXT.split())


def variants(
    kinds: tuple[Kind, ...], argument: Callable[[Node], Node | None]
) -> list[tuple[str, str, Scalar]]:
    """Changed formula, case that it is made of, and what that gives, for each argument."""
    found = []
    for call, case in CALLS.values():
        for place in single_places(call, *kinds):
            other = argument(call.arguments[place])
            if other is not None:
                found.append((changed(call, place, other), unparse(call), case.expected))
    return found


def test_that_every_function_has_a_case_with_a_value() -> None:
    assert set(FUNCTION_BY_NAME) - set(CALLS) == ARRAYS_AND_DRAWS


def test_that_an_error_in_an_argument_is_the_result() -> None:
    formulas = [formula for formula, _, _ in variants(SINGLE, lambda _: ErrorLiteral(ErrorCode.NULL))]

    found = dict(zip(formulas, values_of(formulas), strict=True))

    assert len(found) > 700
    assert {formula: value for formula, value in found.items() if value is not ErrorCode.NULL} == {}


def test_that_a_text_that_is_no_number_is_an_error() -> None:
    formulas = [formula for formula, _, _ in variants((Kind.NUMBER,), lambda _: Text("x"))]

    found = dict(zip(formulas, values_of(formulas), strict=True))

    assert len(found) > 500
    assert {formula: value for formula, value in found.items() if value is not ErrorCode.VALUE} == {}


def _as_text(argument: Node) -> Node | None:
    return Text(repr(argument.value)) if isinstance(argument, Number) else None


def test_that_a_number_as_text_stands_for_the_number() -> None:
    compared = variants((Kind.NUMBER,), _as_text)

    found = values_of([formula for formula, _, _ in compared])
    plain = values_of([case for _, case, _ in compared])

    assert len(found) > 400
    assert [each for each, value, own in zip(compared, found, plain, strict=True) if value != own] == []


def _twice(argument: Node) -> Node | None:
    is_constant = isinstance(argument, Number | Text | Logical)
    return ArrayConstant(((argument, argument),)) if is_constant else None  # type: ignore[arg-type]  # no Unary


def test_that_an_array_in_an_argument_gives_an_array() -> None:
    compared = variants(SINGLE, _twice)

    found = values_of([f"INDEX({formula},1,2)" for formula, _, _ in compared], is_array=True)
    plain = values_of([case for _, case, _ in compared], is_array=True)

    assert len(found) > 550
    assert [each for each, value, own in zip(compared, found, plain, strict=True) if value != own] == []


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=INDEX(NPV({0,1},1,2),1,1)", 3.0),
        ("=INDEX(NPV({0,1},1,2),1,2)", 1.0),
        ('=INDEX(NPV({0,"x"},1,2),1,2)', ErrorCode.VALUE),
    ],
)
def test_that_rates_may_be_an_array(formula: str, expected: Scalar) -> None:
    assert values_of([formula.removeprefix("=")], is_array=True) == [expected]
