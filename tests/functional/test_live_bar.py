"""The live bar on a real terminal: what is left on the screen, and that --quiet leaves it away."""

import os
import sys
import time
from pathlib import Path

import pytest

from tests.builders_xlsx import write_xlsx

ROOT = Path(__file__).parent.parent.parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals"),
]


def on_terminal(
    folder: Path, trials: int, *more: str, interrupts_after: float | None = None
) -> tuple[int, str]:
    """Exit code of a run, and all that its terminal received."""
    import pty

    model = write_xlsx(folder / "model.xlsx", {"S": {"A1": 10.0, "A2": ("=A1*2", 20.0)}})
    chosen = ["--input", "S!A1=normal(10, 1)", "--output", "S!A2", "--trials", f"{trials}", *more]
    environment = os.environ | {"MCDESK_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-m", "mcdesk", "run", str(model), *chosen]
    process_id, terminal = pty.fork()
    if process_id == 0:
        os.execve(command[0], command, environment)
    received = b""
    began = time.monotonic()
    while piece := _read(terminal):
        received += piece
        is_late = interrupts_after is not None and time.monotonic() - began > interrupts_after
        if is_late and b"trials/s" in received:
            os.write(terminal, b"\x03")
            interrupts_after = None
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1]), received.decode()


def test_that_the_bar_is_shown_and_gone_at_the_end(tmp_path: Path) -> None:
    code, text = on_terminal(tmp_path, 1_000_000)

    bar, _, report = text.rpartition("\x1b[?25h")
    assert code == 0
    assert "Simulating" in bar
    assert "trials/s" in bar
    # The line of the bar is deleted, and the report begins on it.
    assert report.startswith("\r\x1b[1A\x1b[2K")
    assert "Simulating" not in report
    assert text.endswith("\n")


def test_that_ctrl_c_leaves_one_line_and_the_report(tmp_path: Path) -> None:
    code, text = on_terminal(tmp_path, 20_000_000, interrupts_after=1.0)

    after_bar = text.rpartition("\x1b[?25h")[2]
    assert code == 130
    assert after_bar.count("mcdesk: Interrupted after ") == 1
    assert "Traceback" not in text
    assert text.endswith("\n")


def test_that_quiet_shows_no_bar(tmp_path: Path) -> None:
    code, text = on_terminal(tmp_path, 1_000_000, "--quiet")

    assert code == 0
    assert "\x1b[?25l" not in text
    assert "Simulating" not in text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # So Linux says that the other end is closed.
        return b""
