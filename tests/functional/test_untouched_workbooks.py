"""Workbooks after commands have looked at them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders_xlsx import write_xlsx

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 120
CHOSEN = ["--input", "S!A1=normal(10, 1)", "--output", "S!A2"]

pytestmark = pytest.mark.slow


def test_that_no_command_writes_to_a_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "model.xlsx", {"S": {"A1": 10.0, "A2": ("=A1*2", 20.0)}})
    before = path.read_bytes(), path.stat().st_mtime_ns

    for command in (
        ["run", path.name, *CHOSEN, "--trials", "100"],
        ["check", path.name],
        ["calc", path.name, *CHOSEN, "--trial", "1"],
    ):
        subprocess.run(
            [sys.executable, "-m", "mcdesk", *command],
            cwd=tmp_path,
            env=os.environ | {"MCDESK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
            check=True,
        )

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "model.xlsx"]
