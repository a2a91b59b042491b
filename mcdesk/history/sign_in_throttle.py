"""Slows down who guesses passwords: after each wrong one of an address, the next has to wait for longer.

It counts in the database, by address, so that neither many processes nor unknown addresses get round it.
"""

import hashlib
from datetime import timedelta

from mcdesk.foundation.clock import moment_of, utc_text
from mcdesk.history.account_store import plain_address
from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
# Older failures slow nobody down, and need not be kept.
KEPT_FOR = timedelta(days=1)


def wait_seconds(failures: int) -> float:
    """How long the next attempt has to wait after so many wrong ones in a row."""
    if failures < 1:
        return 0.0
    # Bounded first: a power of two of any number of failures need not fit a float.
    doublings = min(failures - 1, 30)
    return min(FIRST_WAIT_SECONDS * 2.0**doublings, LONGEST_WAIT_SECONDS)


class SignInThrottle:
    """The wrong passwords of each address since its last right one; used inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seconds_left(self, email: str) -> float:
        """How long this address still has to wait; 0 if it may try now."""
        sql = "SELECT failures, last_failed_at FROM sign_in_failures WHERE address_sha256 = ?"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql, (_key(email),)).rows
        if not rows:
            return 0.0
        failures, last_failed_at = rows[0]
        wait = wait_seconds(int(failures or 0))
        now = self._database.utc_text()
        passed = (moment_of(now) - moment_of(str(last_failed_at))).total_seconds()
        if passed < 0:
            # The clock was set back: the wait begins anew, so that it does not last as long as that.
            sql = "UPDATE sign_in_failures SET last_failed_at = ? WHERE address_sha256 = ?"
            self._database.execute(QueryType.AUTHENTICATION, sql, (now, _key(email)))
            return wait
        return max(wait - passed, 0.0)

    def count_failure(self, email: str) -> None:
        """Note a wrong password that was given now."""
        now = self._database.utc_text()
        sql = "DELETE FROM sign_in_failures WHERE last_failed_at < ?"
        self._database.execute(QueryType.AUTHENTICATION, sql, (utc_text(moment_of(now) - KEPT_FOR),))
        sql = (
            "INSERT INTO sign_in_failures (address_sha256, failures, last_failed_at) VALUES (?, 1, ?)"
            " ON CONFLICT (address_sha256) DO UPDATE"
            " SET failures = failures + 1, last_failed_at = excluded.last_failed_at"
        )
        self._database.execute(QueryType.AUTHENTICATION, sql, (_key(email), now))

    def forget(self, email: str) -> None:
        """Begin anew with an address."""
        sql = "DELETE FROM sign_in_failures WHERE address_sha256 = ?"
        self._database.execute(QueryType.AUTHENTICATION, sql, (_key(email),))


def _key(email: str) -> str:
    # A hash, so that what is typed by mistake in the place of an address is not kept.
    return hashlib.sha256(plain_address(email).encode()).hexdigest()
