"""Which version this is, what it is made with, and under which licences, with their texts."""

import platform
import re
import sys
from importlib import metadata
from pathlib import Path

from mcdesk import __version__
from mcdesk.foundation.paths import package_folder, resources_folder

# What is installed with mcdesk, on some system or other; names as in requirements.lock.
LIBRARIES = (
    "pyside6-essentials",
    "shiboken6",
    "pyqtgraph",
    "numpy",
    "llvmlite",
    "sqlcipher3",
    "sqlite-utils",
    "sqlite-fts4",
    "psutil",
    "nvidia-ml-py",
    "argon2-cffi",
    "argon2-cffi-bindings",
    "backports-tarfile",
    "cffi",
    "click",
    "click-default-group",
    "colorama",
    "cryptography",
    "filelock",
    "importlib-metadata",
    "jaraco-classes",
    "jaraco-context",
    "jaraco-functools",
    "jeepney",
    "keyring",
    "lazy-importer",
    "markdown-it-py",
    "mdurl",
    "more-itertools",
    "pip",
    "platformdirs",
    "pluggy",
    "prometheus-client",
    "pycparser",
    "pygments",
    "python-dateutil",
    "pywin32-ctypes",
    "regex",
    "rich",
    "secretstorage",
    "tabulate",
    "typing-extensions",
    "tzdata",
    "zipp",
)
# What the packages themselves do not name: read from their texts.
_UNNAMED = {"click-default-group": "BSD-3-Clause", "sqlcipher3": "Zlib"}
# Packages that come without a text, and what is no package: files of the resources.
_OWN_TEXTS = {
    "pyside6-essentials": ("licences/LGPL-3.0.txt", "licences/GPL-3.0.txt"),
    "shiboken6": ("licences/LGPL-3.0.txt", "licences/GPL-3.0.txt"),
    "nvidia-ml-py": ("licences/nvidia-ml-py.txt",),
    "Python": ("licences/PSF-2.0.txt",),
    "Inter": ("fonts/OFL.txt",),
}
_TEXT_NAME = re.compile(r"(?i)(licen[cs]e|copying|notice)[^/]*$")
FONT_ROW = ("Inter", "4", "SIL Open Font License 1.1")
MOST_CHARACTERS = 60


def about_rows() -> tuple[tuple[str, str, str], ...]:
    """Name, version and licence of everything that mcdesk is made with here; reads files."""
    rows = [
        ("mcdesk", __version__, "Apache-2.0"),
        ("Python", platform.python_version(), "PSF-2.0"),
    ]
    for name in LIBRARIES:
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        rows.append((name, _first(found, "Version"), _UNNAMED.get(name) or _licence(found)))
    return (*rows, FONT_ROW)


def licence_text(name: str) -> str:
    """The texts under which a row of the about box may be passed on; reads files, asks nobody."""
    if name == "mcdesk":
        texts = [path.read_text(encoding="utf-8") for path in _own_licence()]
    elif name in _OWN_TEXTS:
        files = [resources_folder() / each for each in _OWN_TEXTS[name]]
        texts = [path.read_text(encoding="utf-8") for path in files]
    else:
        texts = _texts_of(metadata.distribution(name))
    return "\n\n".join(text.strip("\n") for text in texts)


def _own_licence() -> list[Path]:
    """In the source tree, beside the application, or among what a wheel says of itself."""
    places = [package_folder().parent / "LICENSE", Path(sys.executable).parent / "LICENSE"]
    found = [path for path in places if path.is_file()]
    return found[:1] or sorted(package_folder().parent.glob("mcdesk-*.dist-info/licenses/LICENSE"))


def _texts_of(found: metadata.Distribution) -> list[str]:
    return [
        file.read_text(encoding="utf-8")
        for file in found.files or ()
        if ".dist-info" in file.parts[0] and _TEXT_NAME.search(file.as_posix())
    ]


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
