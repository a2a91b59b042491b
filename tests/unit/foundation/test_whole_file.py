"""Files that take the place of others, and what they never take the place of."""

import os
import stat
import sys
from pathlib import Path

import pytest

from mcdesk.foundation.whole_file import take_place


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in a folder")
def test_that_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    finished, pipe = tmp_path / "finished", tmp_path / "pipe"
    finished.write_text("x")
    os.mkfifo(pipe)

    with pytest.raises(OSError, match="it is no file"):
        take_place(finished, pipe)

    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_that_a_file_is_replaced(tmp_path: Path) -> None:
    finished, path = tmp_path / "finished", tmp_path / "path"
    finished.write_text("new")
    path.write_text("old")

    take_place(finished, path)

    assert (path.read_text(), finished.exists()) == ("new", False)
