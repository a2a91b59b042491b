"""What SQLite says of the indexes of a connection: names and columns, never the text of their schema."""

from mcdesk.history.driver import Connection
from mcdesk.history.index_candidates import AdvisedIndex
from mcdesk.history.sql_tokens import Token, quoted, written


def index_names(connection: Connection, schema: str) -> frozenset[str]:
    """The names of all indexes."""
    rows = connection.execute(f"SELECT name FROM {schema}.sqlite_schema WHERE type = 'index'").fetchall()
    return frozenset(str(row[0]) for row in rows)


def plain_indexes(connection: Connection, schema: str, table: str) -> dict[str, AdvisedIndex]:
    """The indexes of a table by name, without those of some rows only or with expressions."""
    found = {}
    for row in connection.execute(f"PRAGMA {schema}.index_list({quoted(table)})").fetchall():
        name, is_partial = str(row[1]), bool(row[4])
        keys = _keys(connection, schema, name)
        if not is_partial and keys is not None:
            found[name] = AdvisedIndex(table, keys)
    return found


def _keys(connection: Connection, schema: str, name: str) -> tuple[str, ...] | None:
    keys = []
    for row in connection.execute(f"PRAGMA {schema}.index_xinfo({quoted(name)})").fetchall():
        _, column_number, column, is_descending, collation, is_key = row
        if is_key:
            if int(column_number or 0) < 0 or collation != "BINARY":
                return None
            keys.append(written([Token("name", str(column))]) + " DESC" * bool(is_descending))
    return tuple(keys)
