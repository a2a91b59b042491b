"""Writes the example workbooks beside this file: formulas, formats, and the values that they have.

The values are calculated here, in Python, next to each formula; `mcdesk check` compares the two.
Run it after a change: python3 resources/examples/make_examples.py
"""

import math
import zipfile
from pathlib import Path
from statistics import NormalDist
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Styles by name: number format and font (0 plain, 1 bold).
STYLES = {
    "plain": ("General", 0),
    "bold": ("General", 1),
    "whole": ("#,##0", 0),
    "tenth": ("#,##0.0", 0),
    "money": ("#,##0.00", 0),
    "percent": ("0.0%", 0),
    "result": ("#,##0.00", 1),
}


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
            f'<row r="{row}">{"".join(cells[address] for address in sorted(cells))}</row>'
            for row, cells in sorted(self._xml_by_row.items())
        )
        return (
            f'{HEADER}<worksheet xmlns="{MAIN}"><cols>{columns}</cols>'
            f"<sheetData>{rows}</sheetData></worksheet>"
        )

    def _put(self, address: str, xml: str) -> None:
        row = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        self._xml_by_row.setdefault(row, {})[address] = xml


def product_launch() -> ExampleSheet:
    """Five years of a new product: units, revenue, cost, tax, net present value."""
    sheet = ExampleSheet("Launch", [34, 14, 14, 14, 14, 14, 14])
    sheet.text("A1", "Product launch: profit and loss over five years", "bold")
    sheet.text("A3", "Assumptions", "bold")
    market = _assumption(sheet, 4, "Market in year 1 (units)", 1_200_000.0, "whole")
    growth = _assumption(sheet, 5, "Market growth per year", 0.04, "percent")
    share = _assumption(sheet, 6, "Share of the market at its peak", 0.06, "percent")
    price = _assumption(sheet, 7, "Price per unit in year 1", 49.0, "money")
    price_change = _assumption(sheet, 8, "Change of the price per year", -0.02, "percent")
    unit_cost = _assumption(sheet, 9, "Cost per unit", 27.0, "money")
    fixed_cost = _assumption(sheet, 10, "Fixed cost per year", 600_000.0, "whole")
    investment = _assumption(sheet, 11, "Investment before the launch", 1_500_000.0, "whole")
    tax_rate = _assumption(sheet, 12, "Tax rate", 0.25, "percent")
    discount = _assumption(sheet, 13, "Discount rate", 0.10, "percent")
    labels = ("Year", "Ramp-up", "Units", "Price", "Revenue", "Variable cost", "Fixed cost")
    for row, label in enumerate((*labels, "Operating profit", "Tax", "Cash flow"), 16):
        sheet.text(f"A{row}", label, "bold" if row == 16 else "plain")
    sheet.number("B16", 0.0, "bold")
    flows = [sheet.formula("B25", "-B11", -investment, "whole")]
    for year, (column, ramp) in enumerate(zip("CDEFG", (0.35, 0.7, 1.0, 1.0, 0.9), strict=True), 1):
        before = chr(ord(column) - 1)
        sheet.formula(f"{column}16", f"{before}16+1", float(year), "bold")
        sheet.number(f"{column}17", ramp, "percent")
        units = market * (1 + growth) ** (year - 1) * share * ramp
        sheet.formula(f"{column}18", f"$B$4*(1+$B$5)^({column}16-1)*$B$6*{column}17", units, "whole")
        unit_price = price * (1 + price_change) ** (year - 1)
        sheet.formula(f"{column}19", f"$B$7*(1+$B$8)^({column}16-1)", unit_price, "money")
        revenue = sheet.formula(f"{column}20", f"{column}18*{column}19", units * unit_price, "whole")
        variable = sheet.formula(f"{column}21", f"{column}18*$B$9", units * unit_cost, "whole")
        sheet.formula(f"{column}22", "$B$10", fixed_cost, "whole")
        profit = revenue - variable - fixed_cost
        sheet.formula(f"{column}23", f"{column}20-{column}21-{column}22", profit, "whole")
        tax = sheet.formula(f"{column}24", f"MAX(0,{column}23)*$B$12", max(0.0, profit) * tax_rate, "whole")
        flows.append(sheet.formula(f"{column}25", f"{column}23-{column}24", profit - tax, "whole"))
    sheet.text("A27", "Net present value", "bold")
    value = flows[0] + sum(flow / (1 + discount) ** year for year, flow in enumerate(flows[1:], 1))
    sheet.formula("B27", "B25+NPV(B13,C25:G25)", value, "result")
    sheet.text("A28", "Loss (1 if the net present value is negative)", "bold")
    sheet.formula("B28", "IF(B27<0,1,0)", float(value < 0), "bold")
    return sheet


def project_plan() -> ExampleSheet:
    """A project whose durations are uncertain in the cells themselves, with a path and a penalty."""
    sheet = ExampleSheet("Plan", [26, 12, 12, 12, 12, 12, 12, 14, 14])
    sheet.text("A1", "Project plan: duration and cost under uncertainty", "bold")
    heads = ("Task", "Shortest", "Likely", "Longest", "Weeks", "Starts", "Ends", "Cost per week", "Cost")
    for column, head in zip("ABCDEFGHI", heads, strict=True):
        sheet.text(f"{column}3", head, "bold")
    tasks = (
        ("Design", (4.0, 6.0, 10.0), "RiskPert", "0", 18_000.0),
        ("Permits", (3.0, 5.0, 12.0), "RiskTriang", "G4", 4_000.0),
        ("Build", (8.0, 10.0, 16.0), "RiskPert", "G4", 42_000.0),
        ("Test", (2.0, 3.0, 6.0), "RiskTriang", "MAX(G5,G6)", 25_000.0),
        ("Roll out", (1.0, 2.0, 4.0), "RiskTriang", "G7", 15_000.0),
    )
    ends: dict[str, float] = {"0": 0.0}
    costs = []
    for row, (name, bounds, function, start_text, rate) in enumerate(tasks, 4):
        sheet.text(f"A{row}", name)
        for column, bound in zip("BCD", bounds, strict=True):
            sheet.number(f"{column}{row}", bound, "tenth")
        low, mode, high = bounds
        mean = (low + 4 * mode + high) / 6 if function == "RiskPert" else (low + mode + high) / 3
        weeks = sheet.formula(f"E{row}", f"{function}(B{row},C{row},D{row})", mean, "tenth")
        start = max(ends["G5"], ends["G6"]) if "MAX" in start_text else ends[start_text]
        sheet.formula(f"F{row}", start_text, start, "tenth")
        ends[f"G{row}"] = sheet.formula(f"G{row}", f"F{row}+E{row}", start + weeks, "tenth")
        sheet.number(f"H{row}", rate, "whole")
        costs.append(sheet.formula(f"I{row}", f"E{row}*H{row}", weeks * rate, "whole"))
    overhead = _assumption(sheet, 11, "Overhead per week", 6_000.0, "whole")
    deadline = _assumption(sheet, 12, "Deadline (weeks)", 24.0, "tenth")
    penalty = _assumption(sheet, 13, "Penalty per week late", 20_000.0, "whole")
    rework = _assumption(sheet, 14, "Cost of rework", 120_000.0, "whole")
    sheet.text("A15", "Rework is needed (30 %)")
    needed = sheet.formula("B15", "IF(RAND()<0.3,1,0)", 0.0)
    sheet.text("A17", "Duration (weeks)", "bold")
    duration = sheet.formula("B17", 'RiskOutput("Duration")+G8', ends["G8"], "result")
    sheet.text("A18", "Total cost", "bold")
    total = sum(costs) + overhead * duration + penalty * max(0.0, duration - deadline) + rework * needed
    text = 'RiskOutput("Total cost")+SUM(I4:I8)+B11*B17+B13*MAX(0,B17-B12)+B14*B15'
    sheet.formula("B18", text, total, "result")
    return sheet


def call_option() -> ExampleSheet:
    """A call option drawn with RAND(), beside the price that Black and Scholes give for it."""
    sheet = ExampleSheet("Option", [34, 14])
    sheet.text("A1", "Call option: simulated, and in closed form", "bold")
    spot = _assumption(sheet, 3, "Price of the share today", 100.0, "money")
    strike = _assumption(sheet, 4, "Strike", 105.0, "money")
    rate = _assumption(sheet, 5, "Interest rate", 0.03, "percent")
    volatility = _assumption(sheet, 6, "Volatility", 0.20, "percent")
    years = _assumption(sheet, 7, "Years", 1.0, "money")
    sheet.text("A9", "A random number")
    sheet.formula("B9", "RAND()", 0.5)
    sheet.text("A10", "Price of the share at the end")
    end = spot * math.exp((rate - volatility**2 / 2) * years)
    sheet.formula("B10", "B3*EXP((B5-B6^2/2)*B7+B6*SQRT(B7)*NORMSINV(B9))", end, "money")
    sheet.text("A11", "Payoff today", "bold")
    payoff = math.exp(-rate * years) * max(0.0, end - strike)
    sheet.formula("B11", "EXP(-B5*B7)*MAX(0,B10-B4)", payoff, "result")
    normal = NormalDist()
    sheet.text("A13", "d1")
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * years) / (volatility * math.sqrt(years))
    sheet.formula("B13", "(LN(B3/B4)+(B5+B6^2/2)*B7)/(B6*SQRT(B7))", d1)
    sheet.text("A14", "d2")
    d2 = d1 - volatility * math.sqrt(years)
    sheet.formula("B14", "B13-B6*SQRT(B7)", d2)
    sheet.text("A15", "Price in closed form", "bold")
    price = spot * normal.cdf(d1) - strike * math.exp(-rate * years) * normal.cdf(d2)
    sheet.formula("B15", "B3*NORMSDIST(B13)-B4*EXP(-B5*B7)*NORMSDIST(B14)", price, "result")
    return sheet


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


def main() -> None:
    """Write all examples."""
    folder = Path(__file__).parent
    write_workbook(folder / "product_launch.xlsx", product_launch())
    write_workbook(folder / "project_plan.xlsx", project_plan())
    write_workbook(folder / "call_option.xlsx", call_option())


def _assumption(sheet: ExampleSheet, row: int, label: str, value: float, style: str) -> float:
    sheet.text(f"A{row}", label)
    return sheet.number(f"B{row}", value, style)


def _style(name: str) -> int:
    return list(STYLES).index(name)


def _relationships(*links: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(links, 1)
    )
    return f'{HEADER}<Relationships xmlns="{PACKAGE}">{entries}</Relationships>'


def _styles() -> str:
    formats = "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode="{code}"/>' for i, (code, _) in enumerate(STYLES.values())
    )
    cells = "".join(
        f'<xf numFmtId="{164 + i}" fontId="{font}" fillId="0" borderId="0" xfId="0"'
        ' applyNumberFormat="1" applyFont="1"/>'
        for i, (_, font) in enumerate(STYLES.values())
    )
    font = '<sz val="11"/><name val="Calibri"/>'
    return (
        f'{HEADER}<styleSheet xmlns="{MAIN}"><numFmts count="{len(STYLES)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(STYLES)}">{cells}</cellXfs></styleSheet>'
    )


if __name__ == "__main__":
    main()
