"""What mcdesk leaves in a data folder is nobody else's to look at."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.selftest.steps import Bench

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights"),
]


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    """Of most systems: what says nothing of its rights may be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_that_a_run_and_a_password_leave_nothing_that_others_may_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    steps = [step for step in Bench(home).steps() if step.name in ("database", "sign-in")]

    for step in steps:
        step.act()

    paths = [home, *home.rglob("*")]
    names = {path.name for path in paths}
    assert {"mcdesk.db", "files", "samples", "sessions", "mcdesk.log"} <= names
    open_ones = [path for path in paths if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    assert open_ones == []
