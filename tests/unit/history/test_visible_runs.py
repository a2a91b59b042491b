"""Everybody sees their own simulations."""

import json

import pytest

from mcdesk.foundation.errors import RecordMissing
from mcdesk.history.people import People
from mcdesk.history.run_record import RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.visible_runs import VisibleRuns

from .conftest import Office, run_record


def seen_by(office: Office, people: People) -> VisibleRuns:
    return VisibleRuns(office.database, people.identity.viewer())


def start(office: Office, simulation_id: str, email: str) -> None:
    account = office.people().accounts.account(email)
    RunStore(office.database).start(run_record(simulation_id, user_id=account.id))


def test_that_simulations_of_others_are_as_good_as_absent(office: Office) -> None:
    office.guarded()
    start(office, "a1", "ada@localhost")
    start(office, "b1", "bob@x")
    runs = seen_by(office, office.bob())

    assert [record.simulation_id for record in runs.runs()] == ["b1"]
    assert runs.record("b").simulation_id == "b1"
    for ask in (runs.record, runs.text, runs.export, runs.delete):
        for name in ("a1", "a"):
            with pytest.raises(RecordMissing, match=f"There is no simulation {name}"):
                ask(name)
    assert RunStore(office.database).record("a1").simulation_id == "a1"


def test_that_a_beginning_that_others_share_is_still_the_only_one(office: Office) -> None:
    office.guarded()
    start(office, "ab1", "ada@localhost")
    start(office, "ab2", "bob@x")

    assert seen_by(office, office.bob()).record("ab").simulation_id == "ab2"


def test_that_open_accounts_show_theirs_to_who_has_not_signed_in(office: Office) -> None:
    office.guarded().administration.add("open@x", "trial")
    start(office, "a1", "ada@localhost")
    start(office, "c1", "open@x")

    runs = seen_by(office, office.people(user="1002"))

    assert [record.simulation_id for record in runs.runs()] == ["c1"]


def test_that_nobody_sees_nothing(office: Office) -> None:
    office.guarded()
    start(office, "a1", "ada@localhost")
    runs = seen_by(office, office.people(user="1002"))

    assert runs.runs() == ()
    with pytest.raises(RecordMissing):
        runs.record("a1")


def test_that_exports_and_deletions_are_audited(office: Office) -> None:
    people = office.people()
    start(office, "a1", "ada@localhost")
    runs = seen_by(office, people)

    exported = json.loads(runs.export("a"))
    deleted = runs.delete("a")

    assert exported["simulation_id"] == deleted.simulation_id == "a1"
    assert [(row.action, row.subject) for row in people.audit.newest()] == [
        ("deleted", "a1"),
        ("exported", "a1"),
    ]
    assert people.audit.newest()[0].actor == people.audit.pseudonym(people.accounts.local_account())


def test_that_an_equal_run_of_another_person_is_not_found(office: Office) -> None:
    office.guarded()
    ada, bob = (office.people().accounts.account(email) for email in ("ada@localhost", "bob@x"))
    runs = RunStore(office.database)
    runs.start(run_record("a1", user_id=ada.id, cache_key="same", status=RunStatus.COMPLETED))

    assert runs.find_cached("same", bob.id) is None
    assert runs.find_cached("same", ada.id) == runs.find_cached("same") == runs.record("a1")
