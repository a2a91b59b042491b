"""What kind of value something is."""

from collections.abc import Callable

from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import anything, function, value
from mcdesk.formulas.values import BLANK, MISSING, ArrayValue, LambdaValue, Reference, Scalar, Value
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


def as_number(context: Context, tested: Value) -> Scalar:
    """N: numbers stay, TRUE is 1, the rest 0; of a range its first cell."""
    first = _first(context, tested)
    if isinstance(first, ErrorCode):
        return first
    return to_number(first) if isinstance(first, bool | float) else 0.0


def as_text(context: Context, tested: Value) -> Scalar:
    """T: text stays, the rest is empty; of a range its first cell."""
    first = _first(context, tested)
    return first if isinstance(first, str | ErrorCode) else ""


def _first(context: Context, tested: Value) -> Scalar:
    if isinstance(tested, Reference):
        return context.elements(tested)[0]
    return tested.rows[0][0] if isinstance(tested, ArrayValue) else context.scalar(tested)


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
)
