"""Whatever fails in the measuring, simulations end, with the same results, and none of them fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcdesk.dispatch.run_simulation import run_simulation
from mcdesk.dispatch.run_statistics import RunStatistics
from mcdesk.dispatch.run_types import RunContext, RunRequest
from mcdesk.engine.simulation_types import SimulationPlan
from mcdesk.formulas.setup_option_texts import input_text, output_text
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.history.opening import open_database
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunStatus
from mcdesk.machine.telemetry import Telemetry
from mcdesk.monitor.monitoring import Monitoring
from mcdesk.services import folders_under, open_queue, open_services
from tests import fake_nvml
from tests.builders_xlsx import write_xlsx
from tests.fake_nvml import FOLDER_VARIABLE, FakeDriver
from tests.functional.people import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("device")]

# a thousand of them are for a quiet hour: `MCDESK_TEST_RUNS=1000`
RUNS = int(os.environ.get("MCDESK_TEST_RUNS", "10"))
TRIALS = 2_000
SETUP = SetupFile(inputs=(input_text("S!A1=normal(10, 1)"),), outputs=(output_text("S!A2"),))
METRIC_TABLES = ("metric_rollups", "metrics", "alerts", "muted_alerts")


def results(context: RunContext, model: Path) -> list[RunStatistics]:
    found = []
    for seed in range(RUNS):
        plan = SimulationPlan(TRIALS, seed=seed)
        request = RunRequest(model=model, setup=SETUP, plan=plan, uses_cache=False)
        report = run_simulation(request, context, lambda _: None, CancelToken())
        assert (report.status, report.trials_done) == (RunStatus.COMPLETED, TRIALS)
        found.append(report.statistics)
    return found


@contextmanager
def failing_monitoring(home: Path, driver: Path) -> Iterator[RunContext]:
    """A queue beside which tables are missing and the GPU's driver hangs."""
    with open_services(folders_under(home)) as services:
        for table in METRIC_TABLES:
            services.open_history.execute(QueryType.MONITORING, f"DROP TABLE {table}")
        path = services.folders.database
        monitoring = Monitoring(
            services.metrics,
            lambda: open_database(path),
            "cpu",
            services.folders.data,
            lambda told: Telemetry(home, told, load_gpu_library=fake_nvml.load, pci_folder=driver),
        )
        monitoring.start()
        monitoring.want_readings("dashboard", True)
        with open_queue(services) as context:
            yield context
        # so few simulations may be over before the first second is written down
        wait_until(lambda: monitoring.dropped > 0)
        monitoring.stop()


def test_that_no_simulation_notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = tmp_path / "driver"
    driver.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(driver))
    FakeDriver(driver).behave({"*": ["hang", 60]})
    model = tmp_path / "model.xlsx"
    write_xlsx(model, {"S": {"A1": 1.0, "A2": ("=A1*2", 2.0)}})

    with failing_monitoring(tmp_path / "failing", driver) as context:
        failing = results(context, model)
    with open_services(folders_under(tmp_path / "sound")) as services, open_queue(services) as context:
        sound = results(context, model)

    assert failing == sound
