"""Encryption as a setting: what the page says and asks, and what is done before the window opens again."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mcdesk.foundation.conversion_wish import VARIABLE, ConversionWish, take_wish
from mcdesk.foundation.paths import Folders
from mcdesk.foundation.vault import RECOVERY_VARIABLE, SERVICE, new_key, read_vault
from mcdesk.history.opening import open_database
from mcdesk.services import folders_under
from mcdesk.ui.background import Background
from mcdesk.ui.conversion_bench import ConversionBench
from mcdesk.ui.theme.theme import Theme
from mcdesk.ui.views.conversion_window import ConversionWindow
from mcdesk.ui.views.encryption_dialogs import DecryptDialog, EncryptDialog, RecoveryKeyDialog
from mcdesk.ui.views.notice import Notice
from tests.encrypted_folder import encrypted, lock_keyring, use_keyring
from tests.unit.ui.window_desk import PATIENCE_MILLISECONDS, OpenWindow, opened_window

pytestmark = pytest.mark.xdist_group("window")

SETTINGS = 5


@pytest.fixture(autouse=True)
def own_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(RECOVERY_VARIABLE, raising=False)
    use_keyring(monkeypatch, tmp_path)


@pytest.fixture
def encrypted_window(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    with opened_window(qtbot, theme, encrypted(tmp_path / "home")) as found:
        yield found


def text(opened: OpenWindow, name: str) -> str:
    found = opened.window.findChild(QLabel, name)
    assert found is not None
    return found.text()


def press(opened: OpenWindow, name: str) -> None:
    found = opened.window.findChild(QPushButton, name)
    assert found is not None, name
    opened.wait_until(found.isVisible)
    opened.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def dialog(opened: OpenWindow, name: str) -> QDialog:
    opened.wait_until(lambda: opened.window.findChild(QDialog, name) is not None)
    found = opened.window.findChild(QDialog, name)
    assert found is not None
    return found


def show_page(opened: OpenWindow, title: str) -> None:
    opened.window.show_number(SETTINGS)
    opened.wait_until(lambda: text(opened, "encryptionTitle") == title)


def shown_buttons(opened: OpenWindow) -> list[str]:
    names = ("encrypt", "decrypt", "showRecoveryKey")
    found = {name: opened.window.findChild(QPushButton, name) for name in names}
    return [name for name, each in found.items() if each is not None and each.isVisible()]


def test_that_the_page_says_that_nothing_is_encrypted(opened: OpenWindow) -> None:
    show_page(opened, "Not encrypted")

    assert str(opened.home) in text(opened, "encryptionText")
    assert shown_buttons(opened) == ["encrypt"]


def test_that_who_wrote_the_key_down_has_mcdesk_begin_anew_with_it(opened: OpenWindow) -> None:
    show_page(opened, "Not encrypted")
    press(opened, "encrypt")
    asked = dialog(opened, "encryptDialog")
    accept = asked.findChild(QPushButton, "acceptEncryption")
    written = asked.findChild(QCheckBox, "keyIsWritten")
    copy = asked.findChild(QPushButton, "copyRecoveryKey")
    shown = asked.findChild(QLabel, "recoveryKey")
    assert accept is not None and written is not None and copy is not None and shown is not None
    assert not accept.isEnabled()
    opened.qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    key_text = QApplication.clipboard().text()
    assert shown.text().replace("\n", "") == key_text

    written.setChecked(True)
    assert opened.workbench.encryption is not None
    with opened.qtbot.waitSignal(opened.workbench.encryption.restart_wanted) as told:
        opened.qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)

    assert told.args is not None
    wish = told.args[0]
    assert (type(wish), wish.is_on) == (ConversionWish, True)
    assert keyring.get_password(SERVICE, wish.key_id) == key_text
    # not before nobody uses the folder any more
    assert read_vault(opened.home) is None


def test_that_who_cancels_leaves_no_key_behind(opened: OpenWindow, tmp_path: Path) -> None:
    show_page(opened, "Not encrypted")
    press(opened, "encrypt")

    dialog(opened, "encryptDialog").reject()

    assert not (tmp_path / "keyring.json").exists()


def test_that_without_a_keyring_nobody_is_asked_to_write_a_key_down(
    opened: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_page(opened, "Not encrypted")
    lock_keyring(monkeypatch)

    press(opened, "encrypt")

    opened.wait_until(lambda: "keeps no key: the keyring is locked" in text(opened, "noticeTitle"))
    assert opened.window.findChild(QDialog, "encryptDialog") is None


def test_that_the_key_of_the_variable_needs_no_keyring(
    opened: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    monkeypatch.setenv(RECOVERY_VARIABLE, key.recovery_text)
    lock_keyring(monkeypatch)
    show_page(opened, "Not encrypted")

    press(opened, "encrypt")

    shown = dialog(opened, "encryptDialog").findChild(QLabel, "recoveryKey")
    assert shown is not None
    assert shown.text().replace("\n", "") == key.recovery_text


def test_that_the_page_says_where_the_key_is_and_shows_it(encrypted_window: OpenWindow) -> None:
    opened = encrypted_window
    show_page(opened, "Encrypted")
    assert "in the keyring" in text(opened, "encryptionText")
    assert shown_buttons(opened) == ["decrypt", "showRecoveryKey"]

    press(opened, "showRecoveryKey")

    shown = dialog(opened, "recoveryKeyDialog").findChild(QLabel, "recoveryKey")
    vault = read_vault(opened.home)
    assert shown is not None and vault is not None
    assert shown.text().replace("\n", "") == vault.key().recovery_text


def test_that_decrypting_is_asked_for_and_begins_anew(encrypted_window: OpenWindow) -> None:
    opened = encrypted_window
    show_page(opened, "Encrypted")
    press(opened, "decrypt")
    accept = dialog(opened, "decryptDialog").findChild(QPushButton, "acceptDecryption")
    assert accept is not None and opened.workbench.encryption is not None

    with opened.qtbot.waitSignal(opened.workbench.encryption.restart_wanted) as told:
        opened.qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)

    vault = read_vault(opened.home)
    assert vault is not None
    assert told.args == [ConversionWish(False, vault.key_id)]


def test_that_a_key_that_cannot_be_had_is_told(
    encrypted_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = encrypted_window
    lock_keyring(monkeypatch)

    show_page(opened, "The data is encrypted, and its key cannot be had: the keyring is locked.")

    assert "\u201cmcdesk encryption recover\u201d" in text(opened, "encryptionText")
    assert shown_buttons(opened) == []


@pytest.mark.parametrize("is_typed", [False, True])
def test_that_the_lines_of_a_question_stand_as_near_as_those_of_the_others(
    qtbot: QtBot, theme: Theme, is_typed: bool
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for asked in (
        EncryptDialog(theme, new_key().recovery_text, is_typed, parent),
        DecryptDialog(parent),
        RecoveryKeyDialog(theme, new_key().recovery_text, parent),
    ):
        asked.show()
        qtbot.waitExposed(asked)
        layout = asked.layout()
        assert layout is not None
        parts = [layout.itemAt(number).geometry() for number in range(layout.count())]
        rooms = [after.top() - before.bottom() - 1 for before, after in pairwise(parts)]

        assert set(rooms) == {layout.spacing()}
        # none takes what others leave
        texts = [each for each in asked.findChildren(QLabel) if each.wordWrap()]
        assert all(each.height() == each.heightForWidth(each.width()) for each in texts)


def test_that_a_conversion_that_was_cut_off_can_go_on_or_be_taken_back(encrypted_window: OpenWindow) -> None:
    opened = encrypted_window
    (opened.home / "recent.json").write_text("[]")

    show_page(opened, "1 file is not encrypted yet.")

    assert shown_buttons(opened) == ["encrypt", "decrypt", "showRecoveryKey"]


def test_that_a_wish_is_taken_once() -> None:
    environment = ConversionWish(True, "ab" * 16).added_to({"HOME": "/home/ann"})

    assert take_wish(environment) == ConversionWish(True, "ab" * 16)

    assert environment == {"HOME": "/home/ann"}
    assert take_wish(environment) is None
    assert take_wish({VARIABLE: "sideways"}) is None


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.end()


def made_folder(tmp_path: Path) -> Folders:
    folders = folders_under(tmp_path / "home")
    open_database(folders.database).close()
    (folders.data / "recent.json").write_text('["Zwetschgenkuchen.xlsx"]')
    return folders


def wish_for(is_on: bool) -> ConversionWish:
    key = new_key()
    keyring.set_password(SERVICE, key.id, key.recovery_text)
    return ConversionWish(is_on, key.id)


def told(theme: Theme, qtbot: QtBot, bench: ConversionBench) -> str:
    """What is said of it in the window that opens."""
    page = ConversionWindow("")
    qtbot.addWidget(page, before_close_func=lambda shown: shown.close_now())
    notice = Notice(theme, page)
    bench.tell(notice)
    return notice.accessibleName()


def test_that_the_folder_is_converted_while_its_window_shows_how_far(
    qtbot: QtBot, theme: Theme, tmp_path: Path, background: Background
) -> None:
    folders = made_folder(tmp_path)
    bench = ConversionBench(folders, wish_for(is_on=True), background)

    with qtbot.waitSignal(bench.ended, timeout=PATIENCE_MILLISECONDS):
        bench.start()
        assert bench.window.isVisible()

    vault = read_vault(folders.data)
    assert vault is not None and vault.is_on
    assert b"Zwetschgenkuchen" not in (folders.data / "recent.json").read_bytes()
    assert told(theme, qtbot, bench) == f"What mcdesk keeps is encrypted 2 files in {folders.data}"
    qtbot.waitUntil(lambda: not bench.window.isVisible())


def test_that_a_folder_in_use_is_left_as_it_is_and_one_line_says_so(
    qtbot: QtBot, theme: Theme, tmp_path: Path, background: Background
) -> None:
    folders = made_folder(tmp_path)
    other = open_database(folders.database)
    bench = ConversionBench(folders, wish_for(is_on=True), background)

    with qtbot.waitSignal(bench.ended, timeout=PATIENCE_MILLISECONDS):
        bench.start()
    other.close()

    assert read_vault(folders.data) is None
    assert told(theme, qtbot, bench).endswith("is in use. Close every mcdesk that uses this folder.")


def test_that_a_conversion_is_stopped_by_closing_its_window(
    qtbot: QtBot, theme: Theme, tmp_path: Path, background: Background
) -> None:
    folders = made_folder(tmp_path)
    folders.samples.mkdir()
    for number in range(300):
        (folders.samples / f"{number}.npz").write_bytes(b"x" * 4096)
    bench = ConversionBench(folders, wish_for(is_on=True), background)

    with qtbot.waitSignal(bench.ended, timeout=PATIENCE_MILLISECONDS):
        bench.start()
        bench.window.close()
        assert bench.window.isVisible()

    assert "was stopped" in told(theme, qtbot, bench)
