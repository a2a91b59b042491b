"""Wrong passwords are slowed down, for every address and from every process."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from mcdesk.foundation.clock import utc_now, utc_text
from mcdesk.foundation.errors import PasswordRefused
from mcdesk.history.account_store import AccountStore
from mcdesk.history.audit_store import AuditStore
from mcdesk.history.opening import open_database
from mcdesk.history.password_store import PasswordStore
from mcdesk.history.passwords import HashCost, Passwords
from mcdesk.history.query_timing import QueryType
from mcdesk.history.sign_in_throttle import SignInThrottle, _key, wait_seconds

from .conftest import CHEAP, PASSWORD, Office

WRONG = "wrong horse"


class CountedPasswords(Passwords):
    """Counts how often a password is really looked at."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.checks = 0
        self.spent = 0

    def matches(self, password_hash: str, password: str) -> bool:
        self.checks += 1
        return super().matches(password_hash, password)

    def spend_a_check(self, password: str) -> None:
        self.spent += 1
        super().spend_a_check(password)


def store(office: Office, passwords: Passwords) -> PasswordStore:
    office.guarded()
    accounts = AccountStore(office.database)
    return PasswordStore(office.database, accounts, AuditStore(office.database), passwords)


def refusal(stored: PasswordStore, email: str, password: str) -> str:
    with pytest.raises(PasswordRefused) as refused:
        stored.check(email, password)
    return str(refused.value)


def test_that_the_wait_doubles_up_to_a_minute() -> None:
    waits = [wait_seconds(failures) for failures in (0, 1, 2, 3, 7, 8, 9, 10**9)]

    assert waits == [0.0, 0.5, 1.0, 2.0, 32.0, 60.0, 60.0, 60.0]


@pytest.mark.parametrize("failures", [1, 2, 5, 8, 12])
def test_that_no_password_is_looked_at_before_the_wait_is_over(office: Office, failures: int) -> None:
    passwords = CountedPasswords()
    stored = store(office, passwords)
    for _ in range(failures):
        refusal(stored, "bob@x", WRONG)
        office.wall.advance(60)
    office.wall.advance(-60)
    wait = wait_seconds(failures)

    office.wall.advance(wait - 0.01)
    told = refusal(stored, "bob@x", PASSWORD)
    checks = passwords.checks
    office.wall.advance(0.02)
    found = stored.check("bob@x", PASSWORD)

    assert "Wait 1 s" in told
    assert (checks, passwords.checks, found.email) == (failures, failures + 1, "bob@x")


def test_that_a_refused_attempt_does_not_lengthen_the_wait(office: Office) -> None:
    stored = store(office, Passwords(CHEAP))
    refusal(stored, "bob@x", WRONG)

    for _ in range(9):
        office.wall.advance(0.05)
        assert "Wait 1 s" in refusal(stored, "bob@x", PASSWORD)
    office.wall.advance(0.06)

    assert stored.check("bob@x", PASSWORD).email == "bob@x"


def test_that_a_right_password_begins_anew(office: Office) -> None:
    stored = store(office, Passwords(CHEAP))
    for _ in range(6):
        refusal(stored, "bob@x", WRONG)
        office.wall.advance(60)
    stored.check("bob@x", PASSWORD)

    refusal(stored, "bob@x", WRONG)

    assert SignInThrottle(office.database).seconds_left("bob@x") == 0.5


@pytest.mark.parametrize("back_seconds", [1, 3600, 10**8])
def test_that_a_clock_that_jumped_back_locks_for_a_minute_at_most(office: Office, back_seconds: int) -> None:
    stored = store(office, Passwords(CHEAP))
    for _ in range(10):
        office.wall.advance(60)
        refusal(stored, "bob@x", WRONG)
    office.wall.advance(-back_seconds)

    assert "Wait 60 s" in refusal(stored, "bob@x", PASSWORD)
    office.wall.advance(60)
    assert stored.check("bob@x", PASSWORD).email == "bob@x"


def test_that_one_address_does_not_slow_down_another(office: Office) -> None:
    stored = store(office, Passwords(CHEAP))
    refusal(stored, "bob@x", WRONG)

    assert stored.check("ada@localhost", PASSWORD).email == "ada@localhost"


@pytest.mark.parametrize("email", ["nobody@x", "open@x", "no address"])
def test_that_an_address_that_cannot_sign_in_is_told_like_a_wrong_password(
    office: Office, email: str
) -> None:
    passwords = CountedPasswords()
    stored = store(office, passwords)
    AccountStore(office.database).add("open@x", "", "trial")
    wrong = refusal(stored, "bob@x", WRONG)

    lines = [refusal(stored, email, WRONG), refusal(stored, email, WRONG)]

    assert lines[0] == wrong
    assert lines[1] == refusal(stored, "bob@x", WRONG)
    assert (passwords.checks, passwords.spent) == (1, 1)


def test_that_what_was_typed_is_not_kept(office: Office) -> None:
    stored = store(office, Passwords(CHEAP))
    refusal(stored, "my secret instead of my address", WRONG)

    rows = office.database.execute(QueryType.AUTHENTICATION, "SELECT * FROM sign_in_failures").rows

    assert len(rows) == 1
    assert "secret" not in str(rows)


def test_that_old_failures_are_forgotten(office: Office) -> None:
    stored = store(office, Passwords(CHEAP))
    refusal(stored, "nobody@x", WRONG)
    office.wall.advance(25 * 3600)
    refusal(stored, "bob@x", WRONG)

    rows = office.database.execute(QueryType.AUTHENTICATION, "SELECT failures FROM sign_in_failures").rows

    assert rows == [(1,)]


def test_that_a_wrong_password_stands_in_the_audit_log(office: Office) -> None:
    stored = store(office, Passwords(CHEAP))
    audit = AuditStore(office.database)
    refusal(stored, "bob@x", WRONG)
    refusal(stored, "bob@x", WRONG)

    newest, before = audit.newest(2)

    assert (newest.action, newest.actor) == ("sign_in_refused", None)
    assert newest.subject == audit.pseudonym(AccountStore(office.database).account("bob@x"))
    assert before.action != "sign_in_refused"


def test_that_attempts_at_the_same_moment_count_as_one_after_another(office: Office, tmp_path: Path) -> None:
    store(office, Passwords(CHEAP))
    # The next failure is the tenth and locks for a minute, longer than the others take to come.
    values = (_key("bob@x"), utc_text(utc_now() - timedelta(minutes=2)))
    office.database.execute(QueryType.AUTHENTICATION, "INSERT INTO sign_in_failures VALUES (?, 9, ?)", values)

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(_attempt, [tmp_path / "mcdesk.db"] * 8))

    assert sorted("Wait" in line and " s " in line for line in told) == [False] + [True] * 7


def _attempt(path: Path) -> str:
    with open_database(path) as database:
        audit = AuditStore(database)
        return refusal(
            PasswordStore(database, AccountStore(database), audit, Passwords(CHEAP)), "bob@x", WRONG
        )


def test_that_a_hash_of_older_parameters_is_renewed(office: Office) -> None:
    store(office, Passwords(CHEAP))
    newer = Passwords(HashCost(passes=2, memory_kib=16, lanes=1))
    stored = PasswordStore(office.database, AccountStore(office.database), AuditStore(office.database), newer)

    stored.check("bob@x", PASSWORD)

    sql = "SELECT password_hash FROM users WHERE email = 'bob@x'"
    kept = str(office.database.execute(QueryType.AUTHENTICATION, sql).rows[0][0])
    assert not newer.is_outdated(kept)
    assert newer.matches(kept, PASSWORD)
