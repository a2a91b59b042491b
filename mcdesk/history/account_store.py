"""The people who use this mcdesk, each with an e-mail address and a tier."""

import getpass
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.database import Database
from mcdesk.history.driver import Row
from mcdesk.history.query_timing import QueryType

TIERS = ("enterprise", "professional", "standard", "trial")
FIRST_TIER = "enterprise"
MOST_ADDRESS_LETTERS = 254

# Below it two people of one domain would be taken for each other.
_LIKENESS = 0.85
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# The hash of a password is read where it is checked, and nowhere else.
_COLUMNS = "id, email, name, tier, is_active, created_at, password_hash IS NOT NULL"
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Account:
    """One person; `email` is in lower case, `tier` one of TIERS, `created_at` UTC."""

    id: int
    email: str
    name: str
    tier: str
    is_active: bool
    created_at: str
    has_password: bool = False

    @property
    def is_enterprise(self) -> bool:
        """Whether the account may look after the others, once it has signed in."""
        return self.tier == FIRST_TIER


class AccountStore:
    """Reads and writes accounts; e-mail addresses are compared without regard to case."""

    def __init__(self, database: Database, login_name: Callable[[], str] = getpass.getuser) -> None:
        self._database = database
        self._login_name = login_name

    def local_account(self) -> Account:
        """The account of the person who is logged in to this computer.

        On a fresh installation it is made, as Enterprise. Where others have accounts and this person
        has none, it is the oldest account.
        """
        email = f"{self._person()}@localhost".lower()
        found = self.find(email) or self._oldest()
        if found is not None:
            return found
        with self._database.transaction():
            # Another process may have made it since.
            return self._oldest() or self._insert(email, self._person(), FIRST_TIER)

    def add(self, email: str, name: str, tier: str) -> Account:
        """Make an account.

        Raises:
            OptionInvalid: if the address is taken or no address, or there is no such tier.
        """
        address = plain_address(email)
        if _ADDRESS.fullmatch(address) is None or len(address) > MOST_ADDRESS_LETTERS:
            shown = email if len(email) <= MOST_ADDRESS_LETTERS else f"{email[:40]}..."
            raise OptionInvalid(f"{shown!r} is not an e-mail address", "Write it like ann@example.org.")
        _refuse_unless_tier(tier)
        with self._database.transaction():
            if self.find(address) is not None:
                raise OptionInvalid(
                    f"There is already an account {address}",
                    "Change its tier with `mcdesk account set-tier`.",
                )
            return self._insert(address, name, tier)

    def set_tier(self, email: str, tier: str) -> Account:
        """Give an active account another tier.

        Raises:
            OptionInvalid: if there is no such account or tier.
        """
        _refuse_unless_tier(tier)
        with self._database.transaction():
            account = self.account(email)
            sql = f"UPDATE users SET tier = ? WHERE id = ? RETURNING {_COLUMNS}"
            return _account(self._database.execute(QueryType.AUTHENTICATION, sql, (tier, account.id)).rows[0])

    def find(self, email: str) -> Account | None:
        """The active account with this address."""
        # The index is used only where the query repeats its condition.
        sql = f"SELECT {_COLUMNS} FROM users WHERE email = ? AND is_active"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql, (plain_address(email),)).rows
        return _account(rows[0]) if rows else None

    def account(self, email: str) -> Account:
        """The active account with this address.

        Raises:
            OptionInvalid: if there is none.
        """
        found = self.find(email)
        if found is None:
            addresses = [each.email for each in self.accounts() if each.is_active]
            near = get_close_matches(plain_address(email), addresses, n=1, cutoff=_LIKENESS)
            advice = f"Perhaps {near[0]} is meant." if near else "See `mcdesk account list`."
            raise OptionInvalid(f"There is no account {email.strip() or repr(email)}", advice)
        return found

    def accounts(self) -> tuple[Account, ...]:
        """All accounts, the oldest first, those no longer active included."""
        sql = f"SELECT {_COLUMNS} FROM users ORDER BY id"
        return tuple(map(_account, self._database.execute(QueryType.AUTHENTICATION, sql).rows))

    def by_id(self, account_id: int) -> Account | None:
        """The active account of this number."""
        sql = f"SELECT {_COLUMNS} FROM users WHERE id = ? AND is_active"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql, (account_id,)).rows
        return _account(rows[0]) if rows else None

    def remove(self, account: Account) -> None:
        """Take an account away, with all rows of the database that belong to it."""
        self._database.execute(QueryType.AUTHENTICATION, "DELETE FROM users WHERE id = ?", (account.id,))

    def _oldest(self) -> Account | None:
        sql = f"SELECT {_COLUMNS} FROM users WHERE is_active ORDER BY id LIMIT 1"
        rows = self._database.execute(QueryType.AUTHENTICATION, sql).rows
        return _account(rows[0]) if rows else None

    def _insert(self, email: str, name: str, tier: str) -> Account:
        sql = (
            "INSERT INTO users (email, name, tier, is_active, created_at, audit_salt)"
            f" VALUES (?, ?, ?, 1, ?, ?) RETURNING {_COLUMNS}"
        )
        values = (email, name, tier, self._database.utc_text(), secrets.token_bytes(_SALT_BYTES))
        return _account(self._database.execute(QueryType.AUTHENTICATION, sql, values).rows[0])

    def _person(self) -> str:
        try:
            name = self._login_name()
        except (OSError, KeyError, ImportError):
            # A container may run as a number without a name.
            name = ""
        return "".join(name.split()).replace("@", ".") or "user"


def plain_address(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().lower()


def _account(row: Row) -> Account:
    key, email, name, tier, is_active, created_at, has_password = row
    return Account(
        int(key or 0), str(email), str(name), str(tier), bool(is_active), str(created_at), bool(has_password)
    )


def _refuse_unless_tier(tier: str) -> None:
    if tier not in TIERS:
        raise OptionInvalid(f"There is no tier {tier!r}", f"The tiers are {', '.join(TIERS)}.")
