"""What is said of runs that read the same in a list."""

import inspect
import json
import sys
from collections.abc import Iterator

import pytest

from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.ui.presenters.run_differences import run_differences

VALUES = [{"cell": "S!B1", "value": 0.2}, {"cell": "S!B2", "value": "lease"}]
RANKS = [{"cells": ["S!A1", "S!A2"], "rank": 0.5}]
INPUTS = [{"cell": "S!A1", "distribution": "normal(1, 2)", "name": ""}]
TIME = "2026-11-28T15:23:00Z"


def record(name: str, seed: int = 1, **changes: object) -> RunRecord:
    setup: dict[str, object] = {
        "trials": 1000,
        "seed": seed,
        "sampling": "mc",
        "stop": "",
        "inputs": INPUTS,
        "outputs": [],
        "limits": [],
        "correlations": [],
        "values": [],
    }
    text = json.dumps(setup | changes)
    return RunRecord(
        name, 1, RunStatus.COMPLETED, 1000, seed, "mc", "cpu", name, "m.xlsx", "f" * 64, text, TIME
    )


def told(*records: RunRecord) -> dict[str, str]:
    return dict(run_differences(records, lambda each: each.seed))


def test_that_each_run_is_told_by_what_the_others_have_not() -> None:
    found = told(
        record("plain"),
        record("leased", values=VALUES),
        record("correlated", correlations=RANKS),
        record("spread", sampling="lhs"),
    )

    assert found == {
        "leased": "2 values changed",
        "correlated": "correlated",
        "spread": "Latin hypercube",
    }


def test_that_of_as_many_changed_values_the_first_that_differs_is_named() -> None:
    other = [VALUES[0], {"cell": "S!B2", "value": "buy"}]

    assert told(record("a", values=VALUES), record("b", values=other)) == {
        "a": "S!B2 = lease",
        "b": "S!B2 = buy",
    }


def test_that_runs_alike_on_one_side_are_told_apart_by_the_next() -> None:
    found = told(
        record("plain"),
        record("a", values=VALUES),
        record("b", values=VALUES, correlations=RANKS),
    )

    assert found == {"a": "2 values changed", "b": "2 values changed \u00b7 correlated"}


def test_that_another_distribution_is_named_with_its_cell() -> None:
    other = [{"cell": "S!A1", "distribution": "normal(1, 3)", "name": ""}]

    assert told(record("a"), record("b", inputs=other)) == {
        "a": "S!A1 normal(1, 2)",
        "b": "S!A1 normal(1, 3)",
    }


@pytest.mark.parametrize(
    ("cell", "texts", "words"),
    [
        (
            "Assumptions!B12",
            ("triangular(1000000, 1200000, 1500000)", "triangular(1000000, 1200000, 1700000)"),
            ("B12 \u20261500000)", "B12 \u20261700000)"),
        ),
        (
            "Assumptions!B12",
            ("normal(1000000, 100000)", "normal(1000000, 200000)"),
            ("B12 normal(1000000, 100000)", "B12 normal(1000000, 200000)"),
        ),
        (
            "A!B1",
            ("uniform(1, 2)", "discrete({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 1, 1, 1, 1, 1, 1, 1, 1})"),
            ("B1 uniform(1, 2)", "B1 discrete({1, 2, 3, 4, 5, 6, \u2026"),
        ),
    ],
)
def test_that_what_differs_is_seen_where_names_and_texts_are_long(
    cell: str, texts: tuple[str, str], words: tuple[str, str]
) -> None:
    inputs = [[{"cell": cell, "distribution": text, "name": ""}] for text in texts]

    assert told(record("a", inputs=inputs[0]), record("b", inputs=inputs[1])) == dict(
        zip("ab", words, strict=True)
    )


def test_that_the_next_cell_is_named_where_the_first_differs_beyond_what_is_shown() -> None:
    longer = f"user({', '.join('1' * 40 for _ in range(2))}"
    pairs = [[(f"{longer}{k})"), f"normal(1, {k})"] for k in (2, 3)]
    inputs = [
        [{"cell": f"S!A{row}", "distribution": text, "name": ""} for row, text in enumerate(pair, 1)]
        for pair in pairs
    ]

    assert told(record("a", inputs=inputs[0]), record("b", inputs=inputs[1])) == {
        "a": "S!A2 normal(1, 2)",
        "b": "S!A2 normal(1, 3)",
    }


def test_that_ranks_are_named_without_sheets_where_their_names_are_long() -> None:
    cells = ["'Product, and more'!A1", "'Product, and more'!A2"]

    ranks = [[{"cells": cells, "rank": rank}] for rank in (0.5, 0.25)]

    assert told(record("a", correlations=ranks[0]), record("b", correlations=ranks[1])) == {
        "a": "A1, A2 0.5",
        "b": "A1, A2 0.25",
    }


def test_that_limits_tell_runs_apart() -> None:
    limits = [[{"cell": "S!C1", "values": values}] for values in ([0.0, 5.0], [0.0, 6.5])]

    found = told(record("plain"), record("a", limits=limits[0]), record("b", limits=limits[1]))

    assert found == {
        "a": "2 limits \u00b7 S!C1 below 0, 5",
        "b": "2 limits \u00b7 S!C1 below 0, 6.5",
    }


def test_that_equal_runs_and_runs_of_another_look_need_no_words() -> None:
    assert told(record("a"), record("b"), record("c", seed=2, correlations=RANKS)) == {}


def test_that_a_set_up_that_cannot_be_read_is_passed_over() -> None:
    assert told(record("a"), record("b", inputs=None)) == {"a": "1 input"}


@pytest.fixture
def few_calls() -> Iterator[None]:
    """No more than a hundred and twenty within each other."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 120)
    yield
    sys.setrecursionlimit(before)


def test_that_each_of_many_runs_is_told_from_all_that_follow_it(few_calls: None) -> None:
    count = 200
    found = told(
        *(
            record(str(k), values=[{"cell": f"S!B{row}", "value": 1 + (row == k)} for row in (0, k)])
            for k in range(1, count)
        )
    )

    # the last one is what is left
    assert len(found) == count - 2
