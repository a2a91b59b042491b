"""Fills a copy in memory for planning from the real file, of which it runs no schema.

Tables come from our migrations, without triggers and views; an index that no migration made is built from
the columns that SQLite says it has.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mcdesk.foundation.errors import StoreError
from mcdesk.history.driver import (
    ChosenDriver,
    Connection,
    Row,
    SqlValue,
    database_key,
    quoted_key,
)
from mcdesk.history.index_columns import index_names, plain_indexes
from mcdesk.history.schema import table_statements
from mcdesk.history.sql_tokens import quoted

# A sample is taken from so many places of a table, evenly.
_WINDOWS = 16
# So many rows with one value, on average, are as many in a larger table.
_ALMOST_UNIQUE = 2


@dataclass(frozen=True, slots=True)
class TableSize:
    """The rows of a table of the real file, and those that were copied."""

    row_count: int
    copied_count: int


class CopyFilling:
    """Makes the tables in an empty database and takes rows, indexes and statistics over."""

    def __init__(self, connection: Connection, driver: ChosenDriver, most_rows: int | None) -> None:
        """Prepare; `most_rows` of each table are taken, None is all."""
        self._connection = connection
        self._driver = driver
        self._most_rows = most_rows
        self._stored: dict[tuple[str, str | None], str] = {}
        self.size_by_table: dict[str, TableSize] = {}
        self.foreign_names: frozenset[str] = frozenset()

    def fill(self, path: Path) -> None:
        """Take over what is in the file at `path`; nothing in it is changed.

        Raises:
            StoreError: if a table is not as our migrations make it.
        """
        for statement in table_statements():
            self._connection.execute(statement)
        key = database_key(path)
        suffix = "" if key is None else f" KEY {quoted_key(key)}"
        self._connection.execute(f"ATTACH ? AS source{suffix}", (str(path),))
        self._connection.execute("BEGIN")
        self._stored = self._source_statistics()
        self._match_indexes()
        for table in self.tables():
            self._require_same_columns(table)
            self.size_by_table[table] = self._take_rows(table)
        self._connection.execute("COMMIT")
        self._connection.execute("DETACH source")
        self._connection.execute("ANALYZE main")
        self.scale_statistics()

    def tables(self) -> tuple[str, ...]:
        """The names of our tables."""
        rows = self._rows(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
        )
        return tuple(str(row[0]) for row in rows)

    def scale_statistics(self) -> None:
        """Make the figures of a sample those of the whole table, the real file's own going before."""
        if self._most_rows is None:
            return
        for table, index, text in self._rows("SELECT tbl, idx, stat FROM main.sqlite_stat1"):
            stored = self._stored.get((str(table), None if index is None else str(index)))
            scaled = stored or self._scaled(str(table), str(text))
            sql = "UPDATE main.sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?"
            self._connection.execute(sql, (scaled, table, index))
        with suppress(self._driver.module.Error):
            # Samples of a sample; not every SQLite keeps them.
            self._connection.execute("DELETE FROM main.sqlite_stat4")
        self._connection.execute("ANALYZE sqlite_schema")

    def _scaled(self, table: str, text: str) -> str:
        size = self.size_by_table.get(table)
        figures = [int(each) for each in text.split() if each.isdigit()]
        if size is None or not figures or size.copied_count == 0 or figures[0] > size.copied_count:
            return text
        factor = size.row_count / size.copied_count
        averages = [each if each <= _ALMOST_UNIQUE else round(each * factor) for each in figures[1:]]
        return " ".join(map(str, (round(figures[0] * factor), *averages)))

    def _source_statistics(self) -> dict[tuple[str, str | None], str]:
        is_there = "SELECT 1 FROM source.sqlite_schema WHERE name = 'sqlite_stat1' AND type = 'table'"
        if not self._rows(is_there):
            return {}
        rows = self._rows("SELECT tbl, idx, stat FROM source.sqlite_stat1")
        return {
            (str(table), None if index is None else str(index)): str(text)
            for table, index, text in rows
            if str(text).split()[:1] and str(text).split()[0].isdigit()
        }

    def _take_rows(self, table: str) -> TableSize:
        names = ", ".join(quoted(str(row[1])) for row in self._rows(f"PRAGMA table_info({quoted(table)})"))
        source = f"source.{quoted(table)}"
        insert = f"INSERT OR IGNORE INTO main.{quoted(table)} ({names}) SELECT {names} FROM {source}"
        row_count = None if self._most_rows is None else self._stored_count(table)
        if row_count is None:
            row_count = self._count(source)
        if self._most_rows is None or row_count <= self._most_rows:
            self._connection.execute(insert)
        else:
            self._take_sample(insert, source, self._most_rows)
        copied_count = self._count(f"main.{quoted(table)}")
        return TableSize(max(row_count, copied_count), copied_count)

    def _take_sample(self, insert: str, source: str, most_rows: int) -> None:
        try:
            first, last = self._rows(f"SELECT min(rowid), max(rowid) FROM {source}")[0]
        except self._driver.module.Error:
            # A table without row numbers is in the order of its key, and names are random.
            self._connection.execute(f"{insert} LIMIT ?", (most_rows,))
            return
        start, span = int(first or 0), int(last or 0) - int(first or 0)
        for i in range(_WINDOWS):
            values = (start + span * i // _WINDOWS, most_rows // _WINDOWS)
            self._connection.execute(f"{insert} WHERE rowid >= ? LIMIT ?", values)

    def _stored_count(self, table: str) -> int | None:
        counts = [int(text.split()[0]) for (name, _), text in self._stored.items() if name == table]
        return max(counts, default=None)

    def _require_same_columns(self, table: str) -> None:
        """Refuse what computes something when it is read: a view, or generated columns."""
        kind = "SELECT type, wr FROM pragma_table_list(?) WHERE schema = ?"
        shape = "SELECT name, type, hidden FROM pragma_table_xinfo(?, ?) ORDER BY name"
        for sql in (kind, shape):
            if self._rows(sql, (table, "main")) != self._rows(sql, (table, "source")):
                raise StoreError(
                    f"The table {table} of the history is not as mcdesk makes it",
                    "Check the history with `mcdesk health`.",
                )

    def _match_indexes(self) -> None:
        """Take away what the real file lacks of our indexes, and add what it has besides."""
        ours, theirs = index_names(self._connection, "main"), index_names(self._connection, "source")
        self.foreign_names = theirs - ours
        for name in ours - theirs:
            self._connection.execute(f"DROP INDEX main.{quoted(name)}")
        for table in self.tables():
            for name, index in plain_indexes(self._connection, "source", table).items():
                if name in self.foreign_names:
                    sql = f"CREATE INDEX main.{quoted(name)} ON {quoted(table)} ({', '.join(index.keys)})"
                    self._connection.execute(sql)

    def _count(self, table: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM {table}")[0][0] or 0)

    def _rows(self, sql: str, values: tuple[SqlValue, ...] = ()) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()
