"""What `dev.py` decides: what is missing, what to start, and how a failed section ends."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dev


@pytest.fixture
def without_libraries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Linux without the libraries of Qt, on which nothing may be installed."""

    def refuse(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    monkeypatch.setenv("MCDESK_NO_APT", "1")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    yield


@pytest.mark.usefixtures("without_libraries")
def test_that_missing_libraries_end_with_the_line_to_type() -> None:
    with pytest.raises(SystemExit) as ending:
        dev._install_system_packages()

    text = str(ending.value)
    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1 libglib2.0-0" in text
    assert "libxcb-cursor0" not in text


@pytest.mark.usefixtures("without_libraries")
def test_that_a_screen_needs_more_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")

    assert "libxcb-cursor0" in dev._missing_packages()


def test_that_no_system_package_is_asked_for_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert dev._missing_packages() == []


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_that_an_unfit_python_is_refused(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]) -> None:
    monkeypatch.setattr(sys, "version_info", version)

    with pytest.raises(SystemExit, match=r"needs Python 3\.11"):
        dev._require_python()


def test_that_the_environment_goes_where_the_variable_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MCDESK_VENV", str(tmp_path))
    assert dev.environment_folder() == tmp_path

    monkeypatch.delenv("MCDESK_VENV")
    assert dev.environment_folder() == dev.ROOT / ".venv"


def test_that_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")

    with pytest.raises(SystemExit, match="no virtual environment"):
        dev._make_environment(tmp_path, dev.LOCK)

    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_that_without_a_screen_and_arguments_the_demo_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        started.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(dev, "_has_screen", lambda: False)

    here = Path.cwd()
    statuses = [dev.run_mcdesk([], here), dev.run_mcdesk(["check", "a.xlsx"], here)]

    assert statuses == [3, 3]
    assert [command[1:] for command in started] == [
        ["-P", "-m", "mcdesk", "demo"],
        ["-P", "-m", "mcdesk", "check", "a.xlsx"],
    ]


def test_that_a_file_is_looked_for_where_the_command_was_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not a module of Python')")
    (tmp_path / "plan.xlsx").write_text("no workbook")
    monkeypatch.setenv("MCDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(dev, "set_up", lambda announce: None)
    monkeypatch.setattr(dev, "environment_python", lambda: Path(sys.executable))
    told: list[str] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        done = run_really(command, **options, capture_output=True, text=True)
        told.append(done.stderr)
        return done

    run_really = subprocess.run
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.chdir(tmp_path)

    status = dev.main(["run", "check", "plan.xlsx"])

    assert status == 2
    assert "plan.xlsx" in told[0] and "No such file" not in told[0]


@pytest.mark.usefixtures("without_libraries")
def test_that_a_screen_that_comes_later_is_told_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MCDESK_VENV", str(tmp_path))
    (tmp_path / "mcdesk-setup.txt").write_text(dev._setup_stamp(dev.LOCK), encoding="utf-8")

    dev.set_up(announce=False)
    monkeypatch.setenv("DISPLAY", ":0")

    with pytest.raises(SystemExit, match="libxcb-cursor0"):
        dev.set_up(announce=False)


def test_that_without_a_screen_qt_paints_offscreen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(dev, "_has_screen", lambda: False)

    assert dev._child_environment()["QT_QPA_PLATFORM"] == "offscreen"


def test_that_what_the_tests_start_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in dev._child_environment()


@pytest.mark.parametrize(("least_bytes", "is_there"), [(0, True), (2**63, False)])
def test_that_the_folders_of_tests_lie_in_memory_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, least_bytes: int, is_there: bool
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(dev, "MEMORY_FOLDER", tmp_path)
    monkeypatch.setattr(dev, "LEAST_MEMORY_BYTES", least_bytes)

    assert dev._memory_folder() == (tmp_path if is_there else None)


def test_that_all_sections_run_and_one_failure_fails_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "_tool", lambda command: [sys.executable, "-c", *command])

    status = dev.run_sections({"first": ["raise SystemExit(5)"], "second": ["pass"]})

    printed = capsys.readouterr().out
    assert status == 1
    assert "FAILED" in printed.partition("summary")[2]
    assert "second" in printed.partition("summary")[2]
    assert dev.run_sections({"only": ["pass"]}) == 0


def test_that_what_goes_on_beside_the_tests_is_told_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(dev, "_tool", lambda command: [sys.executable, "-c", *command])
    begun = tmp_path / "begun"
    # neither of the two ends unless the other one has begun
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(begun)!r}).exists(): time.sleep(0.01)\nprint"
    begin = f"import pathlib; pathlib.Path({str(begun)!r}).touch(); raise SystemExit('a wrong type')"

    status = dev.run_sections({"tests": [f"{wait}('all passed')"], "types": [begin]})

    told = capfd.readouterr().out.split()
    assert status == 1
    assert told[: told.index("summary")] == [
        "==",
        "tests",
        *("all", "passed"),
        "==",
        "types",
        *("a", "wrong", "type"),
        "==",
    ]


@pytest.mark.parametrize(
    ("line", "status", "outcome"),
    [
        ("assert False", 1, "FAILED"),
        ("assert seen.write_text(seen.read_text() + '.') > 1", 0, "ok twice"),
    ],
)
def test_that_what_failed_is_tried_once_more_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    status: int,
    outcome: str,
) -> None:
    monkeypatch.setattr(dev, "_tool", lambda command: [sys.executable, "-m", *command])
    # no other plugin has a part in this, and they take seconds to load
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p xdist -p pytest_cov")
    seen, other = tmp_path / "seen", tmp_path / "other"
    seen.touch()
    other.touch()
    (tmp_path / "test_it.py").write_text(
        "import pathlib, pytest\n"
        f"seen, other = pathlib.Path({str(seen)!r}), pathlib.Path({str(other)!r})\n"
        f"@pytest.mark.xdist_group('one')\ndef test_of_a_group():\n    {line}\n"
        "def test_other(): other.write_text(other.read_text() + '.')\n",
        encoding="utf-8",
    )
    command = [*dev._PYTEST, "-q", "--rootdir", str(tmp_path), str(tmp_path), f"-ocache_dir={tmp_path}/cache"]

    assert dev.run_sections({"tests": command}) == status

    assert outcome in capsys.readouterr().out.partition("summary")[2]
    assert other.read_text() == "."


def test_that_options_after_run_are_those_of_mcdesk(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(dev, "set_up", lambda announce: None)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(dev, "run_mcdesk", lambda arguments, _: started.append(arguments) or 0)

    assert (
        dev.main(["run", "--help"]) == dev.main(["run", "run", "a.xlsx", "--json"]) == dev.main(["run"]) == 0
    )

    assert started == [["--help"], ["run", "a.xlsx", "--json"], []]


def test_that_words_after_bench_and_soak_are_those_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[list[str]] = []
    monkeypatch.setattr(dev, "set_up", lambda announce: None)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(dev, "run_module", lambda *words: measured.append([*words]) or 0)

    assert dev.main(["bench", "back_ends"]) == dev.main(["bench"]) == 0

    assert dev.main(["soak", "--minutes", "5"]) == 0
    page = "tests.benchmarks.page"
    assert measured == [[page, "back_ends"], [page], ["tests.soak", "--minutes", "5"]]


def test_that_the_documentation_is_built_in_an_environment_of_its_own_and_warnings_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        called.append(command)
        (tmp_path / "build" / "docs-environment").mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(subprocess, "run", run)

    assert dev.main(["docs"]) == dev.main(["docs"]) == 0

    made, installed, built, again = called
    assert made[1:3] == ["-m", "venv"]
    assert installed[-3:] == ["--require-hashes", "-r", str(dev.DOCUMENTATION_LOCK)]
    assert built == again
    assert built[0].startswith(str(tmp_path / "build" / "docs-environment"))
    assert "-W" in built
    assert built[-1] == str(tmp_path / "build" / "docs")


def test_that_tests_of_one_group_run_in_one_process(tmp_path: Path) -> None:
    # some pairs of pytest and pytest-xdist forget groups without a word, and tests of the device then collide
    text = "import os, pathlib, pytest\n" + "\n".join(
        f"@pytest.mark.xdist_group('one')\ndef test_{number}(): "
        f"(pathlib.Path(__file__).parent / f'{{os.getpid()}}.ran').touch()"
        for number in range(6)
    )
    for name in ("test_a.py", "test_b.py", "test_c.py"):
        (tmp_path / name).write_text(text, encoding="utf-8")

    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", str(tmp_path)]
    completed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert completed.returncode == 0, completed.stdout
    assert len(list(tmp_path.glob("*.ran"))) == 1


def test_that_the_parts_of_the_tests_are_all_of_them() -> None:
    def collected(*options: str) -> list[str]:
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
        folders = ["tests/unit/model", "tests/unit/machine"]
        completed = subprocess.run(
            [*command, *options, *folders], cwd=dev.ROOT, capture_output=True, text=True, check=True
        )
        return [line for line in completed.stdout.splitlines() if "::" in line]

    counted, rest = collected("--part", "counted"), collected("--part", "rest")

    assert sorted(counted + rest) == sorted(collected())
    assert min(len(counted), len(rest)) > 10
    assert not any(line.startswith("tests/unit/machine") for line in counted)
