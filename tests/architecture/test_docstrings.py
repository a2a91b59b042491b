"""Every public module, class and function says what it is for."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import Source, classes, decorator_names, definitions, sources

# Their contract stands where they are declared.
EXEMPT_DECORATORS = {"override", "overload", "setter"}


def undocumented(source: Source) -> Iterator[str]:
    """Public names in a file without a docstring."""
    if source.text and ast.get_docstring(source.tree) is None:
        yield source.path
    functions = dict(definitions(source.tree))
    for name, class_ in classes(source.tree):
        if is_public(name) and ast.get_docstring(class_) is None:
            yield f"{source.path}::{name}"
    for name, function in functions.items():
        is_nested = name.rpartition(".")[0] in functions
        is_exempt = is_nested or EXEMPT_DECORATORS & decorator_names(function)
        if is_public(name) and not is_exempt and ast.get_docstring(function) is None:
            yield f"{source.path}::{name}"


def is_public(qualified_name: str) -> bool:
    """Whether no part of a name begins with an underscore."""
    return not any(part.startswith("_") for part in qualified_name.split("."))


def test_that_every_public_name_has_a_docstring() -> None:
    assert [name for source in sources("mcdesk", "bundling") for name in undocumented(source)] == []


PLANTED = {
    "a module": "x = 1\n",
    "a class": '"""M."""\nclass A: ...\n',
    "a function": '"""M."""\ndef f(): ...\n',
    "a method": '"""M."""\nclass A:\n    """A."""\n    def f(self): ...\n',
    "a function under a condition": '"""M."""\nif True:\n    def f(): ...\n',
}


@pytest.mark.parametrize("text", PLANTED.values(), ids=PLANTED.keys())
def test_that_a_planted_bare_name_is_found(text: str) -> None:
    assert len(list(undocumented(Source("planted.py", text)))) == 1


def test_that_private_nested_and_overriding_functions_need_none() -> None:
    text = (
        '"""M."""\ndef _f(): ...\ndef g():\n    """G."""\n    def h(): ...\n'
        'class A:\n    """A."""\n    @override\n    def f(self): ...\n'
    )

    assert list(undocumented(Source("planted.py", text))) == []
