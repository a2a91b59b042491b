"""How results are printed: numbers as text, tables that align, and JSON."""

import json
import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

NO_DATA = "no data"
# Without a terminal, rich would cut tables at 80 characters.
LEAST_WIDTH = 110
LONG_WORD = 16
_ANY_WIDTH = 10_000

Layout: TypeAlias = tuple[Sequence[str], Sequence[Sequence[str]]]


def output_console() -> Console:
    """The console over standard output."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=LEAST_WIDTH)


def print_json(document: object) -> None:
    """One JSON object on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def number_text(value: float | None, digits: int = 6) -> str:
    """A number in so many digits, with thousands separated; an unknown one is `no data`."""
    if value is None or not math.isfinite(value):
        return NO_DATA
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if not -5 <= exponent < 15:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{min(max(digits - 1 - exponent, 0), 10)}f}"


def share_text(share: float | None) -> str:
    """A share from 0 to 1 in per cent."""
    return NO_DATA if share is None else f"{share * 100:.1f} %"


def seconds_text(seconds: float | None) -> str:
    """A duration in the unit that suits it."""
    if seconds is None:
        return NO_DATA
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min"


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], second: int | None = None
) -> Group:
    """A table under its title; a column whose name begins with `>` is aligned to the right.

    Where the terminal is too narrow for all columns, the first one and those that are left follow below.

    Args:
        second: the column that begins the table below, if there has to be one.
    """
    # Not as the table's own title, which is wrapped at the width of the table.
    return Group(Text(f"\n{title}", style="bold"), _FittingTable(columns, rows, second))


def widest_fitting(console: Console, layouts: Sequence[Layout]) -> Layout:
    """The first layout whose rows take one line each on this terminal, or else the last.

    Args:
        layouts: from the widest to the narrowest.
    """
    # What is piped keeps its columns: programs may read them.
    if not console.is_terminal:
        return layouts[0]
    wide = console.options.update(max_width=_ANY_WIDTH)
    for columns, rows in layouts[:-1]:
        whole = _FittingTable(columns, rows, None)
        if Measurement.get(console, wide, whole.part(range(len(columns)))).maximum <= console.width:
            return columns, rows
    return layouts[-1]


class _FittingTable:
    """No figure is cut, however narrow the terminal is, and no word is broken but a very long one."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[str]], second: int | None) -> None:
        self._columns, self._rows, self._second = columns, rows, second

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The columns in as many tables as they need."""
        wide = options.update(max_width=_ANY_WIDTH)
        every = range(len(self._columns))
        # What is piped keeps its columns: programs may read them.
        is_broken = options.is_terminal and self._least_width(console, wide, every) > options.max_width
        second = self._second if is_broken else None
        shown = [0]
        for column in every[1:]:
            is_full = self._least_width(console, wide, [*shown, column]) > options.max_width
            if len(shown) > 1 and (is_full or column == second):
                yield self.part(shown)
                shown = [0]
            shown.append(column)
        yield self.part(shown)

    def part(self, shown: Sequence[int]) -> Table:
        """These columns as a table, however wide."""
        made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in shown:
            is_number = self._is_number(column)
            name = self._columns[column].removeprefix(">")
            side: Literal["left", "right"] = "right" if is_number else "left"
            # A word that is too long goes on in the next line: a cut one may hide a figure.
            made.add_column(name, justify=side, no_wrap=is_number, overflow="fold")
        for row in self._rows:
            # As Text, because a cell may hold square brackets, which rich would read as markup.
            made.add_row(*(Text(row[column]) for column in shown))
        return made

    def _least_width(self, console: Console, wide: ConsoleOptions, shown: Sequence[int]) -> int:
        """With texts wrapped at blanks, and figures in one line."""
        # One long word of a text goes on in the next line rather than leave a table to each figure.
        most = max(wide.size.width // 3, LONG_WORD)
        widths = [list(map(cell_len, self._cells(column))) for column in shown]
        frame = Measurement.get(console, wide, self.part(shown)).maximum - sum(map(max, widths))
        words = [
            max(widths[place])
            if self._is_number(column)
            else max(
                min(cell_len(word), most) for cell in self._cells(column) for word in cell.split() or [""]
            )
            for place, column in enumerate(shown)
        ]
        return frame + sum(words)

    def _cells(self, column: int) -> list[str]:
        return [self._columns[column].removeprefix(">"), *(row[column] for row in self._rows)]

    def _is_number(self, column: int) -> bool:
        return self._columns[column].startswith(">")
