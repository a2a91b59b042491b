"""How demand is judged, and what a tier leaves of it."""

import pytest

from mcdesk.scheduling.estimates import Demand, DemandClass, allocate, demand_class, demand_score
from mcdesk.scheduling.tiers import ResourceLimits, Tier


def test_that_each_figure_adds_its_weight_to_the_score() -> None:
    assert demand_score(Demand(1000, 0.0, 0, 0)) == pytest.approx(0.4)
    assert demand_score(Demand(0, 10.0, 0, 0)) == pytest.approx(0.3)
    assert demand_score(Demand(0, 0.0, 10, 0)) == pytest.approx(0.2)
    assert demand_score(Demand(0, 0.0, 0, 5)) == pytest.approx(0.1)


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
    allocation = allocate(Demand(1000, 0.01, 2, 1), Tier.ENTERPRISE)

    assert allocation.demand_class is DemandClass.LOW
    assert allocation.limits == ResourceLimits(512, 25, 120)


def test_that_a_large_simulation_is_held_to_its_tier() -> None:
    allocation = allocate(Demand(1_000_000, 1.0, 10, 3), Tier.STANDARD)

    assert allocation.demand_class is DemandClass.ULTRA
    assert allocation.limits == ResourceLimits(2048, 50, 900)


def test_that_without_a_known_tier_the_estimate_stands() -> None:
    assert allocate(Demand(1_000_000, 1.0, 10, 3), None).limits == DemandClass.ULTRA.limits
