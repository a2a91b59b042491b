"""Room for the types of Qt, so that modules may be loaded in a thread beside a window that is in use.

PySide finds what it knows of a type in one table for all, from C++ and without Python's lock. A thread that
makes types makes the table grow, and the window's own thread, which looks something up just then, crashes:
seen in one start of seventy on a busy computer, while pyqtgraph was loaded. A table that is large enough from
the beginning does not grow. `PYSIDE6_OPTION_LAZY=0` belongs to it: otherwise hundreds of types are made when
they are first asked for, in whichever thread that is (`mcdesk.__main__`).
"""

import gc

from PySide6.QtCore import QObject

from mcdesk.foundation.garbage import collection_paused

# The window has 700 types at first and 1,100 with all that is loaded beside it.
MOST_TYPES = 1200


def make_room_for_types() -> None:
    """Have the table as large as it will ever have to be; 15 ms, in the thread of the window."""
    with collection_paused():
        made = [type("Room", (QObject,), {}) for _ in range(MOST_TYPES)]
        del made
        # what stays of a table is its size
        gc.collect(0)
