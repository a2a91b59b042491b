"""Workbooks after commands have looked at them."""

from pathlib import Path

import pytest

from tests.builders_xlsx import write_xlsx
from tests.functional.people import mcdesk_on

CHOSEN = ["--input", "S!A1=normal(10, 1)", "--output", "S!A2"]

pytestmark = pytest.mark.slow


def test_that_no_command_writes_to_a_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "model.xlsx", {"S": {"A1": 10.0, "A2": ("=A1*2", 20.0)}})
    before = path.read_bytes(), path.stat().st_mtime_ns

    for command in (
        ["run", str(path), *CHOSEN, "--trials", "100"],
        ["check", str(path)],
        ["calc", str(path), *CHOSEN, "--trial", "1"],
    ):
        completed = mcdesk_on(tmp_path / "home", *command)
        assert completed.returncode == 0, completed.stderr

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", "model.xlsx"]
