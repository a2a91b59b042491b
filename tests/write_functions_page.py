"""Writes docs/functions.md from the definitions of the worksheet functions: `python3 dev.py functions`."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from mcdesk.formulas import functions
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.definition import FunctionDefinition
from mcdesk.formulas.functions.excel_names import excel_functions, is_outside_function
from mcdesk.formulas.special_lowering import special_lowerings

PAGE = Path(__file__).parent.parent / "docs" / "functions.md"
_TITLE_BY_FOLDER = {
    "date_time": "Dates and times",
    "engineering": "Engineering",
    "financial": "Financial",
    "information": "Information",
    "logical": "Logical",
    "lookup": "Look-up, databases and arrays",
    "mathematics": "Mathematics",
    "statistics": "Statistics",
    "text": "Text",
}
_HEAD = """\
# Worksheet functions

Each function of Excel stands here, with what mcdesk does with it. This page is written by
`python3 dev.py functions` from the definitions of the functions.

- **Evaluated**: `yes` where it is calculated as Excel does; `stored value` where the value comes from outside
  of the workbook and that which the file keeps stands for it; `no` where a cell that calls it, and all that
  need that cell, have no value.
- **Compiled**: `yes` where it may become a part of the compiled program when its arguments are uncertain.
  Without it, such a cell is evaluated trial by trial, which takes longer and gives the same. Some arguments,
  arrays of a size of their own among them, are evaluated even so.
"""
_FORECAST = (
    "Holt and Winters' additive method. Excel does not publish how it finds the parameters and the length of "
    "a season: values agree on lines and exact seasons, else they are near."
)
_SINGLE_BYTE = "As in Excel where each character of the default language has one byte."
_PATTERN = "Patterns of PCRE2; a pattern that takes too long stops its cell."
_TRIMMED = "How a file keeps the operator `{}`."
NOTE_BY_NAME = {
    "BESSELK": "The digits of Excel, which differ from the true value by up to 2e-7.",
    "CELL": "Without a folder in `filename`; `prefix` and `protect` are `#VALUE!`.",
    "INFO": "`system` is `pcdos` and `release` `16.0`; what differs between computers is `#N/A`.",
    "IMPOWER": "By the polar form, as in Excel; what is left of rounding may differ from Excel's.",
    "IMSQRT": "As `IMPOWER`.",
    "PHONETIC": "The text of the first cell; readings that the file keeps are not read.",
    "GROUPBY": "A function of two parameters takes the whole beside the group.",
    "PIVOTBY": "As `GROUPBY`; where the head of a field stands is not documented.",
    "REGEXTEST": _PATTERN,
    "REGEXEXTRACT": _PATTERN,
    "REGEXREPLACE": _PATTERN,
    "FORECAST.ETS": _FORECAST,
    "FORECAST.ETS.CONFINT": "As `FORECAST.ETS`.",
    "FORECAST.ETS.SEASONALITY": "As `FORECAST.ETS`.",
    "FORECAST.ETS.STAT": "As `FORECAST.ETS`.",
    "_TRO_ALL": _TRIMMED.format(".:."),
    "_TRO_LEADING": _TRIMMED.format(".:"),
    "_TRO_TRAILING": _TRIMMED.format(":."),
    "__XLUDF.DUMMYFUNCTION": "What Google Sheets writes for its own functions: `#NAME?`, as in Excel.",
    "_FV": "The field of a data type, as in `A1.Price`.",
    **dict.fromkeys(
        ("ASC", "DBCS", "JIS", "LENB", "LEFTB", "RIGHTB", "MIDB", "FINDB", "SEARCHB", "REPLACEB"),
        _SINGLE_BYTE,
    ),
}
# Read by the parser and the compiler of formulas, not called.
_FORMS = {"LET": "yes", "LAMBDA": "no"}
_MOST_ROWS = 60


def page_text() -> str:
    """The page as the definitions of this moment give it."""
    names_by_folder = dict(_names_by_folder())
    parts = [_HEAD]
    for folder, title in sorted(_TITLE_BY_FOLDER.items(), key=lambda item: item[1]):
        forms = _FORMS if folder == "logical" else {}
        parts.append(_table(title, sorted((*names_by_folder[folder], *forms))))
    known = {*FUNCTION_BY_NAME, *_FORMS}
    parts.append(
        _table("From outside of the workbook", sorted(filter(is_outside_function, excel_functions())))
    )
    missing = [name for name in excel_functions() if name not in known and not is_outside_function(name)]
    parts.append(_table("Not calculated", sorted(missing)))
    return "\n".join(parts)


def _names_by_folder() -> Iterator[tuple[str, list[str]]]:
    for folder in pkgutil.iter_modules(functions.__path__, "mcdesk.formulas.functions."):
        if folder.ispkg:
            yield folder.name.rpartition(".")[2], list(_names_in(folder.name))


def _names_in(package: str) -> Iterator[str]:
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__, package + "."):
        for definition in getattr(importlib.import_module(module.name), "FUNCTIONS", ()):
            yield definition.name


def _table(title: str, names: list[str]) -> str:
    """A table of them, or several of one length that can be glanced over and are quick to lay out."""
    count = -(-len(names) // _MOST_ROWS)
    if count == 1:
        return f"## {title}\n\n{_rows(names)}"
    length = -(-len(names) // count)
    groups = [names[start : start + length] for start in range(0, len(names), length)]
    tables = (f"### {group[0]} to {group[-1]}\n\n{_rows(group)}" for group in groups)
    return "\n".join((f"## {title}\n", *tables))


def _rows(names: list[str]) -> str:
    rows = (
        f"| `{name}` | {_evaluated(name)} | {_compiled(name)} | {NOTE_BY_NAME.get(name, '')} |"
        for name in names
    )
    return "\n".join(("| Function | Evaluated | Compiled | Notes |\n|---|---|---|---|", *rows)) + "\n"


def _evaluated(name: str) -> str:
    if is_outside_function(name):
        return "stored value"
    return "yes" if name in FUNCTION_BY_NAME or name in _FORMS else "no"


def _compiled(name: str) -> str:
    if name in _FORMS:
        return _FORMS[name]
    definition = FUNCTION_BY_NAME.get(name)
    is_compiled = definition is not None and (_has_body(definition) or name in special_lowerings())
    return "yes" if is_compiled else "no"


def _has_body(definition: FunctionDefinition) -> bool:
    bodies = (definition.elementwise, definition.aggregate, definition.over_samples)
    return any(body is not None for body in bodies)


if __name__ == "__main__":
    PAGE.write_bytes(page_text().encode())
