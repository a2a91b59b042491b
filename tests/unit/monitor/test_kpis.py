"""Key figures of simulations and what counts as healthy."""

import pytest

from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.monitor.kpis import health_status, kpis_of


def record(status: RunStatus, seconds: float | None = 1.0, backend: str = "reference") -> RunRecord:
    return RunRecord(
        simulation_id="a",
        user_id=1,
        status=status,
        trials=100,
        seed=1,
        sampling="mc",
        backend=backend,
        cache_key="k",
        model_name="A.xlsx",
        model_sha256="0",
        setup_json="{}",
        created_at="2026-01-01T00:00:00.000000Z",
        trials_done=100,
        seconds=seconds,
    )


def test_that_figures_of_no_simulations_are_unknown() -> None:
    kpis = kpis_of([])

    assert kpis.simulation_count == 0
    assert (kpis.success_share, kpis.gpu_share, kpis.mean_seconds, kpis.trials_per_second) == (None,) * 4


def test_that_what_a_person_cancelled_is_no_failure() -> None:
    records = [record(RunStatus.COMPLETED), record(RunStatus.CANCELLED), record(RunStatus.FAILED)]

    assert kpis_of(records).success_share == 0.5


def test_that_running_simulations_do_not_count() -> None:
    assert kpis_of([record(RunStatus.RUNNING, seconds=None)]).simulation_count == 0


def test_that_durations_and_rate_are_over_what_ended() -> None:
    kpis = kpis_of([record(RunStatus.COMPLETED, 1.0), record(RunStatus.COMPLETED, 3.0, "cuda")])

    assert (kpis.mean_seconds, kpis.p50_seconds, kpis.p95_seconds) == (2.0, 1.0, 3.0)
    assert kpis.trials_per_second == 50.0
    assert kpis.gpu_share == 0.5


@pytest.mark.parametrize(
    ("integrity", "error_share", "progress", "expected"),
    [
        ("ok", 0.0, 50.0, "excellent"),
        ("ok", 0.0, 100.0, "good"),
        ("ok", 0.01, 50.0, "good"),
        ("ok", 0.05, 50.0, "degraded"),
        ("ok", 0.0, 500.0, "degraded"),
        ("damaged", 0.0, 50.0, "degraded"),
        ("ok", None, None, "good"),
    ],
)
def test_that_health_is_judged_by_its_bounds(
    integrity: str, error_share: float | None, progress: float | None, expected: str
) -> None:
    assert health_status(integrity, error_share, progress) == expected
