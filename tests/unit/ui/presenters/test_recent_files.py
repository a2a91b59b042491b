"""The workbooks that were opened last."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from mcdesk.ui.background import Background
from mcdesk.ui.presenters.recent_files import MOST_FILES, RecentFiles


def listed(qtbot: QtBot, recent: RecentFiles, path: Path | None = None) -> tuple[Path, ...]:
    with qtbot.waitSignal(recent.listed, timeout=5_000) as told:
        if path is None:
            recent.refresh()
        else:
            recent.add(path)
    assert told.args is not None
    found: tuple[Path, ...] = told.args[0]
    return found


def test_that_the_newest_is_first_and_none_is_there_twice(qtbot: QtBot, tmp_path: Path) -> None:
    background = Background()
    recent = RecentFiles(tmp_path / "data" / "recent.json", background)
    paths = [tmp_path / f"{number}.xlsx" for number in range(MOST_FILES + 2)]
    for path in paths:
        path.touch()
        listed(qtbot, recent, path)
    listed(qtbot, recent, paths[5])
    paths[7].unlink()
    found = listed(qtbot, recent)
    assert found[:2] == (paths[5], paths[-1])
    assert len(found) == MOST_FILES - 1
    background.end()


def test_that_a_damaged_list_is_an_empty_one(qtbot: QtBot, tmp_path: Path) -> None:
    background = Background()
    file = tmp_path / "recent.json"
    for text in ("{", '{"a": 1}', "[3]"):
        file.write_text(text)
        assert listed(qtbot, RecentFiles(file, background)) == ()
    background.end()
