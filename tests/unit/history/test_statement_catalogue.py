"""Which statements a connection ran."""

from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryTiming, QueryType
from mcdesk.history.statement_catalogue import Statement, StatementCatalogue

LOOKUP = QueryType.SIMULATION_LOOKUP


def test_that_statements_are_counted_by_their_text(database: Database) -> None:
    for number in range(3):
        database.execute(LOOKUP, "SELECT id FROM users WHERE id = ?", (number,))
    database.execute(QueryType.USER_HISTORY, "SELECT name FROM users")

    assert database.statements() == (
        Statement("SELECT id FROM users WHERE id = ?", LOOKUP, 3),
        Statement("SELECT name FROM users", QueryType.USER_HISTORY, 1),
    )


def test_that_a_slow_statement_of_an_earlier_process_comes_first() -> None:
    catalogue = StatementCatalogue()
    catalogue.add(LOOKUP, "SELECT 1")
    slow = [QueryTiming(LOOKUP, "", 900.0, "SELECT 2", "SCAN"), QueryTiming(LOOKUP, "", 900.0, "SELECT 2")]

    assert catalogue.statements(slow) == (
        Statement("SELECT 2", LOOKUP, 2, is_slow=True),
        Statement("SELECT 1", LOOKUP, 1),
    )


def test_that_a_slow_statement_has_the_count_of_this_process() -> None:
    catalogue = StatementCatalogue()
    for _ in range(5):
        catalogue.add(LOOKUP, "SELECT 1")

    assert catalogue.statements([QueryTiming(LOOKUP, "", 900.0, "SELECT 1")]) == (
        Statement("SELECT 1", LOOKUP, 5, is_slow=True),
    )


def test_that_no_more_statements_are_kept_than_there_is_room_for() -> None:
    catalogue = StatementCatalogue(most_statements=2)
    for sql in ("SELECT 1", "SELECT 2", "SELECT 3", "SELECT 2"):
        catalogue.add(LOOKUP, sql)

    assert [(each.sql, each.count) for each in catalogue.statements()] == [("SELECT 2", 2), ("SELECT 1", 1)]
