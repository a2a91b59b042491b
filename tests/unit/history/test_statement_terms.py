"""What of a statement an index could serve."""

import pytest

from mcdesk.history.index_candidates import AdvisedIndex, candidates_for
from mcdesk.history.sql_tokens import tokens_of, written
from mcdesk.history.statement_terms import Parameter, StatementTerms, parameter_count, terms_of

COLUMNS = {
    "runs": frozenset({"id", "user_id", "status", "created_at", "place", "odd name"}),
    "notes": frozenset({"id", "title"}),
}


def terms(sql: str) -> StatementTerms:
    return terms_of(sql, COLUMNS)


def texts(sql: str, kind: str) -> list[str]:
    return [f"{each.table}.{each.text}" for each in getattr(terms(sql), kind)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    {
        "user_id = ?": ["runs.user_id"],
        "? = user_id": ["runs.user_id"],
        "user_id IN (?, ?) AND status = 'a'": ["runs.user_id", "runs.status"],
        "user_id = ? OR status IS ?": ["runs.user_id", "runs.status"],
        '"odd name" = ?': ['runs."odd name"'],
        "coalesce(place, id) = ?": ["runs.coalesce(place, id)"],
        "coalesce(place, ?) = ?": [],
        "unknown = ?": [],
        "user_id <> ?": [],
        "status = 'user_id = ?'": ["runs.status"],
    }.items(),
)
def test_that_equalities_are_found_on_either_side(condition: str, expected: list[str]) -> None:
    assert texts(f"SELECT * FROM runs WHERE {condition}", "equalities") == expected


def test_that_ranges_are_found() -> None:
    sql = "SELECT * FROM runs WHERE created_at >= ? AND id BETWEEN ? AND ? AND place IS NOT NULL"

    assert texts(sql, "ranges") == ["runs.created_at", "runs.id"]


def test_that_conditions_without_parameters_are_told_apart() -> None:
    sql = "SELECT id FROM runs WHERE status IN ('a', 'b') AND user_id = ? AND place IS NOT NULL LIMIT 1"

    assert texts(sql, "predicates") == ["runs.status IN ('a', 'b')", "runs.place IS NOT NULL"]


def test_that_a_join_equates_both_tables() -> None:
    sql = "SELECT n.title FROM notes n JOIN runs AS r ON r.id = n.id WHERE r.user_id = ?"

    assert texts(sql, "equalities") == ["runs.user_id", "runs.id", "notes.id"]
    assert texts("SELECT title FROM notes JOIN runs USING (id)", "equalities") == ["notes.id", "runs.id"]


def test_that_an_order_is_taken_as_a_whole_or_not_at_all() -> None:
    whole = terms("SELECT * FROM runs ORDER BY coalesce(place, id) DESC, created_at LIMIT ?").orders
    broken = terms("SELECT * FROM runs ORDER BY created_at, random() LIMIT ?").orders

    assert [(each.expression.text, each.is_descending) for each in whole[0]] == [
        ("coalesce(place, id)", True),
        ("created_at", False),
    ]
    assert broken == ()


def test_that_parameters_are_known_by_what_they_are_compared_with() -> None:
    sql = "UPDATE runs SET place = ? WHERE user_id IN (?, ?) AND ? < created_at AND id > 1 - ?"

    assert terms(sql).parameters == (
        Parameter("=", "runs", "place"),
        Parameter("=", "runs", "user_id"),
        Parameter("=", "runs", "user_id"),
        Parameter(">", "runs", "created_at"),
        Parameter(),
    )


def test_that_a_numbered_parameter_counts_once() -> None:
    assert parameter_count("UPDATE runs SET created_at = ?1 WHERE created_at <= ?1") == 1
    assert parameter_count("SELECT * FROM runs WHERE id = ? LIMIT ?") == 2


def test_that_text_and_comments_are_no_sql() -> None:
    tokens = tokens_of("SELECT 'it''s; -- no' /* ? */ FROM t -- WHERE ?\n")

    assert [token.text for token in tokens] == ["SELECT", "'it''s; -- no'", "FROM", "t"]
    assert written(tokens[1:2]) == "'it''s; -- no'"


def test_that_equal_columns_come_before_the_order() -> None:
    candidates = candidates_for(
        terms("SELECT * FROM runs WHERE user_id = ? AND status = ? ORDER BY created_at DESC")
    )

    assert candidates[0] == AdvisedIndex("runs", ("user_id", "status"))
    assert candidates[1] == AdvisedIndex("runs", ("user_id", "status", "created_at DESC"))
    assert AdvisedIndex("runs", ("created_at DESC", "user_id")) not in candidates


def test_that_an_index_of_some_rows_repeats_the_condition_of_the_statement() -> None:
    candidates = candidates_for(terms("SELECT * FROM runs WHERE user_id = ? AND status = 'done'"))

    assert AdvisedIndex("runs", ("user_id",), "status = 'done'") in candidates
    assert AdvisedIndex("runs", ("status",), "status = 'done'") not in candidates


def test_that_an_index_of_some_rows_has_what_is_read_of_them() -> None:
    candidates = candidates_for(terms("SELECT id, place FROM runs WHERE status IN ('a', 'b')"))

    assert AdvisedIndex("runs", ("id", "place"), "status IN ('a', 'b')") in candidates
    assert AdvisedIndex("runs", ("status",)) in candidates


def test_that_there_are_only_so_many_candidates() -> None:
    condition = " AND ".join(f"c{number} = ? AND d{number} > ?" for number in range(30))
    columns = {"t": frozenset(f"{letter}{number}" for letter in "cd" for number in range(30))}

    assert len(candidates_for(terms_of(f"SELECT * FROM t WHERE {condition}", columns))) == 48


def test_that_names_differ_where_definitions_do() -> None:
    names = {
        AdvisedIndex("runs", keys, where).name
        for keys, where in (
            (("status",), ""),
            (("status DESC",), ""),
            (("status",), "place IS NULL"),
            (("x" * 90,), ""),
        )
    }

    assert len(names) == 4
    assert max(map(len, names)) <= 65


def test_that_a_prefix_serves_nothing_more() -> None:
    short, long = AdvisedIndex("runs", ("user_id",)), AdvisedIndex("runs", ("user_id DESC", "status"))

    assert short.is_prefix_of(long)
    assert not long.is_prefix_of(short)
    assert not AdvisedIndex("runs", ("user_id",), "status = 'a'").is_prefix_of(long)
