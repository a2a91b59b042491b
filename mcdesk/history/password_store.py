"""The passwords of the accounts: set, and checked without haste. Nobody is handed the hash of one."""

import math

from mcdesk.foundation.errors import PasswordRefused
from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.audit_store import AuditAction, AuditStore
from mcdesk.history.database import Database
from mcdesk.history.passwords import Passwords
from mcdesk.history.query_timing import QueryType
from mcdesk.history.sign_in_throttle import SignInThrottle


class PasswordStore:
    """Keeps a hash in the row of each account that has a password."""

    def __init__(
        self, database: Database, accounts: AccountStore, audit: AuditStore, passwords: Passwords
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._audit = audit
        self._passwords = passwords
        self._throttle = SignInThrottle(database)

    def is_any_set(self) -> bool:
        """Whether an active account has a password, so that people have to be told apart."""
        sql = "SELECT 1 FROM users WHERE password_hash IS NOT NULL AND is_active LIMIT 1"
        return bool(self._database.execute(QueryType.AUTHENTICATION, sql).rows)

    def hash(self, password: str) -> str:
        """The hash of a new password, for `set`; made apart, because it takes its time.

        Raises:
            PasswordRefused: if it is too weak.
        """
        return self._passwords.hash(password)

    def set(self, account: Account, password_hash: str) -> None:
        """Give an account another password; wrong ones given before are forgotten."""
        with self._database.transaction():
            sql = "UPDATE users SET password_hash = ? WHERE id = ?"
            self._database.execute(QueryType.AUTHENTICATION, sql, (password_hash, account.id))
            self._throttle.forget(account.email)

    def check(self, email: str, password: str) -> Account:
        """The active account with this address and this password.

        Raises:
            PasswordRefused: if there is none, or the last wrong password was too short a time ago.
        """
        # The lock is held while the password is looked at, so that attempts come one after another: processes
        # that try at once would else each have a first attempt.
        with self._database.transaction(is_durable=True):
            seconds_left = self._throttle.seconds_left(email)
            found = None if seconds_left > 0 else self._checked(email, password)
        if seconds_left > 0:
            raise PasswordRefused(
                "The last password for this address was wrong",
                f"Wait {math.ceil(seconds_left)} s and try again.",
            )
        if found is None:
            raise PasswordRefused("The address or the password is wrong", "Wait a moment and try again.")
        return found

    def _checked(self, email: str, password: str) -> Account | None:
        account = self._accounts.find(email)
        stored = None if account is None else self._stored_hash(account)
        if account is None or stored is None:
            # An address that cannot sign in takes as long as one that can.
            self._passwords.spend_a_check(password)
        elif self._passwords.matches(stored, password):
            self._throttle.forget(email)
            if self._passwords.is_outdated(stored):
                self.set(account, self._passwords.hash(password))
            return account
        self._throttle.count_failure(email)
        self._audit.record(None, AuditAction.SIGN_IN_REFUSED, account)
        return None

    def _stored_hash(self, account: Account) -> str | None:
        sql = "SELECT password_hash FROM users WHERE id = ?"
        value = self._database.execute(QueryType.AUTHENTICATION, sql, (account.id,)).rows[0][0]
        return None if value is None else str(value)
