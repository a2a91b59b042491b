"""Numbers, durations and counts as the window shows them; those of cells are in `cell_formatting`."""

import math
import re

_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
# beyond these powers of ten are easier to read
_HUGE, _TINY = 1e11, 1e-6
NO_DATA = "\u2013"


def quoted_commands(text: str) -> str:
    """A sentence whose commands stand in quotation marks, not in those of Markdown."""
    return re.sub(r"`([^`]+)`", "\u201c\\1\u201d", text)


def count_text(count: int) -> str:
    """A whole number with commas."""
    return f"{count:,}"


def short_count(value: float) -> str:
    """A count in three digits: `950`, `12.4 k`, `3.25 M`."""
    for size, prefix in _PREFIXES:
        if value >= size * 0.9995:
            return f"{value / size:.3g} {prefix}"
    return f"{value:.3g}"


def number_text(value: float | None, digits: int = 4) -> str:
    """A number of no known format, in so many significant digits."""
    if value is None or not math.isfinite(value):
        return NO_DATA
    size = abs(value)
    if value == 0.0:
        return "0"
    if size >= _HUGE or size < _TINY:
        return f"{value:.{digits - 1}e}"
    places = max(digits - 1 - math.floor(math.log10(size)), 0)
    return f"{round(value, places):,.{places}f}".replace("-", "\u2212")


def percent_text(fraction: float | None, places: int = 1) -> str:
    """A fraction as percent; what is above zero is never shown as none."""
    if fraction is None or not math.isfinite(fraction):
        return NO_DATA
    least = 0.5 * 10.0 ** -(places + 2)
    if 0.0 < fraction < least:
        return f"< {2 * least * 100:.{places}f} %"
    if 1.0 - least < fraction < 1.0:
        return f"> {100.0 - 2 * least * 100:.{places}f} %"
    return f"{fraction * 100:.{places}f} %"


def duration_text(seconds: float | None) -> str:
    """A duration in the one or two units that matter."""
    if seconds is None or not math.isfinite(seconds):
        return NO_DATA
    if seconds < 1.0:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10.0:
        return f"{seconds:.1f} s"
    if seconds < 60.0:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def memory_text(megabytes: float | None) -> str:
    """An amount of memory."""
    if megabytes is None or not math.isfinite(megabytes):
        return NO_DATA
    return f"{megabytes:,.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:,.1f} GB"


def rate_text(trials_per_second: float | None) -> str:
    """Trials per second."""
    if not trials_per_second:
        return NO_DATA
    return f"{short_count(trials_per_second)}/s"
