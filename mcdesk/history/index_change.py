"""Makes an index that was advised in the history, and takes it away again."""

from dataclasses import dataclass

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.database import Database
from mcdesk.history.index_advice import Recommendation
from mcdesk.history.index_candidates import NAME_PREFIX, AdvisedIndex
from mcdesk.history.query_timing import QueryType
from mcdesk.history.sql_tokens import quoted
from mcdesk.history.statement_terms import parameter_count

# Enough for the planner, and milliseconds for any table.
_ANALYZED_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class AppliedIndex:
    """An index that was made, which `undo` takes away by its name, and how its statement runs now."""

    index: AdvisedIndex
    plan: str


def apply(database: Database, recommendation: Recommendation) -> AppliedIndex:
    """Make the index, with the statistics that let the planner use it; what undoes it.

    Made twice it is as before.

    Raises:
        McdeskError: DatabaseBusy, DiskFull, DatabaseDamaged or StoreError, if the file is at fault.
    """
    index = recommendation.index
    with database.transaction():
        _run(database, index.drop_sql)
        _run(database, index.create_sql)
        # A program that runs on has no other moment at which it would notice.
        _run(database, f"PRAGMA analysis_limit = {_ANALYZED_ROWS}")
        _run(database, f"ANALYZE {quoted(index.table)}")
        _run(database, "PRAGMA analysis_limit = 0")
    statement = recommendation.statement.sql
    return AppliedIndex(index, database.plan(statement, (None,) * parameter_count(statement)))


def undo(database: Database, name: str) -> None:
    """Take an advised index away; once it is gone, nothing happens.

    Raises:
        OptionInvalid: if it is no advised one.
        McdeskError: as `apply`.
    """
    if not name.startswith(NAME_PREFIX):
        raise OptionInvalid(f"{name} was not advised")
    _run(database, f"DROP INDEX IF EXISTS {quoted(name)}")


def applied_indexes(database: Database) -> tuple[str, ...]:
    """The names of the advised indexes that the history has, whenever they were made.

    Raises:
        McdeskError: as `apply`.
    """
    sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND substr(name, 1, ?) = ? ORDER BY name"
    values = (len(NAME_PREFIX), NAME_PREFIX)
    return tuple(str(row[0]) for row in database.execute(QueryType.MONITORING, sql, values).rows)


def _run(database: Database, sql: str) -> None:
    database.execute(QueryType.RESULT_RETRIEVAL, sql)
