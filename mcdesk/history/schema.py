"""The tables, as a list of numbered migrations that is only ever added to.

A migration that was released is never edited: databases out there have it behind them.
`PRAGMA user_version` mirrors how many have been applied, so that a start needs no look at the list.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mcdesk.history.schema_accounts import ACCOUNTS
from mcdesk.history.schema_monitor import MONITOR
from mcdesk.history.schema_notes import NOTES
from mcdesk.history.schema_queue import CHUNKS_TAKEN, QUEUE, QUEUE_ORDER

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x6D63646B  # "mcdk"
MIGRATION_SET = "mcdesk"

_START = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('enterprise', 'professional', 'standard', 'trial')),
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE uploaded_files (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (user_id, sha256)
) STRICT;

CREATE TABLE simulation_results (
    simulation_id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    file_id INTEGER REFERENCES uploaded_files (id) ON DELETE SET NULL,
    status TEXT NOT NULL CHECK (status IN
        ('pending', 'running', 'completed', 'partial', 'cancelled', 'failed', 'interrupted')),
    trials INTEGER NOT NULL,
    trials_done INTEGER NOT NULL DEFAULT 0,
    seed TEXT NOT NULL, -- decimal: an unsigned 64-bit seed does not fit INTEGER
    sampling TEXT NOT NULL,
    backend TEXT NOT NULL,
    cache_key TEXT NOT NULL,
    model_name TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    seconds REAL,
    stopped_by TEXT,
    process_id INTEGER,
    setup_json TEXT NOT NULL,
    result_json TEXT,
    error TEXT
) STRICT;

CREATE TABLE sample_arrays (
    simulation_id TEXT NOT NULL REFERENCES simulation_results (simulation_id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('input', 'output')),
    cell TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    trials INTEGER NOT NULL,
    PRIMARY KEY (simulation_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE query_timings (
    id INTEGER PRIMARY KEY,
    query_type TEXT NOT NULL,
    at TEXT NOT NULL,
    milliseconds REAL NOT NULL,
    is_slow INTEGER NOT NULL CHECK (is_slow IN (0, 1)),
    sql TEXT,
    plan TEXT
) STRICT;

CREATE INDEX simulation_results_user_status_created
    ON simulation_results (user_id, status, created_at);
CREATE INDEX simulation_results_active
    ON simulation_results (simulation_id) WHERE status IN ('pending', 'running', 'completed');
CREATE INDEX simulation_results_user_created
    ON simulation_results (user_id, created_at DESC);
CREATE INDEX uploaded_files_user_created
    ON uploaded_files (user_id, created_at DESC);
CREATE UNIQUE INDEX users_email_active
    ON users (email) WHERE is_active;

CREATE INDEX simulation_results_cache_key
    ON simulation_results (cache_key, finished_at DESC) WHERE status = 'completed';
CREATE INDEX simulation_results_process
    ON simulation_results (process_id) WHERE process_id IS NOT NULL;
CREATE INDEX query_timings_type_id
    ON query_timings (query_type, id DESC)
"""

_MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("0001_start", _START),
    ("0002_accounts", ACCOUNTS),
    ("0003_queue", QUEUE),
    ("0004_notes", NOTES),
    ("0005_queue_order", QUEUE_ORDER),
    ("0006_monitor", MONITOR),
    ("0007_chunks_taken", CHUNKS_TAKEN),
)

NEWEST_VERSION = len(_MIGRATIONS)


def migrate(database: "Database") -> None:
    """Apply what is missing, inside the transaction that the caller has begun."""
    # Imported here: a start of an up-to-date database is spared 0.15 s.
    from sqlite_utils import Migrations

    migrations = Migrations(MIGRATION_SET)
    for name, sql in _MIGRATIONS:
        migrations(name=name)(_Script(name, sql))
    migrations.apply(database)
    database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.conn.execute(f"PRAGMA user_version = {NEWEST_VERSION}")


def statements_of(sql: str) -> Iterator[str]:
    """The statements of a script, each of which ends at the end of a line; triggers are one statement."""
    # Imported here: only a migration needs it.
    from sqlite3 import complete_statement

    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        # SQLite itself knows that a semicolon inside a trigger, a text or a comment ends nothing.
        if line.rstrip().endswith(";") and complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip():
        yield statement.strip()


def table_statements() -> Iterator[str]:
    """What makes the tables and indexes of the newest version, without triggers and without any row."""
    for _, sql in _MIGRATIONS:
        for statement in statements_of(sql):
            lines = (line for line in statement.splitlines() if not line.lstrip().startswith("--"))
            if " ".join(lines).split()[:2] in _ABOUT_TABLES:
                yield statement


_ABOUT_TABLES = (
    *(["CREATE", "TABLE"], ["CREATE", "INDEX"], ["CREATE", "UNIQUE"]),
    *(["ALTER", "TABLE"], ["DROP", "TABLE"], ["DROP", "INDEX"]),
)


class _Script:
    """One migration as sqlite-utils calls it."""

    def __init__(self, name: str, sql: str) -> None:
        self.__name__ = name
        self._sql = sql

    def __call__(self, db: "Database", /) -> None:
        # Statement by statement: executescript would commit the caller's transaction.
        for statement in statements_of(self._sql):
            db.conn.execute(statement)
