"""A calendar of coupons before and after a known one, whose periods may lie outside of a bond's life."""

import math
from dataclasses import dataclass

from mcdesk.engine.scalar_operations import ScalarOperations
from mcdesk.formulas.dates import day_of_serial, month_length, serial_of_day
from mcdesk.formulas.functions.date_time.day_counts import days_of_span, nasd_difference, span_of
from mcdesk.formulas.functions.definition import Context

_OPERATIONS = ScalarOperations()
_YEAR_DAYS_BY_BASIS = {0: 360.0, 2: 360.0, 3: 365.0, 4: 360.0}


@dataclass(frozen=True, slots=True)
class CouponCalendar:
    """Coupons by frequency and basis; all days are whole serials.

    Attributes:
        frequency: coupons a year: 1, 2 or 4.
        basis: how days are counted: 0 to 4.
    """

    frequency: int
    basis: int
    date_1904: bool

    @classmethod
    def of(cls, context: Context, frequency: float, basis: float) -> "CouponCalendar | None":
        """Return the calendar of two arguments, None where one is out of range."""
        whole, kind = math.floor(frequency), math.floor(basis)
        if whole not in (1, 2, 4) or not 0 <= kind <= 4:
            return None
        return cls(whole, kind, context.dates.is_1904)

    @property
    def months(self) -> int:
        """Return the months of a period."""
        return 12 // self.frequency

    def is_day(self, serial: float) -> bool:
        """Tell whether a serial is a day."""
        return day_of_serial(serial, self.date_1904) is not None

    def is_month_end(self, serial: float) -> bool:
        """Tell whether a day is the last one of its month."""
        day = day_of_serial(serial, self.date_1904)
        return day is not None and day.day == month_length(day.year, day.month)

    def is_late_in_month(self, serial: float) -> bool:
        """Tell whether a day is the 29th or later, of another month than February."""
        day = day_of_serial(serial, self.date_1904)
        return day is not None and day.month != 2 and day.day > 28

    def moved(self, serial: float, months: int, to_month_end: bool | None = None) -> float | None:
        """Return the day some months later, at the end of the month as told, or as the first one is.

        None where there is no such day.
        """
        day = day_of_serial(serial, self.date_1904)
        if day is None:
            return None
        is_end = self.is_month_end(serial) if to_month_end is None else to_month_end
        total = day.year * 12 + day.month - 1 + months
        length = month_length(total // 12, total % 12 + 1)
        in_month = length if is_end else min(day.day, length)
        found = serial_of_day(total // 12, total % 12 + 1, in_month, self.date_1904)
        return None if found is None else float(found)

    def whole_periods(self, start: float, end: float) -> int:
        """Return how many periods end between two days, counted from the first."""
        first, last = (day_of_serial(day, self.date_1904) for day in (start, end))
        assert first is not None and last is not None
        count = ((last.year - first.year) * 12 + last.month - first.month) // self.months
        after = self.moved(start, count * self.months)
        # The settlement itself ends no period: its interest is that of the period before.
        return count - (after is None or after >= end)

    def days(self, start: float, end: float, cuts_both: bool = False) -> float:
        """Return the days from one to another by the basis; below 0 where the end is first.

        With `cuts_both` the US rule moves the end to the 30th whatever the start is.
        """
        span = span_of(_OPERATIONS, start, end, self.date_1904)
        if cuts_both and self.basis == 0:
            return float(nasd_difference(_OPERATIONS, span.first, span.last, cuts_both=True))
        return float(days_of_span(_OPERATIONS, span, float(self.basis)))

    def whole_days(self, start: float, end: float) -> float:
        """Return the days of a period as ACCRINT has them, where the issue is in it."""
        if self.basis == 1:
            return end - start
        if self.basis == 3:
            return 365.0 / self.frequency
        if self.basis == 2:
            span = span_of(_OPERATIONS, start, end, self.date_1904)
            return float(nasd_difference(_OPERATIONS, span.first, span.last))
        return self.days(start, end, cuts_both=True)

    def period_days(self, start: float, end: float) -> float:
        """Return the days of a period by the basis, as COUPDAYS has them."""
        return end - start if self.basis == 1 else _YEAR_DAYS_BY_BASIS[self.basis] / self.frequency
