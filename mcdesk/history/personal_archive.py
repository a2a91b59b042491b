"""All that is kept of one person, as one zip file: account, simulations, models, trials, audit rows."""

import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.foundation.kept_file import is_sealed, open_kept
from mcdesk.foundation.whole_file import take_place
from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.audit_store import AuditAction, AuditStore, row_text
from mcdesk.history.database import Database
from mcdesk.history.driver import SqlValue
from mcdesk.history.file_store import FileStore
from mcdesk.history.identity import Identity
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SUFFIX, SampleStore

# The tokens of a session are as good as a password; simulations have a file of their own.
_NOT_AS_TABLE = ("sessions", "simulation_results")
_README = """\
What mcdesk keeps of one person. Files of .jsonl have one JSON object in each line.

account.json        the account
simulations.jsonl   each simulation with set-up and result
models/             the workbooks that were simulated, by the SHA-256 of their content
trials/             arrays of NumPy with the values of every trial, by the SHA-256 of their content
audit.jsonl         what the person did and what was done to them, from the audit log
audit_head.json     the newest row of the whole log at that moment: who keeps it can prove what came before
*.jsonl             rows of other tables: names of the workbooks, cells of the arrays, and so on
"""


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """What an archive holds; `absent` are files that should be in the library and are not."""

    simulation_count: int
    file_count: int
    absent: tuple[str, ...]


class PersonalArchive:
    """Writes archives, and a row of the audit log for each."""

    def __init__(
        self,
        database: Database,
        accounts: AccountStore,
        files: FileStore,
        samples: SampleStore,
        identity: Identity,
        audit: AuditStore,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._files = files
        self._samples = samples
        self._identity = identity
        self._audit = audit

    def write(self, email: str, target: Path) -> ArchiveContents:
        """Write the archive of an account; the file is whole or not there.

        Raises:
            OptionInvalid: if there is no such account, or the file cannot be written.
            SignInNeeded: if there are passwords, and neither the account nor an administrator has signed in.
        """
        account = self._accounts.account(email)
        actor = self._identity.require_authority_over(account)
        # Before anything leaves the database, so that nothing leaves it without a row.
        self._audit.record(actor, AuditAction.EXPORTED, account)
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            try:
                descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY, 0o600)
                with os.fdopen(descriptor, "w+b") as file:
                    contents = self._fill(file, account)
                take_place(partial, target)
            finally:
                with suppress(FileNotFoundError):
                    partial.unlink()
        except OSError as error:
            raise OptionInvalid(f"{target} cannot be written: {error.strerror or error}") from error
        return contents

    def _fill(self, file: BinaryIO, account: Account) -> ArchiveContents:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", _README)
            archive.writestr("account.json", _text(account_document(account)))
            simulation_count = _write_lines(archive, "simulations.jsonl", self._simulations(account))
            for table, condition in self._tables():
                _write_lines(archive, f"{table}.jsonl", self._rows(table, condition, account))
            audited = map(row_text, self._audit.rows_about(account))
            _write_lines(archive, "audit.jsonl", audited)
            head = self._audit.head()
            archive.writestr("audit_head.json", _text(None if head is None else asdict(head)))
            paths = self._contents(account)
            absent = [name for name, path in paths.items() if not _write_file(archive, name, path)]
        return ArchiveContents(simulation_count, len(paths) - len(absent), tuple(absent))

    def _simulations(self, account: Account) -> Iterator[str]:
        sql = "SELECT simulation_id FROM simulation_results WHERE user_id = ? ORDER BY created_at"
        runs = RunStore(self._database)
        for row in self._database.execute(QueryType.USER_HISTORY, sql, (account.id,)).rows:
            yield _text(json.loads(runs.export(str(row[0]))))

    def _tables(self) -> Iterator[tuple[str, str]]:
        """Every table whose rows belong to a person or to a simulation, and the condition that they do."""
        sql = (
            'SELECT t.name, k."from", k."table" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k'
            """ WHERE t.type = 'table' AND k."table" IN ('users', 'simulation_results')"""
            ' ORDER BY t.name, k."table" DESC'
        )
        known = set(_NOT_AS_TABLE)
        for row in self._database.execute(QueryType.USER_HISTORY, sql).rows:
            table, column, parent = map(str, row)
            if table not in known:
                known.add(table)
                of_runs = f'"{column}" IN (SELECT simulation_id FROM simulation_results WHERE user_id = ?)'
                yield table, f'"{column}" = ?' if parent == "users" else of_runs

    def _rows(self, table: str, condition: str, account: Account) -> Iterator[str]:
        sql = "SELECT name FROM pragma_table_info(?) ORDER BY cid"
        names = [str(row[0]) for row in self._database.execute(QueryType.USER_HISTORY, sql, (table,)).rows]
        sql = f'SELECT * FROM "{table}" WHERE {condition}'
        for row in self._database.execute(QueryType.USER_HISTORY, sql, (account.id,)).rows:
            yield _text({name: _plain(value) for name, value in zip(names, row, strict=True)})

    def _contents(self, account: Account) -> dict[str, Path]:
        """The files of a person, by their names in the archive."""
        sql = "SELECT sha256, name FROM uploaded_files WHERE user_id = ?"
        models = self._database.execute(QueryType.FILE_ACCESS, sql, (account.id,)).rows
        sql = (
            "SELECT DISTINCT a.sha256 FROM sample_arrays a JOIN simulation_results USING (simulation_id)"
            " WHERE user_id = ?"
        )
        arrays = self._database.execute(QueryType.RESULT_RETRIEVAL, sql, (account.id,)).rows
        model_paths = [self._files.content_path(str(sha256), str(name)) for sha256, name in models]
        return {
            **{f"models/{path.parent.name}{path.name}": path for path in model_paths},
            **{f"trials/{row[0]!s}{SUFFIX}": self._samples.path(str(row[0])) for row in arrays},
        }


def account_document(account: Account) -> dict[str, object]:
    """An account as JSON shows it: all that is known of it but its password."""
    return {
        "email": account.email,
        "name": account.name,
        "tier": account.tier,
        "is_active": account.is_active,
        "created_at": account.created_at,
        "has_password": account.has_password,
    }


_BINARY = getattr(os, "O_BINARY", 0)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[str]) -> int:
    count = 0
    with archive.open(name, "w", force_zip64=True) as member:
        for count, line in enumerate(lines, 1):  # noqa: B007 - the count of lines is what is returned
            member.write(f"{line}\n".encode())
    return count


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> bool:
    """Whether the file was there; workbooks are packed already, and random numbers cannot be."""
    if not path.is_file():
        return False
    if is_sealed(path):
        # it leaves the folder: who asked for it reads it without the key
        with open_kept(path) as file:
            archive.writestr(name, file.read(), zipfile.ZIP_STORED)
    else:
        archive.write(path, name, zipfile.ZIP_STORED)
    return True


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


def _plain(value: SqlValue) -> object:
    return value.hex() if isinstance(value, bytes) else value
