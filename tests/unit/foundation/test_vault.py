"""Keys: made, written down, kept in a keyring, and missed in one line."""

from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import InitError

from mcdesk.foundation.errors import KeyMissing, RecoveryKeyInvalid
from mcdesk.foundation.vault import (
    FILE_NAME,
    RECOVERY_VARIABLE,
    find_key,
    is_encrypted,
    keep_key,
    new_key,
    read_vault,
    recovered_key,
    vault_of,
)
from tests.encrypted_folder import encrypted, lock_keyring, use_keyring
from tests.file_keyring import VARIABLE, FileKeyring


@pytest.fixture(autouse=True)
def keyring_of_the_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_keyring(monkeypatch, tmp_path)


def test_that_what_was_written_down_is_the_key() -> None:
    key = new_key()

    assert recovered_key(key.recovery_text.lower().replace("-", " ")) == key
    assert len(key.recovery_text.split("-")) == 14


@pytest.mark.parametrize("place", range(0, 69, 7))
def test_that_a_mistyped_letter_of_a_recovery_key_is_noticed(place: int) -> None:
    text = new_key().recovery_text
    place += text[place] == "-"
    letter = "B" if text[place] == "A" else "A"

    with pytest.raises(RecoveryKeyInvalid, match="wrong or missing"):
        recovered_key(text[:place] + letter + text[place + 1 :])


@pytest.mark.parametrize("text", ["", "ABCD", "not a key at all!", "1" * 56, "A" * 64])
def test_that_anything_else_is_no_recovery_key(text: str) -> None:
    with pytest.raises(RecoveryKeyInvalid):
        recovered_key(text)


def test_that_a_kept_key_is_found_again() -> None:
    key = new_key()

    keep_key(key)

    assert find_key(key.id) == key


def test_that_the_id_and_the_derived_keys_tell_nothing_of_the_key() -> None:
    key = new_key()

    assert bytes.fromhex(key.id) not in key.secret
    assert len({key.secret, key.derived(b"database"), key.derived(b"file"), key.derived(b"id")}) == 4


def test_that_a_locked_keyring_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    keep_key(key)
    lock_keyring(monkeypatch)

    with pytest.raises(KeyMissing, match="the keyring is locked") as failure:
        find_key(key.id)

    assert "mcdesk encryption recover" in failure.value.detail


def test_that_a_locked_keyring_keeps_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    lock_keyring(monkeypatch)

    with pytest.raises(KeyMissing, match="keeps no key: the keyring is locked"):
        keep_key(new_key())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Failed to unlock the collection!", "Failed to unlock the collection"),
        ("Failed to create the collection: Prompt dismissed..", "collection: Prompt dismissed"),
        ("It is broken. Ask somebody.", "It is broken"),
        ("", "InitError"),
    ],
)
def test_that_what_a_keyring_says_ends_as_a_part_of_a_sentence(
    monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    def refuse(*_: str) -> None:
        raise InitError(said)

    monkeypatch.setattr(FileKeyring, "get_password", refuse)

    with pytest.raises(KeyMissing) as failure:
        find_key(new_key().id)

    assert failure.value.title.endswith(told)


def test_that_no_keyring_is_told_as_one_that_was_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", NoKeyring())

    with pytest.raises(KeyMissing, match="keeps no key: no keyring was found"):
        keep_key(new_key())


def test_that_a_key_is_found_once_the_keyring_is_unlocked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = new_key()
    keep_key(key)
    lock_keyring(monkeypatch)
    with pytest.raises(KeyMissing):
        find_key(key.id)

    monkeypatch.setenv(VARIABLE, str(tmp_path / "keyring.json"))

    assert find_key(key.id) == key


def test_that_a_lost_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="has no key for it"):
        find_key(new_key().id)


def test_that_the_recovery_key_of_the_environment_needs_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    lock_keyring(monkeypatch)

    monkeypatch.setenv(RECOVERY_VARIABLE, key.recovery_text)

    assert find_key(key.id) == key


def test_that_another_key_under_its_name_is_refused(tmp_path: Path) -> None:
    key, other = new_key(), new_key()
    keep_key(key)
    kept = tmp_path / "keyring.json"
    kept.write_text(kept.read_text().replace(key.recovery_text, other.recovery_text))

    with pytest.raises(KeyMissing, match="another key"):
        find_key(key.id)


def test_that_a_file_asks_the_data_folder_it_lies_in(tmp_path: Path) -> None:
    folder = encrypted(tmp_path / "data")

    assert vault_of(folder / "samples" / "ab" / "cd.npy") == read_vault(folder)
    assert vault_of(tmp_path / "elsewhere.npy") is None
    assert is_encrypted(folder)
    assert not is_encrypted(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"key_id": "12", "is_on": true}', '{"is_on": true}'])
def test_that_a_damaged_mark_does_not_pass_for_off(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)

    assert is_encrypted(tmp_path)
    with pytest.raises(KeyMissing, match="cannot be read, which names the key"):
        vault_of(tmp_path / "mcdesk.db")
