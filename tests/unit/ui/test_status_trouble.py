"""The status service of a window: it answers, and where it cannot the notice says why."""

import socket
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mcdesk.foundation.settings import Settings, write_settings
from mcdesk.monitor.status.status_setup import LOOPBACK
from mcdesk.monitor.status.token_file import TokenFile
from mcdesk.ui.theme.theme import Theme
from tests.unit.monitor.status.serving_folder import Client
from tests.unit.ui.window_desk import opened_window

pytestmark = pytest.mark.xdist_group("window")


def wanted(home: Path, port: int) -> None:
    home.mkdir()
    write_settings(home, Settings(monitor={"status_port": float(port)}, serves_status=True))


def test_that_a_window_answers(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    wanted(home, port)

    with opened_window(qtbot, theme, home) as opened:
        opened.wait_until(TokenFile(home).path.exists)
        opened.wait_until(lambda: answers(port))
        client = Client((LOOPBACK, port), TokenFile(home).path.read_text().strip())
        assert client.get("/health").status == 200

    assert not answers(port)


def test_that_the_notice_tells_of_a_port_that_is_taken(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        wanted(tmp_path / "home", port)
        with opened_window(qtbot, theme, tmp_path / "home") as opened:
            notice = opened.window.notice
            opened.wait_until(notice.isVisible)

            assert f"port {port} is taken by another program" in notice.accessibleName()
            assert "status_port" in notice.accessibleName()


def answers(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), 1.0).close()
    except ConnectionRefusedError:
        return False
    return True
