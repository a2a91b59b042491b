"""Functions that take text apart, join it and change it."""

import re
from collections.abc import Callable, Iterable

from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.criteria import find_wildcard
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, Kind, Parameter, number
from mcdesk.formulas.functions.parameters import (
    absent_if_empty,
    cells,
    function,
    logical,
    optional_number,
    text,
)
from mcdesk.formulas.functions.text.code_units import text_of, units_of
from mcdesk.formulas.values import ArrayValue, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

_MOST_CHARACTERS = 32_767


def left(_context: Context, source: str, count: float) -> Scalar:
    """LEFT."""
    return text_of(units_of(source)[: int(count)]) if count >= 0 else ErrorCode.VALUE


def right(_context: Context, source: str, count: float) -> Scalar:
    """RIGHT."""
    if count < 0:
        return ErrorCode.VALUE
    return text_of(units_of(source)[-int(count) :]) if int(count) else ""


def middle(_context: Context, source: str, start: float, count: float) -> Scalar:
    """MID, from a place counted from 1."""
    if start < 1 or count < 0:
        return ErrorCode.VALUE
    return text_of(units_of(source)[int(start) - 1 : int(start) - 1 + int(count)])


def trim(_context: Context, source: str) -> Scalar:
    """TRIM: without spaces at the ends, single ones within."""
    return re.sub(" +", " ", source.strip(" "))


def proper(_context: Context, source: str) -> Scalar:
    """PROPER: each run of letters with one capital."""
    return re.sub(r"[^\W\d_]+", lambda found: found[0][0].upper() + found[0][1:].lower(), source)


def clean(_context: Context, source: str) -> Scalar:
    """CLEAN: without the characters 0 to 31."""
    return "".join(character for character in source if ord(character) > 31)


def find(_context: Context, wanted: str, source: str, start: float) -> Scalar:
    """FIND: by case, no wildcards."""
    wanted, source = units_of(wanted), units_of(source)
    if not 1 <= start <= len(source) + 1:
        return ErrorCode.VALUE
    place = source.find(wanted, int(start) - 1)
    return float(place + 1) if place >= 0 else ErrorCode.VALUE


def search(_context: Context, wanted: str, source: str, start: float) -> Scalar:
    """SEARCH: in any case, with wildcards."""
    wanted, source = units_of(wanted), units_of(source)
    if not 1 <= start <= len(source) + 1:
        return ErrorCode.VALUE
    found = find_wildcard(wanted, source, int(start) - 1)
    return ErrorCode.VALUE if found is None else float(found + 1)


def substitute(_context: Context, source: str, old: str, new: str, occurrence: float | None) -> Scalar:
    """SUBSTITUTE: all occurrences, or one of them."""
    if occurrence is None:
        # told beforehand: each text is at most a cell long, their product is not
        grown = len(source) + source.count(old) * (len(new) - len(old)) if old else 0
        if grown > _MOST_CHARACTERS:
            return ErrorCode.VALUE
        return _bounded(source.replace(old, new) if old else source)
    if occurrence < 1:
        return ErrorCode.VALUE
    place = -1
    for _ in range(int(occurrence)):
        place = source.find(old, place + 1) if old else -1
        if place < 0:
            return source
    return _bounded(source[:place] + new + source[place + len(old) :])


def replace(_context: Context, source: str, start: float, count: float, new: str) -> Scalar:
    """REPLACE."""
    if start < 1 or count < 0:
        return ErrorCode.VALUE
    first, units = int(start) - 1, units_of(source)
    return _bounded(text_of(units[:first] + units_of(new) + units[first + int(count) :]))


def repeat(_context: Context, source: str, count: float) -> Scalar:
    """REPT."""
    if count < 0 or len(source) * count > _MOST_CHARACTERS:
        return ErrorCode.VALUE
    return source * int(count) if source else ""


def concatenate(_context: Context, *parts: str) -> Scalar:
    """CONCATENATE."""
    return joined(parts)


def concat(context: Context, *sources: Value) -> Scalar:
    """CONCAT: all elements of ranges."""
    parts = texts_of(context, sources)
    return parts if isinstance(parts, ErrorCode) else joined(parts)


def text_join(context: Context, delimiter: Value, skips_empty: bool, *sources: Value) -> Scalar:
    """TEXTJOIN: delimiters are used in turn."""
    parts, delimiters = texts_of(context, sources), texts_of(context, (delimiter,))
    if isinstance(delimiters, ErrorCode):
        return delimiters
    if isinstance(parts, ErrorCode):
        return parts
    kept = [part for part in parts if part or not skips_empty]
    return joined(
        text
        for place, part in enumerate(kept)
        for text in (part, delimiters[place % len(delimiters)] if place < len(kept) - 1 else "")
    )


def texts_of(context: Context, sources: tuple[Value, ...]) -> list[str] | ErrorCode:
    """Return the texts of all elements of values."""
    found: list[str] = []
    for source in sources:
        for element in context.elements(source):
            part = to_text(element)
            if isinstance(part, ErrorCode):
                return part
            found.append(part)
    return found


def character(_context: Context, code: float) -> Scalar:
    """CHAR, of Windows-1252."""
    if not 1 <= code < 256:
        return ErrorCode.VALUE
    return bytes([int(code)]).decode("cp1252", errors="replace").replace("\ufffd", chr(int(code)))


def code(_context: Context, source: str) -> Scalar:
    """CODE, in Windows-1252; 63 for what it lacks."""
    if not source:
        return ErrorCode.VALUE
    return float(source[0].encode("cp1252", errors="replace")[0])


def unicode_character(_context: Context, number_of_character: float) -> Scalar:
    """UNICHAR."""
    whole = int(number_of_character)
    if not 1 <= whole <= 0x10FFFF or 0xD800 <= whole <= 0xDFFF:
        return ErrorCode.VALUE
    return chr(whole)


def unicode_number(_context: Context, source: str) -> Scalar:
    """UNICODE."""
    return float(ord(source[0])) if source else ErrorCode.VALUE


def _part(is_before: bool) -> Callable[..., Scalar]:
    def evaluate(
        context: Context, source: str, delimiter: Value, occurrence: float, *options: Value
    ) -> Scalar:
        ignores_case, to_end, if_absent = options
        delimiters = texts_of(context, (delimiter,))
        if isinstance(delimiters, ErrorCode):
            return delimiters
        if occurrence == 0 or (not source and not to_end):
            return ErrorCode.VALUE
        flags = re.IGNORECASE if ignores_case else re.NOFLAG
        pattern = "|".join(re.escape(part) for part in delimiters)
        spans = [found.span() for found in re.finditer(pattern, source, flags)]
        place = int(occurrence) - 1 if occurrence > 0 else len(spans) + int(occurrence)
        if not 0 <= place < len(spans):
            if to_end and place in (-1, len(spans)):
                is_whole = is_before is (place == len(spans))
                return source if is_whole else ""
            return ErrorCode.NA if if_absent is None else context.scalar(if_absent)
        start, end = spans[place]
        return source[:start] if is_before else source[end:]

    return evaluate


def text_split(context: Context, source: str, columns: Value, rows: Value, *options: Value) -> Value:
    """TEXTSPLIT: by delimiters of columns and of rows."""
    skips_empty, ignores_case, filling = options
    lines = _split(context, source, rows, bool(skips_empty), bool(ignores_case))
    grid = [_split(context, line, columns, bool(skips_empty), bool(ignores_case)) for line in lines]
    width = max((len(line) for line in grid), default=0)
    if not width:
        return ErrorCode.CALC
    fill: Scalar = ErrorCode.NA if filling is None else context.scalar(filling)
    context.spend(len(grid) * width)
    return ArrayValue(tuple((*line, *([fill] * (width - len(line)))) for line in grid))


def _split(context: Context, source: str, delimiters: Value, skips: bool, ignores_case: bool) -> list[str]:
    found = None if delimiters is None else texts_of(context, (delimiters,))
    if not found or isinstance(found, ErrorCode) or found == [""]:
        return [source]
    pattern = "|".join(re.escape(part) for part in found)
    parts = re.split(pattern, source, flags=re.IGNORECASE if ignores_case else re.NOFLAG)
    return [part for part in parts if part or not skips]


def joined(parts: Iterable[str]) -> Scalar:
    """The parts as one text, given up where it grows beyond a cell's length."""
    kept: list[str] = []
    length = 0
    for part in parts:
        length += len(part)
        if length > _MOST_CHARACTERS:
            return ErrorCode.VALUE
        kept.append(part)
    return "".join(kept)


def in_case(source: str, change: Callable[[str], str]) -> str:
    """Change letter by letter, as Excel does: one that would become two, such as ß, stays."""
    changed = change(source)
    if len(changed) == len(source):
        return changed
    return "".join(each if len(change(each)) != 1 else change(each) for each in source)


def _bounded(result: str) -> Scalar:
    return result if len(result) <= _MOST_CHARACTERS else ErrorCode.VALUE


_TEXT, _START = text("text"), number("start", 1.0)
_SKIPS = absent_if_empty(Parameter("skips_empty", Kind.LOGICAL, default=True))
_PART = (
    _TEXT,
    cells("delimiter"),
    absent_if_empty(number("occurrence", 1.0)),
    absent_if_empty(logical("ignores_case", False)),
    absent_if_empty(logical("to_end", False)),
    absent_if_empty(cells("if_absent", True)),
)

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("LEFT", left, _TEXT, number("count", 1.0)),
    function("RIGHT", right, _TEXT, number("count", 1.0)),
    function("MID", middle, _TEXT, number("start"), number("count")),
    function("LEN", lambda _context, source: float(len(units_of(source))), _TEXT),
    function("LOWER", lambda _context, source: in_case(source, str.lower), _TEXT),
    function("UPPER", lambda _context, source: in_case(source, str.upper), _TEXT),
    function("PROPER", proper, _TEXT),
    function("TRIM", trim, _TEXT),
    function("CLEAN", clean, _TEXT),
    function("EXACT", lambda _context, a, b: a == b, _TEXT, text("other")),
    function("FIND", find, text("wanted"), _TEXT, _START),
    function("SEARCH", search, text("wanted"), _TEXT, _START),
    function("SUBSTITUTE", substitute, _TEXT, text("old"), text("new"), optional_number("occurrence")),
    function("REPLACE", replace, _TEXT, number("start"), number("count"), text("new")),
    function("REPT", repeat, _TEXT, number("count")),
    function("CONCATENATE", concatenate, _TEXT, repeating=1),
    function("CONCAT", concat, cells("text"), repeating=1),
    function("TEXTJOIN", text_join, cells("delimiter"), _SKIPS, cells("text"), repeating=1),
    function("CHAR", character, number("code")),
    function("CODE", code, _TEXT),
    function("UNICHAR", unicode_character, number("code")),
    function("UNICODE", unicode_number, _TEXT),
    function("TEXTBEFORE", _part(True), *_PART),
    function("TEXTAFTER", _part(False), *_PART),
    function(
        "TEXTSPLIT",
        text_split,
        _TEXT,
        absent_if_empty(cells("columns")),
        absent_if_empty(cells("rows", True)),
        absent_if_empty(logical("skips_empty", False)),
        absent_if_empty(logical("ignores_case", False)),
        absent_if_empty(cells("filling", True)),
    ),
)
