"""A second start finds the first window."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from mcdesk.ui.single_instance import SingleInstance

SECOND_START = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from mcdesk.ui.single_instance import SingleInstance

application = QCoreApplication([])
folder, text = json.loads(sys.argv[1])
instance = SingleInstance(Path(folder))
is_first = instance.is_first()
print(json.dumps([is_first, instance.hand_over(Path(text) if text else None)]))
"""


def second_start(folder: Path, path: Path | None) -> "subprocess.Popen[str]":
    argument = json.dumps([str(folder), None if path is None else str(path)])
    return subprocess.Popen([sys.executable, "-c", SECOND_START, argument], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("name", ["Plan \u00e4 \n.xlsx", None])
def test_that_the_second_start_hands_its_file_to_the_first(
    qtbot: QtBot, tmp_path: Path, name: str | None
) -> None:
    first, path = SingleInstance(tmp_path), None if name is None else tmp_path / name
    assert first.is_first()
    with qtbot.waitSignal(first.called, timeout=20_000) as told:
        second = second_start(tmp_path, path)
        # it is not lost on a window that does not listen yet
        qtbot.wait(200)
        first.listen()
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)

    assert told.args == [path]
    assert json.loads(second.communicate()[0]) == [False, True]
    first.end()


def test_that_another_folder_has_a_window_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    first, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert first.is_first()
    assert other.is_first()


def test_that_the_next_window_opens_once_the_first_has_ended(qtbot: QtBot, tmp_path: Path) -> None:
    first, next_one = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.is_first()
    first.end()
    assert next_one.is_first()


def test_that_nonsense_from_somebody_else_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    first, called = SingleInstance(tmp_path), []
    assert first.is_first()
    first.listen()
    first.called.connect(called.append)
    for nonsense in (b"[1]\n", b"\xff\xfe\n", b'{"open": 3}\n', b"x" * 200_000):
        socket = QLocalSocket()
        socket.connectToServer(first._name)  # as anybody would who guesses it
        assert socket.waitForConnected(2_000)
        socket.write(nonsense)
        socket.flush()
        qtbot.wait(50)
        socket.abort()
    assert called in ([], [None])
    first.end()
