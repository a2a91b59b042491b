"""Numbers to text and back: TEXT, VALUE, FIXED, DOLLAR, NUMBERVALUE; texts in web addresses."""

from urllib.parse import quote

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.coercion import to_number, to_text
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Outcome, number
from mcdesk.formulas.functions.mathematics.rounding import round_half_away
from mcdesk.formulas.functions.parameters import function, logical, scalar, text
from mcdesk.formulas.number_format import format_number, format_text
from mcdesk.formulas.text_numbers import text_to_number
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.number_formats import MOST_CODE_CHARACTERS

_OPERATIONS = ScalarOperations()


def format_value(context: Context, source: Scalar, code: Scalar) -> Scalar:
    """TEXT; text that reads as a number is shown as one."""
    if isinstance(source, ErrorCode):
        return source
    if isinstance(code, ErrorCode):
        return code
    pattern = to_text(code)
    assert isinstance(pattern, str)
    if len(pattern) > MOST_CODE_CHARACTERS:
        return ErrorCode.VALUE
    if isinstance(source, bool):
        return to_text(source)
    if isinstance(source, str):
        number_read = text_to_number(source, context.dates)
        if number_read is None:
            return format_text(source, pattern)
        source = number_read
    shown = format_number(0.0 if source is BLANK else float(source), pattern, context.dates.is_1904)
    return ErrorCode.VALUE if shown is None else shown


def number_of_text(context: Context, source: Scalar) -> Scalar:
    """VALUE; a logical value is no text."""
    return ErrorCode.VALUE if isinstance(source, bool) else to_number(source, context.dates)


def number_value(_context: Context, source: str, decimal: str, group: str) -> Scalar:
    """NUMBERVALUE: text with given separators; each % at the end divides by 100."""
    cleaned = "".join(source.split())
    if not decimal or not group:
        return ErrorCode.VALUE
    percents = len(cleaned) - len(cleaned.rstrip("%"))
    digits = cleaned.rstrip("%").replace(group[0], "").replace(decimal[0], ".")
    found = text_to_number(digits) if digits else 0.0
    return ErrorCode.VALUE if found is None else found / 100.0**percents


def fixed(_context: Context, value: float, places: float, without_commas: bool) -> Scalar:
    """FIXED."""
    if places > 127:
        return ErrorCode.VALUE
    rounded, count = _rounded(value, places)
    whole = "0" if without_commas else "#,##0"
    return format_number(rounded, whole + ("." + "0" * count if count else "")) or ""


def dollar(_context: Context, value: float, places: float) -> Scalar:
    """DOLLAR: in US currency, negative numbers in parentheses."""
    if places > 127:
        return ErrorCode.VALUE
    rounded, count = _rounded(value, places)
    # one section, because two of 127 places are longer than a format may be
    shown = format_number(abs(rounded), "$#,##0" + ("." + "0" * count if count else "")) or ""
    return f"({shown})" if rounded < 0.0 else shown


def encode_url(_context: Context, source: str) -> Scalar:
    """ENCODEURL: every byte in UTF-8 but letters, digits, - _ and . as %XX."""
    # what `quote` leaves besides
    return quote(source, safe="", errors="replace").replace("~", "%7E")


def _rounded(value: float, places: float) -> tuple[float, int]:
    outcome: Outcome[float] = round_half_away(_OPERATIONS, value, places)
    return float(outcome.value), max(int(places), 0)


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("TEXT", format_value, scalar("value"), scalar("format")),
    function("VALUE", number_of_text, scalar("text")),
    function("NUMBERVALUE", number_value, text("text"), text("decimal", "."), text("group", ",")),
    function("FIXED", fixed, number("number"), number("places", 2.0), logical("no_commas", False)),
    function("DOLLAR", dollar, number("number"), number("places", 2.0)),
    function("USDOLLAR", dollar, number("number"), number("places", 2.0)),
    function("ENCODEURL", encode_url, text("text")),
)
