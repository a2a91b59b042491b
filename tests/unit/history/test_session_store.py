"""Sessions begin, are found by their token, and end."""

import os
import stat
from pathlib import Path

import pytest

from mcdesk.foundation.errors import StoreError
from mcdesk.history.account_store import AccountStore
from mcdesk.history.query_timing import QueryType
from mcdesk.history.session_file import SessionFile, system_user
from mcdesk.history.session_store import SessionStore

from .conftest import Office

HOUR = 3600


def test_that_a_token_stands_for_its_account_for_twelve_hours(office: Office) -> None:
    sessions = SessionStore(office.database)
    ada = AccountStore(office.database).account("ada@localhost")
    token = sessions.begin(ada).token

    found = []
    for _ in range(3):
        found.append(sessions.account_id(token))
        office.wall.advance(6 * HOUR)

    assert found == [ada.id, ada.id, None]


def test_that_a_clock_set_back_ends_sessions_instead_of_prolonging_them(office: Office) -> None:
    sessions = SessionStore(office.database)
    token = sessions.begin(AccountStore(office.database).account("ada@localhost")).token

    office.wall.advance(-60)
    after_a_minute = sessions.account_id(token)
    office.wall.advance(-HOUR)

    assert after_a_minute is not None
    assert sessions.account_id(token) is None


def test_that_sessions_end_one_by_one_or_together(office: Office) -> None:
    sessions = SessionStore(office.database)
    ada = AccountStore(office.database).account("ada@localhost")
    first, second, third = (sessions.begin(ada).token for _ in range(3))

    sessions.end(first)
    assert [sessions.account_id(each) is None for each in (first, second, third)] == [True, False, False]
    sessions.end_all(ada)
    assert [sessions.account_id(each) for each in (second, third)] == [None, None]


def test_that_no_token_is_in_the_database(office: Office) -> None:
    session = SessionStore(office.database).begin(AccountStore(office.database).account("ada@localhost"))

    rows = office.database.execute(QueryType.AUTHENTICATION, "SELECT * FROM sessions").rows

    assert session.token not in str(rows)
    assert session.token not in repr(session)
    assert SessionStore(office.database).account_id("x") is None


def test_that_sessions_that_ran_out_are_cleared_away(office: Office) -> None:
    sessions = SessionStore(office.database)
    ada = AccountStore(office.database).account("ada@localhost")
    for _ in range(3):
        sessions.begin(ada)
        office.wall.advance(13 * HOUR)
    sessions.begin(ada)

    rows = office.database.execute(QueryType.AUTHENTICATION, "SELECT count(*) FROM sessions").rows

    assert rows == [(1,)]


def test_that_tokens_are_kept_in_their_order(tmp_path: Path) -> None:
    file = SessionFile(tmp_path / "sessions", "7")

    file.write(["a", "b"])

    assert SessionFile(tmp_path / "sessions", "7").tokens() == ("a", "b")
    assert SessionFile(tmp_path / "sessions", "8").tokens() == ()
    assert [path.name for path in (tmp_path / "sessions").iterdir()] == ["7.json"]
    file.write([])
    assert list((tmp_path / "sessions").iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"tokens": 5}', "{}", "\udce9"])
def test_that_a_file_that_makes_no_sense_holds_no_tokens(tmp_path: Path, content: str) -> None:
    (tmp_path / "7.json").write_text(content, encoding="utf-8", errors="surrogateescape")

    assert SessionFile(tmp_path, "7").tokens() == ()


def test_that_a_folder_that_cannot_be_used_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("in the way")

    with pytest.raises(StoreError, match="cannot be read or written"):
        SessionFile(tmp_path / "sessions", "7").write(["a"])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_that_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)

    SessionFile(tmp_path / "sessions", "7").write(["a"])

    assert stat.S_IMODE((tmp_path / "sessions" / "7.json").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such numbers")
def test_that_the_file_of_somebody_else_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SessionFile(tmp_path, "7").write(["a"])
    monkeypatch.setattr(os, "getuid", lambda: 12345)

    assert SessionFile(tmp_path, "7").tokens() == ()
    assert system_user() == "12345"
