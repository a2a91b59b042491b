"""Who acts: which account the person at the computer may use, and what they may do to others.

While no account has a password, everybody may do everything. From the first password on, what concerns the
accounts of others needs an Enterprise account that has signed in. None of this binds a person who can write
the database file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Never

from mcdesk.foundation.errors import OptionInvalid, SignInNeeded
from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.audit_store import AuditAction, AuditStore
from mcdesk.history.password_store import PasswordStore
from mcdesk.history.session_file import SessionFile
from mcdesk.history.session_store import Session, SessionStore


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, None if that is nobody's account, and the numbers of the accounts that they see."""

    account: Account | None
    account_ids: tuple[int, ...]


class Identity:
    """The accounts that are open to one user of this computer, over one database."""

    def __init__(
        self,
        accounts: AccountStore,
        passwords: PasswordStore,
        sessions: SessionStore,
        session_file: SessionFile,
        audit: AuditStore,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._session_file = session_file
        self._audit = audit

    def acting_account(self, email: str | None = None, password: str | None = None) -> Account:
        """The account that is charged and asked for: the one named, or else the one that signed in last.

        Where nobody has signed in it is the account of the person logged in, which has to be open then.

        Raises:
            OptionInvalid: if there is no such account, or a password is given without one or in vain.
            SignInNeeded: if the account has a password, has not signed in, and no password is given.
            PasswordRefused: if the password is wrong, or comes too soon after a wrong one.
        """
        if password is not None:
            return self._account_of_password(email, password)
        if email is not None:
            account = self._accounts.account(email)
            is_open = not account.has_password
            return account if is_open or self._has_signed_in(account) else _refuse(account)
        signed_in = self.signed_in()
        if signed_in:
            return signed_in[-1]
        local = self._accounts.local_account()
        return _refuse(local) if local.has_password else local

    def viewer(self, email: str | None = None, password: str | None = None) -> Viewer:
        """Who looks at the history, and whose simulations they see: their own, or those of all open accounts.

        The second holds where nobody is named and nobody has signed in.

        Raises:
            InputRefused: as `acting_account`.
        """
        if email is not None or password is not None or self.signed_in():
            account = self.acting_account(email, password)
            return Viewer(account, (account.id,))
        local = self._accounts.local_account()
        open_ids = tuple(each.id for each in self._accounts.accounts() if not each.has_password)
        return Viewer(None if local.has_password else local, open_ids)

    def signed_in(self) -> tuple[Account, ...]:
        """The accounts that have signed in as this user of the computer, the last one at the end."""
        return tuple(account for _, account in self._valid_sessions())

    def require_administrator(self) -> Account:
        """Who may add accounts and change tiers: anybody while no account has a password.

        Raises:
            SignInNeeded: if there are passwords, and no Enterprise account has signed in.
        """
        if not self._passwords.is_any_set():
            return self.acting_account()
        for account in reversed(self.signed_in()):
            if account.is_enterprise:
                return account
        raise SignInNeeded(
            "Only an Enterprise account that has signed in may do this",
            "Type `mcdesk account sign-in EMAIL`.",
        )

    def require_authority_over(self, account: Account) -> Account:
        """Who may export, erase or set the password of an account: itself, signed in, or an administrator.

        Raises:
            SignInNeeded: if there are passwords, and neither of them has signed in.
        """
        return account if self._has_signed_in(account) else self.require_administrator()

    def audited_account(self) -> Account | None:
        """Whose rows of the audit log may be shown; None is everybody's.

        Raises:
            SignInNeeded: if there are passwords, and nobody has signed in whose rows these could be.
        """
        try:
            self.require_administrator()
        except SignInNeeded:
            return self.acting_account()
        return None

    def sign_in(self, email: str, password: str) -> tuple[Account, Session]:
        """Sign in as an account on this computer, as this user of it.

        Raises:
            OptionInvalid: if the account needs none.
            PasswordRefused: if the password is wrong, or comes too soon after a wrong one.
        """
        account = self._account_of_password(email, password)
        others = [token for token, each in self._valid_sessions() if each.id != account.id]
        mine = [token for token, each in self._valid_sessions() if each.id == account.id]
        session = self._sessions.begin(account)
        self._session_file.write((*others, session.token))
        for token in mine:
            self._sessions.end(token)
        return account, session

    def sign_out(self, email: str | None = None) -> tuple[Account, ...]:
        """End the session of one account, or of all, that signed in as this user; return whose ended.

        Raises:
            OptionInvalid: if there is no such account.
        """
        leaving = None if email is None else self._accounts.account(email).id
        valid = tuple(self._valid_sessions())
        ended = [(token, each) for token, each in valid if leaving is None or each.id == leaving]
        self._session_file.write([token for token, each in valid if (token, each) not in ended])
        for token, account in ended:
            self._sessions.end(token)
            self._audit.record(account, AuditAction.SIGN_OUT, account)
        return tuple(account for _, account in ended)

    def _account_of_password(self, email: str | None, password: str) -> Account:
        if email is None:
            raise OptionInvalid("A password is given, but no account", "Name it with --as EMAIL.")
        found = self._accounts.find(email)
        if found is not None and not found.has_password:
            raise OptionInvalid(f"{found.email} has no password", "It is open to --as, without signing in.")
        account = self._passwords.check(email, password)
        self._audit.record(account, AuditAction.SIGN_IN, account)
        return account

    def _has_signed_in(self, account: Account) -> bool:
        return any(each.id == account.id for each in self.signed_in())

    def _valid_sessions(self) -> Iterator[tuple[str, Account]]:
        for token in self._session_file.tokens():
            account_id = self._sessions.account_id(token)
            account = None if account_id is None else self._accounts.by_id(account_id)
            if account is not None:
                yield token, account


def _refuse(account: Account) -> Never:
    raise SignInNeeded(
        f"{account.email} has a password and has not signed in",
        f"Type `mcdesk account sign-in {account.email}`, or use --as with --password-stdin.",
    )
