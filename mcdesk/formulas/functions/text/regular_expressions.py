"""REGEXTEST, REGEXEXTRACT and REGEXREPLACE, with the patterns of PCRE2.

A pattern that takes too long is too much calculation, as an endless array is. How long that is depends on
the machine, but no value does.
"""

import re
from typing import TYPE_CHECKING

from mcdesk.formulas.arrays import array_of
from mcdesk.formulas.cell_store import Obstacle, ObstacleMet, ObstacleReason
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import absent_if_empty, function, text
from mcdesk.formulas.functions.text.pcre_patterns import PatternInvalid, PatternUnknown, compiled_pattern
from mcdesk.formulas.values import Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode

if TYPE_CHECKING:
    import regex

_MOST_SECONDS = 1.0
_MOST_CHARACTERS = 32_767
_CHARACTERS_PER_UNIT = 16
# More than any cell is granted.
_ALL_UNITS = 2**40
_INSERTION = re.compile(r"\$(?:\$|(\d+|[A-Za-z_]\w*)|\{(\d+|[A-Za-z_]\w*)\}|.?)", re.DOTALL)


def test_pattern(context: Context, source: str, pattern: str, case: float) -> Scalar:
    """REGEXTEST."""
    found = _found(context, "REGEXTEST", source, (pattern, case), is_single=True)
    return found if isinstance(found, ErrorCode) else bool(found)


def extract(context: Context, source: str, pattern: str, mode: float, case: float) -> Value:
    """REGEXEXTRACT: the first match, all of them, or the groups of the first; #N/A where there is none."""
    if not 0 <= mode < 3:
        return ErrorCode.VALUE
    found = _found(context, "REGEXEXTRACT", source, (pattern, case), is_single=int(mode) != 1)
    if isinstance(found, ErrorCode):
        return found
    if not found:
        return ErrorCode.NA
    if mode < 1:
        return str(found[0][0])
    if mode < 2:
        return array_of([[match[0] for match in found]])
    return array_of([[group or "" for group in found[0].groups()] or [found[0][0]]])


def replace(
    context: Context, source: str, pattern: str, replacement: str, occurrence: float, case: float
) -> Scalar:
    """REGEXREPLACE: all matches, or one of them, counted from the end if negative."""
    found = _found(context, "REGEXREPLACE", source, (pattern, case), is_single=False)
    if isinstance(found, ErrorCode):
        return found
    if int(occurrence):
        place = int(occurrence) - 1 if occurrence > 0 else len(found) + int(occurrence)
        found = found[place : place + 1] if 0 <= place < len(found) else []
    parts: list[str] = []
    end = length = 0
    for match in found:
        inserted = _inserted(match, replacement)
        if inserted is None:
            return ErrorCode.VALUE
        parts += (source[end : match.start()], inserted)
        end = match.end()
        length += len(parts[-2]) + len(inserted)
        if length > _MOST_CHARACTERS:
            return ErrorCode.VALUE
    result = "".join(parts) + source[end:]
    return result if len(result) <= _MOST_CHARACTERS else ErrorCode.VALUE


def _found(
    context: Context, name: str, source: str, asked: tuple[str, float], is_single: bool
) -> "list[regex.Match[str]] | ErrorCode":
    """The matches in order, only the first one if that is enough; #VALUE! for what is no pattern."""
    pattern, case = asked
    if not 0 <= case < 2:
        return ErrorCode.VALUE
    context.spend((len(source) + len(pattern)) // _CHARACTERS_PER_UNIT)
    try:
        compiled = compiled_pattern(pattern, int(case) == 1)
        if is_single:
            match = compiled.search(source, timeout=_MOST_SECONDS)
            return [] if match is None else [match]
        return list(compiled.finditer(source, timeout=_MOST_SECONDS))
    except PatternInvalid:
        return ErrorCode.VALUE
    except PatternUnknown as error:
        raise ObstacleMet(Obstacle(ObstacleReason.UNSUPPORTED, name)) from error
    except (TimeoutError, MemoryError):
        # some more like it, and no cell is granted anything
        context.spend(_ALL_UNITS)
        raise


def _inserted(match: "regex.Match[str]", replacement: str) -> str | None:
    """The replacement with the groups of a match; None for a group that the pattern lacks, or a lone $."""
    known = match.re.groupindex

    def insertion(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            if found[0] != "$$":
                raise KeyError(found[0])
            return "$"
        if name.isdigit() and int(name) <= match.re.groups:
            return match[int(name)] or ""
        return match[known[name]] or ""

    try:
        return _INSERTION.sub(insertion, replacement)
    except KeyError:
        return None


_TEXT, _PATTERN = text("text"), text("pattern")
_CASE = absent_if_empty(number("case_sensitivity", 0.0))

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("REGEXTEST", test_pattern, _TEXT, _PATTERN, _CASE),
    function("REGEXEXTRACT", extract, _TEXT, _PATTERN, absent_if_empty(number("mode", 0.0)), _CASE),
    function(
        "REGEXREPLACE",
        replace,
        _TEXT,
        _PATTERN,
        text("replacement"),
        absent_if_empty(number("occurrence", 0.0)),
        _CASE,
    ),
)
