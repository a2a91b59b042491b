"""How demand is judged, and what a tier leaves of it."""

import pytest

from mcdesk.scheduling.estimates import (
    Demand,
    DemandClass,
    Forecast,
    allocate,
    demand_class,
    demand_score,
    estimated_limits,
)
from mcdesk.scheduling.tiers import DEFAULT_TIERS, ResourceLimits, Tier


def test_that_each_figure_adds_its_weight_to_the_score() -> None:
    assert demand_score(Demand(1000, 0.0, 0, 0)).total == pytest.approx(0.4)
    assert demand_score(Demand(0, 10.0, 0, 0)).total == pytest.approx(0.3)
    assert demand_score(Demand(0, 0.0, 10, 0)).total == pytest.approx(0.2)
    assert demand_score(Demand(0, 0.0, 0, 5)).total == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.0, DemandClass.LOW),
        (0.49, DemandClass.LOW),
        (0.5, DemandClass.MEDIUM),
        (1.49, DemandClass.MEDIUM),
        (1.5, DemandClass.HIGH),
        (2.99, DemandClass.HIGH),
        (3.0, DemandClass.ULTRA),
        (1e9, DemandClass.ULTRA),
    ],
)
def test_that_a_bound_belongs_to_the_class_above(score: float, expected: DemandClass) -> None:
    assert demand_class(score) is expected


def test_that_a_small_simulation_gets_its_estimate_and_not_its_tier() -> None:
    allocation = allocate(Demand(1000, 0.01, 2, 1), Tier.ENTERPRISE, DEFAULT_TIERS[Tier.ENTERPRISE])

    assert allocation.demand_class is DemandClass.LOW
    assert allocation.limits == ResourceLimits(512, 25, 120)


def test_that_a_large_simulation_is_held_to_its_tier() -> None:
    allocation = allocate(Demand(1_000_000, 1.0, 10, 3), Tier.STANDARD, DEFAULT_TIERS[Tier.STANDARD])

    assert allocation.demand_class is DemandClass.ULTRA
    assert allocation.limits == ResourceLimits(2048, 50, 900)


def test_that_without_a_known_tier_the_estimate_stands() -> None:
    assert allocate(Demand(1_000_000, 1.0, 10, 3), None, None).limits == DemandClass.ULTRA.limits


def test_that_a_forecast_below_the_row_of_the_class_changes_nothing() -> None:
    forecast = Forecast(memory_mb=100.0, device_seconds=79.0)

    assert estimated_limits(DemandClass.LOW, forecast) == DemandClass.LOW.limits


def test_that_a_forecast_above_the_row_is_taken_with_half_as_much_time_again() -> None:
    forecast = Forecast(memory_mb=600.2, device_seconds=101.0)

    assert estimated_limits(DemandClass.LOW, forecast) == ResourceLimits(601, 25, 152)


def test_that_what_was_not_measured_leaves_the_row_alone() -> None:
    assert estimated_limits(DemandClass.HIGH, Forecast(memory_mb=3000.0)) == ResourceLimits(3000, 75, 600)
    assert estimated_limits(DemandClass.HIGH, Forecast(device_seconds=1000.0)).memory_mb == 2048


def test_that_a_tier_holds_a_forecast_too() -> None:
    demand, forecast = Demand(1000, 0.01, 2, 1), Forecast(memory_mb=9000.0, device_seconds=1e6)

    allocation = allocate(demand, Tier.TRIAL, DEFAULT_TIERS[Tier.TRIAL], forecast)

    assert allocation.demand_class is DemandClass.LOW
    assert allocation.limits == ResourceLimits(1024, 25, 300)
