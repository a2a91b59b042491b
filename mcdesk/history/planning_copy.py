"""Statements planned and timed on a copy of the history in memory, with indexes that the history has not."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from itertools import accumulate

from mcdesk.history.copy_filling import CopyFilling
from mcdesk.history.driver import ChosenDriver, Connection, SqlValue
from mcdesk.history.index_candidates import AdvisedIndex
from mcdesk.history.index_columns import plain_indexes
from mcdesk.history.sql_tokens import quoted
from mcdesk.history.statement_terms import Parameter
from mcdesk.history.store_errors import is_broken_off

_SAMPLED_VALUES = 500
_TYPICAL_LIMIT = 50
# The least of many short times is the same on a busy machine; of long ones a few do.
_FEWEST_TIMES, _MOST_TIMES = 3, 40
_ENOUGH_MILLISECONDS = 20.0
_LONG_MILLISECONDS = 500.0


class Frequency(Enum):
    """Which of a column's values is taken."""

    COMMON = "common"
    MIDDLING = "middling"
    RARE = "rare"


class PlanningCopy:
    """The copy; it belongs to the thread that filled it."""

    def __init__(
        self,
        connection: Connection,
        driver: ChosenDriver,
        filling: CopyFilling,
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._driver = driver
        self._filling = filling
        self._clock = clock
        self._sampled: dict[tuple[str, str], tuple[SqlValue, ...]] = {}
        self.columns_by_table = {
            table: frozenset(
                str(row[1]) for row in connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
            )
            for table in filling.tables()
        }

    def row_count(self, table: str) -> int:
        """The rows of a table of the real file."""
        return self._filling.size_by_table[table].row_count

    def scale(self, tables: Sequence[str]) -> float:
        """How many times larger than here the largest of these tables is, 1 if all rows were copied."""
        sizes = [self._filling.size_by_table[table] for table in tables]
        return max((size.row_count / max(size.copied_count, 1) for size in sizes), default=1.0)

    def plan(self, sql: str, values: Sequence[SqlValue]) -> tuple[str, ...] | None:
        """The steps of a statement's plan; None if SQLite refuses it."""
        return plan_of(self._connection, self._driver, sql, values)

    def values(
        self, parameters: Sequence[Parameter], frequency: Frequency = Frequency.MIDDLING
    ) -> tuple[SqlValue, ...]:
        """Values for parameters, from the columns: one of this frequency, for a range those of a tenth."""
        return tuple(self._value(each, parameters, frequency) for each in parameters)

    def milliseconds(self, sql: str, values: Sequence[SqlValue]) -> float | None:
        """The least time of some executions, which change nothing; None if SQLite refuses it."""
        times: list[float] = []
        while _is_to_be_repeated(times):
            passed = self._attempt(sql, values)
            if passed is None:
                return None
            times.append(passed)
        return min(times)

    def add(self, index: AdvisedIndex) -> float | None:
        """Make an index with its statistics; the milliseconds of making it, None if SQLite refuses it."""
        started = self._clock()
        try:
            self._connection.execute(index.create_sql)
        except self._driver.module.Error as error:
            if is_broken_off(error):
                raise
            return None
        passed = (self._clock() - started) * 1000.0
        self._connection.execute(f"ANALYZE main.{quoted(index.name)}")
        self._filling.scale_statistics()
        return passed

    def drop(self, index: AdvisedIndex) -> None:
        """Take an index away again."""
        self._connection.execute(index.drop_sql)

    def has(self, index: AdvisedIndex) -> bool:
        """Whether the real file has an index that serves whatever this one would."""
        present = plain_indexes(self._connection, "main", index.table).values()
        return any(index.is_prefix_of(each) for each in present)

    def partial_indexes(self) -> frozenset[str]:
        """The names of the indexes of some rows only."""
        sql = "SELECT i.name FROM pragma_table_list t, pragma_index_list(t.name) i WHERE i.partial"
        return frozenset(str(row[0]) for row in self._connection.execute(sql).fetchall())

    def is_applied(self, index: AdvisedIndex) -> bool:
        """Whether the real file has this very index, of which the copy may know no more than the name."""
        return index.name in self._filling.foreign_names

    def _attempt(self, sql: str, values: Sequence[SqlValue]) -> float | None:
        self._connection.execute("SAVEPOINT attempt")
        try:
            started = self._clock()
            self._connection.execute(sql, values).fetchall()
            return (self._clock() - started) * 1000.0
        except self._driver.module.Error as error:
            if is_broken_off(error):
                raise
            return None
        finally:
            # An interrupted statement may have ended the savepoint.
            with suppress(self._driver.module.Error):
                self._connection.execute("ROLLBACK TO attempt")
                self._connection.execute("RELEASE attempt")

    def _value(
        self, parameter: Parameter, all_of_them: Sequence[Parameter], frequency: Frequency
    ) -> SqlValue:
        if parameter.operator in ("LIMIT", "OFFSET"):
            return _TYPICAL_LIMIT if parameter.operator == "LIMIT" else 0
        values = self._column_values(parameter.table, parameter.column) if parameter.table else ()
        if not values:
            return None
        if parameter.operator == "=":
            return _value_of(values, frequency)
        is_lower = parameter.operator == ">"
        opposite = Parameter("<" if is_lower else ">", parameter.table, parameter.column)
        percent = (45 if is_lower else 55) if opposite in all_of_them else (90 if is_lower else 10)
        return values[len(values) * percent // 100]

    def _column_values(self, table: str, column: str) -> tuple[SqlValue, ...]:
        """Values of a column from all over the table, in order."""
        if (table, column) not in self._sampled:
            copied_count = self._filling.size_by_table[table].copied_count
            name = quoted(column)
            numbered = f"SELECT {name} AS value, row_number() OVER () AS number FROM {quoted(table)}"
            sql = f"SELECT value FROM ({numbered}) WHERE value IS NOT NULL AND number * 40503 % 65536 < ?"
            # Not every so-and-so-many-th row: what recurs at intervals would be all, or be missed.
            share = 65536 * _SAMPLED_VALUES // max(copied_count, 1) + 1
            rows = self._connection.execute(f"{sql} ORDER BY 1", (share,)).fetchall()
            self._sampled[table, column] = tuple(row[0] for row in rows)
        return self._sampled[table, column]


def _is_to_be_repeated(times: Sequence[float]) -> bool:
    if len(times) < _FEWEST_TIMES:
        return sum(times) < _LONG_MILLISECONDS
    return len(times) < _MOST_TIMES and sum(times) < _ENOUGH_MILLISECONDS


def _value_of(values: Sequence[SqlValue], frequency: Frequency) -> SqlValue:
    counts = Counter(values).most_common()
    if frequency is not Frequency.MIDDLING:
        return counts[0 if frequency is Frequency.COMMON else -1][0]
    # Half of the rows have a value that is no rarer.
    covered = accumulate(count for _, count in counts)
    return next(value for (value, _), rows in zip(counts, covered, strict=True) if 2 * rows >= len(values))


def plan_of(
    connection: Connection, driver: ChosenDriver, sql: str, values: Sequence[SqlValue]
) -> tuple[str, ...] | None:
    """The steps of a statement's plan; None if SQLite refuses it."""
    try:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    except driver.module.Error as error:
        if is_broken_off(error):
            raise
        return None
    return tuple(str(row[3]) for row in rows)
