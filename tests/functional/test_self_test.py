"""`mcdesk --selftest` as a person runs it, without the modules that a bundle leaves out."""

import subprocess
import sys

import pytest

from tests.functional.people import PATIENCE_SECONDS, ROOT, SharedFolder

PARTS = (
    *("libraries", "resources", "workbook", "reference", "cpu"),
    *("database", "engine", "sign-in", "charts"),
)

pytestmark = pytest.mark.slow


def outcomes(printed: str) -> dict[str, str]:
    """How each part went, by its name; the last line is about all of them."""
    return {line.split()[3]: line.split()[0] for line in printed.splitlines()[:-1]}


def test_that_the_self_test_looks_at_every_part(shared_folder: SharedFolder) -> None:
    completed = subprocess.run(
        [sys.executable, "-m", "tests.functional.bundled_modules", "--selftest"],
        cwd=ROOT,
        env=dict(shared_folder.environment),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert (completed.returncode, completed.stderr) == (0, "")
    found = outcomes(completed.stdout)
    assert found.pop("cuda") in ("ok", "absent")
    assert found == dict.fromkeys(PARTS, "ok")
    assert "passed" in completed.stdout.splitlines()[-1]
    assert not shared_folder.home.exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("import sqlite3; sqlite3.connect(':memory:')", "a second SQLite library"),
        (
            "import socket; socket.socket().bind(('127.0.0.1', 0))",
            "nobody asked for the network: socket.bind",
        ),
        ("import pytest", "No module named 'pytest' in a bundle"),
    ],
)
def test_that_what_may_not_be_is_told(text: str, complaint: str) -> None:
    completed = subprocess.run(
        [sys.executable, "-c", f"import tests.functional.bundled_modules; {text}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert complaint in completed.stderr
