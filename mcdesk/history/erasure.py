"""Erases a person: account, simulations, files. What the audit log says of them stays, under a pseudonym."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.account_administration import AccountAdministration
from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.audit_store import AuditAction, AuditStore
from mcdesk.history.daily_copy import every_copy
from mcdesk.history.database import Database
from mcdesk.history.file_store import FileStore
from mcdesk.history.identity import Identity
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore
from mcdesk.history.sign_in_throttle import SignInThrottle


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased; `is_swept` says whether the database file is free of it already."""

    email: str
    simulation_count: int
    file_count: int
    is_swept: bool


@dataclass(frozen=True, slots=True)
class Library:
    """The stores whose files belong to people."""

    files: FileStore
    samples: SampleStore


class Erasure:
    """Erases accounts, through a database that the caller owns."""

    def __init__(
        self,
        database: Database,
        library: Library,
        identity: Identity,
        administration: AccountAdministration,
        wall_seconds: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._library = library
        self._identity = identity
        self._administration = administration
        self._wall_seconds = wall_seconds
        self._accounts = AccountStore(database)
        self._audit = AuditStore(database)

    def erase(self, email: str) -> Erased:
        """Erase the account with this address and all that is kept of its owner; this cannot be undone.

        All copies of the database are deleted, damaged ones too, as they hold the person as well.

        Raises:
            OptionInvalid: if there is no such account, it has simulations that run or wait, or nobody would
                be left to look after the others.
            SignInNeeded: if there are passwords, and neither the account nor an administrator has signed in.
        """
        began = self._wall_seconds()
        # Pages that become free are overwritten, should the file not be written anew below.
        self._database.execute(QueryType.USER_HISTORY, "PRAGMA secure_delete = ON")
        with self._database.transaction(is_durable=True):
            account = self._accounts.account(email)
            actor = self._identity.require_authority_over(account)
            self._refuse_to_erase(account)
            models, arrays, simulation_count = self._belongings(account)
            self._audit.record(actor, AuditAction.ERASED, account, {"simulations": simulation_count})
            SignInThrottle(self._database).forget(account.email)
            self._accounts.remove(account)
        file_count = self._library.files.remove_unused(models, began)
        file_count += self._library.samples.remove_unused(arrays, began)
        for backup in every_copy(self._database.path):
            with suppress(OSError):
                backup.unlink()
        return Erased(account.email, simulation_count, file_count, self._database.sweep())

    def _refuse_to_erase(self, account: Account) -> None:
        active_count = RunStore(self._database).active_count(account.id)
        if active_count:
            raise OptionInvalid(
                f"{account.email} has {active_count} simulations that run or wait",
                "Cancel them, or wait until they have ended.",
            )
        self._administration.refuse_to_lose_the_last(account)

    def _belongings(self, account: Account) -> tuple[set[str], set[str], int]:
        """The hashes of the models and of the arrays, and the number of simulations."""
        arrays = (
            "SELECT a.sha256 FROM sample_arrays a JOIN simulation_results USING (simulation_id)"
            " WHERE user_id = ?"
        )
        count = "SELECT count(*) FROM simulation_results WHERE user_id = ?"
        return (
            self._hashes("SELECT sha256 FROM uploaded_files WHERE user_id = ?", account),
            self._hashes(arrays, account),
            int(self._database.execute(QueryType.USER_HISTORY, count, (account.id,)).rows[0][0] or 0),
        )

    def _hashes(self, sql: str, account: Account) -> set[str]:
        rows = self._database.execute(QueryType.FILE_ACCESS, sql, (account.id,)).rows
        return {str(row[0]) for row in rows}
