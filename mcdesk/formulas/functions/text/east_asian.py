"""Functions for East Asian text, as they are where each character counts as one byte.

That is Excel with any other language as its default: LENB is LEN, and ASC and DBCS leave their text.
"""

from mcdesk.formulas.coercion import to_text
from mcdesk.formulas.functions.definition import Context, FunctionDefinition, number
from mcdesk.formulas.functions.parameters import cells, function, text
from mcdesk.formulas.functions.text.characters import find, left, middle, replace, right, search
from mcdesk.formulas.functions.text.code_units import units_of
from mcdesk.formulas.values import Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode


def length(_context: Context, source: str) -> Scalar:
    """LENB."""
    return float(len(units_of(source)))


def unchanged(_context: Context, source: str) -> Scalar:
    """ASC, DBCS and JIS."""
    return source


def phonetic(context: Context, source: Value) -> Scalar:
    """PHONETIC: the text of a reference's first cell; readings are not kept. #VALUE! for no reference."""
    if not isinstance(source, Reference):
        return source if isinstance(source, ErrorCode) else ErrorCode.VALUE
    if len(source.areas) > 1:
        return ErrorCode.NA
    return to_text(context.elements(source)[0])


_TEXT, _START, _WANTED = text("text"), number("start", 1.0), text("wanted")

FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("LENB", length, _TEXT),
    function("LEFTB", left, _TEXT, number("count", 1.0)),
    function("RIGHTB", right, _TEXT, number("count", 1.0)),
    function("MIDB", middle, _TEXT, number("start"), number("count")),
    function("FINDB", find, _WANTED, _TEXT, _START),
    function("SEARCHB", search, _WANTED, _TEXT, _START),
    function("REPLACEB", replace, _TEXT, number("start"), number("count"), text("new")),
    function("ASC", unchanged, _TEXT),
    function("DBCS", unchanged, _TEXT),
    function("JIS", unchanged, _TEXT),
    function("PHONETIC", phonetic, cells("reference")),
)
