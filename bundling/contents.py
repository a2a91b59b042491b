"""What of the libraries goes into the application, and what stays out and why. Writes nothing."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import PurePosixPath

# As PyInstaller has it: where it goes, where it comes from, what kind of file it is.
Entry = tuple[str, str, str]
# The names of the libraries that a file is linked to.
Links = Callable[[str], Iterable[str]]

SYMLINK, LIBRARY, EXTENSION = "SYMLINK", "BINARY", "EXTENSION"
_LINKED = (LIBRARY, EXTENSION)

# Imported by nothing that mcdesk does; most are asked for by a part of a library that it does not use.
EXCLUDED_MODULES = (
    # build tools: sqlite-utils wants pip for its command line
    *("pip", "setuptools", "pkg_resources", "wheel", "PyInstaller", "distutils", "ensurepip"),
    # tests, and libraries that only tests use
    *("pytest", "_pytest", "hypothesis", "scipy", "mpmath", "openpyxl", "coverage", "unittest"),
    *("numpy.f2py", "numpy.testing", "numpy.distutils", "PySide6.QtTest"),
    # for the interactive use of Python; readline stands under the GPL
    *("readline", "rlcompleter", "IPython", "tkinter", "_gdbm", "_dbm"),
    # colours of source text, and Markdown, in tables that show neither
    *("pygments", "markdown_it"),
    # three dimensions, and the desktop bus for Python; QtOpenGL stays, as curves of pyqtgraph name it
    *("pyqtgraph.opengl", "PySide6.QtDBus"),
)
# Looked for, and done without: they are gigabytes, and not for everyone.
EXTRAS = ("cupy", "cupy_backends", "cupyx", "cuda", "nvidia", "pyarrow")
# What CuPy imports as it is loaded out of the add-on, and nothing else here does.
ADD_ON_NEEDS = (
    *("csv", "ctypes.util", "email.message", "graphlib", "importlib.metadata", "importlib.resources"),
    *("ipaddress", "json", "quopri", "sysconfig", "urllib.parse", "zipfile"),
    *("numpy.rec", "numpy.typing"),
)
# Locked, and not in the application: asked for by libraries for what is left out above.
LEFT_OUT_PACKAGES = ("pip", "pygments", "markdown-it-py", "mdurl")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files that stay out, by where they would go."""

    what: str
    why: str
    pattern: re.Pattern[str]

    def has(self, place: str) -> bool:
        """Whether what would go there is meant."""
        return self.pattern.search(place.replace("\\", "/")) is not None


def _plugins(kinds: str) -> re.Pattern[str]:
    return re.compile(rf"PySide6/(Qt/)?plugins/({kinds})")


LEFT_OUT = (
    LeftOut("Qt's own texts in other languages", "the window is in English", re.compile(r"/translations/")),
    LeftOut(
        "Qt for screens without a window system",
        "frame buffers, VNC and the like; offscreen stays, for --selftest",
        _plugins("egldeviceintegrations|generic|platforms/lib(qeglfs|qlinuxfb|qminimal|qvnc|qvkkhr)"),
    ),
    LeftOut(
        "Qt in the look of GTK, with GTK",
        "mcdesk has its own look; dialogs come through the desktop portal",
        _plugins("platformthemes/libqgtk3"),
    ),
    LeftOut("Qt for encrypted connections", "mcdesk makes no connection", _plugins("tls|networkinformation")),
    LeftOut(
        "Qt for other pictures than SVG, PNG and ICO",
        "no such picture is shown",
        _plugins(r"imageformats/(lib)?q(gif|icns|jpeg|pdf|tga|tiff|wbmp|webp)"),
    ),
    LeftOut(
        "Qt for Wayland without a desktop",
        "shells and buffers of embedded systems",
        _plugins(
            "wayland-graphics-integration-client/lib(dmabuf|drm|shm|vulkan)"
            "|wayland-shell-integration/lib(fullscreen|ivi|qt-shell|wl-shell)"
        ),
    ),
    LeftOut(
        "Qt for OpenGL by software", "nothing is drawn by OpenGL", re.compile(r"PySide6/opengl32sw\.dll")
    ),
    LeftOut("pictures of pyqtgraph", "its menus and buttons are not shown", re.compile("^pyqtgraph/")),
    LeftOut("tests of libraries", "nobody runs them here", re.compile(r"(^|/)_?tests?/|_tests\.[^/]*$")),
)

UNLINKED = LeftOut("libraries of what is left out", "GTK and its company, mostly", re.compile("(?!)"))


def shipped(names: Iterable[str]) -> list[str]:
    """Those of these packages that are in an application for this system; reads which are installed."""
    return [name for name in names if name not in LEFT_OUT_PACKAGES and _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def sorted_out(entries: Iterable[Entry]) -> tuple[list[Entry], list[tuple[LeftOut, Entry]]]:
    """What goes in, and what is left out by the list above."""
    kept, left = [], []
    for entry in entries:
        reason = next((each for each in LEFT_OUT if each.has(entry[0])), None)
        if reason is None:
            kept.append(entry)
        else:
            left.append((reason, entry))
    return kept, left


def linked_only(entries: Sequence[Entry], links: Links) -> tuple[list[Entry], list[Entry]]:
    """What is loaded by name with all that it is linked to, and the libraries that nothing needs any more.

    PyInstaller collects libraries before anything is left out, so that those of a plugin that stays out
    would stay behind. For Linux: elsewhere libraries lie in other folders, and have no such company.
    """
    source_by_name = {_name(place): source for place, source, kind in entries if _is_library(place, kind)}
    wanted = [source for place, source, kind in entries if kind in _LINKED and not _is_library(place, kind)]
    needed: set[str] = set()
    while wanted:
        found = {_name(each) for each in links(wanted.pop())} & (source_by_name.keys() - needed)
        needed |= found
        wanted += [source_by_name[name] for name in found]
    dropped = source_by_name.keys() - needed
    kept: list[Entry] = []
    left: list[Entry] = []
    for entry in entries:
        is_dropped = _name(entry[0]) in dropped and (entry[2] == SYMLINK or _is_library(entry[0], entry[2]))
        (left if is_dropped else kept).append(entry)
    return kept, left


def _is_library(place: str, kind: str) -> bool:
    """Whether it is only there for others: beside the program, or among the libraries of Qt.

    The program itself looks for Python, which is linked to nothing.
    """
    path = PurePosixPath(place)
    is_among_libraries = path.parent.as_posix() in (".", "PySide6", "PySide6/Qt/lib")
    return kind == LIBRARY and is_among_libraries and not path.name.startswith("libpython")


def _name(path: str) -> str:
    return PurePosixPath(path).name
