"""What goes into the application and what stays out of it."""

import pytest

from bundling.contents import EXCLUDED_MODULES, LEFT_OUT, UNLINKED, linked_only, sorted_out
from bundling.left_out_table import left_out_table

KEPT = (
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so",
    "PySide6/plugins/platforms/qwindows.dll",
    "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
    "PySide6/Qt/plugins/imageformats/libqsvg.so",
    "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "mcdesk/resources/examples/portfolio.xlsx",
    "numpy/random/_generator.so",
    "regex/_regex.so",
)
LEFT = (
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6\\translations\\qtbase_de.qm",
    "PySide6/Qt/plugins/platforms/libqvnc.so",
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    "PySide6/Qt/plugins/tls/libqopensslbackend.so",
    "PySide6\\plugins\\tls\\qopensslbackend.dll",
    "PySide6/plugins/imageformats/qpdf.dll",
    "pyqtgraph/icons/peegee/peegee.svg",
    "numpy/_core/_multiarray_tests.so",
    "psutil/tests/test_linux.py",
)


@pytest.mark.parametrize("place", KEPT)
def test_that_what_mcdesk_uses_goes_in(place: str) -> None:
    assert sorted_out([(place, "source", "BINARY")])[1] == []


@pytest.mark.parametrize("place", LEFT)
def test_that_what_mcdesk_does_not_use_stays_out(place: str) -> None:
    kept, left = sorted_out([(place, "source", "BINARY")])

    assert kept == []
    assert left[0][0].why


def test_that_no_build_tool_and_no_test_package_goes_in() -> None:
    assert {"pip", "setuptools", "PyInstaller", "pytest", "hypothesis", "unittest"} <= set(EXCLUDED_MODULES)


def test_that_libraries_stay_only_with_those_that_need_them() -> None:
    entries = [
        ("PySide6/QtGui.abi3.so", "/a/QtGui.abi3.so", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "/a/libQt6Gui.so.6", "BINARY"),
        ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK"),
        ("libglib-2.0.so.0", "/b/libglib-2.0.so.0", "BINARY"),
        ("libgtk-3.so.0", "/b/libgtk-3.so.0", "BINARY"),
        ("libatk-1.0.so.0", "/b/libatk-1.0.so.0", "BINARY"),
        ("PySide6/Qt/lib/libQt6Test.so.6", "/a/libQt6Test.so.6", "BINARY"),
        ("libQt6Test.so.6", "PySide6/Qt/lib/libQt6Test.so.6", "SYMLINK"),
        ("libpython3.11.so.1.0", "/c/libpython3.11.so.1.0", "BINARY"),
        ("mcdesk/resources/libgtk-3.so.0", "/d/notes", "DATA"),
    ]
    links = {
        "/a/QtGui.abi3.so": ["libQt6Gui.so.6", "libc.so.6"],
        "/a/libQt6Gui.so.6": ["libglib-2.0.so.0", "libQt6Gui.so.6"],
        "/b/libgtk-3.so.0": ["libatk-1.0.so.0", "libglib-2.0.so.0"],
    }

    kept, left = linked_only(entries, lambda source: links.get(source, []))

    assert [place for place, _, _ in left] == [
        "libgtk-3.so.0",
        "libatk-1.0.so.0",
        "PySide6/Qt/lib/libQt6Test.so.6",
        "libQt6Test.so.6",
    ]
    assert sorted(kept + left) == sorted(entries)


def test_that_the_table_has_the_largest_first(tmp_path: object) -> None:
    large, small, link = (f"{tmp_path}/{name}" for name in ("large", "small", "link"))
    for path, size in ((large, 3_000_000), (small, 100_000), (link, 9_000_000)):
        with open(path, "wb") as file:
            file.truncate(size)

    table = left_out_table(
        [
            (LEFT_OUT[0], ("a", small, "DATA")),
            (UNLINKED, ("b", large, "BINARY")),
            (UNLINKED, ("c", link, "SYMLINK")),
        ]
    )

    rows = [line.split("|")[2].strip() for line in table.splitlines()[2:]]
    assert rows == ["3.0", "0.1", "3.1"]
