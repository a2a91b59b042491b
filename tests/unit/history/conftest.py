"""A fresh history in a real file for each test."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.database import Database
from mcdesk.history.file_store import FileStore
from mcdesk.history.job_record import NewJob
from mcdesk.history.opening import open_database
from mcdesk.history.passwords import HashCost, Passwords
from mcdesk.history.people import People, people_of
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore
from mcdesk.services import folders_under

CHEAP = HashCost(passes=1, memory_kib=8, lanes=1)


@dataclass(frozen=True, slots=True)
class History:
    """The stores over one database, and the account of the person logged in."""

    database: Database
    accounts: AccountStore
    runs: RunStore
    files: FileStore
    samples: SampleStore
    account: Account
    folder: Path

    def started(self, simulation_id: str, **changes: object) -> RunRecord:
        """Start a simulation and return its record."""
        record = run_record(simulation_id, **({"user_id": self.account.id} | changes))
        self.runs.start(record)
        return record


def run_record(simulation_id: str, **changes: object) -> RunRecord:
    """A running simulation, changed as said."""
    values: dict[str, object] = {
        "simulation_id": simulation_id,
        "status": RunStatus.RUNNING,
        "trials": 10_000,
        "seed": 1,
        "sampling": "mc",
        "backend": "cpu",
        "cache_key": f"key of {simulation_id}",
        "model_name": "A.xlsx",
        "model_sha256": "0" * 64,
        "setup_json": '{"trials": 10000}',
        "created_at": "2026-01-01T00:00:00.000000Z",
    }
    return RunRecord(**(values | changes))  # type: ignore[arg-type] # names are checked by the constructor


def new_job(simulation_id: str, user_id: int) -> NewJob:
    """A job of the queue that belongs to a run record."""
    return NewJob(
        simulation_id=simulation_id,
        user_id=user_id,
        device="cpu",
        request_json="{}",
        program_sha256="",
        steps=1,
        tier="standard",
        memory_mb=512,
        compute_percent=100,
        seconds_limit=60,
        forecast_seconds=None,
        trials=1000,
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "mcdesk.db") as database:
        yield database


@pytest.fixture
def history(database: Database, tmp_path: Path) -> History:
    accounts = AccountStore(database, login_name=lambda: "ada")
    return History(
        database=database,
        accounts=accounts,
        runs=RunStore(database),
        files=FileStore(database, tmp_path / "files"),
        samples=SampleStore(database, tmp_path / "samples"),
        account=accounts.local_account(),
        folder=tmp_path,
    )


class WallClock:
    """A wall clock that is set by hand; it stands still until then."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Office:
    """A data folder with the local Enterprise account ada@localhost, and people who share it."""

    database: Database
    wall: WallClock
    folder: Path
    passwords: Passwords

    def people(self, user: str = "1000", login: str = "ada") -> People:
        """What this user of the system asks."""
        accounts = AccountStore(self.database, login_name=lambda: login)
        return people_of(self.database, folders_under(self.folder), accounts, self.passwords, user)

    def guarded(self) -> People:
        """The same after ada has a password and has signed in, and bob@x, a Trial account, has a password."""
        people = self.people()
        people.administration.set_password(None, PASSWORD)
        people.identity.sign_in("ada@localhost", PASSWORD)
        people.administration.add("bob@x", "trial", PASSWORD)
        return people

    def bob(self) -> People:
        """What bob asks, who has signed in as another user of the system."""
        people = self.people(user="1001", login="bob")
        people.identity.sign_in("bob@x", PASSWORD)
        return people


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    wall = WallClock()
    with open_database(tmp_path / "mcdesk.db", now=wall) as database:
        office = Office(database, wall, tmp_path, Passwords(CHEAP))
        office.people().accounts.local_account()
        yield office
