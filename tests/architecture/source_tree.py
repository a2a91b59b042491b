"""The files of the repository, as the rules of this folder read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path below the root, with forward slashes, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self)


@cache
def _parsed(source: Source) -> ast.Module:
    return ast.parse(source.text, filename=source.path)


@cache
def sources(*folders: str) -> list[Source]:
    """Every Python file below these folders, in the order of their paths; not to be changed."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    found = [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
    assert found, f"no Python file below {folders}: the rule would pass without reading anything"
    return found


def definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Every function and method with its qualified name, nested ones included."""
    for name, node in _named(tree, ""):
        if isinstance(node, Definition):
            yield name, node


def classes(tree: ast.Module) -> Iterator[tuple[str, ast.ClassDef]]:
    """Every class with its qualified name."""
    for name, node in _named(tree, ""):
        if isinstance(node, ast.ClassDef):
            yield name, node


def decorator_names(node: Definition) -> set[str]:
    """The last part of each decorator: `setter` of `@price.setter`."""
    names = set()
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def _named(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            continue  # nothing is defined in one, and most of a file is in them
        if isinstance(child, Definition | ast.ClassDef):
            name = f"{prefix}.{child.name}" if prefix else child.name
            yield name, child
            yield from _named(child, name)
        else:
            yield from _named(child, prefix)
