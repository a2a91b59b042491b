"""What a person writes beside simulations."""

from collections.abc import Sequence
from unittest.mock import patch

import pytest

from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.database import Answer
from mcdesk.history.driver import SqlValue
from mcdesk.history.note_store import MOST_TAGS, MOST_TITLE_CHARACTERS, NoteStore, RunNote
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_store import RunStore

from .conftest import Office
from .test_visible_runs import start

NOTE = RunNote("Base case \u00e4", ("reviewed", "a, b"), is_pinned=True)


def test_that_a_note_is_read_as_it_was_written_and_replaced(office: Office) -> None:
    start(office, "a1", "ada@localhost")
    notes, ada = NoteStore(office.database), office.people().accounts.local_account()
    notes.keep("a1", RunNote("draft"))
    notes.keep("a1", NOTE)
    assert notes.notes_of(ada.id) == {"a1": NOTE}


def test_that_a_note_goes_with_its_simulation(office: Office) -> None:
    start(office, "a1", "ada@localhost")
    notes, ada = NoteStore(office.database), office.people().accounts.local_account()
    notes.keep("a1", NOTE)
    RunStore(office.database).delete("a1")
    assert notes.notes_of(ada.id) == {}


def test_that_nobody_sees_the_notes_of_others(office: Office) -> None:
    people = office.people()
    bob = people.administration.add("bob@x", "trial")
    start(office, "a1", "ada@localhost")
    NoteStore(office.database).keep("a1", NOTE)
    assert NoteStore(office.database).notes_of(bob.id) == {}


def test_that_notes_are_not_looked_for_beside_each_simulation(office: Office) -> None:
    asked: list[str] = []
    execute = office.database.execute

    def noted(query_type: QueryType, sql: str, values: Sequence[SqlValue] = ()) -> Answer:
        asked.append(sql)
        return execute(query_type, sql, values)

    with patch.object(office.database, "execute", noted):
        NoteStore(office.database).notes_of(1)

    plan = execute(QueryType.MONITORING, f"EXPLAIN QUERY PLAN {asked[0]}", (1,)).rows
    assert str(plan[0][3]) == "SCAN n"


def test_that_a_note_beside_nothing_is_refused(office: Office) -> None:
    with pytest.raises(RecordMissing, match="no simulation zz"):
        NoteStore(office.database).keep("zz", NOTE)


def test_that_a_note_has_bounds(office: Office) -> None:
    start(office, "a1", "ada@localhost")
    notes, ada = NoteStore(office.database), office.people().accounts.local_account()
    notes.keep("a1", RunNote(" " + "x" * 999, (*(f"t{n % 50}" for n in range(99)), " ")))
    found = notes.notes_of(ada.id)["a1"]
    assert found.title == "x" * MOST_TITLE_CHARACTERS
    assert found.tags == tuple(f"t{n}" for n in range(MOST_TAGS))
