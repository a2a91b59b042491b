"""Numbers as the workbook formats its cells; the first picture does without."""

import math
import re
from dataclasses import dataclass

from mcdesk.formulas.number_format import format_number, shows_dates
from mcdesk.model.number_formats import MOST_CODE_CHARACTERS
from mcdesk.ui.formatting import NO_DATA, number_text

_GENERAL = ("", "General")
_LARGE = 10_000.0
_DECIMALS = re.compile(r"(?<=[0#?])\.[0#?]+(?![0#?]*[eE%])")


def cell_number_text(value: float | None, code: str, date_1904: bool = False) -> str:
    """A number as the workbook formats its cell; by significant digits where it has no format.

    Large numbers go without their decimals: of 955,021.04 nobody reads the cents.
    """
    if value is None or not math.isfinite(value):
        return NO_DATA
    if code in _GENERAL or len(code) > MOST_CODE_CHARACTERS:
        return number_text(value)
    if abs(value) >= _LARGE:
        code = _DECIMALS.sub("", code)
    shown = format_number(value, code, date_1904)
    if shown is not None and shows_dates(code):
        return shown.strip()
    return (shown or number_text(value)).strip().replace("-", "\u2212")


@dataclass(frozen=True, slots=True)
class Formatter:
    """How one cell shows numbers."""

    code: str = "General"
    date_1904: bool = False

    def __call__(self, value: float | None) -> str:
        """A value of the cell."""
        return cell_number_text(value, self.code, self.date_1904)

    def distance(self, value: float | None) -> str:
        """How far two values are apart; of dates in days."""
        if value is None or self.code in _GENERAL or not shows_dates(self.code):
            return self(value)
        return f"{number_text(value)} days"
