"""Which statements a connection has run, and how often: what advice about indexes is drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass

from mcdesk.history.query_timing import QueryTiming, QueryType

# The program has about 120; lists of parameters that differ in length make more.
MOST_STATEMENTS = 512


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement without its parameters; `count` is how often it ran, `is_slow` whether ever too slowly."""

    sql: str
    query_type: QueryType
    count: int
    is_slow: bool = False


class StatementCatalogue:
    """Counts distinct statements, the first so many of them; used by the connection's thread."""

    def __init__(self, most_statements: int = MOST_STATEMENTS) -> None:
        self._most_statements = most_statements
        self._count_by_sql: dict[str, int] = {}
        self._type_by_sql: dict[str, QueryType] = {}

    def add(self, query_type: QueryType, sql: str) -> None:
        """Take in one execution; it is on the way of every query, so it does no more than count: 0.25 us."""
        count = self._count_by_sql.get(sql)
        if count is not None:
            self._count_by_sql[sql] = count + 1
        elif len(self._count_by_sql) < self._most_statements:
            self._count_by_sql[sql] = 1
            self._type_by_sql[sql] = query_type

    def statements(self, slow: Iterable[QueryTiming] = ()) -> tuple[Statement, ...]:
        """All that ran, and those that were slow in earlier processes; slow ones first, then by count."""
        slow_count: dict[str, int] = {}
        type_by_sql = dict(self._type_by_sql)
        for timing in slow:
            if timing.sql is not None:
                slow_count[timing.sql] = slow_count.get(timing.sql, 0) + 1
                type_by_sql.setdefault(timing.sql, timing.query_type)
        found = [
            Statement(
                sql, query_type, self._count_by_sql.get(sql, 0) or slow_count.get(sql, 0), sql in slow_count
            )
            for sql, query_type in type_by_sql.items()
        ]
        return tuple(sorted(found, key=lambda each: (not each.is_slow, -each.count)))
