"""Who installs mcdesk has its documentation too."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

BUILD = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
LOOK = """
from mcdesk.foundation.paths import documentation_folder
from mcdesk.ui.presenters.help_pages import read_help_pages
pages = read_help_pages(documentation_folder())
print(pages.folder)
print(len(pages.entries), "screenshots/results-dark.png" in pages.picture_sizes)
"""


@pytest.mark.slow
def test_that_a_wheel_has_pages_and_pictures_and_finds_them(tmp_path: Path) -> None:
    subprocess.run([*BUILD, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    wheel = next(tmp_path.glob("*.whl"))
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)

    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", LOOK]
    told = subprocess.run(
        command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=120
    ).stdout.splitlines()

    assert Path(told[0]) == installed / "mcdesk" / "docs"
    count, has_picture = told[1].split()
    assert int(count) > 10
    assert has_picture == "True"
    assert not list(installed.rglob("conf.py"))
    # pictures as they come from the window would make it twice as large
    assert wheel.stat().st_size < 8_000_000
