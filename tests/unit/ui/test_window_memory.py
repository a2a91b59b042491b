"""What the window remembers, also from a file that is damaged."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from mcdesk.ui.theme.theme import ThemeChoice
from mcdesk.ui.window_memory import WindowMemory


def at_once(work: Callable[[], None]) -> None:
    work()


def memory(folder: Path) -> WindowMemory:
    return WindowMemory(folder / "data" / "window.json", at_once)


def test_that_theme_and_place_come_back(tmp_path: Path) -> None:
    first = memory(tmp_path)
    first.keep_theme(ThemeChoice.DARK)
    first.keep_end(QByteArray(b"\x01\x02"))
    found = memory(tmp_path)
    assert found.theme is ThemeChoice.DARK
    assert found.geometry == QByteArray(b"\x01\x02")


def test_that_what_was_open_is_known_after_a_bad_end_only(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.touch()
    first = memory(tmp_path)
    first.keep_open(path)
    assert memory(tmp_path).left_open == path
    first.keep_end(QByteArray())
    assert memory(tmp_path).left_open is None


def test_that_a_workbook_that_is_gone_is_not_offered(tmp_path: Path) -> None:
    memory(tmp_path).keep_open(tmp_path / "gone.xlsx")
    assert memory(tmp_path).left_open is None


@pytest.mark.parametrize("text", ["", "[", "[]", '{"theme": 3, "geometry": "%", "open": 1}', "\ufffe" * 9])
def test_that_a_damaged_file_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "window.json").write_text(text, encoding="utf-8")
    found = memory(tmp_path)
    assert (found.theme, found.geometry, found.left_open) == (ThemeChoice.SYSTEM, None, None)


def test_that_a_folder_that_takes_nothing_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    memory(tmp_path).keep_theme(ThemeChoice.DARK)
    assert (tmp_path / "data").is_file()


def test_that_the_file_has_no_more_than_is_needed(tmp_path: Path) -> None:
    memory(tmp_path).keep_theme(ThemeChoice.LIGHT)
    assert json.loads((tmp_path / "data" / "window.json").read_text()) == {"theme": "light"}
