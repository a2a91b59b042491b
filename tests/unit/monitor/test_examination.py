"""What `mcdesk doctor` finds missing, and how it says to get it."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import dev
from mcdesk.history.opening import open_database
from mcdesk.machine.system_libraries import LIBRARIES, missing_libraries
from mcdesk.monitor import examination
from mcdesk.monitor.examination import Examination, Finding, State
from mcdesk.services import folders_under
from tests.unit.history.test_opening import raw

Find = Callable[..., Finding]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """One part of a sound computer, changed as the test wants it."""
    sound = Examination(
        folders_under(tmp_path / "home"),
        has_screen=False,
        is_bundle=False,
        load_library=lambda name: name,
        find_obstacles=lambda: iter(()),
        free_bytes=lambda folder: 10**11,
        has_tool=lambda name: name == "apt-get",
    )

    def found(part: str, **changes: object) -> Finding:
        findings = replace(sound, **changes).findings()  # type: ignore[arg-type]  # fields by their names
        return next(each for each in findings if each.part == part)

    return found


def refuse(name: str) -> object:
    raise OSError(f"{name}: cannot open shared object file")


def test_that_nothing_is_missing_on_a_sound_computer(tmp_path: Path) -> None:
    sound = Examination(
        folders_under(tmp_path / "home"),
        has_screen=True,
        load_library=lambda name: name,
        find_obstacles=lambda: iter(()),
        free_bytes=lambda folder: 10**11,
    )

    assert {each.part: each.state for each in sound.findings()} == dict.fromkeys(
        ("resources", "libraries", "compiler", "gpu", "folder", "disk", "settings", "database"), State.OK
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt brings all it needs")
@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("apt-get", "sudo apt-get install libegl1 libgl1 libglib2.0-0"),
        ("dnf", "sudo dnf install libglvnd-egl libglvnd-glx glib2"),
    ],
)
def test_that_missing_libraries_come_with_the_line_to_type(find: Find, tool: str, line: str) -> None:
    found = find("libraries", load_library=refuse, has_tool=lambda name: name == tool)

    assert found.state is State.PROBLEM
    assert "libGL.so.1" in found.text and line in found.remedy
    assert "cursor" not in found.remedy


def test_that_an_application_asks_for_less_and_a_window_for_more() -> None:
    def packages(has_screen: bool, is_bundle: bool, platform: str = "linux") -> set[str]:
        missing = missing_libraries(has_screen, is_bundle, refuse, platform)
        return {each.debian for each in missing}

    assert packages(has_screen=True, is_bundle=True) == {"libegl1", "libgl1"}
    assert packages(has_screen=False, is_bundle=False) == set(dev.QT_PACKAGES.values())
    assert packages(has_screen=True, is_bundle=False) == {each.debian for each in LIBRARIES}
    assert packages(has_screen=True, is_bundle=False, platform="win32") == set()


def test_that_setting_up_and_the_doctor_know_the_same_libraries() -> None:
    known = {each.file: each.debian for each in LIBRARIES}

    assert known == dev.QT_PACKAGES | dev.SCREEN_PACKAGES


def test_that_a_missing_gpu_is_no_problem_and_says_what_would_help(find: Find) -> None:
    found = find("gpu", find_obstacles=lambda: iter(("CuPy is not installed", "There is no NVIDIA driver")))
    bundled = find("gpu", find_obstacles=lambda: iter(("CuPy is not installed",)), is_bundle=True)

    assert found.state is State.NOTE
    assert found.text.endswith("CuPy is not installed. There is no NVIDIA driver")
    assert "pip" in bundled.remedy


def test_that_an_application_says_where_cuda_is_looked_for(find: Find, tmp_path: Path) -> None:
    def gpu(*obstacles: str) -> Finding:
        return find("gpu", find_obstacles=lambda: iter(obstacles), is_bundle=True, application=tmp_path)

    without = gpu("CuPy is not installed")
    (tmp_path / "cuda12").mkdir()
    ready, incomplete = gpu(), gpu("NVRTC, the compiler of CUDA, is not installed")

    assert f"looked for in {tmp_path / 'cuda13'} and {tmp_path / 'cuda12'}" in without.remedy
    assert f'--target "{tmp_path / "cuda12"}" "cupy-cuda12x[ctk]>=14"' in without.remedy
    assert ready.text == f"ready, with CUDA from {tmp_path / 'cuda12'}"
    assert "fill it again" in incomplete.remedy


def test_that_a_missing_compiler_is_told(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "cpu_backend_name", lambda: "reference")

    assert find("compiler").state is State.PROBLEM


def test_that_missing_resources_are_told(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Path:
        raise FileNotFoundError("no resources")

    monkeypatch.setattr(examination, "resources_folder", fail)

    assert find("resources").state is State.PROBLEM


@pytest.mark.parametrize(("free", "state"), [(2e9, State.OK), (5e8, State.NOTE), (1e8, State.PROBLEM)])
def test_that_little_room_is_told_before_there_is_none(find: Find, free: float, state: State) -> None:
    assert find("disk", free_bytes=lambda folder: int(free)).state is state


def test_that_a_folder_that_cannot_be_written_is_told(find: Find, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in its place")

    found = find("folder")

    assert found.state is State.PROBLEM
    assert "MCDESK_HOME" in found.remedy


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_that_a_folder_open_to_everybody_is_told(find: Find, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    private = find("folder").state
    (tmp_path / "home").chmod(0o755)

    found = find("folder")

    assert (private, found.state) == (State.OK, State.NOTE)
    assert "chmod o=" in found.remedy


def test_that_settings_without_sense_are_told(find: Find, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("[scheduling]\nhalf_life_minutes = 0\n")

    found = find("settings")

    assert found.state is State.PROBLEM
    assert "half_life_minutes" in found.text


def test_that_a_newer_database_is_told_and_left_alone(find: Find, tmp_path: Path) -> None:
    path = tmp_path / "home" / "mcdesk.db"
    open_database(path).close()
    sound = find("database")
    raw(path, "PRAGMA user_version = 999")

    found = find("database")

    assert sound.state is State.OK and sound.text.endswith("sound")
    assert found.state is State.PROBLEM
    assert "later version" in f"{found.text} {found.remedy}"
