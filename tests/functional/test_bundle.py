"""The application that `dev.py bundle` makes: in a root folder without Python, and by its entry."""

import configparser
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.ui.theme.tokens import LIGHT
from tests.functional.bare_root import (
    BUNDLE,
    HOME,
    PROGRAM,
    SYSTEM_LIBRARIES,
    WAYLAND_LIBRARIES,
    linked_libraries,
    make_bare_root,
    missing_reason,
)
from tests.functional.people import PATIENCE_SECONDS, wait_until
from tests.functional.test_self_test import PARTS, outcomes
from tests.functional.test_window import TOOLS, Screen, click_run, place_of, screen

__all__ = ["screen"]

MOST_WINDOW_SECONDS = 2.0
STARTS = 3
# A module of each that has to stay out.
FORBIDDEN = (
    *(b"pip._internal", b"setuptools.command", b"PyInstaller.building", b"_pytest.config"),
    *(b"hypothesis.strategies", b"unittest.case", b"scipy.stats", b"pygments.lexers"),
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("device"),
    pytest.mark.skipif(missing_reason() is not None, reason=missing_reason() or ""),
]
on_screen = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason="Xvfb, xdotool or ImageMagick is missing"
)


@pytest.fixture
def bare_root(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can change the root folder")
    folder = tmp_path / "root"
    folder.mkdir()
    make_bare_root(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """What the entry in the menu starts, after it was put there."""
    installer = BUNDLE / "install-desktop-entry.sh"
    data = tmp_path / "data"
    subprocess.run([str(installer)], env={"XDG_DATA_HOME": str(data), "PATH": os.environ["PATH"]}, check=True)
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(data / "applications" / "mcdesk.desktop", encoding="utf-8")
    return [part for part in shlex.split(entry["Desktop Entry"]["Exec"]) if part != "%f"]


def enter(root: Path) -> None:
    os.chroot(root)
    os.chdir("/")


def started(command: list[str], screen: Screen, root: Path | None = None) -> subprocess.Popen[bytes]:
    """The program on a screen, with nothing of this process's environment that could help it."""
    environment = {"DISPLAY": screen.display, "MCDESK_THEME": "light", "LANG": "C.UTF-8", "USER": "ada"}
    home = screen.folder.home if root is None else HOME
    process = subprocess.Popen(
        command,
        env=environment | {"HOME": str(home), "MCDESK_HOME": str(home / "mcdesk")},
        preexec_fn=None if root is None else lambda: enter(root),
    )
    screen.started.append(process)
    return process


def test_that_it_asks_the_system_for_nothing_but_what_is_written_down() -> None:
    found = linked_libraries()

    assert {"libc.so.6", "libEGL.so.1"} <= found.keys()
    assert found.keys() - SYSTEM_LIBRARIES - WAYLAND_LIBRARIES == set()


def test_that_no_build_tool_no_test_package_and_no_readline_is_in_it() -> None:
    names = {path.name.partition(".")[0].partition("-")[0] for path in (BUNDLE / "_internal").iterdir()}

    assert "numpy" in names
    assert names & {"pip", "setuptools", "pytest", "libreadline", "libgtk"} == set()
    # the names of modules in Python stand in the program as they are
    program = PROGRAM.read_bytes()
    assert b"mcdesk.selftest.steps" in program and b"numpy.linalg" in program
    assert [name for name in FORBIDDEN if name in program] == []


def test_that_the_self_test_passes_where_there_is_no_python(bare_root: Path) -> None:
    completed = subprocess.run(
        [str(PROGRAM), "--selftest"],
        env={"HOME": str(HOME), "USER": "ada", "LANG": "C.UTF-8"},
        preexec_fn=lambda: enter(bare_root),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    sys.stdout.write(completed.stdout)
    assert completed.returncode == 0, completed.stderr
    found = outcomes(completed.stdout)
    assert found.pop("cuda") == "absent"
    assert found == dict.fromkeys(PARTS, "ok")
    assert not any((bare_root / HOME.name).iterdir())


def told(home: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """What a command of the application says, with a keyring that keeps nothing."""
    environment = {"HOME": str(home), "MCDESK_HOME": str(home / "mcdesk"), "USER": "ada", "LANG": "C.UTF-8"}
    return subprocess.run(
        [str(PROGRAM), *arguments],
        env=environment | {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"} | changes,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_that_cupy_is_found_in_the_folder_beside_it(tmp_path: Path) -> None:
    folder = BUNDLE / "cuda12"
    before = told(tmp_path, "doctor").stdout
    assert f"CUDA is looked for in {BUNDLE / 'cuda13'} and {folder}" in before
    assert "CuPy is not installed" in before

    (folder / "cupy").mkdir(parents=True)
    try:
        (folder / "cupy" / "__init__.py").touch()
        after = told(tmp_path, "doctor").stdout
    finally:
        shutil.rmtree(folder)

    assert f"with CUDA from {folder}" in after
    assert "CuPy is not installed" not in after


def test_that_it_encrypts_what_it_keeps(tmp_path: Path) -> None:
    refused = told(tmp_path, "encryption", "on")
    key = {"MCDESK_RECOVERY_KEY": told(tmp_path, "encryption", "key", "--new").stdout.strip()}

    done = told(tmp_path, "encryption", "on", **key)

    assert (refused.returncode, done.returncode) == (1, 0), done.stderr
    assert "The keyring of the system keeps no key" in refused.stderr
    example = BUNDLE / "_internal" / "mcdesk" / "resources" / "examples" / "newsvendor.xlsx"
    run = told(tmp_path, "run", str(example), "--setup", str(example.with_suffix(".toml")), **key)
    assert run.returncode == 0, run.stderr
    assert "newsvendor" in told(tmp_path, "history", "list", **key).stdout
    assert not (tmp_path / "mcdesk" / "mcdesk.db").read_bytes().startswith(b"SQLite")


def test_that_each_package_in_it_has_the_text_of_its_licence() -> None:
    inside = BUNDLE / "_internal"
    packages = {path.name for path in inside.glob("*.dist-info")}

    without = {name for name in packages if not any((inside / name).rglob("*LICEN*"))}

    assert len(packages) > 25
    # their texts are among the resources
    assert {name.partition("-")[0].lower() for name in without} <= {
        "pyside6_essentials",
        "shiboken6",
        "nvidia_ml_py",
    }
    assert len(list((inside / "mcdesk" / "resources" / "licences").iterdir())) == 4


@on_screen
def test_that_a_window_stands_within_two_seconds(screen: Screen, command: list[str]) -> None:
    seconds: list[float] = []
    # a machine that does something else at the moment says nothing about the program
    while len(seconds) < STARTS and not any(each < MOST_WINDOW_SECONDS for each in seconds):
        began = time.monotonic()
        process = started(command, screen)
        wait_until(lambda: "mcdesk" in screen.titles(), PATIENCE_SECONDS)
        seconds.append(time.monotonic() - began)
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0

    sys.stdout.write(f"a window after {', '.join(f'{each:.2f}' for each in seconds)} s\n")
    assert min(seconds) < MOST_WINDOW_SECONDS


@on_screen
def test_that_an_example_is_opened_run_and_closed_by_mouse_where_there_is_no_python(
    screen: Screen, command: list[str], bare_root: Path
) -> None:
    process = started(command, screen, bare_root)
    wait_until(lambda: process.poll() is not None or "mcdesk" in screen.titles(), PATIENCE_SECONDS)
    assert process.poll() is None

    # the first example, on the page that is shown first
    button = (700, 330, 960, 400)
    wait_until(lambda: place_of(screen.picture("start"), LIGHT.accent, button) is not None, PATIENCE_SECONDS)
    screen.click(550, 548)
    wait_until(lambda: "product_launch.xlsx" in screen.titles(), PATIENCE_SECONDS)
    click_run(screen)
    # the bars of the tornado, below the histogram: they come when the run has ended
    area = (300, 650, 980, 830)
    wait_until(lambda: place_of(screen.picture("result"), LIGHT.high, area) is not None, PATIENCE_SECONDS)
    screen.click(32, 14)
    windows = screen.tool("xdotool", "search", "--onlyvisible", "--class", "mcdesk").split()
    screen.click(*last_entry(screen, windows))

    assert process.wait(PATIENCE_SECONDS) == 0
    assert (bare_root / HOME.name / "mcdesk" / "mcdesk.db").is_file()


def last_entry(screen: Screen, windows: list[str]) -> tuple[int, int]:
    """The middle of the last line of the menu that is open: the smallest window there is."""
    sizes = []
    for window in windows:
        lines = screen.tool("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        facts = dict(line.split("=") for line in lines)
        sizes.append((int(facts["WIDTH"]) * int(facts["HEIGHT"]), facts))
    _, menu = min(sizes, key=lambda each: each[0])
    left, top = int(menu["X"]), int(menu["Y"])
    return left + int(menu["WIDTH"]) // 3, top + int(menu["HEIGHT"]) - 20
