"""What is done to accounts by those who may, with a row in the audit log: added, a tier, a password."""

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.account_store import FIRST_TIER, Account, AccountStore
from mcdesk.history.audit_store import AuditAction, AuditStore
from mcdesk.history.database import Database
from mcdesk.history.identity import Identity
from mcdesk.history.password_store import PasswordStore
from mcdesk.history.session_store import SessionStore


class AccountAdministration:
    """Changes accounts; somebody who can look after them always remains."""

    def __init__(
        self,
        database: Database,
        accounts: AccountStore,
        passwords: PasswordStore,
        sessions: SessionStore,
        identity: Identity,
        audit: AuditStore,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._identity = identity
        self._audit = audit

    def add(self, email: str, tier: str, password: str | None = None) -> Account:
        """Make an account, with a password or open to everybody at this computer.

        Raises:
            OptionInvalid: if the address is taken or none, there is no such tier, or the first password of
                all would not be an Enterprise account's.
            SignInNeeded: if there are passwords and no Enterprise account has signed in.
            PasswordRefused: if the password is too weak.
        """
        # The account of the person at the computer is the first one, whoever else is added.
        self._accounts.local_account()
        password_hash = None if password is None else self._passwords.hash(password)
        with self._database.transaction(is_durable=True):
            actor = self._identity.require_administrator()
            account = self._accounts.add(email, email.strip().partition("@")[0], tier)
            self._audit.record(actor, AuditAction.ACCOUNT_ADDED, account, {"tier": tier})
            if password_hash is not None:
                account = self._give_password(actor, account, password_hash)
        return account

    def set_tier(self, email: str, tier: str) -> Account:
        """Give an account another tier.

        Raises:
            OptionInvalid: if there is no such account or tier, or nobody would be left to look after others.
            SignInNeeded: if there are passwords and no Enterprise account has signed in.
        """
        with self._database.transaction(is_durable=True):
            actor = self._identity.require_administrator()
            before = self._accounts.account(email)
            # While nobody needs a password, everybody can take a tier back.
            if tier != FIRST_TIER and self._passwords.is_any_set():
                self.refuse_to_lose_the_last(before)
            after = self._accounts.set_tier(email, tier)
            tiers = {"from": before.tier, "to": after.tier}
            self._audit.record(actor, AuditAction.TIER_CHANGED, after, tiers)
        return after

    def set_password(self, email: str | None, password: str) -> Account:
        """Give an account, by default the one that acts, another password; whoever uses it is signed out.

        Raises:
            OptionInvalid: if there is no such account, or the first password of all would not be an
                Enterprise account's.
            SignInNeeded: if there are passwords, and neither the account nor an administrator has signed in.
            PasswordRefused: if the password is too weak.
        """
        password_hash = self._passwords.hash(password)
        with self._database.transaction(is_durable=True):
            account = self._identity.acting_account() if email is None else self._accounts.account(email)
            # An open account is anybody's: were it enough to act as one, everybody could take it over.
            actor = self._identity.require_authority_over(account)
            return self._give_password(actor, account, password_hash)

    def refuse_to_lose_the_last(self, account: Account) -> None:
        """Refuse to change an account without which nobody could look after the others.

        Raises:
            OptionInvalid: if it is the last Enterprise account, or the last one with a password where there
                are passwords.
        """
        are_told_apart = self._passwords.is_any_set()
        able = [
            each.id
            for each in self._accounts.accounts()
            if each.is_active and each.is_enterprise and (each.has_password or not are_told_apart)
        ]
        if able == [account.id]:
            able_to = " that can sign in" if are_told_apart else ""
            raise OptionInvalid(
                f"{account.email} is the last Enterprise account{able_to}",
                "Make another one first, with `mcdesk account add` or `mcdesk account set-tier`.",
            )

    def _give_password(self, actor: Account, account: Account, password_hash: str) -> Account:
        if not account.is_enterprise and not self._passwords.is_any_set():
            raise OptionInvalid(
                "The first password has to be an Enterprise account's, or nobody could look after the others",
                "Give it one first: `mcdesk account set-password EMAIL`.",
            )
        self._passwords.set(account, password_hash)
        self._sessions.end_all(account)
        self._audit.record(actor, AuditAction.PASSWORD_SET, account)
        return self._accounts.account(account.email)
