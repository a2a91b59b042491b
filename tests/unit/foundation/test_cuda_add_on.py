"""The application finds CuPy in a folder beside it, and an installation by pip does not look there."""

import subprocess
import sys
from pathlib import Path

import pytest

from mcdesk.foundation.cuda_add_on import add_on_folder, how_to_fill, use_add_on

ROOT = Path(__file__).parent.parent.parent.parent
# a process that takes itself for the application
_FROZEN = """
import sys
sys.frozen, sys.executable = True, sys.argv[1]
from mcdesk.foundation.cuda_add_on import use_add_on
use_add_on()
use_add_on()
from mcdesk.engine.backends.cuda_driver import cuda_obstacles
from mcdesk.engine.backends.cuda_device import CudaDevice
print(next(cuda_obstacles(), None))
print(sum("cuda12" in each for each in sys.path))
import numpy
print(numpy.__file__)
print(CudaDevice().free_bytes())
"""
_FAKE_CUPY = """
from tests.fake_cupy import FakeCupy
globals().update({name: getattr(FakeCupy(), name) for name in dir(FakeCupy()) if not name.startswith("_")})
"""


def told_by_the_application(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _FROZEN, str(folder / "mcdesk")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return [*done.stdout.splitlines(), done.stderr]


def test_that_the_application_computes_with_the_cupy_beside_it(tmp_path: Path) -> None:
    for name in ("cupy", "numpy"):
        (tmp_path / "cuda12" / name).mkdir(parents=True)
    (tmp_path / "cuda12" / "cupy" / "__init__.py").write_text(_FAKE_CUPY)
    (tmp_path / "cuda12" / "numpy" / "__init__.py").write_text("raise ImportError('another numpy')")

    obstacle, place_count, numpy_file, free_bytes, errors = told_by_the_application(tmp_path)

    assert "CuPy is not installed" not in obstacle
    assert place_count == "1"
    # what the application came with goes first
    assert "cuda12" not in numpy_file
    assert int(free_bytes) > 0, errors


def test_that_without_the_folder_the_application_says_where_to_read_on(tmp_path: Path) -> None:
    assert told_by_the_application(tmp_path)[0].startswith("CuPy is not installed; `mcdesk doctor` says how")


def test_that_only_the_newest_add_on_is_used(tmp_path: Path) -> None:
    assert add_on_folder(tmp_path) is None
    (tmp_path / "cuda12").mkdir()
    assert add_on_folder(tmp_path) == tmp_path / "cuda12"
    (tmp_path / "cuda13").mkdir()
    assert add_on_folder(tmp_path) == tmp_path / "cuda13"


def test_that_an_installation_by_pip_looks_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cuda12").mkdir()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    before = [*sys.path]

    use_add_on()

    assert sys.path == before


def test_that_the_line_to_type_is_for_the_python_of_the_application(tmp_path: Path) -> None:
    text = how_to_fill(tmp_path, (3, 12))

    assert "--python-version 3.12" in text
    assert f'--target "{tmp_path / "cuda12"}"' in text
