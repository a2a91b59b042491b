"""A person is erased from the database, from the library and from the copies; the audit log stays whole."""

import os
import time

import numpy as np
import pytest

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.executor_store import ExecutorStore
from mcdesk.history.query_timing import QueryType
from mcdesk.history.queue_store import QueueStore
from mcdesk.history.run_record import RunStatus
from mcdesk.history.run_store import RunStore

from .conftest import Office, new_job, run_record
from .test_personal_archive import VALUES, work


def library(office: Office) -> list[bytes]:
    """What the files of the library hold."""
    folders = (office.folder / "files", office.folder / "samples")
    return [path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_that_nothing_of_the_person_is_left_in_any_file(office: Office) -> None:
    people = office.guarded()
    work(office, "bob@x", "simulation-of-bob", b"model of bob", VALUES)
    work(office, "ada@localhost", "a1", b"model of ada", VALUES + 1)
    (office.folder / "backups").mkdir()
    for copy in (
        "mcdesk.db.schema-1",
        "backups/mcdesk-2026-11-26.db",
        "mcdesk.db.damaged-20261127T120000Z-wal",
    ):
        (office.folder / copy).write_bytes(b"bob@x")

    erased = people.erasure.erase("bob@x")

    assert (erased.email, erased.simulation_count, erased.file_count) == ("bob@x", 1, 2)
    assert erased.is_swept
    files = [path for path in office.folder.rglob("*") if path.is_file()]
    traces = (b"bob@x", b"simulation-of-bob", b"model of bob", VALUES.tobytes())
    assert [path for path in files for trace in traces if trace in path.read_bytes()] == []
    assert len(library(office)) == 2
    assert [each.email for each in people.accounts.accounts()] == ["ada@localhost"]


def test_that_the_audit_log_stays_under_the_pseudonym_alone(office: Office) -> None:
    people = office.guarded()
    bob = people.accounts.account("bob@x")
    name = people.audit.pseudonym(bob)

    people.erasure.erase("bob@x")
    again = people.administration.add("bob@x", "trial")

    assert [row.action for row in people.audit.newest() if row.subject == name] == [
        *("erased", "password_set", "account_added")
    ]
    assert people.audit.verify() is None
    # The number of an erased account may be given again, the pseudonym is not.
    assert again.id == bob.id
    assert people.audit.pseudonym(again) != name


def test_that_files_that_others_use_stay(office: Office) -> None:
    people = office.guarded()
    for email, simulation_id in (("bob@x", "b1"), ("ada@localhost", "a1")):
        work(office, email, simulation_id, b"the same model", VALUES)

    erased = people.erasure.erase("bob@x")

    assert erased.file_count == 0
    assert len(library(office)) == 2


def test_that_a_file_that_is_just_written_again_stays(office: Office) -> None:
    people = office.guarded()
    work(office, "bob@x", "b1", b"model", VALUES)
    for path in (office.folder / "files").rglob("*.xlsx"):
        os.utime(path, (time.time() + 60, time.time() + 60))

    assert people.erasure.erase("bob@x").file_count == 1


@pytest.mark.parametrize("status", [RunStatus.PENDING, RunStatus.RUNNING])
def test_that_nobody_is_erased_while_their_simulations_go_on(office: Office, status: RunStatus) -> None:
    people = office.guarded()
    bob = people.accounts.account("bob@x")
    RunStore(office.database).start(run_record("b1", user_id=bob.id, status=status))

    with pytest.raises(OptionInvalid, match="1 simulations that run or wait"):
        people.erasure.erase("bob@x")

    assert people.accounts.account("bob@x") == bob


def test_that_nobody_is_erased_while_a_cancelled_simulation_ends(office: Office) -> None:
    people = office.guarded()
    bob = people.accounts.account("bob@x")
    executor = ExecutorStore(office.database, 1)
    executor.take_seat(0)
    record = run_record("b1", user_id=bob.id, status=RunStatus.PENDING)
    QueueStore(office.database).submit([(record, new_job("b1", bob.id))])
    executor.grant("b1")
    executor.begin_ending("b1", is_cancelled=True)

    with pytest.raises(OptionInvalid, match="1 simulations that run or wait"):
        people.erasure.erase("bob@x")

    assert people.accounts.account("bob@x") == bob


def test_that_the_last_enterprise_account_is_not_erased(office: Office) -> None:
    people = office.people()
    people.administration.add("bob@x", "trial")

    with pytest.raises(OptionInvalid, match="last Enterprise account"):
        people.erasure.erase("ada@localhost")
    people.administration.set_tier("bob@x", "enterprise")

    assert people.erasure.erase("ada@localhost").email == "ada@localhost"


def test_that_the_last_account_that_can_look_after_others_is_not_erased(office: Office) -> None:
    people = office.guarded()
    people.administration.add("open@x", "enterprise")

    with pytest.raises(OptionInvalid, match="last Enterprise account that can sign in"):
        people.erasure.erase("ada@localhost")


def test_that_everybody_may_erase_themselves(office: Office) -> None:
    office.guarded()
    people = office.bob()

    people.erasure.erase("bob@x")

    assert people.identity.signed_in() == ()
    count = "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM sign_in_failures)"
    assert office.database.execute(QueryType.AUTHENTICATION, count).rows == [(1, 0)]


def test_that_arrays_stay_readable_for_others(office: Office) -> None:
    people = office.guarded()
    work(office, "bob@x", "b1", b"m", VALUES)
    work(office, "ada@localhost", "a1", b"m", VALUES)

    people.erasure.erase("bob@x")

    stored = [np.load(path) for path in (office.folder / "samples").rglob("*.npy")]
    assert [values.tolist() for values in stored] == [VALUES.tolist()]
