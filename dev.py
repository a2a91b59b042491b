"""Sets up, runs and tests mcdesk from a source tree: `python3 dev.py run`, `python3 dev.py test`.

Uses nothing but the standard library, because it is what installs the rest.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements-dev.lock"
DOCUMENTATION_LOCK = ROOT / "requirements-docs.lock"
BUNDLE_LOCK = ROOT / "requirements-bundle.lock"
OLDEST_PYTHON = (3, 11)
BEYOND_NEWEST_PYTHON = (3, 14)

# Library that must load -> Debian package that has it. Without these PySide6 does not even import.
QT_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
# Needed on top of them by a window on an X server.
SCREEN_PACKAGES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# Command -> package: with them the tests drive a window with a real mouse; without, those are left out.
MOUSE_PACKAGES = {"Xvfb": "xvfb", "xdotool": "xdotool", "import": "imagemagick"}
_APT = ("apt-get", "install", "-y", "--no-install-recommends")
# Processes of the tests wait a third of the time: three keep two cores busy.
_PYTEST = ("pytest", "-n", "3", "--dist", "loadgroup")
_AGAIN = ("-n", "1", "--cov-append", "--maxfail=5", "-rA", "--last-failed", "--last-failed-no-failures=none")
MEMORY_FOLDER = Path("/dev/shm")
LEAST_MEMORY_BYTES = 4_000_000_000
SOAK_VARIABLE = "MCDESK_SOAK_ROUNDS"
# the exit status of a section that cannot be done here, and has said why
SKIPPED = 77
# These look at the text or ask the network while the tests wait for processes; told in their place.
BESIDE_THE_TESTS = ("types", "known faults of packages")
MEASURED_LAYERS = ("engine", "formulas", "model")
LEAST_COVERAGE_PERCENT = 90


def main(arguments: list[str]) -> int:
    """Run one command of this file and return its exit status."""
    # everything after these is for what they start, options like --help included
    is_split = arguments[:1] in (["run"], ["bench"], ["fuzz"], ["soak"])
    own, others = (arguments[:1], arguments[1:]) if is_split else (arguments, [])
    command = _parser().parse_args(own).command
    typed_in = Path.cwd()
    os.chdir(ROOT)
    if command in ("docs", "bundle"):
        return build_documentation() if command == "docs" else make_bundle()
    set_up(announce=command == "setup")
    actions: dict[str, Callable[[], int]] = {
        "setup": lambda: 0,
        "run": lambda: run_mcdesk(others, typed_in),
        "test": run_tests,
        "check": lambda: run_sections(quick_sections()),
        "screenshots": lambda: run_module("tests.write_screenshots"),
        "functions": lambda: run_module("tests.write_functions_page"),
        "bench": lambda: run_module("tests.benchmarks.page", *others),
        "fuzz": lambda: run_module("tests.fuzz", *others),
        "soak": lambda: run_module("tests.soak", *others),
        "sudden-ends": run_sudden_ends,
    }
    return actions[command]()


def set_up(announce: bool) -> None:
    """Make the environment, unless the one that is there was made from the same lock file."""
    stamp_path = environment_folder() / "mcdesk-setup.txt"
    stamp = _setup_stamp(LOCK)
    if stamp_path.is_file() and stamp_path.read_text(encoding="utf-8") == stamp:
        if _has_screen():
            # it may have been set up where none was seen, such as over a network
            _install_system_packages()
        if announce:
            print(f"{environment_folder()} is up to date.")
        return
    started = time.monotonic()
    _require_python()
    _install_system_packages()
    _make_environment(environment_folder(), LOCK)
    _call([*_pip(environment_python()), "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    stamp_path.write_text(stamp, encoding="utf-8")
    print(
        f"Set up {environment_folder()} in {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True
    )


def run_mcdesk(arguments: list[str], folder: Path) -> int:
    """Start mcdesk as if typed in this folder; without arguments the window, or the demo without a screen."""
    if not arguments and not (_has_screen() and (ROOT / "mcdesk" / "application.py").is_file()):
        arguments = ["demo"]
    # not of its own folder as well: there may be files that are called like modules
    command = [str(environment_python().absolute()), "-P", "-m", "mcdesk", *arguments]
    try:
        return subprocess.run(command, cwd=folder, check=False).returncode
    except KeyboardInterrupt:
        return 130


def run_module(name: str, *arguments: str) -> int:
    """Run a module of the tests that is a program: pictures, pages, benchmarks, soaking, fuzzing."""
    command = [str(environment_python()), "-m", name, *arguments]
    return subprocess.run(command, env=_child_environment(), check=False).returncode


def run_tests() -> int:
    """Everything that has to pass."""
    install_mouse()
    return run_sections(full_sections())


def build_documentation() -> int:
    """Build docs as HTML into build/docs."""
    python = _environment_of_its_own("docs", DOCUMENTATION_LOCK)
    target, pages = ROOT / "build" / "docs", ROOT / "build" / "docs-environment" / "pages"
    sphinx = [str(python), "-m", "sphinx", "-q", "-E", "-W", "--keep-going", "-d", str(pages)]
    status = subprocess.run([*sphinx, "docs", str(target)], check=False).returncode
    if status == 0:
        print(f"Built {target / 'index.html'}.")
    return status


def make_bundle() -> int:
    """Make the application that starts by a double click, into dist/mcdesk, and let it test itself."""
    _install_system_packages()
    python = str(_environment_of_its_own("bundle", BUNDLE_LOCK))
    work = ["--workpath", "build", "--distpath", "dist", "--noconfirm", "--log-level", "WARN"]
    _call([python, "-m", "PyInstaller", *work, "build.spec"])
    print((ROOT / "build" / "build" / "left-out.md").read_text(encoding="utf-8"))
    folder = ROOT / "dist" / "mcdesk"
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    print(f"{folder}: {sum(path.stat().st_size for path in files) / 1e6:.0f} MB in {len(files):,} files")
    program = folder / ("mcdesk.exe" if os.name == "nt" else "mcdesk")
    return subprocess.run([str(program), "--selftest"], check=False).returncode


def _environment_of_its_own(name: str, lock: Path) -> Path:
    """The interpreter of an environment apart: nothing that is there to develop gets into what it makes."""
    _require_python()
    folder, stamp = ROOT / "build" / f"{name}-environment", _setup_stamp(lock)
    stamp_path = folder / "mcdesk-setup.txt"
    if not stamp_path.is_file() or stamp_path.read_text(encoding="utf-8") != stamp:
        _make_environment(folder, lock)
        stamp_path.write_text(stamp, encoding="utf-8")
    return _python_in(folder)


def run_sudden_ends() -> int:
    """End processes at fifty random moments; about ten minutes."""
    command = _tool(["pytest", "-s", "-q", "tests/functional/test_sudden_ends.py"])
    return subprocess.run(command, env=_child_environment() | {SOAK_VARIABLE: "50"}, check=False).returncode


def full_sections() -> dict[str, list[str]]:
    """Everything that has to pass before a change is handed in, by the name it is printed under."""
    included = ",".join(f"mcdesk/{layer}/*" for layer in MEASURED_LAYERS)
    measured = [f"--cov=mcdesk.{layer}" for layer in MEASURED_LAYERS]
    their_tests = [f"tests/unit/{layer}" for layer in MEASURED_LAYERS]
    return {
        "lint": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "layers": ["importlinter"],
        # all of them at once, so that no process waits while the other has the device or the window
        "tests": [*_PYTEST, "-q", "--part", "rest"],
        # counting lines makes a test take up to six times as long; nothing waits, and two keep two cores busy
        "tests whose lines are counted": [
            *(*_PYTEST, "-n", "2", "-q", "--part", "counted", *their_tests),
            *(*measured, "--cov-report="),
        ],
        f"coverage of {', '.join(MEASURED_LAYERS)} (at least {LEAST_COVERAGE_PERCENT} %)": [
            *("coverage", "report", f"--include={included}", f"--fail-under={LEAST_COVERAGE_PERCENT}")
        ],
        "types": ["mypy"],
        "known faults of packages": ["tests.audit"],
    }


def quick_sections() -> dict[str, list[str]]:
    """What to run before each commit: minutes, without the slow tests and the coverage."""
    sections = full_sections()
    sections["fast tests"] = [*_PYTEST, "-q", "-m", "not slow"]
    return {name: sections[name] for name in ("format", "lint", "layers", "fast tests", *BESIDE_THE_TESTS)}


def run_sections(sections: dict[str, list[str]]) -> int:
    """Run every section, also after a failure, and return 1 if any failed; those beside begin first."""
    outcomes: list[str] = []
    seconds: list[float] = []
    beside = {name: _begin(command) for name, command in sections.items() if name in BESIDE_THE_TESTS}
    for name, command in sections.items():
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        outcomes.append(_awaited(beside[name]) if name in beside else _outcome(command))
        seconds.append(time.monotonic() - started)
    print("\n== summary")
    for name, outcome, spent in zip(sections, outcomes, seconds, strict=True):
        print(f"{outcome:8s} {spent:6.1f} s  {name}")
    return 1 if "FAILED" in outcomes else 0


def _begin(command: list[str]) -> subprocess.Popen[str]:
    pipe, errors = subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(_tool(command), env=_child_environment(), stdout=pipe, stderr=errors, text=True)


def _awaited(process: subprocess.Popen[str]) -> str:
    print(process.communicate()[0], end="", flush=True)
    return _word_of(process.returncode)


def _outcome(command: list[str]) -> str:
    with tempfile.TemporaryDirectory(dir=_memory_folder(), ignore_cleanup_errors=True) as folder:
        environment = _child_environment() | {"TMPDIR": folder}

        def status(asked: list[str]) -> int:
            return subprocess.run(_tool(asked), env=environment, check=False).returncode

        first = status(command)
        if first in (0, SKIPPED) or command[: len(_PYTEST)] != list(_PYTEST):
            return _word_of(first)
        # A machine that stands still for seconds fails tests of real processes; a defect fails twice.
        print("\n-- what failed, once more and alone", flush=True)
        return "ok twice" if status([*command, *_AGAIN]) == 0 else "FAILED"


def _word_of(status: int) -> str:
    return {0: "ok", SKIPPED: "skipped"}.get(status, "FAILED")


def environment_folder() -> Path:
    """Where the virtual environment is: $MCDESK_VENV, else `.venv` beside this file."""
    return Path(os.environ.get("MCDESK_VENV") or ROOT / ".venv")


def environment_python() -> Path:
    """The interpreter inside the virtual environment."""
    return _python_in(environment_folder())


def _python_in(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make the environment")
    commands.add_parser("run", help="set up if needed, then start mcdesk with what follows")
    commands.add_parser("test", help="set up if needed, then run every check and test")
    commands.add_parser("bench", help="measure docs/benchmarks.md again (minutes), or the sections named")
    commands.add_parser("soak", help="use a folder at random by several processes, and look for faults")
    commands.add_parser(
        "sudden-ends", help="end processes at fifty random moments and compare the results (minutes)"
    )
    commands.add_parser("fuzz", help="read and calculate formulas and workbooks that nobody would write")
    commands.add_parser("bundle", help="make the application, into dist/mcdesk (two minutes)")
    commands.add_parser("screenshots", help="take pictures of every page, into docs/screenshots")
    commands.add_parser("docs", help="build docs as HTML, into build/docs")
    commands.add_parser("functions", help="write docs/functions.md anew from the definitions")
    commands.add_parser("check", help="format, lint, types, layers, known faults, fast tests (minutes)")
    return parser


def _pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]


def _setup_stamp(lock: Path) -> str:
    lock_hash = hashlib.sha256(lock.read_bytes()).hexdigest()
    # The folder belongs to the stamp: an editable install points at this tree and no other.
    return f"{lock_hash} {sys.version_info.major}.{sys.version_info.minor} {ROOT}\n"


def _require_python() -> None:
    if not OLDEST_PYTHON <= sys.version_info[:2] < BEYOND_NEWEST_PYTHON:
        sys.exit(
            f"mcdesk needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]} ({sys.executable})."
        )


def install_mouse() -> None:
    """An X server and a mouse for the tests, where this may be installed."""
    if not sys.platform.startswith("linux") or not _may_install():
        return
    missing = [package for command, package in MOUSE_PACKAGES.items() if shutil.which(command) is None]
    missing += [package for library, package in SCREEN_PACKAGES.items() if not _loads(library)]
    if missing:
        _install(missing)


def _may_install() -> bool:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and os.environ.get("MCDESK_NO_APT") != "1" and shutil.which("apt-get") is not None


def _install_system_packages() -> None:
    packages = _missing_packages()
    if not packages:
        return
    if not _may_install():
        sys.exit(
            "mcdesk needs libraries of the system that are missing. On Debian or Ubuntu, type:\n"
            f"  sudo apt-get update && sudo {shlex.join([*_APT, *packages])}"
        )
    _install(packages)


def _install(packages: list[str]) -> None:
    print(f"Installing {' '.join(packages)} ...", file=sys.stderr, flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _call(["apt-get", "update", "-qq"], quiet)
    _call([*_APT, "-qq", *packages], quiet)


def _missing_packages() -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    package_by_library = QT_PACKAGES | (SCREEN_PACKAGES if _has_screen() else {})
    missing = [package for library, package in package_by_library.items() if not _loads(library)]
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        missing.append("python3-venv")
    return missing


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _make_environment(folder: Path, lock: Path) -> None:
    if folder.exists() and not (folder / "pyvenv.cfg").is_file():
        sys.exit(f"{folder} exists and is no virtual environment; move it away and try again.")
    # A fresh environment each time: a requirement that left the lock must not linger.
    _call([sys.executable, "-m", "venv", "--clear", str(folder)])
    print("Installing the locked requirements ...", file=sys.stderr, flush=True)
    _call([*_pip(_python_in(folder)), "--require-hashes", "-r", str(lock)])


def _has_screen() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _child_environment() -> dict[str, str]:
    environment = dict(os.environ)
    # the tests start hundreds of interpreters, and without bytecode each compiles mcdesk: half of its start
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not _has_screen():
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


def _memory_folder() -> Path | None:
    """Where no test waits for a disk: they write to it ten thousand times. It is tiny in some containers."""
    is_roomy = MEMORY_FOLDER.is_dir() and shutil.disk_usage(MEMORY_FOLDER).free >= LEAST_MEMORY_BYTES
    return MEMORY_FOLDER if is_roomy and "TMPDIR" not in os.environ else None


def _tool(command: list[str]) -> list[str]:
    if command[0] == "importlinter":  # its module has no command line of its own
        return [str(environment_python().with_name("lint-imports" + (".exe" if os.name == "nt" else "")))]
    return [str(environment_python()), "-m", *command]


def _call(command: list[str], environment: dict[str, str] | None = None) -> None:
    completed = subprocess.run(command, env=environment, check=False)
    if completed.returncode != 0:
        sys.exit(f"`{shlex.join(command)}` failed with exit status {completed.returncode}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
