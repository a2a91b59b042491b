"""A worksheet under construction: cells with their formulas, looks and values, and the file of it."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

FORMATS = {
    "plain": "General",
    "whole": "#,##0",
    "tenth": "#,##0.0",
    "money": "#,##0.00",
    "percent": "0.0%",
}
# What a cell is for: font, fill (by their places in `_styles`).
LOOKS = {
    "": (0, 0),
    "bold": (1, 0),
    "title": (2, 0),
    "head": (3, 2),
    "input": (0, 3),
    "result": (1, 4),
    "note": (4, 0),
}
_HEIGHT = ' ht="24" customHeight="1"'
STYLES = [f"{look} {number}".strip() for look in LOOKS for number in FORMATS]


class ExampleSheet:
    """One sheet while it is written: cells by address, and the value of each."""

    def __init__(self, name: str, widths: list[float]) -> None:
        self.name = name
        self.widths = widths
        self.values: dict[str, float | str] = {}
        self._xml_by_row: dict[int, dict[str, str]] = {}

    def text(self, address: str, text: str, style: str = "plain") -> None:
        """Put a text."""
        body = f"<is><t>{escape(text)}</t></is>"
        self._put(address, f'<c r="{address}" s="{_style(style)}" t="inlineStr">{body}</c>')

    def number(self, address: str, value: float, style: str = "plain") -> float:
        """Put a constant and return it."""
        self._put(address, f'<c r="{address}" s="{_style(style)}"><v>{value!r}</v></c>')
        self.values[address] = value
        return value

    def formula(self, address: str, text: str, value: float, style: str = "plain") -> float:
        """Put a formula with its value and return the value."""
        body = f"<f>{escape(text)}</f><v>{value!r}</v>"
        self._put(address, f'<c r="{address}" s="{_style(style)}">{body}</c>')
        self.values[address] = value
        return value

    def xml(self) -> str:
        """Return the part of the sheet."""
        columns = "".join(
            f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>'
            for i, width in enumerate(self.widths, 1)
        )
        rows = "".join(
            f'<row r="{row}"{_HEIGHT * (row == 1)}>{"".join(xml for _, xml in sorted(cells.items()))}</row>'
            for row, cells in sorted(self._xml_by_row.items())
        )
        return (
            f'{HEADER}<worksheet xmlns="{MAIN}"><cols>{columns}</cols>'
            f"<sheetData>{rows}</sheetData></worksheet>"
        )

    def _put(self, address: str, xml: str) -> None:
        row = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        self._xml_by_row.setdefault(row, {})[address] = xml


def write_workbook(path: Path, sheet: ExampleSheet) -> None:
    """Write a workbook of one sheet; the same sheet gives the same bytes."""
    parts = {
        "[Content_Types].xml": (
            f'{HEADER}<Types xmlns="{CONTENT_TYPES}">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>'
        ),
        "_rels/.rels": _relationships(("officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
        ),
        "xl/workbook.xml": (
            f'{HEADER}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            f'<sheet name="{sheet.name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/styles.xml": _styles(),
        "xl/worksheets/sheet1.xml": sheet.xml(),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, text)


def _style(name: str) -> int:
    look, _, number = name.rpartition(" ")
    if number in LOOKS:
        look, number = number, "plain"
    return STYLES.index(f"{look} {number}".strip())


def _relationships(*links: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(links, 1)
    )
    return f'{HEADER}<Relationships xmlns="{PACKAGE}">{entries}</Relationships>'


def _styles() -> str:
    formats = "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode="{code}"/>' for i, code in enumerate(FORMATS.values())
    )
    cells = "".join(
        f'<xf numFmtId="{164 + i}" fontId="{font}" fillId="{fill}" borderId="{int(fill in (3, 4))}" xfId="0"'
        ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"/>'
        for font, fill in LOOKS.values()
        for i in range(len(FORMATS))
    )
    name = '<name val="Calibri"/>'
    fonts = (
        f'<sz val="11"/>{name}',
        f'<b/><sz val="11"/>{name}',
        f'<b/><sz val="16"/><color rgb="FF1F3864"/>{name}',
        f'<b/><sz val="11"/><color rgb="FFFFFFFF"/>{name}',
        f'<i/><sz val="10"/><color rgb="FF7F7F7F"/>{name}',
    )
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'
        for colour in ("1F3864", "FFF8E1", "E8F3EC")
    )
    line = '<left/><right/><top/><bottom style="hair"><color rgb="FFBFBFBF"/></bottom><diagonal/>'
    return (
        f'{HEADER}<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">{formats}</numFmts>'
        f'<fonts count="{len(fonts)}">{"".join(f"<font>{font}</font>" for font in fonts)}</fonts>'
        f'<fills count="5"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill>{fills}</fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{line}</border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(STYLES)}">{cells}</cellXfs></styleSheet>'
    )
