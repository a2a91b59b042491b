"""Times several ways to the same end in turns, so that a disturbance of the machine meets all of them."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_MOST_GROWTH = 64


@dataclass(frozen=True)
class Contender:
    """Something that runs trials.

    Attributes:
        run: runs so many trials, a multiple of `step`.
        step: the fewest trials at once.
        is_slow: whether one round has to do.
    """

    name: str
    run: Callable[[int], object]
    step: int
    is_slow: bool = False


def nanoseconds_per_trial(
    contenders: Sequence[Contender], rounds: int, seconds: float
) -> Mapping[str, float]:
    """CPU time of the whole process, median of the rounds; in each all have their turn of `seconds`."""
    trials = {each.name: _enough_trials(each, seconds) for each in contenders}
    found: dict[str, list[float]] = {each.name: [] for each in contenders}
    for turn in range(rounds):
        for each in contenders:
            if turn and each.is_slow:
                continue
            taken = cpu_seconds(lambda each=each: each.run(trials[each.name]))  # type: ignore[misc]  # bound now
            found[each.name].append(1e9 * taken / trials[each.name])
    return {name: statistics.median(values) for name, values in found.items()}


def cpu_seconds(step: Callable[[], object]) -> float:
    """CPU time of the whole process while this runs."""
    began = time.process_time()
    step()
    return time.process_time() - began


def _enough_trials(contender: Contender, seconds: float) -> int:
    count = contender.step
    if not contender.is_slow:
        contender.run(count)  # what is compiled on first use is compiled now
    while (taken := cpu_seconds(lambda: contender.run(count))) < seconds / 2:  # noqa: B023
        count *= min(max(round(seconds / max(taken, 1e-6)), 2), _MOST_GROWTH)
    return count
