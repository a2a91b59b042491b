"""The forecast of capacity against simulated people who share a device, and planted bottlenecks."""

import heapq
import random
from dataclasses import replace

import pytest

from mcdesk.monitor.capacity import (
    LEAST_SIMULATIONS,
    Load,
    Resource,
    Step,
    capacity_of,
    project,
    steps_with,
)

SERVICE = 10.0


def shared_device(people: int, per_person_hour: float, seed: int, simulations: int = 40_000) -> Load:
    """People whose simulations, one in ten of them long, share a device evenly."""
    draw = random.Random(seed)
    rate = people * per_person_hour / 3600.0
    now, left, arrivals, responses, busy = 0.0, [], [], [], 0.0
    at = 0.0
    for _ in range(simulations):
        at += draw.expovariate(rate)
        arrivals.append((at, 55.0 if draw.random() < 0.1 else 5.0))
    # processor sharing by virtual time: each active one gets an equal part
    virtual = 0.0
    for moment, need in [*arrivals, (float("inf"), 0.0)]:
        while left and now + (left[0][0] - virtual) * len(left) <= moment:
            end, began = heapq.heappop(left)
            passed = (end - virtual) * (len(left) + 1)
            now, virtual, busy = now + passed, end, busy + passed
            responses.append(now - began)
        if moment == float("inf"):
            break
        if left:
            virtual += (moment - now) / len(left)
            busy += moment - now
        now = moment
        heapq.heappush(left, (virtual + need, moment))
    return Load(now, {Resource.DEVICE: busy}, simulations, people, sum(responses) / len(responses))


@pytest.mark.parametrize("per_person_hour", [2.7, 5.4, 7.2])
def test_that_the_response_of_forty_people_is_foretold_within_15_percent(per_person_hour: float) -> None:
    load = shared_device(40, per_person_hour, seed=5)
    found = capacity_of(load)

    assert found is not None
    assert found.service_seconds == pytest.approx(SERVICE, rel=0.1)
    assert found.response_seconds(40) == pytest.approx(load.response_seconds, rel=0.15)
    assert abs(found.model_error or 1.0) <= 0.15


def test_that_half_of_the_people_foretell_the_response_of_all() -> None:
    few, all_of_them = shared_device(20, 6.0, seed=1), shared_device(40, 6.0, seed=2)
    found = capacity_of(few)

    assert found is not None
    assert found.response_seconds(40) == pytest.approx(all_of_them.response_seconds, rel=0.15)
    assert all_of_them.response_seconds is not None
    assert found.people_at(all_of_them.response_seconds) == pytest.approx(40, abs=4)


BUSY = {
    Resource.DEVICE: 500.0,
    Resource.GPU_MEMORY: 400.0,
    Resource.CPU: 300.0,
    Resource.DISK: 200.0,
    Resource.DATABASE: 100.0,
}


@pytest.mark.parametrize("planted", list(Resource), ids=lambda each: each.value)
def test_that_a_planted_bottleneck_is_found(planted: Resource) -> None:
    found = capacity_of(Load(1_000.0, {**BUSY, planted: 800.0}, 100, 5))

    assert found is not None
    assert found.bottleneck.resource is planted
    assert found.bottleneck.utilisation == pytest.approx(0.8)
    assert (found.per_hour, found.most_per_hour) == pytest.approx((360.0, 450.0))


@pytest.mark.parametrize(
    "load",
    [
        Load(1_000.0, BUSY, LEAST_SIMULATIONS - 1, 5),
        Load(1_000.0, {}, 100, 5),
        Load(0.0, BUSY, 100, 5),
        Load(1_000.0, BUSY, 100, 0),
    ],
)
def test_that_too_little_gives_no_capacity(load: Load) -> None:
    assert capacity_of(load) is None
    assert project(load, Step("any", {}), 60.0) is None


def test_that_what_each_does_by_itself_is_waited_for_and_no_bottleneck() -> None:
    load = Load(1_000.0, {Resource.DEVICE: 500.0}, 100, 5, response_seconds=12.0, preparing_seconds=2.0)
    found = capacity_of(load)

    assert found is not None
    assert found.response_seconds(5) == pytest.approx(2.0 + 5.0 / 0.5)
    assert found.model_error == pytest.approx(0.0)
    assert found.most_per_hour == pytest.approx(720.0)
    assert found.people_at(12.0) == 5
    assert found.people_at(6.9) == 0


def test_that_a_full_device_serves_nobody_more() -> None:
    found = capacity_of(Load(1_000.0, {Resource.DEVICE: 1_000.0}, 100, 5))

    assert found is not None
    assert found.response_seconds(5) is None
    assert found.people_at(found.service_seconds) == 0


def test_that_a_step_lifts_its_resource_until_another_one_holds_it_up() -> None:
    load = Load(1_000.0, {Resource.DEVICE: 800.0, Resource.DATABASE: 300.0}, 100, 5)
    twice, many = (Step(str(n), {Resource.DEVICE: n}, price=900.0) for n in (2.0, 100.0))

    small, large = project(load, twice, 60.0), project(load, many, 60.0)

    assert small is not None
    assert large is not None
    assert small.capacity.most_per_hour == pytest.approx(900.0)
    assert large.capacity.bottleneck.resource is Resource.DATABASE
    assert large.people > small.people > small.more_people > 0
    assert small.price_per_person == pytest.approx(900.0 / small.more_people)
    unpriced = project(load, replace(twice, price=None), 60.0)
    assert unpriced is not None
    assert unpriced.price_per_person is None


def test_that_steps_have_the_prices_entered_and_no_others() -> None:
    steps = steps_with({"more_cores": 1_200.0})
    cluster = steps_with({"worker": 500.0})

    assert [step.price for step in steps] == [1_200.0, None, None]
    assert [step.price for step in cluster] == [None, 1_000.0, 2_000.0]
    assert all(step.factor_by_resource.get(Resource.DATABASE, 1.0) == 1.0 for step in steps)


def test_that_a_first_gpu_is_not_foretold_and_a_second_one_doubles_the_device() -> None:
    assert not any("GPU" in step.name for step in steps_with({"gpu": 900.0}))

    (second,) = (step for step in steps_with({"gpu": 900.0}, 1, False) if "GPU" in step.name)

    assert second == Step("A second GPU", {Resource.DEVICE: 2.0, Resource.GPU_MEMORY: 2.0}, 900.0)
    cores = steps_with({}, 1, computes_on_cpu=False)[0]
    assert Resource.DEVICE not in cores.factor_by_resource
