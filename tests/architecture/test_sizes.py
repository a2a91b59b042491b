"""Ceilings of the house style: files, functions, classes and parameters stay small."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.source_tree import ROOT, Definition, Source, classes, definitions, sources

MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 50
MOST_PUBLIC_METHODS = 20
MOST_PARAMETERS = 6

# What is over a ceiling, by "path" or "path::name", and why it may be.
REASON_BY_EXCEPTION: dict[str, str] = dict.fromkeys(
    (
        "mcdesk/engine/operations.py::Operations",
        "mcdesk/engine/scalar_operations.py::ScalarOperations",
        "mcdesk/engine/block_operations.py::BlockOperations",
        "mcdesk/engine/stage_builder.py::StageBuilder",
    ),
    "One method for each instruction of the closed set.",
)


def oversized(source: Source) -> Iterator[tuple[str, str]]:
    """What is too large in a file: its key in the exceptions, and the rule it breaks."""
    line_count = source.text.count("\n")
    if line_count > MOST_FILE_LINES:
        yield source.path, f"{line_count} lines, at most {MOST_FILE_LINES}"
    for name, function in definitions(source.tree):
        count = lines_without_docstring(function)
        if count > MOST_FUNCTION_LINES:
            yield f"{source.path}::{name}", f"{count} lines, at most {MOST_FUNCTION_LINES}"
        # The parameters of a test are its fixtures and cases.
        if not name.startswith("test_") and parameter_count(function) > MOST_PARAMETERS:
            yield f"{source.path}::{name}", f"more than {MOST_PARAMETERS} parameters"
    for name, class_ in classes(source.tree):
        count = sum(isinstance(node, Definition) and not node.name.startswith("_") for node in class_.body)
        if count > MOST_PUBLIC_METHODS:
            yield f"{source.path}::{name}", f"{count} public methods, at most {MOST_PUBLIC_METHODS}"


def lines_without_docstring(function: Definition) -> int:
    """Lines from `def` to the end, less those of the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def parameter_count(function: Definition) -> int:
    """Parameters that a caller gives; self and cls are not among them."""
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len(names) - (bool(names) and names[0] in ("self", "cls"))


@cache
def all_oversized() -> list[tuple[str, str]]:
    sources_of_all = [
        *sources("mcdesk", "bundling", "tests"),
        Source("dev.py", (ROOT / "dev.py").read_text(encoding="utf-8")),
    ]
    return [found for source in sources_of_all for found in oversized(source)]


def test_that_nothing_is_over_a_ceiling() -> None:
    assert [(key, rule) for key, rule in all_oversized() if key not in REASON_BY_EXCEPTION] == []


def test_that_every_listed_exception_is_still_needed() -> None:
    found = {key for key, _ in all_oversized()}

    assert set(REASON_BY_EXCEPTION) - found == set()
    assert all(REASON_BY_EXCEPTION.values())


PLANTED = {
    "a long file": "x = 1\n" * 401,
    "a long function": "def f():\n" + "    x = 1\n" * 50,
    "a long method": "class A:\n    def f(self):\n" + "        x = 1\n" * 50,
    "a wide class": "class A:\n" + "".join(f"    def f{i}(self): ...\n" for i in range(21)),
    "many parameters": "def f(a, b, c, *, d, e, f, g): ...\n",
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED.keys())
def test_that_a_planted_excess_is_found(text: str) -> None:
    assert len(list(oversized(Source("planted.py", text)))) == 1


def test_that_a_docstring_does_not_count_as_lines_of_its_function() -> None:
    text = 'def f():\n    """One.\n' + "\n" * 60 + '    """\n' + "    x = 1\n" * 49

    assert list(oversized(Source("planted.py", text))) == []
