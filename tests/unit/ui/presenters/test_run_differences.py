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
