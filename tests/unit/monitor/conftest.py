"""A history with known simulations and measurements, in a real file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.foundation.clock import utc_text
from mcdesk.foundation.metrics import HOUR, MINUTE, TEN_MINUTES, Metrics
from mcdesk.history.account_store import AccountStore
from mcdesk.history.database import Database
from mcdesk.history.metric_store import MetricStore
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.figures.metric_reader import MetricReader
from mcdesk.monitor.figures.time_ranges import Period, TimeRange

NOW = 1_800_000_000.0


@dataclass
class Measured:
    """What was run and told; time stands still until `pass_by`."""

    database: Database
    path: Path
    now: float = NOW
    metrics: Metrics = field(init=False)
    runs: int = 0

    def __post_init__(self) -> None:
        self.metrics = Metrics(lambda: self.now)

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def run(
        self,
        status: RunStatus = RunStatus.COMPLETED,
        seconds: float | None = 1.0,
        backend: str = "cpu",
        account: int = 1,
        model: str = "A.xlsx",
        trials: int = 100,
    ) -> str:
        """A simulation that has ended at this moment; its name."""
        self.runs += 1
        name, moment = f"run {self.runs}", self.utc(self.now)
        finished = moment if status.is_final else None
        sql = (
            "INSERT INTO simulation_results (simulation_id, user_id, status, trials, trials_done, seed,"
            " sampling, backend, cache_key, model_name, model_sha256, created_at, finished_at, seconds,"
            " setup_json) VALUES (?, ?, ?, 100, ?, '1', 'mc', ?, '', ?, '', ?, ?, ?, '{}')"
        )
        values = (name, account, status.value, trials, backend, model, moment, finished, seconds)
        self.database.execute(QueryType.SIMULATION_LOOKUP, sql, values)
        return name

    def account(self, email: str, tier: str) -> int:
        """Another account; its number."""
        return AccountStore(self.database).add(email, email, tier).id

    def reader(self, chosen: TimeRange = TimeRange.HOUR) -> MetricReader:
        """Write down what was told, and read a time that ends now."""
        store = MetricStore(self.database)
        store.add(self.metrics.take())
        for seconds in (MINUTE, TEN_MINUTES, HOUR):
            store.roll_up(seconds, self.now)
        return MetricReader(store, self.period(chosen))

    def period(self, chosen: TimeRange = TimeRange.HOUR) -> Period:
        """The time that ends now."""
        return Period(chosen, self.now)

    @staticmethod
    def utc(seconds: float) -> str:
        """As the history writes moments."""
        return utc_text(datetime.fromtimestamp(seconds, UTC))


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[Measured]:
    path, made = tmp_path / "mcdesk.db", []

    def now() -> datetime:
        return datetime.fromtimestamp(made[0].now if made else NOW, UTC)

    with open_database(path, now=now) as database:
        AccountStore(database, login_name=lambda: "ada").local_account()
        made.append(Measured(database, path))
        yield made[0]
