"""Key figures of simulations that are known, and what counts as healthy."""

import pytest

from mcdesk.history.kpi_grouping import Grouping
from mcdesk.history.kpi_store import KpiStore
from mcdesk.history.run_record import RunStatus
from mcdesk.monitor.kpis import Kpis, experience_status, health_status, read_kpis, read_rows

from .conftest import Measured

HOUR = 3_600.0


def figures(measured: Measured, prices: dict[str, float] | None = None) -> Kpis:
    bounds = measured.utc(measured.now - HOUR), measured.utc(measured.now + 1)
    return read_kpis(KpiStore(measured.database), bounds, 1.0, prices or {})


def test_that_figures_of_no_simulations_are_unknown(measured: Measured) -> None:
    assert figures(measured, {"enterprise": 10.0}) == Kpis(0, *(None,) * 8, 0, None)


def test_that_what_a_person_cancelled_is_no_failure(measured: Measured) -> None:
    for status in (RunStatus.COMPLETED, RunStatus.PARTIAL, RunStatus.CANCELLED, RunStatus.FAILED):
        measured.run(status)

    assert figures(measured).success_share == pytest.approx(2 / 3)


def test_that_running_simulations_do_not_count(measured: Measured) -> None:
    measured.run(RunStatus.RUNNING, seconds=None)

    assert figures(measured).simulation_count == 0


def test_that_durations_rate_and_throughput_are_over_what_ended(measured: Measured) -> None:
    measured.run(seconds=1.0)
    measured.run(seconds=3.0, backend="cuda")

    found = figures(measured)

    assert (found.mean_seconds, found.p50_seconds, found.p95_seconds) == (2.0, 1.0, 3.0)
    assert (found.trials_per_second, found.simulations_per_hour) == (50.0, 2.0)
    assert (found.simulation_count, found.gpu_share) == (2, 0.5)


def test_that_only_what_ended_in_the_time_counts(measured: Measured) -> None:
    measured.run()
    measured.pass_by(HOUR + 1)
    measured.run()

    assert figures(measured).simulation_count == 1


def test_that_satisfaction_is_the_mean_of_ratings_and_of_nothing_else(measured: Measured) -> None:
    names = [measured.run() for _ in range(4)]
    store = KpiStore(measured.database)
    for name, rating in zip(names, (10, 4, 7), strict=False):
        store.rate(name, 1, rating)
    store.rate(names[2], 1, 1)

    found = figures(measured)

    assert (found.satisfaction, found.rating_count) == (5.0, 3)


def test_that_revenue_is_by_the_prices_of_accounts_that_ran_anything(measured: Measured) -> None:
    for number, tier in enumerate(("trial", "trial", "professional")):
        measured.run(account=measured.account(f"p{number}@x.org", tier))
    measured.account("idle@x.org", "enterprise")

    assert figures(measured, {"trial": 0.0, "professional": 90.0}).revenue_per_user == 30.0
    assert figures(measured, {"professional": 90.0}).revenue_per_user == 90.0
    assert figures(measured, {"enterprise": 90.0}).revenue_per_user is None


def test_that_groups_add_up_to_the_whole(measured: Measured) -> None:
    other = measured.account("bob@x.org", "trial")
    measured.run(RunStatus.FAILED, model="B.xlsx")
    rated = measured.run(seconds=4.0, account=other, trials=200)
    KpiStore(measured.database).rate(rated, other, 9)
    bounds = measured.utc(measured.now - HOUR), measured.utc(measured.now + 1)

    def groups(grouping: Grouping) -> list[tuple[object, ...]]:
        rows = read_rows(KpiStore(measured.database), bounds, grouping)
        return [
            (row.group, row.simulation_count, row.success_share, row.trials_per_second, row.satisfaction)
            for row in rows
        ]

    assert groups(Grouping.MODEL) == [("A.xlsx", 1, 1.0, 50.0, 9.0), ("B.xlsx", 1, 0.0, 100.0, None)]
    assert groups(Grouping.ACCOUNT) == [
        ("ada@localhost", 1, 0.0, 100.0, None),
        ("bob@x.org", 1, 1.0, 50.0, 9.0),
    ]
    assert [row[0] for row in groups(Grouping.TIER)] == ["enterprise", "trial"]
    assert [row[:2] for row in groups(Grouping.DAY)] == [("2027-01-15", 2)]


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


@pytest.mark.parametrize(
    ("progress", "count", "expected"),
    [(50.0, 20, "excellent"), (50.0, 19, "unknown"), (None, 0, "unknown"), (200.0, 20, "good")],
)
def test_that_an_experience_of_few_frames_is_unknown(
    progress: float | None, count: int, expected: str
) -> None:
    assert experience_status(progress, count, 0.0) == expected
