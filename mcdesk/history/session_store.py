"""Who has signed in: sessions that end by themselves. Only the hashes of their tokens are kept here."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from mcdesk.foundation.clock import moment_of, utc_text
from mcdesk.history.account_store import Account
from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType

LASTS = timedelta(hours=12)
# A session from further ahead was begun before the clock was set back: its end is not to be trusted.
CLOCK_SLACK = timedelta(minutes=5)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """A session that has just begun; who holds `token` is that account until `expires_at` (UTC)."""

    token: str = field(repr=False)
    expires_at: str


class SessionStore:
    """Begins, finds and ends sessions through a database that the caller owns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account: Account) -> Session:
        """A new session of an account; those that have run out are cleared away."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._database.utc_text()
        expires_at = utc_text(moment_of(now) + LASTS)
        with self._database.transaction():
            self._database.execute(
                QueryType.AUTHENTICATION, "DELETE FROM sessions WHERE expires_at <= ?", (now,)
            )
            sql = "INSERT INTO sessions (token_sha256, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)"
            self._database.execute(QueryType.AUTHENTICATION, sql, (_key(token), account.id, now, expires_at))
        return Session(token, expires_at)

    def account_id(self, token: str) -> int | None:
        """The number of the account that a token stands for; None if it does not, or no longer."""
        now = self._database.utc_text()
        latest = utc_text(moment_of(now) + CLOCK_SLACK)
        sql = "SELECT user_id FROM sessions WHERE token_sha256 = ? AND expires_at > ? AND created_at <= ?"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql, (_key(token), now, latest)).rows
        return int(rows[0][0] or 0) if rows else None

    def end(self, token: str) -> None:
        """End one session."""
        sql = "DELETE FROM sessions WHERE token_sha256 = ?"
        self._database.execute(QueryType.AUTHENTICATION, sql, (_key(token),))

    def end_all(self, account: Account) -> None:
        """End every session of an account."""
        sql = "DELETE FROM sessions WHERE user_id = ?"
        self._database.execute(QueryType.AUTHENTICATION, sql, (account.id,))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
