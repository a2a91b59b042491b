"""Writes small workbooks for tests: plain zip and strings, so that no library stands in between."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack
from xml.sax.saxutils import escape, quoteattr

from mcdesk.foundation.error_codes import ErrorCode

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

_STATE = {True: "hidden", False: "visible"}

Constant = float | str | bool | ErrorCode | None


@dataclass(frozen=True, slots=True)
class StoredFormula:
    """A formula cell in full: `attributes` go into its `f` element, `cell_attributes` into its `c`."""

    text: str
    cached: Constant = None
    attributes: str = ""
    cell_attributes: str = ""


@dataclass(frozen=True, slots=True)
class RawCell:
    """The whole `c` element as it shall stand in the file."""

    xml: str


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A worksheet table over `ref`, its header row included."""

    name: str
    sheet: str
    ref: str
    columns: tuple[str, ...]
    totals_row_count: int = 0
    header_row_count: int = 1
    auto_filter: str = ""  # the whole `autoFilter` element


# "=A1*2" is a formula without a cached value, ("=A1*2", 6.0) one with it; other text is text.
CellContent = Constant | tuple[str, Constant] | StoredFormula | RawCell
SheetContent = Mapping[str, CellContent]


class WorkbookExtras(TypedDict, total=False):
    """What a workbook may have besides its cells."""

    names: Mapping[str, str]  # text by name, without `=`
    local_names: Sequence[tuple[int, str, str]]  # (sheet index, name, text)
    tables: Sequence[StoredTable]
    hidden_sheets: Sequence[str]
    hidden_rows: Mapping[str, Sequence[int]]  # by sheet name, the row numbers as Excel shows them
    formats: Sequence[str]  # style k + 1 has the k-th of these codes, style 0 is General
    date_1904: bool
    iterate_count: int  # switches iteration on
    external: Sequence[tuple[str, Mapping[str, Mapping[str, Constant]]]]  # (target, values by sheet, address)
    sheet_tails: Mapping[str, str]  # by sheet name, XML after the cells, such as `mergeCells`
    parts: Mapping[str, str | bytes | None]  # further parts, or replacements; None leaves a part out


def write_xlsx(path: Path, sheets: Mapping[str, SheetContent], **extras: Unpack[WorkbookExtras]) -> Path:
    """Write a workbook of these sheets (cells by address) and return its path."""
    return write_parts(
        path,
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")]),
            "xl/styles.xml": _styles(list(extras.get("formats", ()))),
            **_workbook_parts(sheets, extras),
            **_sheet_parts(sheets, extras),
            **_table_parts(extras),
            **_external_parts(extras),
            **extras.get("parts", {}),
        },
    )


def write_parts(path: Path, parts: Mapping[str, str | bytes | None]) -> Path:
    """Write a zip of these parts, leaving out those that are None, and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            if data is not None:
                package.writestr(name, data)
    return path


def cell_xml(address: str, content: CellContent) -> str:
    """Return the `c` element of a cell."""
    if isinstance(content, RawCell):
        return content.xml
    if isinstance(content, tuple):
        content = StoredFormula(content[0], content[1])
    if isinstance(content, str) and content.startswith("="):
        content = StoredFormula(content)
    if isinstance(content, StoredFormula):
        text = escape(content.text.removeprefix("="))
        kind, value = _value(content.cached)
        start = f'<c r="{address}" {kind} {content.cell_attributes}>'
        return f"{start}<f {content.attributes}>{text}</f>{value}</c>"
    kind, value = _value(content)
    return f'<c r="{address}" {kind}>{value}</c>'


def _value(value: Constant) -> tuple[str, str]:
    match value:
        case None:
            return "", ""
        case bool():
            return 't="b"', f"<v>{int(value)}</v>"
        case ErrorCode():
            return 't="e"', f"<v>{value.text}</v>"
        case str():
            return 't="str"', f"<v>{escape(value)}</v>"
        case _:
            return "", f"<v>{value!r}</v>"


def _workbook_parts(sheets: Mapping[str, SheetContent], extras: WorkbookExtras) -> dict[str, str]:
    external_count = len(extras.get("external", ()))
    links = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    links += [("externalLink", f"externalLinks/externalLink{i}.xml") for i in range(1, external_count + 1)]
    references = "".join(
        f'<externalReference r:id="rId{len(sheets) + i}"/>' for i in range(1, external_count + 1)
    )
    hidden = extras.get("hidden_sheets", ())
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}" state="{_STATE[name in hidden]}"/>'
        for i, name in enumerate(sheets, 1)
    )
    count = extras.get("iterate_count")
    iterate = "" if count is None else f' iterate="1" iterateCount="{count}"'
    return {
        "xl/_rels/workbook.xml.rels": _relationships([*links, ("styles", "styles.xml")]),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
            f'<workbookPr date1904="{int(extras.get("date_1904", False))}"/><sheets>{entries}</sheets>'
            f"<externalReferences>{references}</externalReferences>"
            f"<definedNames>{_names(extras)}</definedNames><calcPr{iterate}/></workbook>"
        ),
    }


def _sheet_parts(sheets: Mapping[str, SheetContent], extras: WorkbookExtras) -> dict[str, str]:
    parts = {}
    for number, (name, cells) in enumerate(sheets.items(), 1):
        hidden = set(extras.get("hidden_rows", {}).get(name, ()))
        tail = extras.get("sheet_tails", {}).get(name, "")
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(cells, hidden, tail)
        tables = [i for i, table in enumerate(extras.get("tables", ()), 1) if table.sheet == name]
        if tables:
            links = [("table", f"../tables/table{i}.xml") for i in tables]
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relationships(links)
    return parts


def _sheet(cells: SheetContent, hidden_rows: set[int], tail: str) -> str:
    cells_by_row: dict[int, list[str]] = {row: [] for row in hidden_rows}
    for address, content in cells.items():
        row = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        cells_by_row.setdefault(row, []).append(cell_xml(address, content))
    rows = "".join(
        f'<row r="{row}" hidden="{int(row in hidden_rows)}">{"".join(texts)}</row>'
        for row, texts in sorted(cells_by_row.items())
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'


def _table_parts(extras: WorkbookExtras) -> dict[str, str]:
    return {
        f"xl/tables/table{i}.xml": _table(table, i) for i, table in enumerate(extras.get("tables", ()), 1)
    }


def _external_parts(extras: WorkbookExtras) -> dict[str, str]:
    parts = {}
    for i, (target, values) in enumerate(extras.get("external", ()), 1):
        parts[f"xl/externalLinks/externalLink{i}.xml"] = _external(values)
        parts[f"xl/externalLinks/_rels/externalLink{i}.xml.rels"] = _relationships(
            [("externalLinkPath", target)], mode="External"
        )
    return parts


def _names(extras: WorkbookExtras) -> str:
    own = [(quoteattr(name), text) for name, text in extras.get("names", {}).items()]
    local = [
        (f'{quoteattr(name)} localSheetId="{i}"', text) for i, name, text in extras.get("local_names", ())
    ]
    return "".join(f"<definedName name={name}>{escape(text)}</definedName>" for name, text in [*own, *local])


def _relationships(links: list[tuple[str, str]], mode: str = "Internal") -> str:
    entries = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target={quoteattr(target)} TargetMode="{mode}"/>'
        for i, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{entries}</Relationships>'


def _styles(formats: list[str]) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode={quoteattr(code)}/>' for i, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in [0, *range(164, 164 + len(formats))])
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'


def _table(table: StoredTable, number: int) -> str:
    columns = "".join(
        f'<tableColumn id="{i}" name={quoteattr(name)}/>' for i, name in enumerate(table.columns, 1)
    )
    return (
        f'<table xmlns="{MAIN}" id="{number}" name="{table.name}" displayName="{table.name}"'
        f' ref="{table.ref}" headerRowCount="{table.header_row_count}"'
        f' totalsRowCount="{table.totals_row_count}">'
        f"{table.auto_filter}<tableColumns>{columns}</tableColumns></table>"
    )


def _external(values: Mapping[str, Mapping[str, Constant]]) -> str:
    names = "".join(f"<sheetName val={quoteattr(name)}/>" for name in values)
    sheets = ""
    for i, cells in enumerate(values.values()):
        rows = "".join(_external_cell(*cell) for cell in cells.items())
        sheets += f'<sheetData sheetId="{i}"><row>{rows}</row></sheetData>'
    return (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{OFFICE}"><externalBook r:id="rId1">'
        f"<sheetNames>{names}</sheetNames><sheetDataSet>{sheets}</sheetDataSet></externalBook></externalLink>"
    )


def _external_cell(address: str, value: Constant) -> str:
    kind, text = _value(value)
    return f'<cell r="{address}" {kind}>{text}</cell>'
