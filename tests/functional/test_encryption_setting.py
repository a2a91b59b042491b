"""Encryption from the page of settings: a real window that closes, converts its folder and opens again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk.foundation.vault import read_vault
from mcdesk.history.conversion import unconverted
from mcdesk.services import folders_under
from tests.encrypted_folder import files_with, use_keyring
from tests.functional.people import wait_until
from tests.functional.test_window import PATIENCE_SECONDS, pytestmark, screen, workbook
from tests.functional.test_window_journey import Person, person

__all__ = ["person", "pytestmark", "screen"]

MARKERS = (b"product_launch", b"Net present value")


@pytest.fixture(autouse=True)
def own_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_keyring(monkeypatch, tmp_path)


@pytest.fixture
def other(person: Person, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A simulation in a terminal, in the same folder, that takes hours."""
    path, folder = workbook(tmp_path, 2_000_000_000), person.screen.folder
    options = ("--setup", str(path.with_suffix(".toml")), "--quiet", "--no-cache")
    process = subprocess.Popen(
        [sys.executable, "-m", "mcdesk", "run", str(path), *options],
        env=folder.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: any(job["trials_done"] for job in folder.jobs()), PATIENCE_SECONDS)
        yield process
    finally:
        process.kill()
        process.communicate()


def is_converted(home: Path, is_on: bool) -> bool:
    vault = read_vault(home)
    return vault is not None and vault.is_on == is_on and not unconverted(folders_under(home), is_on)


def open_settings(person: Person, title: str) -> None:
    person.click("place", name="navSettings")
    person.wait_for_text("encryptionTitle", title)


def have_it_encrypted(person: Person) -> None:
    open_settings(person, "Not encrypted")
    person.click("place", name="encrypt")
    person.click("place", name="keyIsWritten")
    person.click("place", name="acceptEncryption")


def test_that_a_window_encrypts_its_folder_and_goes_on_with_its_workbook(person: Person) -> None:
    home = person.screen.folder.home
    person.click("place", name="example0")
    person.wait_for_text("inputsTitle", "Inputs  5")
    person.click("place", name="runButton")
    person.wait_for_text("figure0Figure", "82,390")
    assert files_with(home, MARKERS) != []

    have_it_encrypted(person)

    # the process is the same, and asks nobody while it changes
    wait_until(lambda: is_converted(home, is_on=True), PATIENCE_SECONDS)
    wait_until(lambda: "product_launch.xlsx" in person.screen.titles(), PATIENCE_SECONDS)
    assert person.window.poll() is None
    assert files_with(home, MARKERS) == []
    person.wait_for_text("noticeTitle", "What mcdesk keeps is encrypted")
    person.click("row", name="historyList", row=0)
    person.wait_for_text("figure0Figure", "82,390")
    open_settings(person, "Encrypted")

    person.click("place", name="decrypt")
    person.click("place", name="acceptDecryption")

    wait_until(lambda: is_converted(home, is_on=False), PATIENCE_SECONDS)
    wait_until(lambda: "product_launch.xlsx" in person.screen.titles(), PATIENCE_SECONDS)
    open_settings(person, "Not encrypted")


def test_that_another_mcdesk_in_the_folder_is_told_of_and_nothing_is_changed(
    person: Person, other: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    titles = person.screen.titles
    person.click("place", name="example0")
    person.wait_for_text("inputsTitle", "Inputs  5")

    have_it_encrypted(person)

    wait_until((tmp_path / "keyring.json").exists, PATIENCE_SECONDS)
    wait_until(lambda: "product_launch.xlsx" not in titles(), PATIENCE_SECONDS)
    wait_until(lambda: "product_launch.xlsx" in titles(), PATIENCE_SECONDS)
    person.wait_for_text("noticeTitle", "is in use.")
    assert read_vault(person.screen.folder.home) is None
    assert other.poll() is None
