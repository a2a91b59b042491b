"""A root folder with an application and the few libraries that it may ask for; no Python, no shell."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.functional.people import ROOT

BUNDLE = ROOT / "dist" / "mcdesk"
PROGRAM = BUNDLE / "mcdesk"
# Of the person in the folder; an application may lie below /home, and is not what a test looks for there.
HOME = Path("/person")
# What docs/bundle.md asks of a system: the C library, the drivers of the screen, the wire to the X server.
SYSTEM_LIBRARIES = frozenset(
    (
        *("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1"),
        *("libresolv.so.2", "libEGL.so.1", "libGL.so.1", "libGLX.so.0", "libGLdispatch.so.0"),
        *("libxcb.so.1", "libz.so.1"),
    )
)
# For Wayland, where a desktop has them.
WAYLAND_LIBRARIES = frozenset(("libwayland-client.so.0", "libwayland-cursor.so.0", "libwayland-egl.so.1"))

_LINK = re.compile(r"^\s*(?P<name>\S+) => (?P<path>\S+|not found)", re.MULTILINE)
_LOADER = re.compile(r"^\s*(?P<path>/\S*/ld-linux\S+)", re.MULTILINE)


def missing_reason() -> str | None:
    """Why there is nothing to test here."""
    if sys.platform != "linux" or shutil.which("ldd") is None:
        return "only Linux has such folders"
    if not PROGRAM.is_file():
        return "no application was made: python3 dev.py bundle"
    return None


def linked_libraries() -> dict[str, str]:
    """The libraries that the application is linked to and does not bring, with their paths."""
    files = [str(path) for path in BUNDLE.rglob("*.so*") if path.is_file() and not path.is_symlink()]
    # the program begins without the folder of its libraries, and names it to all that it loads
    text = _ldd([str(PROGRAM)]) + _ldd(files, {"LD_LIBRARY_PATH": str(BUNDLE / "_internal")})
    links = ((match["name"], match["path"]) for match in _LINK.finditer(text))
    return {name: path for name, path in links if not path.startswith(str(BUNDLE))}


def make_bare_root(folder: Path) -> None:
    """Fill it; the application lies in it under the path that it has outside."""
    libraries = linked_libraries()
    paths = [libraries[name] for name in sorted(SYSTEM_LIBRARIES & libraries.keys())]
    loader = _LOADER.search(_ldd([str(PROGRAM)]))
    assert loader is not None
    for path in (*paths, loader["path"]):
        inside = folder / path.lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, inside)
        inside.chmod(0o755)
    shutil.copytree(BUNDLE, folder / str(BUNDLE).lstrip("/"), symlinks=True, copy_function=_link)
    for name in ("tmp", "dev/shm", HOME.name):
        # an application that lies below /tmp has made that already
        (folder / name).mkdir(parents=True, exist_ok=True)
    os.mknod(folder / "dev" / "null", 0o666 | 0o020000, os.makedev(1, 3))


def _ldd(files: Sequence[str], variables: Mapping[str, str] | None = None) -> str:
    environment = {"PATH": "/usr/bin:/bin", **(variables or {})}
    completed = subprocess.run(["ldd", *files], env=environment, capture_output=True, text=True, check=False)
    return completed.stdout


def _link(source: str, target: str) -> str:
    """A second name for a file, where the disk is the same: nobody writes into an application."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
