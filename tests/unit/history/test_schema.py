"""The five indexes that the product promises, by definition and by the plans that use them."""

import pytest

from mcdesk.history.database import Database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.schema import statements_of

PROMISED = {
    "simulation_results_user_status_created": "ON simulation_results (user_id, status, created_at)",
    "simulation_results_active": (
        "ON simulation_results (simulation_id) WHERE status IN ('pending', 'running', 'completed')"
    ),
    "simulation_results_user_created": "ON simulation_results (user_id, created_at DESC)",
    "uploaded_files_user_created": "ON uploaded_files (user_id, created_at DESC)",
    "users_email_active": "ON users (email) WHERE is_active",
}

QUERIES = {
    "simulation_results_user_status_created": (
        "SELECT * FROM simulation_results WHERE user_id = ? AND status = ? ORDER BY created_at DESC LIMIT 50"
    ),
    "simulation_results_active": (
        "SELECT simulation_id FROM simulation_results WHERE status IN ('pending', 'running', 'completed')"
    ),
    "simulation_results_user_created": (
        "SELECT * FROM simulation_results WHERE user_id = ? ORDER BY created_at DESC LIMIT 50"
    ),
    "uploaded_files_user_created": (
        "SELECT * FROM uploaded_files WHERE user_id = ? ORDER BY created_at DESC LIMIT 50"
    ),
    "users_email_active": "SELECT * FROM users WHERE email = ? AND is_active",
    "simulation_results_cache_key": (
        "SELECT * FROM simulation_results WHERE cache_key = ? AND status = 'completed'"
        " ORDER BY finished_at DESC LIMIT 1"
    ),
    "simulation_results_process": (
        "SELECT * FROM simulation_results WHERE status = 'running' AND process_id IS NOT NULL"
    ),
    "query_timings_type_id": "SELECT * FROM query_timings WHERE query_type = ? ORDER BY id DESC LIMIT 9",
}


@pytest.mark.parametrize("name", PROMISED)
def test_that_a_promised_index_is_defined_as_promised(database: Database, name: str) -> None:
    sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?"
    definition = str(database.execute(QueryType.USER_HISTORY, sql, (name,)).rows[0][0])

    assert PROMISED[name] in " ".join(definition.split())


@pytest.mark.parametrize("name", QUERIES)
def test_that_a_query_runs_through_its_index_without_sorting(database: Database, name: str) -> None:
    query = QUERIES[name]

    plan = database.plan(query, (None,) * query.count("?"))

    assert name in plan
    assert "TEMP B-TREE" not in plan


def test_that_what_belongs_to_a_person_goes_with_them(database: Database) -> None:
    sql = (
        "SELECT t.name, c.name, k.on_delete FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
        ' LEFT JOIN pragma_foreign_key_list(t.name) k ON k."from" = c.name AND k."table" = \'users\''
        " WHERE t.type = 'table' AND c.name IN ('user_id', 'account_id')"
    )
    rows = database.execute(QueryType.USER_HISTORY, sql).rows

    assert len(rows) >= 3
    assert [row for row in rows if row[2] != "CASCADE"] == []


def test_that_no_query_of_one_person_reads_all_sessions(database: Database) -> None:
    assert "USING INDEX sessions_user" in database.plan("DELETE FROM sessions WHERE user_id = ?", (1,))


SCRIPT = """
CREATE TABLE a (x TEXT DEFAULT ';');
CREATE TABLE b (
    y TEXT -- not here;
);
CREATE TRIGGER c AFTER INSERT ON a
BEGIN
    DELETE FROM b;
    DELETE FROM a;
END;
DROP TABLE b
"""


def test_that_a_script_is_split_where_its_statements_end() -> None:
    statements = list(statements_of(SCRIPT))

    assert [" ".join(statement.split()[:2]) for statement in statements] == [
        *("CREATE TABLE", "CREATE TABLE", "CREATE TRIGGER", "DROP TABLE"),
    ]
    assert statements[2].endswith("END;")
    assert list(statements_of("")) == []


def test_that_a_simulation_is_looked_up_by_its_key(database: Database) -> None:
    plan = database.plan("SELECT * FROM simulation_results WHERE simulation_id = 'x'")

    assert plan.startswith("SEARCH simulation_results USING INDEX")
