"""The lock files pin every package by hash and name no server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

LOCK_FILES = sorted(ROOT.glob("requirements*.lock"))
ADDRESS = re.compile(r"://|index-url|find-links|file:")
REQUIREMENT = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.\-]*)(\[.*?\])?==", re.MULTILINE)


def faults(text: str) -> Iterator[str]:
    """Lines of a lock file that hold an address, and requirements without a hash."""
    yield from (line for line in text.splitlines() if ADDRESS.search(line))
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if not entry.startswith("#") and "--hash=sha256:" not in entry:
            yield entry


def locked_names(path: Path) -> set[str]:
    return {match["name"] for match in REQUIREMENT.finditer(path.read_text(encoding="utf-8"))}


def versions(path: Path) -> dict[str, list[str]]:
    """What is locked of each package, one line for each version."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = REQUIREMENT.match(line)
        if match:
            found.setdefault(match["name"], []).append(line)
    return found


@pytest.mark.parametrize("path", LOCK_FILES, ids=lambda path: path.name)
def test_that_a_lock_file_holds_hashes_and_no_address(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


def test_that_development_locks_all_that_a_user_installs() -> None:
    user, development = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"

    assert len(locked_names(user)) > 10
    assert locked_names(user) - locked_names(development) == set()


def test_that_the_application_is_made_of_what_a_user_installs() -> None:
    user, bundle = (versions(ROOT / f"requirements{name}.lock") for name in ("", "-bundle"))
    build_tools = {"altgraph", "macholib", "packaging", "pefile", "setuptools"}

    assert user.items() <= bundle.items()
    assert bundle.keys() - user.keys() == {"pyinstaller", "pyinstaller-hooks-contrib"} | build_tools


def test_that_no_second_sqlite_is_installed() -> None:
    # sqlite-utils prefers pysqlite3 where it finds it; two SQLite libraries on one file corrupt it.
    assert (
        locked_names(ROOT / "requirements-dev.lock") & {"pysqlite3", "pysqlite3-binary", "sqlean-py"} == set()
    )


PLANTED = {
    "an index": "--index-url https" + "://a/b\n",
    "a direct address": "click @ https" + "://a\n",
    "no hash": "click==8.0\n",
    "no hash after one with": "a==1 \\\n  --hash=sha256:0\nb==1\n",
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED.keys())
def test_that_a_planted_fault_is_found(text: str) -> None:
    assert list(faults(text)) != []
