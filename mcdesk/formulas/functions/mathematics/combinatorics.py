"""Factorials, combinations, divisors, Roman numerals."""

import math
from collections.abc import Callable, Sequence

from mcdesk.formulas.coercion import to_number
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.mathematics.scalar_mathematics import log_gamma
from mcdesk.formulas.functions.parameters import cells, function, scalar, text
from mcdesk.formulas.values import BLANK, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_LARGEST_FACTORIAL = 170
_LARGEST_WHOLE = 2.0**53
_LARGEST_LOGARITHM = 720.0
_ROMAN_DIGITS = ((1000, "M"), (500, "D"), (100, "C"), (50, "L"), (10, "X"), (5, "V"), (1, "I"))
# Steps by which a smaller digit may stand before a larger one in each form: classic 10, 5 (of a
# power of ten); simpler forms allow more.
_ROMAN_VALUES = (
    "1000M 900CM 500D 400CD 100C 90XC 50L 40XL 10X 9IX 5V 4IV 1I",
    "1000M 950LM 900CM 500D 450LD 400CD 100C 95VC 90XC 50L 45VL 40XL 10X 9IX 5V 4IV 1I",
    "1000M 990XM 950LM 900CM 500D 490XD 450LD 400CD 100C 99IC 95VC 90XC 50L 49IL 45VL 40XL 10X 9IX 5V 4IV 1I",
    "1000M 995VM 990XM 950LM 900CM 500D 495VD 490XD 450LD 400CD 100C 99IC 95VC 90XC 50L 49IL 45VL 40XL 10X"
    " 9IX 5V 4IV 1I",
    "1000M 999IM 995VM 990XM 950LM 900CM 500D 499ID 495VD 490XD 450LD 400CD 100C 99IC 95VC 90XC 50L 49IL 45VL"
    " 40XL 10X 9IX 5V 4IV 1I",
)


def factorial(_context: Context, n: float) -> Scalar:
    """FACT."""
    if not 0 <= n < _LARGEST_FACTORIAL + 1:
        return ErrorCode.NUM
    return float(math.factorial(int(n)))


def double_factorial(_context: Context, n: float) -> Scalar:
    """FACTDOUBLE."""
    if not -1 <= n < 301:
        return ErrorCode.NUM
    return float(math.prod(range(int(n), 0, -2)))


def combinations(_context: Context, n: float, k: float) -> Scalar:
    """COMBIN."""
    if k < 0 or n < 0 or int(n) < int(k) or n >= 2**31:
        return ErrorCode.NUM
    return _whole(lambda: math.comb(int(n), int(k)), min(k, n - k), n / max(k, 1.0))


def combinations_with_repetition(_context: Context, n: float, k: float) -> Scalar:
    """COMBINA."""
    if k < 0 or n < 0 or (n < 1 <= k):
        return ErrorCode.NUM
    return _whole(lambda: math.comb(int(n) + int(k) - 1, int(k)) if k >= 1 else 1, k, n / max(k, 1.0))


def permutations(_context: Context, n: float, k: float) -> Scalar:
    """PERMUT."""
    if k < 0 or n <= 0 or int(n) < int(k):
        return ErrorCode.NUM
    return _whole(lambda: math.perm(int(n), int(k)), k, n - k)


def permutations_with_repetition(_context: Context, n: float, k: float) -> Scalar:
    """PERMUTATIONA."""
    if k < 0 or n < 0 or k > 5000:
        return ErrorCode.NUM
    return _whole(lambda: int(n) ** int(k), k, n)


def multinomial(context: Context, *values: Value) -> Scalar:
    """MULTINOMIAL."""
    counts = _whole_numbers(context, values)
    if isinstance(counts, ErrorCode):
        return counts
    # Beyond this the exact number overflows a double, and would take long.
    logarithm = log_gamma(sum(counts) + 1.0)
    for count in counts:
        logarithm -= log_gamma(count + 1.0)
    if logarithm > _LARGEST_LOGARITHM:
        return ErrorCode.NUM
    result, total = 1, 0
    for count in counts:
        total += count
        result *= math.comb(total, count)
    return _whole(lambda: result, 0.0, 1.0)


def _whole(compute: Callable[[], int], size: float, least_factor: float) -> Scalar:
    """A product of so many factors, none of which is less than about `least_factor`."""
    # Larger ones overflow anyway, and would take long.
    if size > 5000 or math.floor(size) * math.log(max(least_factor - 1.0, 1.0)) > _LARGEST_LOGARITHM:
        return ErrorCode.NUM
    try:
        return float(compute())
    except OverflowError:
        return ErrorCode.NUM


def _over_whole(compute: Callable[..., int]) -> Callable[..., Scalar]:
    def evaluate(context: Context, *values: Value) -> Scalar:
        numbers = _whole_numbers(context, values)
        if isinstance(numbers, ErrorCode):
            return numbers
        result = float(compute(*numbers))
        return result if result < _LARGEST_WHOLE else ErrorCode.NUM

    return evaluate


def _least_multiple(*wholes: int) -> int:
    if not all(wholes):
        return 0
    found = 1
    for each in wholes:
        found = math.lcm(found, each)
        # a multiple of it is no less
        if found >= _LARGEST_WHOLE:
            break
    return found


def _whole_numbers(context: Context, values: Sequence[Value]) -> list[int] | ErrorCode:
    found: list[int] = []
    for value in values:
        for element in context.elements(value):
            number_read = ErrorCode.VALUE if isinstance(element, bool) else to_number(element, context.dates)
            if isinstance(number_read, ErrorCode):
                return number_read
            if not 0 <= number_read < _LARGEST_WHOLE:
                return ErrorCode.NUM
            if element is not BLANK:
                found.append(int(number_read))
    return found


def roman(_context: Context, value: float, given: Scalar) -> Scalar:
    """ROMAN; forms 0 (classic) to 4 (shortest), TRUE for the first and FALSE for the last."""
    form = (0.0 if given else 4.0) if isinstance(given, bool) else to_number(given)
    if isinstance(form, ErrorCode):
        return form
    if not 0 <= value < 4000 or not 0 <= form < 5:
        return ErrorCode.VALUE
    rest, written = int(value), ""
    for part in _ROMAN_VALUES[int(form)].split():
        digits = part.lstrip("0123456789")
        size = int(part[: len(part) - len(digits)])
        while rest >= size:
            written += digits
            rest -= size
    return written


def arabic(_context: Context, source: str) -> Scalar:
    """ARABIC."""
    digits = source.strip().upper()
    sign = -1.0 if digits.startswith("-") else 1.0
    sizes = {letter: size for size, letter in _ROMAN_DIGITS}
    total, highest = 0, 0
    for letter in reversed(digits.removeprefix("-")):
        if letter not in sizes:
            return ErrorCode.VALUE
        size = sizes[letter]
        total += size if size >= highest else -size
        highest = max(highest, size)
    return sign * total


_N, _K = number("n"), number("k")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("FACT", factorial, number("number")),
    function("FACTDOUBLE", double_factorial, number("number")),
    function("COMBIN", combinations, _N, _K),
    function("COMBINA", combinations_with_repetition, _N, _K),
    function("PERMUT", permutations, _N, _K),
    function("PERMUTATIONA", permutations_with_repetition, _N, _K),
    function("MULTINOMIAL", multinomial, cells("number"), repeating=1),
    function("GCD", _over_whole(math.gcd), cells("number"), repeating=1),
    function("LCM", _over_whole(_least_multiple), cells("number"), repeating=1),
    function("ROMAN", roman, number("number"), scalar("form", 0.0)),
    function("ARABIC", arabic, text("text")),
)
