"""Whether the window is asked for; apart from the commands, which it does not wait for."""

import os
import sys
from collections.abc import Mapping, Sequence

# One of them is set where a window can be opened; the last is how tests do without a screen.
SCREEN_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
MODEL_SUFFIXES = (".xlsx", ".xlsm")


def wants_window(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> bool:
    """Whether these arguments open the window, and there is a screen for it.

    The window opens without arguments, or on one workbook.
    """
    has_screen = platform in ("win32", "darwin") or any(environment.get(name) for name in SCREEN_VARIABLES)
    is_asked = not arguments or (len(arguments) == 1 and arguments[0].lower().endswith(MODEL_SUFFIXES))
    return has_screen and is_asked
