"""import-linter's contracts hold, and each of them can fail."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

RUN = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CONTRACT_IDS = [
    contract["id"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
]

# One violation of each contract: file, and what it must not say.
PLANTED = {
    "layers": ("foundation/planted.py", "import mcdesk.history\n"),
    "siblings": ("engine/planted.py", "import mcdesk.engine.backends.planted\n"),
    "qt": ("engine/planted.py", "from PySide6 import QtCore\n"),
    "sqlite": ("services.py", "import sqlite_utils\n"),
    "probe": ("engine/planted.py", "def f():\n    import pynvml\n"),
    "xml": ("formulas/planted.py", "import xml.etree.ElementTree\n"),
    "patterns": ("formulas/planted.py", "def f():\n    import regex\n"),
    "backends": ("engine/planted.py", "import llvmlite.binding\n"),
    "prometheus": ("services.py", "def f():\n    import prometheus_client\n"),
    "vault": ("history/planted.py", "def f():\n    import cryptography\n"),
    "judges": ("engine/backends/planted.py", "from scipy import stats\n"),
}


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, "--no-cache", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def small_package(tmp_path: Path) -> Path:
    """A package with the folders of mcdesk and its contracts, but no code."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for name in ("", "foundation", "machine", "model", "engine", "engine/backends", "formulas", "history"):
        (tmp_path / "mcdesk" / name).mkdir(exist_ok=True)
        (tmp_path / "mcdesk" / name / "__init__.py").touch()
    (tmp_path / "mcdesk" / "engine" / "backends" / "planted.py").write_text("import mcdesk.engine.planted\n")
    (tmp_path / "mcdesk" / "engine" / "planted.py").touch()
    return tmp_path


def test_that_every_contract_is_kept() -> None:
    completed = lint(ROOT)

    assert completed.returncode == 0, completed.stdout + completed.stderr


def test_that_contracts_are_kept_without_a_violation(small_package: Path) -> None:
    completed = lint(small_package)

    assert completed.returncode == 0, completed.stdout + completed.stderr


@pytest.mark.parametrize("contract_id", CONTRACT_IDS)
def test_that_a_planted_violation_breaks_its_contract(small_package: Path, contract_id: str) -> None:
    path, text = PLANTED[contract_id]
    (small_package / "mcdesk" / path).write_text(text)

    completed = lint(small_package, "--contract", contract_id)

    assert completed.returncode == 1
    assert "BROKEN" in completed.stdout


def test_that_a_folder_without_a_place_breaks_the_layers(small_package: Path) -> None:
    (small_package / "mcdesk" / "surprise.py").touch()

    completed = lint(small_package, "--contract", "layers")

    assert "mcdesk.surprise" in completed.stdout
