"""What kind of value something is."""

from collections.abc import Callable, Sequence

import numpy as np

from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import anything, function, value
from mcdesk.formulas.mapping import as_numbers, map_scalars
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, LambdaValue, Reference, Scalar, Series, Value
from mcdesk.foundation.error_codes import ErrorCode


def _test(holds: Callable[[Scalar], bool]) -> Callable[..., Scalar]:
    return lambda _context, tested: holds(tested)


def is_reference(_context: Context, tested: Value) -> Scalar:
    """ISREF."""
    return isinstance(tested, Reference)


def is_omitted(_context: Context, tested: Value) -> Scalar:
    """ISOMITTED: whether a LAMBDA's argument was left out."""
    return tested is MISSING


def error_type(_context: Context, tested: Scalar) -> Scalar:
    """ERROR.TYPE; #N/A for what is no error."""
    return float(int(tested)) if isinstance(tested, ErrorCode) else ErrorCode.NA


def as_number(context: Context, tested: Value) -> Value:
    """N: numbers stay, TRUE is 1, the rest 0; of a range its first cell, of an array each element."""
    return map_scalars(_number, [_first(context, tested)], context.spend, _number_series)


def _number(element: Scalar) -> Scalar:
    return to_number(element) if isinstance(element, bool | float | ErrorCode) else 0.0


def _number_series(values: Sequence[Scalar | Series]) -> Scalar | Series:
    return as_numbers(values[0]) if isinstance(values[0], np.ndarray) else _number(values[0])


def as_text(context: Context, tested: Value) -> Value:
    """T: text stays, the rest is empty; of a range its first cell, of an array each element."""
    return map_scalars(_text, [_first(context, tested)], context.spend)


def _text(element: Scalar) -> Scalar:
    return element if isinstance(element, str | ErrorCode) else ""


def _first(context: Context, tested: Value) -> Value:
    return context.elements(tested)[0] if isinstance(tested, Reference) else tested


def value_type(context: Context, tested: Value) -> Scalar:
    """TYPE: 1 number, 2 text, 4 logical, 16 error, 64 array, 128 function."""
    if isinstance(tested, LambdaValue):
        return 128.0
    found = context.operand(tested)
    if isinstance(found, ArrayValue):
        return 64.0
    for kind, code in ((bool, 4.0), (ErrorCode, 16.0), (str, 2.0)):
        if isinstance(found, kind):
            return code
    return 1.0


def not_available(_context: Context) -> Scalar:
    """NA."""
    return ErrorCode.NA


def unknown_to_excel(_context: Context, _text: Value) -> Scalar:
    """A function that Excel does not have."""
    return ErrorCode.NAME


def _parity(wanted: int) -> Callable[..., Scalar]:
    return lambda _context, x: int(abs(x)) % 2 == wanted


_ANY = anything("value")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("ISNUMBER", _test(lambda found: type(found) is float), _ANY),
    function("ISTEXT", _test(lambda found: isinstance(found, str)), _ANY),
    function("ISNONTEXT", _test(lambda found: not isinstance(found, str)), _ANY),
    function("ISLOGICAL", _test(lambda found: isinstance(found, bool)), _ANY),
    function("ISBLANK", _test(lambda found: found is BLANK), _ANY),
    function("ISERROR", _test(lambda found: isinstance(found, ErrorCode)), _ANY),
    function("ISERR", _test(lambda found: isinstance(found, ErrorCode) and found is not ErrorCode.NA), _ANY),
    function("ISNA", _test(lambda found: found is ErrorCode.NA), _ANY),
    function("ISREF", is_reference, value("value")),
    function("ISOMITTED", is_omitted, value("argument")),
    function("ISEVEN", _parity(0), number("number")),
    function("ISODD", _parity(1), number("number")),
    function("ERROR.TYPE", error_type, _ANY),
    function("N", as_number, value("value")),
    function("T", as_text, value("value")),
    function("TYPE", value_type, value("value")),
    function("NA", not_available),
    # What Google Sheets leaves of a function that only it has, inside of an IFERROR with its value.
    function("__XLUDF.DUMMYFUNCTION", unknown_to_excel, value("text")),
)
