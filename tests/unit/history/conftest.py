"""A fresh history in a real file for each test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mcdesk.history.account_store import Account, AccountStore
from mcdesk.history.database import Database
from mcdesk.history.file_store import FileStore
from mcdesk.history.opening import open_database
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.history.run_store import RunStore
from mcdesk.history.sample_store import SampleStore


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
