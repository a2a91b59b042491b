"""Measures how fast `mcdesk check` reads, calculates and compares large sheets.

python -m tests.benchmarks.check_speed [--rows 10000] [names of sheets]
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from mcdesk.formulas.certain_regions import CertainRegions
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.regions import find_regions
from mcdesk.model.addresses import CellAddress, column_letters
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import MAIN, write_xlsx

_COLUMNS = 10
T = TypeVar("T")
# What stands in columns C to L; {left} is the cell beside, {above} that above, {row} the row.
_SHEETS: dict[str, tuple[str, ...]] = {
    "regular": (
        "{left}*1.01+$A{row}", "IF({left}&gt;50,{left}-1,{left}+2)", "ROUND({left}/3,2)",
        "MAX(A{row},{left})", "SUM(A{row}:{left})",
    ),
    "across": ("{left}*1.01+$A{row}",),
    "down": ("{above}*0.5+$A{row}",),
    "look-ups": (
        "VLOOKUP(A{row},$A$1:$B$500,2,FALSE)", "SUMIFS($A$1:$A$500,$B$1:$B$500,B{row})",
        "INDEX($A$1:$A$500,MATCH(A{row},$A$1:$A$500,0))", "COUNTIF($A$1:$A$500,A{row})",
        'LEN(A{row}&amp;"x")',
    ),
    "full columns": (
        "SUM($A:$A)", "COUNTIF($B:$B,B{row})", "MATCH(B{row},$B:$B,0)", "SUMIF($B:$B,B{row},$A:$A)",
        "AVERAGE($A:$B)",
    ),
    "criteria": (
        "SUMIFS($A:$A,$B:$B,B{row},$A:$A,&quot;&gt;&quot;&amp;A{row})",
        "SUMIFS($A$1:$A${rows},$A$1:$A${rows},A{row},$B$1:$B${rows},&quot;&gt;=&quot;&amp;B{row})",
        "COUNTIFS($A:$A,A{row},$B:$B,&quot;&lt;&quot;&amp;B{row})",
        "COUNTIFS($B:$B,&quot;&gt;5&quot;,$A:$A,A{row})",
        "SUMIFS($A:$A,$B:$B,&quot;&gt;5&quot;,$A:$A,A{row})",
    ),
}  # fmt: skip


def main() -> None:
    """Print a table with a row for each sheet."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    print("| CPU seconds | cells | read | calculate and compare | cells a second | MB |")
    print("|---|---|---|---|---|---|")
    for name in options.names or _SHEETS:
        with tempfile.TemporaryDirectory() as folder:
            path = written(Path(folder) / "large.xlsx", _SHEETS[name], options.rows)
            workbook, read_seconds = _timed(partial(read_workbook, path))
        report, seconds = _timed(partial(compare_workbook, with_own_values(workbook)))
        assert report.matched == report.formula_cells
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        figures = (f"{report.formula_cells:,}", f"{read_seconds:.2f}", f"{seconds:.2f}")
        rate = f"{report.formula_cells / seconds:,.0f}"
        print(f"| {name} | {' | '.join(figures)} | {rate} | {most:,} |", flush=True)


def written(path: Path, formulas: tuple[str, ...], row_count: int) -> Path:
    """A workbook with two columns of numbers and ten of formulas."""
    rows = []
    for row in range(1, row_count + 1):
        cells = [f'<c r="A{row}"><v>{row % 499}</v></c><c r="B{row}"><v>{row * 7919 % 1000 / 8}</v></c>']
        for at in range(_COLUMNS):
            place = {"row": row, "rows": row_count, "left": f"{column_letters(at + 1)}{row}"}
            above = f"{column_letters(at + 2)}{row - 1}" if row > 1 else "1"
            text = formulas[at % len(formulas)].format(above=above, **place)
            cells.append(f'<c r="{column_letters(at + 2)}{row}"><f>{text}</f><v>0</v></c>')
        rows.append(f'<row r="{row}">{"".join(cells)}</row>')
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    return write_xlsx(path, {"S": {"A1": 1.0}}, parts={"xl/worksheets/sheet1.xml": sheet})


def with_own_values(workbook: Workbook) -> Workbook:
    """The workbook as if what is calculated were stored in it, so that every cell matches."""
    calculation = Calculation(workbook)
    calculation.regions = CertainRegions(calculation, find_regions(workbook, calculation.compilation.trees))
    (sheet,) = workbook.sheets
    numbers = sheet.numbers.copy()
    for place in (sheet.formulas >= 0).nonzero()[0].tolist():
        value = calculation.value(CellAddress(0, int(sheet.rows[place]), int(sheet.columns[place])))
        assert isinstance(value, float)
        numbers[place] = value
    return replace(workbook, sheets=(replace(sheet, numbers=numbers),))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


if __name__ == "__main__":
    main()
