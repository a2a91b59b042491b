"""The life of a simulation in the history."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlcipher3.dbapi2 as sqlite

from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.run_record import RunOutcome, RunStatus

from .conftest import History

COMPLETED = RunOutcome(RunStatus.COMPLETED, 10_000, 1.5, "cpu", result_json='{"mean": 2}')


def test_that_a_started_simulation_is_found_as_it_was(history: History) -> None:
    record = history.started("r1", seed=2**64 - 1, trials=10**12, process_id=77)

    assert history.runs.record("r1") == record
    assert history.runs.result_json("r1") is None


@pytest.mark.parametrize("status", [status for status in RunStatus if status.is_final])
def test_that_a_finished_simulation_says_how_it_ended(history: History, status: RunStatus) -> None:
    history.started("r1", process_id=77)

    history.runs.finish("r1", RunOutcome(status, 500, 0.5, "cuda", '{"a": 1}', "time limit", "why"))

    record = history.runs.record("r1")
    assert (record.status, record.trials_done, record.seconds) == (status, 500, 0.5)
    assert (record.backend, record.stopped_by, record.error) == ("cuda", "time limit", "why")
    assert record.finished_at is not None
    assert record.process_id is None
    assert history.runs.result_json("r1") == '{"a": 1}'


def test_that_running_is_no_way_to_end(history: History) -> None:
    history.started("r1")

    with pytest.raises(ValueError, match="not how a simulation ends"):
        history.runs.finish("r1", RunOutcome(RunStatus.RUNNING, 1, 1.0, "cpu"))


def test_that_what_has_ended_does_not_end_again(history: History) -> None:
    history.started("r1")
    history.runs.finish("r1", COMPLETED)

    with pytest.raises(RecordMissing, match="still running"):
        history.runs.finish("r1", RunOutcome(RunStatus.FAILED, 0, 0.0, "cpu"))

    assert history.runs.record("r1").status is RunStatus.COMPLETED


def test_that_progress_is_noted_until_the_end(history: History) -> None:
    history.started("r1", status=RunStatus.PENDING)
    history.runs.update_progress("r1", 100)
    running = history.runs.record("r1")
    history.runs.finish("r1", COMPLETED)
    history.runs.update_progress("r1", 200)

    assert (running.status, running.trials_done) == (RunStatus.RUNNING, 100)
    assert history.runs.record("r1").trials_done == 10_000


def test_that_only_a_completed_run_answers_for_its_key(history: History) -> None:
    for number, status in enumerate(RunStatus):
        history.started(f"r{number}", cache_key="same")
        if status.is_final and status is not RunStatus.COMPLETED:
            history.runs.finish(f"r{number}", RunOutcome(status, 1, 0.1, "cpu", "{}"))
    assert history.runs.find_cached("same") is None

    history.runs.finish("r0", COMPLETED)

    found = history.runs.find_cached("same")
    assert found is not None
    assert found.simulation_id == "r0"
    assert history.runs.find_cached("other") is None


def test_that_the_newest_of_equal_runs_answers(history: History) -> None:
    for name in ("old", "new"):
        history.started(name, cache_key="same")
        history.runs.finish(name, COMPLETED)

    found = history.runs.find_cached("same")

    assert found is not None
    assert found.simulation_id == "new"


def test_that_the_beginning_of_a_name_finds_the_only_one(history: History) -> None:
    for name in ("ab1", "ab2", "cd", "cd9"):
        history.started(name)

    assert history.runs.record("ab2").simulation_id == "ab2"
    assert history.runs.record("cd9").simulation_id == "cd9"
    assert history.runs.record("cd").simulation_id == "cd"
    with pytest.raises(RecordMissing, match="Several"):
        history.runs.record("ab")
    with pytest.raises(RecordMissing, match="no simulation x"):
        history.runs.record("x")


def test_that_lists_are_newest_first_and_cut(history: History) -> None:
    other = history.accounts.add("bob@x", "Bob", "trial")
    for day, user_id in enumerate((history.account.id, other.id) * 3, start=1):
        history.started(f"r{day}", user_id=user_id, created_at=f"2026-01-0{day}T00:00:00.000000Z")
    history.runs.finish("r3", COMPLETED)

    mine = history.runs.runs_of(history.account.id)
    everybodys = history.runs.runs(limit=4)
    completed = history.runs.runs_of(history.account.id, status=RunStatus.COMPLETED)

    assert [run.simulation_id for run in mine] == ["r5", "r3", "r1"]
    assert [run.simulation_id for run in everybodys] == ["r6", "r5", "r4", "r3"]
    assert [run.simulation_id for run in completed] == ["r3"]


def test_that_an_export_holds_record_setup_and_result(history: History) -> None:
    history.started("r1")
    history.runs.finish("r1", COMPLETED)

    exported = json.loads(history.runs.export("r1"))

    assert exported["account"] == "ada@localhost"
    assert exported["status"] == "completed"
    assert exported["setup"] == {"trials": 10000}
    assert exported["result"] == {"mean": 2}


def test_that_a_deleted_simulation_is_gone(history: History) -> None:
    history.started("r1")
    history.started("r12")

    history.runs.delete("r1")

    assert [run.simulation_id for run in history.runs.runs()] == ["r12"]
    with pytest.raises(RecordMissing):
        history.runs.delete("r1")


def test_that_runs_of_dead_processes_are_interrupted(history: History) -> None:
    created = datetime(2026, 1, 1, tzinfo=UTC)
    start_by_process = {2: created - timedelta(hours=1), 3: created + timedelta(hours=1)}
    for process_id in (1, 2, 3):
        history.started(f"of {process_id}", process_id=process_id)
    history.started("of nobody")

    count = history.runs.mark_orphans_interrupted(start_by_process.get)

    status_by_run = {run.simulation_id: run.status for run in history.runs.runs()}
    assert count == 2
    assert status_by_run == {
        "of 1": RunStatus.INTERRUPTED,
        "of 2": RunStatus.RUNNING,
        "of 3": RunStatus.INTERRUPTED,
        "of nobody": RunStatus.RUNNING,
    }


def test_that_a_run_of_nobody_is_refused(history: History) -> None:
    with pytest.raises(sqlite.IntegrityError):
        history.started("r1", user_id=999)
