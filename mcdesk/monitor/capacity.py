"""How many simulations and people this computer serves, what holds it up, and what a larger one would serve.

Chunks of all simulations take turns, so that the device is shared as by a processor that is shared evenly:
the mean response is S / (1 - u), whatever the sizes of the simulations, where S is the mean time that a
simulation needs alone and u the utilisation. Source: Kleinrock 1976, Queueing Systems II, 4.4 (M/G/1 with
processor sharing); utilisation is arrivals times service time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

# fewer simulations than this tell nothing of those to come
LEAST_SIMULATIONS = 20
# what is left of a resource for what is not measured
MOST_UTILISATION = 0.95
CLUSTER_WORKERS = (2, 4)


class Resource(Enum):
    """What simulations wait for; the value is its name in JSON."""

    DEVICE = "device"
    GPU_MEMORY = "gpu_memory"
    CPU = "cpu"
    DISK = "disk"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured over some time.

    Attributes:
        seconds: how long it was watched.
        busy_seconds: for how much of that each resource was in use; of memory, its mean share times the
            time. What was not measured is missing.
        simulations: how many ended.
        people: how many accounts these were of.
        response_seconds: from handing in to the result, mean; None where that is not known.
        preparing_seconds: of that, what each simulation does by itself before it takes turns: reading and
            compiling, mean.
    """

    seconds: float
    busy_seconds: Mapping[Resource, float]
    simulations: int
    people: int
    response_seconds: float | None = None
    preparing_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The resource that is used most, 0 to 1."""

    resource: Resource
    utilisation: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """What follows from a load.

    Attributes:
        per_hour: simulations that ended in an hour, as measured.
        most_per_hour: those of an hour in which the bottleneck never rests.
        service_seconds: of the bottleneck, for one simulation.
        per_person_hour: simulations that one account asks for in an hour.
        preparing_seconds: as in the load; the same however many people ask.
        model_error: by which part the model missed the response that was measured; None if it was not.
    """

    bottleneck: Bottleneck
    utilisations: Mapping[Resource, float]
    per_hour: float
    most_per_hour: float
    service_seconds: float
    per_person_hour: float
    model_error: float | None
    preparing_seconds: float = 0.0

    def response_seconds(self, people: int) -> float | None:
        """Until the result where so many people ask as they do now; None where it would grow for ever."""
        used = people * self.per_person_hour / 3600.0 * self.service_seconds
        return self.preparing_seconds + self.service_seconds / (1.0 - used) if used < 1.0 else None

    def people_at(self, response_seconds: float) -> int:
        """How many people have their result after so long, in the mean; 0 where nobody has."""
        turns = response_seconds - self.preparing_seconds
        if turns <= self.service_seconds:
            return 0
        used = min(1.0 - self.service_seconds / turns, MOST_UTILISATION)
        return int(used * 3600.0 / (self.per_person_hour * self.service_seconds) + 1e-9)


@dataclass(frozen=True, slots=True)
class Step:
    """A larger computer, or several: a projection, as nothing of it was measured here.

    Attributes:
        factor_by_resource: how many times as much of it there would be.
        price: what the step costs, in the person's own currency; None where no price was entered.
    """

    name: str
    factor_by_resource: Mapping[Resource, float]
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """What a step would give.

    Attributes:
        people: served at the response that was asked for.
        more_people: than without it.
        price_per_person: of those that are more; None without a price or without more people.
    """

    step: Step
    capacity: Capacity
    people: int
    more_people: int
    price_per_person: float | None


def capacity_of(load: Load) -> Capacity | None:
    """What a load says of this computer; None where too little was measured."""
    if load.simulations < LEAST_SIMULATIONS or load.seconds <= 0.0 or load.people < 1:
        return None
    busy = {resource: seconds for resource, seconds in load.busy_seconds.items() if seconds > 0.0}
    if not busy:
        return None
    return _capacity({resource: seconds / load.seconds for resource, seconds in busy.items()}, load)


def project(load: Load, step: Step, response_seconds: float) -> Projection | None:
    """What a step would give to those that want their result after so long; None as `capacity_of`."""
    now = capacity_of(load)
    if now is None:
        return None
    used = {
        resource: share / step.factor_by_resource.get(resource, 1.0)
        for resource, share in now.utilisations.items()
    }
    then = _capacity(used, load)
    people = then.people_at(response_seconds)
    more = people - now.people_at(response_seconds)
    price = step.price / more if step.price is not None and more > 0 else None
    return Projection(step, then, people, more, price)


def steps_with(
    prices: Mapping[str, float], gpu_count: int = 0, computes_on_cpu: bool = True
) -> tuple[Step, ...]:
    """The steps that are looked at; what a first GPU would give cannot be told before one was measured.

    Args:
        prices: by the names of the settings: `more_cores`, `gpu`, and `worker` for one of a cluster.
        computes_on_cpu: whether the queue's device is the processor.
    """
    cores = {Resource.CPU: 2.0} | ({Resource.DEVICE: 2.0} if computes_on_cpu else {})
    found = [Step("Twice the cores", cores, prices.get("more_cores"))]
    if gpu_count and not computes_on_cpu:
        factor = (gpu_count + 1.0) / gpu_count
        gpus = {Resource.DEVICE: factor, Resource.GPU_MEMORY: factor}
        found.append(Step("A second GPU" if gpu_count == 1 else "Another GPU", gpus, prices.get("gpu")))
    for count in CLUSTER_WORKERS:
        # each worker brings all but the database, which stays one
        factors = dict.fromkeys(Resource, float(count)) | {Resource.DATABASE: 1.0}
        price = prices.get("worker")
        cost = None if price is None else price * count
        found.append(Step(f"A cluster of {count} workers", factors, cost))
    return tuple(found)


def _capacity(utilisations: Mapping[Resource, float], load: Load) -> Capacity:
    resource = max(utilisations, key=lambda each: utilisations[each])
    utilisation = utilisations[resource]
    rate = load.simulations / load.seconds
    service = utilisation / rate
    error = None
    if load.response_seconds and utilisation < 1.0:
        expected = load.preparing_seconds + service / (1.0 - utilisation)
        error = expected / load.response_seconds - 1.0
    return Capacity(
        bottleneck=Bottleneck(resource, utilisation),
        utilisations=dict(utilisations),
        per_hour=rate * 3600.0,
        most_per_hour=3600.0 / service,
        service_seconds=service,
        per_person_hour=rate * 3600.0 / load.people,
        model_error=error,
        preparing_seconds=load.preparing_seconds,
    )
