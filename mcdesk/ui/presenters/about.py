"""Which version this is, what it is made with, and under which licences."""

import platform
from importlib import metadata

from mcdesk import __version__

# What is shipped; names as on the package index.
LIBRARIES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "llvmlite",
    "sqlcipher3",
    "sqlite-utils",
    "psutil",
    "nvidia-ml-py",
    "argon2-cffi",
    "click",
    "regex",
    "rich",
    "platformdirs",
    "prometheus-client",
    "filelock",
    "typing_extensions",
)
FONT_ROW = ("Inter", "4", "SIL Open Font License 1.1")
MOST_CHARACTERS = 60


def about_rows() -> tuple[tuple[str, str, str], ...]:
    """Name, version and licence of everything that mcdesk is made with; reads files."""
    rows = [
        ("mcdesk", __version__, "Apache-2.0"),
        ("Python", platform.python_version(), "PSF-2.0"),
    ]
    for name in LIBRARIES:
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        rows.append((name, _first(found, "Version"), _licence(found)))
    return (*rows, FONT_ROW)


def _licence(found: metadata.PackageMetadata) -> str:
    """As the package tells it: an expression, else a classifier, else the first line of its text."""
    expression = _first(found, "License-Expression")
    if expression:
        return expression
    classifiers = [
        each.rsplit("::", 1)[1].strip()
        for each in found.get_all("Classifier") or ()
        if each.startswith("License ::") and each.count("::") > 1
    ]
    text = ", ".join(classifiers) or _first(found, "License").strip().partition("\n")[0]
    return text[:MOST_CHARACTERS] or "see its package"


def _first(found: metadata.PackageMetadata, name: str) -> str:
    return next(iter(map(str, found.get_all(name) or ())), "")
