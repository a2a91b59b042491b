"""Names say what a thing is: no catch-all modules, no empty suffixes, tests named for behaviour."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import Source, classes, definitions, sources

CATCH_ALL_MODULES = {"utils", "util", "misc", "common", "helpers", "helper", "manager", "tools"}
EMPTY_SUFFIXES = ("Data", "Info", "Impl", "Handler", "Manager", "Helper")
EMPTY_TEST_WORDS = {"works", "correctly", "properly", "handles"}


def vague_names(source: Source) -> Iterator[str]:
    """Names in a file that say nothing, each with its rule."""
    for part in re.split(r"[/_.]", source.path):
        if part in CATCH_ALL_MODULES:
            yield f"{source.path}: a module named {part}"
    for name, _ in classes(source.tree):
        if name.endswith(EMPTY_SUFFIXES):
            yield f"{source.path}: a class named {name}"
    for name, _ in definitions(source.tree):
        own_name = name.rpartition(".")[2]
        if own_name.startswith("test_") and EMPTY_TEST_WORDS & set(own_name.split("_")):
            yield f"{source.path}: a test named {own_name}"


def test_that_names_say_what_a_thing_is() -> None:
    assert [name for source in sources("mcdesk", "bundling", "tests") for name in vague_names(source)] == []


PLANTED = {
    "a catch-all module": Source("mcdesk/model/cell_utils.py", ""),
    "a catch-all folder": Source("mcdesk/common/cells.py", ""),
    "an empty suffix": Source("mcdesk/cells.py", "class CellData: ...\n"),
    "an empty test name": Source("tests/test_cells.py", "def test_that_it_works(): ...\n"),
}


@pytest.mark.parametrize("source", PLANTED.values(), ids=PLANTED.keys())
def test_that_a_planted_vague_name_is_found(source: Source) -> None:
    assert len(list(vague_names(source))) == 1


def test_that_a_banned_word_inside_another_is_allowed() -> None:
    source = Source("tests/test_nets.py", "def test_that_networks_rehandles(): ...\n")

    assert list(vague_names(source)) == []
