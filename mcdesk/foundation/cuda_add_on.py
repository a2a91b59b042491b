"""CUDA for the application: a folder beside it that a person fills, as it is gigabytes and not for everyone.

An installation by pip has it from the extras `cuda12` and `cuda13` instead.
"""

import sys
from pathlib import Path

# the newest first; only one of them is used, as both carry the package `cupy`
FOLDER_NAMES = ("cuda13", "cuda12")
_REQUIREMENT = "cupy-cuda{major}x[ctk]>=14"


def is_application() -> bool:
    """Whether this is the application that needs no Python."""
    return bool(getattr(sys, "frozen", False))


def application_folder() -> Path:
    """Where the program of the application lies."""
    return Path(sys.executable).parent


def add_on_folder(application: Path) -> Path | None:
    """The add-on beside an application; None where there is none."""
    folders = (application / name for name in FOLDER_NAMES)
    return next((folder for folder in folders if folder.is_dir()), None)


def use_add_on() -> None:
    """Have the application find what is in the add-on; what it came with itself goes first."""
    if not is_application():
        return
    folder = add_on_folder(application_folder())
    if folder is not None and str(folder) not in sys.path:
        sys.path.append(str(folder))


def how_to_fill(application: Path, version: tuple[int, int] = sys.version_info[:2]) -> str:
    """What to type, with any Python that has pip, so that an application has CUDA."""
    folder = application / FOLDER_NAMES[-1]
    python = ".".join(map(str, version))
    requirement = _REQUIREMENT.format(major=12)
    return (
        f"To fill it, type: python -m pip install --only-binary=:all: --python-version {python}"
        f' --target "{folder}" "{requirement}" (or cuda13 and {_REQUIREMENT.format(major=13)},'
        " for a driver that knows CUDA 13)"
    )
