"""The libraries of the system that the window stands on, and the packages that have them. For Linux."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemLibrary:
    """One library: its file, and the packages of Debian and Fedora that have it.

    Attributes:
        is_for_screen: needed by a window on an X server only, not by charts without a screen.
        is_in_bundle: whether the application that `dev.py bundle` makes brings it.
    """

    file: str
    debian: str
    fedora: str
    is_for_screen: bool = False
    is_in_bundle: bool = True


LIBRARIES = (
    SystemLibrary("libEGL.so.1", "libegl1", "libglvnd-egl", is_in_bundle=False),
    SystemLibrary("libGL.so.1", "libgl1", "libglvnd-glx", is_in_bundle=False),
    SystemLibrary("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    SystemLibrary("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    SystemLibrary("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    SystemLibrary("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    SystemLibrary("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", is_for_screen=True),
    SystemLibrary("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", is_for_screen=True),
    SystemLibrary("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", is_for_screen=True),
    SystemLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", is_for_screen=True),
    SystemLibrary("libxcb-shape.so.0", "libxcb-shape0", "libxcb", is_for_screen=True),
    SystemLibrary("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", is_for_screen=True),
)


def missing_libraries(
    has_screen: bool,
    is_bundle: bool,
    load: Callable[[str], object] = ctypes.CDLL,
    platform: str = sys.platform,
) -> tuple[SystemLibrary, ...]:
    """Those that do not load; none elsewhere than on Linux, where Qt brings all it needs.

    Args:
        has_screen: whether a window is to be opened.
        is_bundle: whether this is the application that brings most of them.
        load: loads a library, or raises OSError.
    """
    if platform != "linux":
        return ()
    wanted = (each for each in LIBRARIES if not (is_bundle and each.is_in_bundle))
    return tuple(each for each in wanted if (has_screen or not each.is_for_screen) and not _loads(each, load))


def _loads(library: SystemLibrary, load: Callable[[str], object]) -> bool:
    try:
        load(library.file)
    except OSError:
        return False
    return True
