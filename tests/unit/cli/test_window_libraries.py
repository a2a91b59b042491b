"""A window that cannot be opened says which library of the system is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# as on a system without the libraries of the screen
WITHOUT = """
import ctypes, sys

def refuse(name, *_):
    raise OSError(f"{name}: cannot open shared object file")

ctypes.CDLL = refuse
sys.modules["PySide6.QtGui"] = None
sys.argv = ["mcdesk"]
from mcdesk.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt brings all it needs")
def test_that_a_missing_library_is_one_line_with_what_to_type(tmp_path: Path) -> None:
    environment = os.environ | {"DISPLAY": ":0", "MCDESK_HOME": str(tmp_path / "home")}

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("mcdesk: The window needs libEGL.so.1, libGL.so.1")
    assert "install libegl1 libgl1" in done.stderr or "install libglvnd-egl" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "home").exists()
