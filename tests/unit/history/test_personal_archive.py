"""All that is kept of a person, in one archive, and nothing of anybody else."""

import io
import json
import os
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mcdesk.foundation.errors import OptionInvalid
from mcdesk.history.file_store import FileStore
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunOutcome, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleRole, SampleStore, TrialSamples

from .conftest import PASSWORD, Office, run_record

VALUES = np.arange(5.0)


def work(office: Office, email: str, simulation_id: str, model: bytes, values: NDArray[np.float64]) -> None:
    """A completed simulation of this person with its model and its trials."""
    account = office.people().accounts.account(email)
    source = office.folder / "Plan of the year.XLSX"
    source.write_bytes(model)
    file = FileStore(office.database, office.folder / "files").register(account.id, source)
    source.unlink()
    runs = RunStore(office.database)
    runs.start(run_record(simulation_id, user_id=account.id, file_id=file.id))
    runs.finish(simulation_id, RunOutcome(RunStatus.COMPLETED, 5, 1.0, "cpu", '{"mean": 2}'))
    samples = SampleStore(office.database, office.folder / "samples")
    samples.save(simulation_id, [TrialSamples(SampleRole.OUTPUT, "S!A1", values)])


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def test_that_the_archive_holds_all_of_one_person(office: Office) -> None:
    people = office.guarded()
    work(office, "bob@x", "b1", b"bob's model", VALUES)
    work(office, "ada@localhost", "a1", b"ada's model", VALUES + 1)
    target = office.folder / "bob.zip"

    contents = people.archive.write("bob@x", target)

    assert (contents.simulation_count, contents.file_count, contents.absent) == (1, 2, ())
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        account = json.loads(archive.read("account.json"))
        assert (account["email"], account["tier"]) == ("bob@x", "trial")
        simulations = lines(archive, "simulations.jsonl")
        assert [each["simulation_id"] for each in simulations] == ["b1"]
        assert simulations[0]["result"] == {"mean": 2}
        uploaded, arrays = lines(archive, "uploaded_files.jsonl"), lines(archive, "sample_arrays.jsonl")
        assert [each["name"] for each in uploaded] == ["Plan of the year.XLSX"]
        model = archive.read(f"models/{uploaded[0]['sha256']}.xlsx")
        assert model == b"bob's model"
        trials = np.load(io.BytesIO(archive.read(f"trials/{arrays[0]['sha256']}.npy")))
        assert np.array_equal(trials, VALUES)
        audited = lines(archive, "audit.jsonl")
        assert [each["action"] for each in audited] == ["account_added", "password_set", "exported"]
        assert json.loads(archive.read("audit_head.json"))["hash"] == audited[-1]["hash"]
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"ada@" not in everything
    assert b"ada's model" not in everything


def test_that_no_secret_leaves_the_database(office: Office) -> None:
    people = office.guarded()
    office.bob()
    target = office.folder / "bob.zip"
    people.archive.write("bob@x", target)
    sql = "SELECT password_hash, hex(audit_salt), token_sha256 FROM users JOIN sessions ON user_id = users.id"
    secrets = [
        str(value) for row in office.database.execute(QueryType.AUTHENTICATION, sql).rows for value in row
    ]

    with zipfile.ZipFile(target) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]

    assert len(secrets) == 6
    for text in (*texts, repr(people.accounts.account("bob@x"))):
        assert "argon2" not in text
        assert not any(secret.lower() in text.lower() for secret in secrets)


def test_that_a_table_of_a_later_version_is_exported_too(office: Office) -> None:
    people = office.people()
    ada = people.accounts.local_account()
    create = "CREATE TABLE usage (user_id INTEGER REFERENCES users (id), seconds REAL, mark BLOB)"
    office.database.execute(QueryType.AUTHENTICATION, create)
    office.database.execute(QueryType.AUTHENTICATION, "INSERT INTO usage VALUES (?, 2.5, x'ff')", (ada.id,))

    people.archive.write("ada@localhost", office.folder / "ada.zip")

    with zipfile.ZipFile(office.folder / "ada.zip") as archive:
        assert lines(archive, "usage.jsonl") == [{"user_id": ada.id, "seconds": 2.5, "mark": "ff"}]


def test_that_files_that_are_gone_are_told(office: Office) -> None:
    work(office, "ada@localhost", "a1", b"model", VALUES)
    for path in (office.folder / "files").rglob("*.xlsx"):
        path.unlink()

    contents = office.people().archive.write("ada@localhost", office.folder / "ada.zip")

    assert contents.file_count == 1
    assert [name.partition("/")[0] for name in contents.absent] == ["models"]


def test_that_an_archive_that_cannot_be_written_leaves_nothing(office: Office) -> None:
    people = office.people()

    with pytest.raises(OptionInvalid, match="cannot be written"):
        people.archive.write("ada@localhost", office.folder / "absent" / "ada.zip")
    (office.folder / "in the way").mkdir()
    with pytest.raises(OptionInvalid, match="cannot be written"):
        people.archive.write("ada@localhost", office.folder / "in the way")

    assert [path for path in office.folder.rglob("*") if path.name.endswith(".part")] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_that_only_its_owner_can_read_an_archive(office: Office) -> None:
    target = office.folder / "ada.zip"

    office.people().archive.write("ada@localhost", target)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_that_everybody_may_take_their_own_archive_along(office: Office) -> None:
    office.guarded()

    contents = office.bob().archive.write("BOB@x", office.folder / "bob.zip")

    assert contents.simulation_count == 0
    assert PASSWORD.encode() not in (office.folder / "bob.zip").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in a folder")
def test_that_an_archive_takes_no_place_of_a_device(office: Office, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(OptionInvalid, match="it is no file"):
        office.people().archive.write("ada@localhost", pipe)

    assert pipe.is_fifo()
