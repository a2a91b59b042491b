"""CELL: where a cell is, what it holds and how its number format looks."""

import re
from bisect import bisect_right
from operator import attrgetter

from mcdesk.formulas.functions.definition import Context, FunctionDefinition
from mcdesk.formulas.functions.parameters import cells, function, text
from mcdesk.formulas.values import BLANK, Reference, Scalar, Value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import Rectangle, column_letters

_STANDARD_WIDTH = 8.0
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_COLOUR = re.compile(r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
# The codes of dates and times that CELL has a number for, by what they show; others are general.
_DATE_CODES = {
    "dmmmyy": "D1", "dmmm": "D2", "mmmyy": "D3", "mdyy": "D4", "mdyyhmm": "D4", "md": "D5",
    "hmmssam/pm": "D6", "hmmam/pm": "D7", "hmmss": "D8", "hmm": "D9",
}  # fmt: skip


def cell_information(context: Context, kind: str, reference: Value | None) -> Scalar:
    """CELL of the first cell of a reference, of the formula's own without one.

    "filename" has no folder, because a result may not depend on where the file lies. What cannot be
    told from a workbook file alone, such as "prefix" and "protect", is #VALUE!.
    """
    if reference is None:
        sheet, row, column = context.position
        area = Rectangle(sheet, row, column, row, column)
    elif isinstance(reference, Reference):
        area = reference.areas[0]
    else:
        return reference if isinstance(reference, ErrorCode) else ErrorCode.VALUE
    match kind.lower():
        case "address":
            return f"{_book_and_sheet(context, area)}${column_letters(area.left)}${area.top + 1}"
        case "row":
            return float(area.top + 1)
        case "col":
            return float(area.left + 1)
        case "filename":
            return f"[{context.workbook.path.name}]{context.workbook.sheets[area.sheet].name}"
        case "width":
            return _width(context, area)
        case "contents" | "type":
            return _of_value(context, area, kind.lower())
    return _of_format(_format_code(context, area), kind.lower())


def _book_and_sheet(context: Context, area: Rectangle) -> str:
    """What stands before the address of a cell on another sheet."""
    if area.sheet == context.position[0]:
        return ""
    name = f"[{context.workbook.path.name}]{context.workbook.sheets[area.sheet].name}"
    return "'" + name.replace("'", "''") + "'!"


def _width(context: Context, area: Rectangle) -> Scalar:
    widths = context.workbook.sheets[area.sheet].column_widths
    place = bisect_right(widths, area.left, key=attrgetter("first")) - 1
    if place < 0 or widths[place].last < area.left:
        return _STANDARD_WIDTH
    return 0.0 if widths[place].is_hidden else float(int(widths[place].width_characters))


def _of_value(context: Context, area: Rectangle, kind: str) -> Scalar:
    first = Rectangle(area.sheet, area.top, area.left, area.top, area.left)
    value = context.elements(Reference((first,)))[0]
    if kind == "contents":
        return 0.0 if value is BLANK else value
    return "b" if value is BLANK else "l" if isinstance(value, str) else "v"


def _format_code(context: Context, area: Rectangle) -> str:
    sheet = context.workbook.sheets[area.sheet]
    position = sheet.position(area.top, area.left)
    return "General" if position < 0 else context.workbook.number_formats[int(sheet.styles[position])]


def _of_format(code: str, kind: str) -> Scalar:
    sections = code.split(";")
    is_coloured = len(sections) > 1 and _COLOUR.search(sections[1]) is not None
    has_parentheses = "(" in _QUOTED.sub("", sections[0])
    match kind:
        case "color":
            return float(is_coloured)
        case "parentheses":
            return float(has_parentheses)
        case "format":
            return format_text(sections[0]) + ("-" if is_coloured else "") + ("()" if has_parentheses else "")
    return ErrorCode.VALUE


def format_text(section: str) -> str:
    """Return the short text that CELL gives for a number format, such as "F2", ",0", "P0" or "D4"."""
    plain = _QUOTED.sub("", section).lower().strip()
    if re.search(r"[dmyhs]", plain):
        return _DATE_CODES.get(_shape_of_date(plain), "G")
    if ("0" not in plain and "#" not in plain) or "/" in plain:
        return "G"
    digits = len(re.findall(r"[0#?]", plain.partition(".")[2].partition("e")[0]))
    if "e" in plain:
        return f"S{digits}"
    if "%" in plain:
        return f"P{digits}"
    if "$" in section or "€" in section or "£" in section or "¥" in section:
        return f"C{digits}"
    return f",{digits}" if "," in plain else f"F{digits}"


def _shape_of_date(plain: str) -> str:
    """The parts of a date format with the marks between them left out, days and months once."""
    joined = re.sub(r"[^dmyhsap/]|/(?!p)", "", plain)
    short = re.sub(r"d+", "d", joined)
    short = re.sub(r"y+", "yy", short)
    short = re.sub(r"h+", "h", short)
    return re.sub(r"(?<![hm])mm?(?=d|$)|^mm?(?=d)", "m", short)


FUNCTIONS: tuple[FunctionDefinition, ...] = (
    function("CELL", cell_information, text("info_type"), cells("reference", True)),
)
