"""Files that are sealed in an encrypted folder: read back equal, and nothing of them can be changed."""

import os
from pathlib import Path

import pytest

from mcdesk.foundation.kept_file import (
    MAGIC,
    RECORD_BYTES,
    append_kept,
    is_sealed,
    open_kept,
    read_json,
    unsealed,
    write_json,
    write_kept,
)
from tests.encrypted_folder import encrypted, lock_keyring, use_keyring

TEXT = b"Zwetschgenkuchen 918273.645"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An encrypted one."""
    use_keyring(monkeypatch, tmp_path)
    return encrypted(tmp_path / "data")


def kept(path: Path) -> bytes:
    with open_kept(path) as file:
        return file.read()


@pytest.mark.parametrize(
    "byte_count", [0, 1, RECORD_BYTES - 1, RECORD_BYTES, RECORD_BYTES + 1, 3 * RECORD_BYTES]
)
def test_that_a_sealed_file_is_read_back(folder: Path, byte_count: int) -> None:
    data = os.urandom(byte_count)

    write_kept(folder / "a", data)

    assert kept(folder / "a") == data
    assert is_sealed(folder / "a")


def test_that_a_sealed_file_shows_nothing(folder: Path) -> None:
    write_kept(folder / "a", TEXT)
    write_kept(folder / "b", TEXT)

    one, other = (folder / "a").read_bytes(), (folder / "b").read_bytes()
    assert TEXT[:6] not in one
    # nor that two are equal
    assert one[40:] != other[40:]


def test_that_without_encryption_a_file_is_what_was_written(tmp_path: Path) -> None:
    write_kept(tmp_path / "a", TEXT)
    append_kept(tmp_path / "b", memoryview(TEXT), 1)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == TEXT
    assert kept(tmp_path / "a") == TEXT
    assert not is_sealed(tmp_path / "a")


def test_that_no_changed_byte_goes_unnoticed(folder: Path) -> None:
    path = folder / "a"
    write_kept(path, TEXT)
    sound = path.read_bytes()

    for place in range(len(MAGIC), len(sound)):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(OSError, match=r"damaged|no key for it"):
            kept(path)


@pytest.mark.parametrize("cut", [1, 20, RECORD_BYTES + 32, 2 * RECORD_BYTES])
def test_that_a_file_that_was_cut_is_refused(folder: Path, cut: int) -> None:
    path = folder / "a"
    write_kept(path, os.urandom(2 * RECORD_BYTES + 100))

    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(OSError, match="damaged"):
        kept(path)


def test_that_records_cannot_change_places(folder: Path) -> None:
    path = folder / "a"
    write_kept(path, os.urandom(3 * RECORD_BYTES))
    sound, head, record = path.read_bytes(), 41, RECORD_BYTES + 32

    first, second = sound[head : head + record], sound[head + record : head + 2 * record]
    path.write_bytes(sound[:head] + second + first + sound[head + 2 * record :])

    with pytest.raises(OSError, match="damaged"):
        kept(path)


def test_that_a_growing_file_takes_what_it_lacks(folder: Path) -> None:
    path, data = folder / "column-0.f8", os.urandom(800)

    for count in (0, 80, 80, 400, 800):
        append_kept(path, memoryview(data[:count]), 8)

    assert is_sealed(path)
    assert kept(path) == data


def test_that_a_growing_file_goes_on_after_a_torn_record(folder: Path) -> None:
    path, data = folder / "column-0.f8", os.urandom(800)
    append_kept(path, memoryview(data[:80]), 8)
    append_kept(path, memoryview(data[:400]), 8)
    path.write_bytes(path.read_bytes()[:-5])
    assert kept(path) == data[:80]

    append_kept(path, memoryview(data), 8)

    assert kept(path) == data


def test_that_a_file_from_before_encryption_is_still_read(folder: Path) -> None:
    (folder / "a").write_bytes(TEXT)

    assert kept(folder / "a") == TEXT


def test_that_a_file_without_its_key_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_kept(folder / "a", TEXT)
    lock_keyring(monkeypatch)

    with pytest.raises(OSError, match="its key cannot be had"):
        kept(folder / "a")
    with pytest.raises(OSError, match="its key cannot be had"):
        write_kept(folder / "b", TEXT)
    assert not (folder / "b").exists()


def test_that_what_cannot_be_wound_back_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, TEXT)
    os.close(writing)

    with open(reading, "rb") as pipe, unsealed(pipe) as file:
        assert file.read() == TEXT


def test_that_json_is_sealed_too(folder: Path) -> None:
    write_json(folder / "recent.json", ["/home/ann/Zwetschgenkuchen.xlsx"])

    assert read_json(folder / "recent.json") == ["/home/ann/Zwetschgenkuchen.xlsx"]
    assert b"Zwetschgen" not in (folder / "recent.json").read_bytes()
    assert read_json(folder / "absent.json") is None
