"""What the desktops of Linux, macOS and Windows are told of the application."""

import configparser
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from bundling.desktop import INSTALLER, desktop_entry, mime_package, write_desktop_files
from bundling.icons import ICNS_TYPES, ICO_WIDTHS, icns, ico
from bundling.macos import property_list
from bundling.symbols import strip_symbols
from bundling.version_resource import four_numbers, version_resource
from mcdesk.cli.window_wish import MODEL_SUFFIXES

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such entries")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle without its program, in a folder with a space in its name."""
    icons = {name: tmp_path / f"{name}.{'svg' if name == 'svg' else 'png'}" for name in ("svg", "48")}
    for path in icons.values():
        path.write_bytes(b"drawing")
    made = tmp_path / "my programs & more" / "mcdesk"
    write_desktop_files(made, icons | {"ico": tmp_path / "nowhere.ico"})
    return made


def install(folder: Path, data: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(folder / INSTALLER), *options],
        env={"XDG_DATA_HOME": str(data), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def entry(text: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of keys keep their capitals
    parser.read_string(text)
    return parser["Desktop Entry"]


def test_that_the_entry_opens_the_files_that_the_window_opens() -> None:
    found = entry(desktop_entry("/opt/mcdesk/mcdesk"))
    kinds = {
        glob.attrib["pattern"]: kind.attrib["type"]
        for kind in ElementTree.fromstring(mime_package())
        for glob in kind
        if glob.tag.endswith("glob")
    }

    assert found["Exec"] == '"/opt/mcdesk/mcdesk" %f'
    assert found["Terminal"] == "false"
    assert set(kinds) == {f"*{suffix}" for suffix in MODEL_SUFFIXES}
    assert set(found["MimeType"].rstrip(";").split(";")) == set(kinds.values())


@on_linux
@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is missing")
def test_that_the_entry_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "mcdesk.desktop"
    path.write_text(desktop_entry("/opt/mcdesk/mcdesk"), encoding="utf-8")

    completed = subprocess.run(
        ["desktop-file-validate", str(path)], capture_output=True, text=True, check=False
    )

    assert (completed.returncode, completed.stdout) == (0, "")


@on_linux
def test_that_the_menu_gets_the_program_where_it_lies_and_loses_it_again(
    folder: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    other = data / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.touch()

    added = install(folder, data)
    program = entry((data / "applications" / "mcdesk.desktop").read_text(encoding="utf-8"))["Exec"]
    icons = [path.relative_to(data).as_posix() for path in (data / "icons").rglob("mcdesk.*")]
    removed = install(folder, data, "--remove")

    assert (added.returncode, added.stderr, removed.returncode) == (0, "", 0)
    assert program == f'"{folder}/mcdesk" %f'
    assert sorted(icons) == ["icons/hicolor/48x48/apps/mcdesk.png", "icons/hicolor/scalable/apps/mcdesk.svg"]
    assert [path.name for path in data.rglob("*") if path.is_file() and "mcdesk" in path.name] == []
    assert other.exists()


@on_linux
def test_that_a_folder_that_no_entry_can_name_is_refused(folder: Path, tmp_path: Path) -> None:
    strange = folder.with_name("50%")
    folder.rename(strange)

    completed = install(strange, tmp_path / "data")

    assert completed.returncode == 2
    assert "move it" in completed.stderr and completed.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_that_the_finder_is_told_of_a_window_and_of_workbooks() -> None:
    found = property_list()

    assert found["LSBackgroundOnly"] is False
    kinds = found["CFBundleDocumentTypes"]
    assert isinstance(kinds, list)
    assert [f".{suffix}" for kind in kinds for suffix in kind["CFBundleTypeExtensions"]] == list(
        MODEL_SUFFIXES
    )
    assert {kind["LSHandlerRank"] for kind in kinds} == {"Alternate"}


def test_that_the_icon_of_windows_finds_its_pictures() -> None:
    pictures = {width: bytes([width % 251]) * width for width in ICO_WIDTHS}

    data = ico(pictures)

    assert struct.unpack_from("<HHH", data) == (0, 1, len(ICO_WIDTHS))
    for number, width in enumerate(ICO_WIDTHS):
        byte, _, _, _, _, depth, length, place = struct.unpack_from("<BBBBHHII", data, 6 + 16 * number)
        assert (byte, depth) == (width % 256, 32)
        assert data[place : place + length] == pictures[width]


def test_that_the_icon_of_macos_is_as_long_as_it_says() -> None:
    data = icns({kind: b"x" * width for kind, width in ICNS_TYPES.items()})

    assert struct.unpack_from(">4sI", data) == (b"icns", len(data))
    place, kinds = 8, []
    while place < len(data):
        kind, length = struct.unpack_from(">4sI", data, place)
        kinds.append(kind.decode())
        place += length
    assert kinds == list(ICNS_TYPES)


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.2.3", (1, 2, 3, 0)), ("0.1.0.dev3", (0, 1, 0, 0)), ("2", (2, 0, 0, 0)), ("1.2.3.4.5", (1, 2, 3, 4))],
)
def test_that_windows_counts_a_version_in_four_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert four_numbers(version) == numbers


def test_that_the_version_resource_is_what_pyinstaller_reads() -> None:
    made: list[tuple[str, str]] = []
    names = dict.fromkeys(
        ("FixedFileInfo", "StringFileInfo", "StringTable", "VarFileInfo", "VarStruct"), dict
    )
    builders: dict[str, object] = {name: lambda *_, **__: None for name in names}
    builders |= {"StringStruct": lambda *pair: made.append(pair), "VSVersionInfo": lambda **parts: parts}

    # as PyInstaller does
    parts = eval(version_resource("1.2.3"), builders)

    assert set(parts) == {"ffi", "kids"}
    assert dict(made)["ProductVersion"] == "1.2.3"
    assert dict(made)["OriginalFilename"] == "mcdesk.exe"


def test_that_symbols_are_taken_only_from_the_libraries_that_bear_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("llvmlite/libllvmlite.so", "numpy.libs/libopenblas.so", "sqlcipher3/_sqlite3.x.so"):
        path = tmp_path / name
        path.parent.mkdir()
        path.touch()
    commands: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda tool: f"/bin/{tool}")

    count = strip_symbols(tmp_path, lambda command: commands.append(list(command)))

    assert count == 2
    assert [Path(each).name for each in commands[0][2:]] == ["libllvmlite.so", "_sqlite3.x.so"]
