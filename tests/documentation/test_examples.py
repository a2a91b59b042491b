"""Every example of the documentation prints what it says."""

import contextlib
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.cli.command_line import run_command_line
from mcdesk.foundation.paths import documentation_folder, resources_folder
from mcdesk.services import folders_under, open_services
from tests.architecture.source_tree import ROOT
from tests.documentation.console_examples import Example, difference, examples
from tests.unit.dispatch.desk import Desk

# `tests/functional/test_refusals.py` runs those of the page that it writes. The README comes last: what it
# shows of a run is the same when the run is known already.
PAGES = [
    path
    for path in (*sorted(documentation_folder().rglob("*.md")), ROOT / "README.md")
    if path.name != "errors.md" and "```console" in path.read_text(encoding="utf-8")
]
NAMED_TEST = re.compile(r"tests/[\w/]+(?:\.py)?(?:::(?P<function>test_\w+))?")


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example workbooks; what is run on one page is known on the next, which saves seconds."""
    made = tmp_path_factory.mktemp("examples")
    for path in (resources_folder() / "examples").iterdir():
        if path.suffix in (".xlsx", ".toml"):
            shutil.copy(path, made)
    return made


@pytest.fixture
def folder(workbooks: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples are run, with a history of their own."""
    monkeypatch.chdir(workbooks)
    monkeypatch.setenv("MCDESK_HOME", str(workbooks / "home"))
    monkeypatch.delenv("MCDESK_THREADS", raising=False)
    return workbooks


@pytest.fixture(scope="module")
def executing(workbooks: Path) -> Iterator[None]:
    """A queue that is executed in this process: an engine of its own for each run would take seconds."""
    with open_services(folders_under(workbooks / "home")) as services, Desk(services).executing():
        yield


def answer_of(arguments: tuple[str, ...]) -> tuple[str, int]:
    """What a command prints to both outputs, and its exit code."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        code = run_command_line(arguments)
    return printed.getvalue(), code


def failures(markdown: str) -> list[str]:
    """What examples say otherwise than is printed."""
    found = []
    for example in examples(markdown):
        printed, code = answer_of(example.arguments)
        said = difference(example, printed)
        if code != example.code:
            said += f"exit status {code}, not {example.code}"
        if said:
            found.append(f"$ {example.command}\n{said}")
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("device")
@pytest.mark.usefixtures("folder", "executing")
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_that_examples_print_what_the_page_says(path: Path) -> None:
    found = failures(path.read_text(encoding="utf-8"))

    assert not found, "\n".join(found)


def test_that_the_pages_for_learning_have_examples() -> None:
    named = {path.stem for path in PAGES}

    assert {"get-started", "tutorial", "uncertainty", "reading-results", "coming-from"} <= named


PLANTED = {
    "another figure": "```console\n$ mcdesk --version\nmcdesk 99.9.9\n```\n",
    "another exit status": "```console\n$ mcdesk --version\nmcdesk ...\n(exit status 1)\n```\n",
    "a command that is refused": "```console\n$ mcdesk run none.xlsx\n...\n```\n",
}


@pytest.mark.parametrize("markdown", PLANTED.values(), ids=PLANTED.keys())
@pytest.mark.usefixtures("folder")
def test_that_a_planted_difference_is_found(markdown: str) -> None:
    assert len(failures(markdown)) == 1


def test_that_an_example_is_read_as_it_stands() -> None:
    page = (
        '```console\n$ mcdesk run \\\n    "a b.xlsx"\nOne\n...\n(exit status 2)\n$ mcdesk check c\nTwo\n```\n'
    )

    first, second = examples(page)

    assert first == Example(("run", "a b.xlsx"), "One\n...\n\n", 2)
    assert second == Example(("check", "c"), "Two\n", 0)
    assert difference(first, "One\n  Two\nThree\n") == ""
    assert difference(second, "2\n") != ""


@pytest.mark.parametrize(
    ("answer", "printed", "is_said"),
    [
        ("a ... b", "a b", True),
        ("a ... b", "a 1\n2 b", True),
        ("... b ...", "a b c", True),
        ("a ... b", "a b c", False),
        ("a ... b ... c", "a c b", False),
        ("a", "a b", False),
        ("1.0 ... 1.0", "1.0", False),
    ],
)
def test_that_dots_stand_for_anything_and_the_rest_for_itself(
    answer: str, printed: str, is_said: bool
) -> None:
    assert (difference(Example(("run",), answer, 0), printed) == "") == is_said


def test_that_a_block_of_something_else_is_no_example() -> None:
    assert list(examples("```text\n$ mcdesk --version\n```\n")) == []
    with pytest.raises(ValueError, match="begins with"):
        list(examples("```console\nmcdesk --version\n```\n"))


def is_there(reference: re.Match[str]) -> bool:
    """Whether the test that a page names exists."""
    path = ROOT / reference[0].partition("::")[0]
    function = reference["function"]
    if function is None:
        return path.exists() or path.with_suffix(".py").exists()
    return path.is_file() and f"def {function}(" in path.read_text(encoding="utf-8")


def test_that_every_test_that_a_page_names_is_there() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *documentation_folder().rglob("*.md")]
    references = [found for path in pages for found in NAMED_TEST.finditer(path.read_text(encoding="utf-8"))]

    assert len([found for found in references if found["function"]]) > 15
    assert [found[0] for found in references if not is_there(found)] == []
