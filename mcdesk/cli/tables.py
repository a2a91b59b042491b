"""How results are printed: numbers as text, tables that align, and JSON."""

import json
import math
from collections.abc import Sequence

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

NO_DATA = "no data"
# Without a terminal, rich would cut tables at 80 characters.
LEAST_WIDTH = 110


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


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Group:
    """A table under its title; a column whose name begins with `>` is aligned to the right."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        is_number = name.startswith(">")
        made.add_column(name.removeprefix(">"), justify="right" if is_number else "left", no_wrap=is_number)
    for row in rows:
        # As Text, because a cell may hold square brackets, which rich would read as markup.
        made.add_row(*map(Text, row))
    # Not as the table's own title, which is wrapped at the width of the table.
    return Group(Text(f"\n{title}", style="bold"), made)
