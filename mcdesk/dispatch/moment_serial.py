"""A moment as the number that a workbook has for it; what depends on it is in `model_preparation`."""

from datetime import datetime, timedelta

_DAY_ZERO = datetime(1899, 12, 30)
_DAYS_1904 = 1_462


def serial_of(moment: datetime, date_1904: bool) -> float:
    """A moment as the serial number that NOW() has in the workbook; its time zone is not looked at."""
    days = (moment.replace(tzinfo=None) - _DAY_ZERO) / timedelta(days=1)
    return days - (_DAYS_1904 if date_1904 else 0)
