"""What the grid of cells costs the window: frames while a large sheet is scrolled, and opening one.

python -m tests.benchmarks.grid_scrolling [--rows 50000]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from mcdesk.model.workbook import CellKind, Sheet, Workbook
from mcdesk.model.xlsx_reader import read_workbook
from mcdesk.ui.grid.sheet_table import SheetTable
from mcdesk.ui.grid.workbook_grid import WorkbookGrid
from mcdesk.ui.theme.theme import Theme, ThemeChoice
from tests.builders_xlsx import CellContent, write_xlsx

WIDTH, HEIGHT = 1400, 900
COLUMNS = 20
FRAMES = 120
LARGE_WIDTH, LARGE_HEIGHT = 2560, 1400
FORMATS = ("General", "0.00", "#,##0.00", '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "0.0%")
_COUNT = 1_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, in words and with its unit."""

    what: str
    value: str
    asked: str


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme = Theme(application, ThemeChoice.LIGHT)
    print("| | measured | asked |\n|---|---:|---:|")
    for figure in figures(theme, options.rows):
        print(f"| {figure.what} | {figure.value} | {figure.asked} |", flush=True)


def figures(theme: Theme, rows: int) -> Iterator[Figure]:
    """A sheet of numbers in many formats, at the size of a window and of a large screen."""
    workbook = large_workbook(rows)
    count = workbook.sheets[0].cell_count
    grid = WorkbookGrid(theme)
    grid.resize(WIDTH, HEIGHT)
    grid.show()
    began = time.perf_counter()
    grid.show_workbook(workbook)
    grid.view.viewport().repaint()
    yield Figure(f"{count:,} cells shown", f"{1000 * (time.perf_counter() - began):.1f} ms", "100 ms")
    for size in ((WIDTH, HEIGHT), (LARGE_WIDTH, LARGE_HEIGHT)):
        grid.resize(*size)
        for step in (57, 5_003):
            what = f"{count:,} cells at {size[0]} x {size[1]}, {step:,} pixels a frame"
            yield scrolling(grid, step, what)
    yield asking(SheetTable(workbook, workbook.sheets[0]))
    with tempfile.TemporaryDirectory() as folder:
        yield opening(theme, Path(folder))


def scrolling(grid: WorkbookGrid, step: int, what: str) -> Figure:
    """Frames in which the sheet moves by some pixels; the frame with the large step shows only new cells."""
    bar = grid.view.verticalScrollBar()
    bar.setValue(0)
    QApplication.processEvents()
    times: list[float] = []
    for frame in range(FRAMES):
        began = time.perf_counter()
        bar.setValue((frame + 1) * step % bar.maximum())
        QApplication.processEvents()
        times.append(time.perf_counter() - began)
    median, worst = statistics.median(times), sorted(times)[int(0.99 * FRAMES)]
    return Figure(what, f"{1 / median:,.0f} frames/s, p99 {1000 * worst:.1f} ms", "60 frames/s")


def asking(table: SheetTable) -> Figure:
    """What one cell's text costs through the interface of Qt's tables."""
    indexes = [table.index(place * 7 % table.rowCount(), place % COLUMNS) for place in range(_COUNT)]
    began = time.perf_counter()
    for index in indexes:
        table.data(index)
    return Figure("`data()` of a new cell", f"{1e6 * (time.perf_counter() - began) / _COUNT:.1f} µs", "20 µs")


def opening(theme: Theme, folder: Path) -> Figure:
    """From a workbook of 20,000 cells that was read to its picture."""
    cells: dict[str, CellContent] = {f"A{row}": f"label {row}" for row in range(1, 10_001)}
    cells |= {f"B{row}": (f"=B{row - 1}*1.01", float(row)) for row in range(2, 10_001)}
    workbook = read_workbook(write_xlsx(folder / "plan.xlsx", {"S": {**cells, "B1": 1.0}}))
    grid = WorkbookGrid(theme)
    grid.resize(WIDTH, HEIGHT)
    grid.show()
    QApplication.processEvents()
    began = time.perf_counter()
    grid.show_workbook(workbook)
    QApplication.processEvents()
    milliseconds = 1000 * (time.perf_counter() - began)
    return Figure("20,000 cells shown after reading", f"{milliseconds:.1f} ms", "100 ms")


def large_workbook(rows: int) -> Workbook:
    """Numbers of all sizes in one sheet, made in memory: no file of this size need be written."""
    count = rows * COLUMNS
    numbers = np.random.default_rng(1).lognormal(3.0, 4.0, count)
    minus = np.full(count, -1, dtype=np.int32)
    sheet = Sheet(
        name="Large",
        index=0,
        is_hidden=False,
        rows=np.repeat(np.arange(rows, dtype=np.int32), COLUMNS),
        columns=np.tile(np.arange(COLUMNS, dtype=np.int32), rows),
        kinds=np.full(count, int(CellKind.NUMBER), dtype=np.uint8),
        numbers=np.where(np.arange(count) % 3 == 0, -numbers, numbers),
        texts=minus.copy(),
        formulas=minus.copy(),
        styles=(np.arange(count) % len(FORMATS)).astype(np.int32),
        has_cache=np.ones(count, dtype=np.bool_),
        owners=minus.copy(),
        hidden_rows=np.empty(0, dtype=np.int32),
    )
    return Workbook(Path("large.xlsx"), "0" * 64, 0, (sheet,), (), (), number_formats=FORMATS)


if __name__ == "__main__":
    main()
