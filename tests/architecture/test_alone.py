"""The program stands alone: nothing in it names a folder of the machine it was written on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

FOREIGN = re.compile(r"(?<![\w/])shared/|/(root|home|work|Users)/|[A-Z]:\\Users")
TEXT_SUFFIXES = {".py", ".spec", ".sh", ".toml", ".md", ".txt", ".qss", ".svg", ".json", ".lock", ".yaml"}


def foreign_lines(path: str, text: str) -> Iterator[str]:
    """Lines that name such a folder."""
    for number, line in enumerate(text.splitlines(), start=1):
        if FOREIGN.search(line):
            yield f"{path}:{number}: {line.strip()}"


def program_files() -> list[Path]:
    """The text files of the program and the notes beside it; not the tests."""
    below = [
        path for folder in ("mcdesk", "bundling", "resources", "docs") for path in (ROOT / folder).rglob("*")
    ]
    files = [path for path in (*below, *ROOT.glob("*")) if path.is_file()]
    return sorted(path for path in files if path.suffix in TEXT_SUFFIXES)


def test_that_the_program_names_no_folder_of_another_machine() -> None:
    files = program_files()

    assert ROOT / "mcdesk" / "__init__.py" in files
    lines = [
        line
        for path in files
        for line in foreign_lines(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert lines == []


@pytest.mark.parametrize("folder", ["shared", "/root", "/home", "/work", "/Users", r"C:\Users"])
def test_that_a_planted_folder_is_found(folder: str) -> None:
    assert len(list(foreign_lines("planted.py", f'open("{folder}/bench")'))) == 1
