"""The audit log: who did what, in rows that only grow and are chained by their hashes.

It holds no e-mail address and no name. A person stands in it under a pseudonym that can be made from their
account only; when the account is erased, so is the way back.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum

from mcdesk.foundation.errors import DatabaseDamaged
from mcdesk.history.account_store import Account
from mcdesk.history.database import Database
from mcdesk.history.driver import Row, SqlValue
from mcdesk.history.query_timing import QueryType

# What the first row names as the hash before it.
FIRST_HASH = "0" * 64
PSEUDONYM_LETTERS = 32

AuditFact = None | bool | int | float | str

_NAMES = ("id", "at", "actor", "action", "subject", "detail", "previous_hash", "hash")
_COLUMNS = ", ".join(_NAMES)
# Bytes, because a changed row may hold a text that is none.
_BYTE_COLUMNS = ", ".join(("id", *(f"CAST({name} AS BLOB)" for name in _NAMES[1:])))

logger = logging.getLogger(__name__)


class AuditAction(Enum):
    """What was done; the value is its name in the log and never changes."""

    SIGN_IN = "sign_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_OUT = "sign_out"
    PASSWORD_SET = "password_set"
    ACCOUNT_ADDED = "account_added"
    TIER_CHANGED = "tier_changed"
    RUN = "run"
    EXPORTED = "exported"
    DELETED = "deleted"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row; `actor` is a pseudonym, `subject` one too or the name of a simulation, `detail` JSON."""

    id: int
    at: str
    actor: str | None
    action: str
    subject: str | None
    detail: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of the log: the number of its newest row and that row's hash, which vouches for all before."""

    id: int
    hash: str


class AuditStore:
    """Writes and reads the log through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        actor: Account | None,
        action: AuditAction,
        subject: Account | str | None = None,
        detail: Mapping[str, AuditFact] | None = None,
    ) -> None:
        """Append a row; in a transaction of the caller it is kept or lost with that.

        Args:
            actor: who did it; None where nobody is known.
            subject: the account it was done to, or the name of a simulation.
            detail: facts without personal data.
        """
        is_part = self._database.in_transaction
        with self._database.transaction(is_durable=True):
            before = self._head_before_next()
            row = (
                *(before.id + 1, self._database.utc_text(), self._name(actor), action.value),
                *(self._name(subject), _json(dict(detail or {})), before.hash),
            )
            row_hash = _chained_hash(row)
            sql = f"INSERT INTO audit_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            self._database.execute(QueryType.AUTHENTICATION, sql, (*row, row_hash))
        if not is_part:
            # A copy elsewhere, of what is kept for certain: who rewrites the table may miss it.
            logger.info("audit row %d, %s, hash %s", before.id + 1, action.value, row_hash)

    def newest(self, limit: int = 50) -> tuple[AuditRow, ...]:
        """The newest rows, the newest first."""
        sql = f"SELECT {_COLUMNS} FROM audit_log ORDER BY id DESC LIMIT ?"
        return tuple(map(_audit_row, self._database.execute(QueryType.USER_HISTORY, sql, (limit,)).rows))

    def rows_about(self, account: Account) -> tuple[AuditRow, ...]:
        """What a person did, and what was done to them, the oldest first."""
        name = self.pseudonym(account)
        sql = f"SELECT {_COLUMNS} FROM audit_log WHERE actor = ? OR subject = ? ORDER BY id"
        rows = self._database.execute(QueryType.USER_HISTORY, sql, (name, name)).rows
        return tuple(map(_audit_row, rows))

    def pseudonym(self, account: Account) -> str:
        """What a person is called in the log; nobody can tell it without their account."""
        sql = "SELECT audit_salt FROM users WHERE id = ?"
        salt = self._database.execute(QueryType.AUTHENTICATION, sql, (account.id,)).rows[0][0]
        if not isinstance(salt, bytes):
            raise TypeError(f"account {account.id} has no salt")
        return hmac.new(salt, b"person%d" % account.id, hashlib.sha256).hexdigest()[:PSEUDONYM_LETTERS]

    def require_whole(self) -> None:
        """Refuse a log that was changed.

        Raises:
            DatabaseDamaged: if it was; it names the first row that does not fit.
        """
        broken = self.verify()
        if broken is not None:
            raise DatabaseDamaged(
                f"The audit log was changed: row {broken} is the first that does not fit",
                "Compare it with a backup, or with the heads in the logs and in the archives of people.",
            )

    def head(self) -> AuditHead | None:
        """The end of the log, None of an empty one; a copy kept elsewhere proves what came before it."""
        newest = self.newest(1)
        return AuditHead(newest[0].id, newest[0].hash) if newest else None

    def verify(self) -> int | None:
        """The number of the first row that was changed, moved or is absent; None if the log is whole.

        Who can write the file can also build a whole chain anew: compare the head with a copy of it.
        """
        expected = AuditHead(0, FIRST_HASH)
        sql = f"SELECT {_BYTE_COLUMNS} FROM audit_log ORDER BY id"
        for stored in self._database.execute(QueryType.USER_HISTORY, sql).rows:
            row = _audit_row(tuple(map(_readable, stored)))
            is_next = row.id == expected.id + 1 and row.previous_hash == expected.hash
            if not is_next or row.hash != _chained_hash(tuple(asdict(row).values())[:-1]):
                return expected.id + 1
            expected = AuditHead(row.id, row.hash)
        return None if self._last_number() == expected.id else expected.id + 1

    def _head_before_next(self) -> AuditHead:
        head = self.head() or AuditHead(0, FIRST_HASH)
        # Where the newest rows were taken away, their numbers are not given again: the gap stays.
        return AuditHead(max(head.id, self._last_number()), head.hash)

    def _last_number(self) -> int:
        sql = "SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql).rows
        return int(rows[0][0] or 0) if rows else 0

    def _name(self, whom: Account | str | None) -> str | None:
        return self.pseudonym(whom) if isinstance(whom, Account) else whom


def row_text(row: AuditRow) -> str:
    """A row as one line of JSON."""
    return _json(asdict(row))


def _chained_hash(row: Row) -> str:
    """SHA-256 over all that a row says, the hash before it included."""
    return hashlib.sha256(_json(row).encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _readable(value: SqlValue) -> SqlValue:
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else value


def _audit_row(row: Row) -> AuditRow:
    key, at, actor, action, subject, detail, previous_hash, row_hash = row
    return AuditRow(
        id=int(key or 0),
        at=str(at),
        actor=None if actor is None else str(actor),
        action=str(action),
        subject=None if subject is None else str(subject),
        detail=str(detail),
        previous_hash=str(previous_hash),
        hash=str(row_hash),
    )
