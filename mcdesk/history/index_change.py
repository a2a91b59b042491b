"""Makes an index that was advised in the history, and takes it away again."""

from dataclasses import dataclass

from mcdesk.history.database import Database
from mcdesk.history.index_advice import Recommendation
from mcdesk.history.index_candidates import AdvisedIndex
from mcdesk.history.query_timing import QueryType
from mcdesk.history.sql_tokens import quoted
from mcdesk.history.statement_terms import parameter_count

# Enough for the planner, and milliseconds for any table.
_ANALYZED_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class AppliedIndex:
    """An index that was made; `undo_sql` takes it away."""

    index: AdvisedIndex
    plan: str

    @property
    def undo_sql(self) -> str:
        """The statement that `undo` runs."""
        return self.index.drop_sql


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


def undo(database: Database, applied: AppliedIndex) -> None:
    """Take the index away; once it is gone, nothing happens.

    Raises:
        McdeskError: as `apply`.
    """
    _run(database, applied.undo_sql)


def _run(database: Database, sql: str) -> None:
    database.execute(QueryType.RESULT_RETRIEVAL, sql)
