"""The token: made once, for its owner alone, and not taken from a file that others could have read."""

import logging
import os
import stat
import sys
from pathlib import Path
from unittest import mock

import pytest

from mcdesk.foundation.errors import StatusUnavailable
from mcdesk.monitor.status.token_file import TokenFile, is_token

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def made(folder: Path) -> bytes:
    token = TokenFile(folder).read_or_make()
    assert token is not None
    return token


def test_that_a_token_is_made_once_and_found_again(tmp_path: Path) -> None:
    token = made(tmp_path)

    assert made(tmp_path) == token
    assert len(token) >= 43


def test_that_two_folders_have_different_tokens(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()

    assert made(tmp_path / "one") != made(tmp_path / "other")


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_that_nobody_but_the_owner_may_read_it_whatever_the_mask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        made(tmp_path)
    finally:
        os.umask(before)

    assert stat.S_IMODE(TokenFile(tmp_path).path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_that_a_token_that_others_could_read_is_replaced(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = made(tmp_path)
    TokenFile(tmp_path).path.chmod(mode)

    with caplog.at_level(logging.WARNING):
        after = made(tmp_path)

    assert after != before
    assert stat.S_IMODE(TokenFile(tmp_path).path.stat().st_mode) == 0o600
    assert before.decode() not in caplog.text


@pytest.mark.parametrize("text", ["", "short", "x" * 300, "a token with spaces and so many letters"])
def test_that_a_file_without_a_token_is_replaced(tmp_path: Path, text: str) -> None:
    path = TokenFile(tmp_path).path
    path.touch(0o600)
    path.write_text(text)

    assert made(tmp_path).decode() != text
    assert made(tmp_path) == path.read_bytes().strip()


def test_that_the_token_of_somebody_else_is_left_to_them(tmp_path: Path) -> None:
    made(tmp_path)

    with mock.patch("os.getuid", return_value=os.getuid() + 1):
        assert TokenFile(tmp_path).read_or_make() is None


def test_that_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text("s" * 43)
    TokenFile(tmp_path).path.symlink_to(secret)

    with pytest.raises(StatusUnavailable, match="status-token"):
        TokenFile(tmp_path).read_or_make()


def test_that_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(TokenFile(tmp_path).path, 0o600)

    assert made(tmp_path)


def test_that_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StatusUnavailable, match="No such file"):
        TokenFile(tmp_path / "gone").read_or_make()


def test_that_only_the_whole_token_is_the_token() -> None:
    assert is_token(b"abc", b"abc")
    assert not any(is_token(each, b"abc") for each in (b"", b"ab", b"abcd", b"abd", b"ABC"))
