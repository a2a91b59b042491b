"""The audit log grows, tells no names, and shows every change of what it says."""

import json
from dataclasses import asdict

import pytest
import sqlcipher3.dbapi2 as sqlite

from mcdesk.foundation.errors import DatabaseDamaged
from mcdesk.history.audit_store import FIRST_HASH, AuditAction, AuditHead, AuditStore, row_text
from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.queue_store import QueueStore

from .conftest import Office

ROWS = 5
TEXTS = ("at", "actor", "action", "subject", "detail", "previous_hash", "hash")


@pytest.fixture
def audit(office: Office) -> AuditStore:
    """A log of five rows, no two alike."""
    people = office.people()
    ada = people.accounts.local_account()
    for number in range(ROWS):
        office.wall.advance(1)
        people.audit.record(ada, AuditAction.RUN, f"run {number}", {"trials": number})
    return people.audit


def change(database: Database, sql: str, *values: str | int | bytes) -> None:
    """Run a statement as somebody would who can write the file: without the triggers."""
    for trigger in ("update", "delete", "replace"):
        database.execute(QueryType.AUTHENTICATION, f"DROP TRIGGER IF EXISTS audit_log_no_{trigger}")
    database.execute(QueryType.AUTHENTICATION, sql, values)


def test_that_rows_are_chained(office: Office, audit: AuditStore) -> None:
    rows = audit.newest()

    assert [row.id for row in rows] == [5, 4, 3, 2, 1]
    assert [row.previous_hash for row in rows] == [*(row.hash for row in rows[1:]), FIRST_HASH]
    assert len({row.hash for row in rows}) == ROWS
    assert audit.head() == AuditHead(5, rows[0].hash)
    assert audit.verify() is None
    assert audit.newest(2) == rows[:2]
    audit.require_whole()


def test_that_an_empty_log_is_whole(office: Office) -> None:
    audit = office.people().audit

    assert (audit.verify(), audit.head(), audit.newest()) == (None, None, ())


@pytest.mark.parametrize("row", range(1, ROWS + 1))
@pytest.mark.parametrize("column", TEXTS)
def test_that_a_change_of_any_byte_is_found(office: Office, audit: AuditStore, row: int, column: str) -> None:
    sql = f"SELECT {column} FROM audit_log WHERE id = ?"
    text = str(office.database.execute(QueryType.AUTHENTICATION, sql, (row,)).rows[0][0])

    for place in range(len(text)):
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        change(office.database, f"UPDATE audit_log SET {column} = ? WHERE id = ?", changed, row)
        assert audit.verify() == row
    change(office.database, f"UPDATE audit_log SET {column} = ? WHERE id = ?", text, row)
    assert audit.verify() is None


@pytest.mark.parametrize("row", range(1, ROWS + 1))
def test_that_a_row_that_was_taken_away_is_missed(office: Office, audit: AuditStore, row: int) -> None:
    change(office.database, "DELETE FROM audit_log WHERE id = ?", row)

    assert audit.verify() == row
    with pytest.raises(DatabaseDamaged, match=f"row {row} is the first"):
        audit.require_whole()


CHANGES = {
    "all rows taken away": ("DELETE FROM audit_log", 1),
    "the newest two taken away": ("DELETE FROM audit_log WHERE id > 3", 4),
    "a row put in front": (
        "INSERT INTO audit_log SELECT 0, at, actor, action, subject, detail, previous_hash, hash"
        " FROM audit_log WHERE id = 1",
        1,
    ),
    "a row copied to the end": (
        "INSERT INTO audit_log SELECT 6, at, actor, action, subject, detail, previous_hash, hash"
        " FROM audit_log WHERE id = 5",
        6,
    ),
    "a subject taken away": ("UPDATE audit_log SET subject = NULL WHERE id = 4", 4),
    "bytes that are no text": ("UPDATE audit_log SET subject = CAST(x'ff' AS TEXT) WHERE id = 4", 4),
    "a name of nobody": ("UPDATE audit_log SET actor = 'None' WHERE id = 2", 2),
}


@pytest.mark.parametrize(("sql", "row"), CHANGES.values(), ids=CHANGES.keys())
def test_that_a_change_of_the_order_is_found(office: Office, audit: AuditStore, sql: str, row: int) -> None:
    change(office.database, sql)

    assert audit.verify() == row


def test_that_exchanged_rows_are_found(office: Office, audit: AuditStore) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        change(office.database, "UPDATE audit_log SET id = ? WHERE id = ?", new, old)

    assert audit.verify() == 2


def test_that_a_gap_at_the_end_is_not_filled_by_later_rows(office: Office, audit: AuditStore) -> None:
    change(office.database, "DELETE FROM audit_log WHERE id > 3")

    for _ in range(4):
        audit.record(None, AuditAction.SIGN_IN_REFUSED)

    assert audit.verify() == 4


FORBIDDEN = {
    "an update": "UPDATE audit_log SET action = 'x' WHERE id = 1",
    "a deletion": "DELETE FROM audit_log WHERE id = 5",
    "a replacement": "INSERT OR REPLACE INTO audit_log VALUES (5, '', NULL, '', NULL, '', '', '')",
}


@pytest.mark.parametrize("sql", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_that_the_database_forbids_a_change(office: Office, audit: AuditStore, sql: str) -> None:
    with pytest.raises(sqlite.IntegrityError, match="only grows"):
        office.database.execute(QueryType.AUTHENTICATION, sql)

    assert audit.verify() is None


def test_that_a_person_stands_in_the_log_under_a_pseudonym(office: Office) -> None:
    people = office.people()
    ada = people.accounts.local_account()
    bob = people.administration.add("bob@example.org", "trial")

    row = people.audit.newest()[0]

    assert (row.actor, row.subject) == (people.audit.pseudonym(ada), people.audit.pseudonym(bob))
    assert len(set(map(str, (row.actor, row.subject)))) == 2
    assert all(len(str(name)) == 32 for name in (row.actor, row.subject))
    # no word of letters that a hash may have, as "ada" is
    assert "localhost" not in row_text(row)
    assert "example" not in row_text(row)


def test_that_everybody_finds_the_rows_about_them(office: Office, audit: AuditStore) -> None:
    people = office.people()
    ada, bob = people.accounts.local_account(), people.administration.add("bob@x", "trial")
    people.audit.record(bob, AuditAction.EXPORTED, "run 1")

    assert [row.action for row in people.audit.rows_about(bob)] == ["account_added", "exported"]
    assert [row.id for row in people.audit.rows_about(ada)] == [1, 2, 3, 4, 5, 6]


def test_that_a_row_reads_as_json(audit: AuditStore) -> None:
    row = audit.newest()[0]

    assert json.loads(row_text(row)) == asdict(row)
    assert json.loads(row.detail) == {"trials": 4}


def test_that_a_row_is_lost_with_the_transaction_it_belongs_to(office: Office, audit: AuditStore) -> None:
    with pytest.raises(KeyError), office.database.transaction():
        audit.record(None, AuditAction.SIGN_IN)
        raise KeyError

    assert len(audit.newest()) == ROWS
    audit.record(None, AuditAction.SIGN_IN)
    assert audit.verify() is None


def test_that_an_account_without_a_salt_cannot_be_named(office: Office) -> None:
    people = office.people()
    office.database.execute(QueryType.AUTHENTICATION, "UPDATE users SET audit_salt = NULL")

    with pytest.raises(TypeError, match="no salt"):
        people.audit.pseudonym(people.accounts.local_account())


def test_that_a_run_is_handed_in_on_the_disk_as_its_row_of_the_log_is(office: Office) -> None:
    with QueueStore(office.database).together():
        level = office.database.execute(QueryType.AUTHENTICATION, "PRAGMA synchronous").rows[0][0]

    assert level == 2
