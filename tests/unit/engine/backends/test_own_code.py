"""Machine code that is kept does not outlive a change of what makes it; in a bundle neither."""

import ast
import importlib.util
import pkgutil
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, SimpleNamespace

import pytest

import mcdesk.engine
from mcdesk.dispatch.engine_program import installation_stamp
from mcdesk.engine.backends.own_code import fingerprint, makers


def fingerprint_of(text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """With this text in every module, from a loader as that of a bundle: it inherits from nothing."""

    def get_code(name: str) -> CodeType:
        return compile(text, name, "exec")

    loader = SimpleNamespace(get_code=get_code)
    with monkeypatch.context() as patched:
        patched.setattr(importlib.util, "find_spec", lambda name: ModuleSpec(name, loader))  # type: ignore[arg-type]
        return fingerprint.__wrapped__()


def test_that_other_code_in_a_bundle_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = (fingerprint_of("a = 1", monkeypatch) for _ in range(2))

    assert first == again
    assert fingerprint_of("a = 2", monkeypatch) != first


def test_that_the_fingerprint_is_that_of_the_code_that_runs() -> None:
    assert fingerprint.__wrapped__() == fingerprint()


def _imported(name: str) -> set[str]:
    """All that this module may name a module."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {str(node.module) for node in froms} | {
        f"{node.module}.{alias.name}" for node in froms for alias in node.names
    }


def test_that_nothing_of_the_engine_that_the_makers_import_is_left_out() -> None:
    known = makers()
    walked = pkgutil.walk_packages(mcdesk.engine.__path__, "mcdesk.engine.")
    modules = {each.name for each in walked if not each.ispkg}

    imported = modules & {each for name in known for each in _imported(name)}

    assert len(imported) > 30
    assert imported <= set(known)


def test_that_another_program_of_a_bundle_has_another_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "mcdesk"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    stamps = []
    for content in ("one", "another"):
        program.write_text(content)
        stamps.append(installation_stamp.__wrapped__())

    assert stamps[0] != stamps[1]
