"""Machine code on disk: found while it is sound, within a limit of bytes."""

import os
import time
from pathlib import Path

import pytest

from mcdesk.engine.backends import code_cache
from mcdesk.engine.backends.code_cache import CodeCache

SECONDS_OF_A_WEEK = 7 * 86_400


def used(path: Path, seconds_ago: float) -> None:
    at = time.time() - seconds_ago
    os.utime(path, (at, at))


def names(folder: Path) -> list[str]:
    """The keys of the files that are there."""
    return sorted(path.name.partition("-")[0] for path in folder.rglob("*") if path.is_file())


def test_that_what_was_written_is_found_by_every_process(tmp_path: Path) -> None:
    told = list[bool]()
    path = CodeCache(tmp_path, ".o").write("a", b"code")

    found = CodeCache(tmp_path, ".o", told.append).find("a")

    assert found is not None
    assert (found.path, found.code) == (path, b"code")
    assert CodeCache(tmp_path, ".o", told.append).find("b") is None
    assert CodeCache(tmp_path, ".cubin", told.append).find("a") is None
    assert told == [True, False, False]


def test_that_the_longest_unused_files_make_room(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path, ".o", most_bytes=3_000)
    for hours, key in zip((4, 3, 2, 1), "abcd", strict=True):
        used(cache.write(key, bytes(900)), 3_600.0 * hours)
    assert names(tmp_path) == ["b", "c", "d"]

    cache.find("b")
    cache.write("e", bytes(900))

    assert names(tmp_path) == ["b", "d", "e"]


def test_that_the_limit_is_one_of_bytes_and_of_one_kind(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path, ".o", most_bytes=1_000)
    CodeCache(tmp_path, ".cubin", most_bytes=1_000).write("z", bytes(1_000))
    for key in "abcdefgh":
        used(cache.write(key, bytes(100)), 10.0)

    assert names(tmp_path) == [*"abcdefgh", "z"]

    cache.write("i", bytes(1_000))

    assert names(tmp_path) == ["i", "z"]


def test_that_a_file_larger_than_the_limit_stays_until_the_next(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path, ".o", most_bytes=10)

    first = cache.write("a", bytes(11))
    assert first.is_file()

    cache.write("b", bytes(1))
    assert names(tmp_path) == ["b"]


@pytest.mark.parametrize("damage", [b"", b"cod", b"code and more", b"c0de"])
def test_that_a_damaged_file_is_missing_and_removed(tmp_path: Path, damage: bytes) -> None:
    cache = CodeCache(tmp_path, ".o")
    path = cache.write("a", b"code")
    path.write_bytes(damage)

    assert cache.is_kept("a")
    assert cache.find("a") is None
    assert not cache.is_kept("a")
    assert names(tmp_path) == []


def test_that_a_file_that_another_process_removes_meanwhile_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = CodeCache(tmp_path, ".o", most_bytes=10)
    gone = cache.write("a", bytes(9))
    sound, listed = code_cache._sound, code_cache._files

    def removed_first(path: Path) -> code_cache.KeptCode | None:
        path.unlink()
        return sound(path)

    monkeypatch.setattr(code_cache, "_sound", removed_first)
    assert cache.find("a") is None

    gone.write_bytes(bytes(9))
    monkeypatch.setattr(code_cache, "_files", lambda paths: listed([*paths, tmp_path / "lost.o"]))
    cache.write("b", bytes(9))
    assert names(tmp_path) == ["b"]


def test_that_what_a_dead_process_left_unfinished_is_removed_after_a_day(tmp_path: Path) -> None:
    left, being_written = tmp_path / "x.unfinished", tmp_path / "y.unfinished"
    for path in (left, being_written):
        path.write_bytes(b"half")
    used(left, SECONDS_OF_A_WEEK)

    CodeCache(tmp_path, ".o").write("a", b"code")

    assert not left.exists()
    assert being_written.exists()
