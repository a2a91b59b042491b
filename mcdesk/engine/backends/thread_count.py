"""How many threads compute: as many as MCDESK_THREADS says, or one for each core."""

import os

from mcdesk.foundation.errors import OptionInvalid

VARIABLE = "MCDESK_THREADS"


def thread_count() -> int:
    """At least 1.

    Raises:
        OptionInvalid: if the variable is set to something else than a whole number from 1.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    if not asked:
        return os.cpu_count() or 1
    # more digits than any machine has threads would take long to read
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 9 and int(asked) >= 1):
        raise OptionInvalid(
            f"{VARIABLE} is {asked[:40]!r}, which is not a number of threads",
            "Set it to a whole number from 1, or not at all.",
        )
    return int(asked)
