"""The ten minutes of CONTRIBUTING.md: its blocks, put where it says, in a copy of the source tree."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:python|text)\n(.*?)```", PAGE, re.DOTALL)
# bytecode goes along: it is good for files of the same age
LEFT_OUT = (".git", ".venv", ".*_cache", ".hypothesis", "build", "dist")
FORMS = "mcdesk/engine/families/closed_forms.py"
EDITOR = "mcdesk/ui/presenters/distribution_form.py"
SECONDS = 300.0

pytestmark = pytest.mark.slow


class Tree:
    """A copy of the source tree that somebody follows the page in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)

    def change(self, path: str, before: str, put: Callable[[str], str]) -> None:
        """Put something where a text stands, which the page names and which has to be there once."""
        file = self._folder / path
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, (path, before)
        file.write_text(text.replace(before, put(before)), encoding="utf-8")

    def add_above(self, path: str, line: str, block: str) -> None:
        self.change(path, line, lambda found: f"{block.rstrip()}\n\n\n{found}")

    def add_below(self, path: str, line: str, added: str) -> None:
        self.change(path, line, lambda found: found + added)

    def add_at_end(self, path: str, end: str, block: str) -> None:
        """Into the list at the end of a file."""
        file = self._folder / path
        text = file.read_text(encoding="utf-8")
        assert text.endswith(end)
        file.write_text(text.removesuffix(end) + block + end, encoding="utf-8")

    def failed(self, arguments: Sequence[str]) -> list[str]:
        """Run a module as the page says; the tests that fail."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self._folder,
            env=os.environ | {"PYTHONPATH": str(self._folder)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        found = re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE)
        assert found or done.returncode == 0, done.stdout + done.stderr
        return sorted(found)


def typed(number: int) -> list[str]:
    """What the page has one type for pytest, the first time, the second, ..."""
    lines = re.findall(r"^    \.venv/bin/python -m (pytest -n 0 -q .*)$", PAGE, re.MULTILINE)
    parts = re.findall(r'"([^"]*)"|(\S+)', lines[number])
    return [quoted or bare for quoted, bare in parts] + ["-p", "no:cacheprovider"]


def test_that_the_first_function_is_what_its_cases_say(tmp_path: Path) -> None:
    tree, rounding = Tree(tmp_path), "mcdesk/formulas/functions/mathematics/rounding.py"

    tree.add_above(rounding, "def whole_part", BLOCKS[0])
    tree.add_above(rounding, "V = TypeVar", BLOCKS[1])
    tree.add_at_end(rounding, ")\n", BLOCKS[2])
    tree.add_below(
        "tests/unit/formulas/functions/test_mathematics.py", "=ABS(-4.5) | 4.5 | definition\n", BLOCKS[3]
    )

    assert tree.failed(["tests.write_functions_page"]) == []
    assert tree.failed(typed(0)) == []


def test_that_the_first_distribution_lacks_what_the_page_says(tmp_path: Path) -> None:
    tree = Tree(tmp_path)

    tree.add_above(FORMS, "def _logistic(", BLOCKS[4])
    tree.add_above(FORMS, "def _logistic_tails(", BLOCKS[5])
    tree.add_at_end(FORMS, ")  # fmt: skip\n", BLOCKS[6])
    tree.change(FORMS, "    logistic_moments,\n", lambda found: f"    gumbel_moments,\n{found}")
    tree.add_above("mcdesk/engine/families/closed_moments.py", "def logistic_moments(", BLOCKS[7])
    judge = '    "gumbel(1, 2)": stats.gumbel_r(1, 2),\n'
    tree.add_below("tests/unit/engine/test_distribution_accuracy.py", "\n_CONTINUOUS = {\n", judge)
    tree.add_below("tests/unit/engine/test_distribution_moments.py", "\n_JUDGES = {\n", judge)
    tree.add_below("mcdesk/engine/distributions.py", '"logistic", "pareto"', ', "gumbel"')
    lacking = [
        "test_that_every_distribution_has_values_to_start_from",
        "test_that_every_distribution_is_described",
        "test_that_every_distribution_is_offered_once_with_its_use",
    ]
    # that of the other distributions nothing has changed, their own tests say
    others = ("accuracy", "curve", "dialog", "moments")
    chosen = f"gumbel or not ({' or '.join(f'test_distribution_{name}' for name in others)})"
    assert tree.failed([*typed(1), "-k", chosen]) == lacking

    tree.add_below(EDITOR, '"student", "logistic", "pareto"', ', "gumbel"')
    tree.add_below(EDITOR, '    "pareto": "A few very large values",\n', _row('"gumbel": "'))
    tree.add_below(EDITOR, '        "pareto": (3.0, size),\n', "    " + _row('"gumbel": (centre'))
    places = "_PLACES: Mapping[str, tuple[str, ...]] = {\n"
    tree.add_below("mcdesk/ui/presenters/distribution_handles.py", places, _row('"gumbel": ("location'))
    tree.add_below("docs/distributions.md", "| all above 0 |\n", BLOCKS[8])
    assert tree.failed([*typed(1), "-k", " or ".join(lacking)]) == []


def _row(beginning: str) -> str:
    """The code of the page's table that begins so, as a line."""
    found = re.search(rf"`({re.escape(beginning)}[^`]*)`", PAGE)
    assert found is not None
    return f"    {found[1]}\n"
