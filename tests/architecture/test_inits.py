"""`__init__.py` files are empty, so that importing a package costs nothing and hides nothing."""

import ast

import pytest

from tests.architecture.source_tree import Source, sources

BACK_END_CHOICE = "mcdesk/engine/backends/__init__.py"
ROOT_VERSION = "mcdesk/__init__.py"


def is_allowed(source: Source) -> bool:
    """Whether an `__init__.py` holds no more than it may."""
    if source.path == BACK_END_CHOICE:
        return True
    if source.path == ROOT_VERSION:
        return holds_version_only(source.tree)
    return source.text == ""


def holds_version_only(tree: ast.Module) -> bool:
    """Whether a module is a docstring and an assignment to `__version__`."""
    match tree.body:
        case [ast.Expr(value=ast.Constant()), ast.Assign(targets=[ast.Name(id="__version__")])]:
            return True
        case _:
            return False


def test_that_init_files_are_empty() -> None:
    inits = [source for source in sources("mcdesk") if source.path.endswith("/__init__.py")]

    assert ROOT_VERSION in {source.path for source in inits}
    assert [source.path for source in inits if not is_allowed(source)] == []


@pytest.mark.parametrize("path", [ROOT_VERSION, "mcdesk/model/__init__.py"])
def test_that_a_planted_import_is_found(path: str) -> None:
    assert not is_allowed(Source(path, '"""M."""\nimport os\n__version__ = "1"\n'))
