"""Types of Qt are made where nobody looks them up meanwhile."""

import subprocess
import sys

from mcdesk.ui.type_room import MOST_TYPES

# How many types there are once the window can be shown, and once all that is loaded beside it is there.
COUNT = """
import importlib
from shiboken6 import Shiboken

def count(found):
    for each in type.__subclasses__(found):
        if each not in types:
            types.add(each)
            count(each)

import mcdesk.application
from mcdesk.ui.workshop import LOADED_LATER
for names in ((), ("mcdesk.ui.composition", "PySide6.QtNetwork", *LOADED_LATER)):
    types = set()
    for name in names:
        importlib.import_module(name)
    count(Shiboken.Object)
    print(len(types))
"""


def test_that_there_is_room_for_all_types_that_threads_make() -> None:
    counts = []
    for lazy in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", f"import os; os.environ['PYSIDE6_OPTION_LAZY'] = '{lazy}'{COUNT}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        counts.append([int(line) for line in done.stdout.split()])

    (first, last), (lazy_first, lazy_last) = counts
    assert last < first + MOST_TYPES
    # most are there before there is a thread, which is what the option is for
    assert last - first < 0.6 * (lazy_last - lazy_first)
