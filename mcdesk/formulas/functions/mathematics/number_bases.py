"""Numbers in other bases: DEC2BIN and its eleven relatives, BASE, DECIMAL, bitwise functions."""

from collections.abc import Callable

from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.dates import DateReading
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Kind, Parameter, number
from mcdesk.formulas.functions.parameters import absent_if_empty, function, scalar, text
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode

_MOST_DIGITS = 10
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Base, and the bits of a number of ten digits in it, of which the first is the sign.
_BITS_BY_BASE = {2: 10, 8: 30, 16: 40}
_BASE_BY_NAME = {"BIN": 2, "OCT": 8, "HEX": 16}
_LARGEST_BITS = 2**48 - 1


def _from_decimal(base: int) -> Callable[..., Scalar]:
    def evaluate(context: Context, source: Scalar, places: Scalar) -> Scalar:
        width = _width(places)
        value = _plain_number(source, context.dates)
        for found in (width, value):
            if isinstance(found, ErrorCode):
                return found
        return _written(int(value), base, int(width))

    return evaluate


def _to_decimal(base: int) -> Callable[..., Scalar]:
    def evaluate(_context: Context, source: Scalar) -> Scalar:
        value = _read(source, base)
        return value if isinstance(value, ErrorCode) else float(value)

    return evaluate


def _between(base: int, target: int) -> Callable[..., Scalar]:
    def evaluate(_context: Context, source: Scalar, places: Scalar) -> Scalar:
        width, value = _width(places), _read(source, base)
        for found in (width, value):
            if isinstance(found, ErrorCode):
                return found
        return _written(int(value), target, int(width))

    return evaluate


def _plain_number(source: Scalar, dates: DateReading | None = None) -> float | ErrorCode:
    """A number, or text that reads as one; logical values are refused."""
    if isinstance(source, bool):
        return ErrorCode.VALUE
    return to_number(source, dates)


def _read(source: Scalar, base: int) -> int | ErrorCode:
    if isinstance(source, ErrorCode):
        return source
    if isinstance(source, bool):
        return ErrorCode.VALUE
    digits = _digits_of(source)
    if digits is None or len(digits) > _MOST_DIGITS:
        return ErrorCode.NUM
    value = 0
    for digit in digits.upper():
        place = _DIGITS.find(digit)
        if not 0 <= place < base:
            return ErrorCode.NUM
        value = value * base + place
    bits = _BITS_BY_BASE[base]
    return value - (1 << bits) if value >= 1 << (bits - 1) else value


def _digits_of(source: Scalar) -> str | None:
    if source is BLANK:
        return "0"
    if isinstance(source, str):
        return source
    return str(int(source)) if isinstance(source, float) and source >= 0 and source % 1 == 0 else None


def _width(places: Scalar) -> int | ErrorCode:
    """How many digits are asked for, 0 where that is left open; judged before the number is."""
    if places is None or places is BLANK:
        return 0
    asked = _plain_number(places)
    if isinstance(asked, ErrorCode):
        return asked
    return int(asked) if 1 <= int(asked) <= _MOST_DIGITS else ErrorCode.NUM


def _written(value: int, base: int, width: int) -> Scalar:
    bits = _BITS_BY_BASE[base]
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        return ErrorCode.NUM
    if value < 0:
        return _in_base(value + (1 << bits), base)
    digits = _in_base(value, base)
    if width and len(digits) > width:
        return ErrorCode.NUM
    return digits.zfill(width)


def _in_base(value: int, base: int) -> str:
    digits = ""
    while True:
        value, rest = divmod(value, base)
        digits = _DIGITS[rest] + digits
        if not value:
            return digits


def base(_context: Context, value: float, radix: float, length: float) -> Scalar:
    """BASE."""
    if not (0 <= value < 2**53 and 2 <= radix < 37 and 0 <= length < 256):
        return ErrorCode.NUM
    return _in_base(int(value), int(radix)).zfill(int(length))


def decimal(_context: Context, source: str, radix: float) -> Scalar:
    """DECIMAL."""
    if not 2 <= radix < 37 or len(source) > 255:
        return ErrorCode.NUM
    value = 0
    for digit in source.strip().upper():
        place = _DIGITS.find(digit)
        if not 0 <= place < int(radix):
            return ErrorCode.NUM
        value = value * int(radix) + place
    return float(value)


def _bitwise(compute: Callable[[int, int], int]) -> Callable[..., Scalar]:
    def evaluate(_context: Context, a: float, b: float) -> Scalar:
        for x in (a, b):
            if not 0 <= x <= _LARGEST_BITS or x % 1:
                return ErrorCode.NUM
        return float(compute(int(a), int(b)))

    return evaluate


def _shift(direction: int) -> Callable[..., Scalar]:
    def evaluate(_context: Context, value: float, count: float) -> Scalar:
        if not 0 <= value <= _LARGEST_BITS or value % 1 or abs(count) > 53:
            return ErrorCode.NUM
        amount = int(count) * direction
        shifted = int(value) << amount if amount >= 0 else int(value) >> -amount
        return float(shifted) if shifted <= _LARGEST_BITS else ErrorCode.NUM

    return evaluate


_SOURCE = scalar("number")
_PLACES = absent_if_empty(Parameter("places", Kind.SCALAR, True))
_A, _B = number("a"), number("b")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    *(
        function(f"DEC2{name}", _from_decimal(radix), _SOURCE, _PLACES)
        for name, radix in _BASE_BY_NAME.items()
    ),
    *(function(f"{name}2DEC", _to_decimal(radix), _SOURCE) for name, radix in _BASE_BY_NAME.items()),
    *(
        function(f"{name}2{other}", _between(radix, target), _SOURCE, _PLACES)
        for name, radix in _BASE_BY_NAME.items()
        for other, target in _BASE_BY_NAME.items()
        if name != other
    ),
    function("BASE", base, number("number"), number("radix"), absent_if_empty(number("length", 0.0))),
    function("DECIMAL", decimal, text("text"), number("radix")),
    function("BITAND", _bitwise(lambda a, b: a & b), _A, _B),
    function("BITOR", _bitwise(lambda a, b: a | b), _A, _B),
    function("BITXOR", _bitwise(lambda a, b: a ^ b), _A, _B),
    function("BITLSHIFT", _shift(1), _A, number("count")),
    function("BITRSHIFT", _shift(-1), _A, number("count")),
)
