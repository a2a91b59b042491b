"""The people who use this mcdesk, ready to be asked for: who acts, who may what, and what is kept of them."""

from dataclasses import dataclass

from mcdesk.foundation.paths import Folders
from mcdesk.history.account_administration import AccountAdministration
from mcdesk.history.account_store import AccountStore
from mcdesk.history.audit_store import AuditStore
from mcdesk.history.database import Database
from mcdesk.history.erasure import Erasure, Library
from mcdesk.history.file_store import FileStore
from mcdesk.history.identity import Identity
from mcdesk.history.password_store import PasswordStore
from mcdesk.history.passwords import Passwords
from mcdesk.history.personal_archive import PersonalArchive
from mcdesk.history.sample_store import SampleStore
from mcdesk.history.session_file import SessionFile
from mcdesk.history.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class People:
    """What concerns people, all over one database."""

    accounts: AccountStore
    audit: AuditStore
    identity: Identity
    administration: AccountAdministration
    archive: PersonalArchive
    erasure: Erasure


def people_of(
    database: Database,
    folders: Folders,
    accounts: AccountStore | None = None,
    passwords: Passwords | None = None,
    user: str | None = None,
) -> People:
    """The people of a data folder, asked for by a user of the system.

    Args:
        accounts: the accounts; only tests choose them.
        passwords: how passwords are hashed; only tests do it more cheaply.
        user: the user of the system; None is the one who runs this process.
    """
    known = accounts or AccountStore(database)
    audit = AuditStore(database)
    stored = PasswordStore(database, known, audit, passwords or Passwords())
    sessions = SessionStore(database)
    identity = Identity(known, stored, sessions, SessionFile(folders.sessions, user), audit)
    administration = AccountAdministration(database, known, stored, sessions, identity, audit)
    files, samples = FileStore(database, folders.model_files), SampleStore(database, folders.samples)
    return People(
        accounts=known,
        audit=audit,
        identity=identity,
        administration=administration,
        archive=PersonalArchive(database, known, files, samples, identity, audit),
        erasure=Erasure(database, Library(files, samples), identity, administration),
    )
