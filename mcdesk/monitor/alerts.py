"""When a person is told that something is wrong, and when no longer: rules with a margin, and what to do.

An alert begins once its value has been beyond the threshold for a while. It ends once it has been on the
good side of a second limit for a while, so that a value that trembles around one of them says nothing.
A value that is not known neither begins nor ends anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Rule(Enum):
    """What is watched; the value is its name in the database."""

    SLOW_PROGRESS = "slow_progress"
    FEW_SUCCESSES = "few_successes"
    SLOW_QUERY = "slow_query"
    LOW_DISK = "low_disk"
    LOST_GPU = "lost_gpu"
    HOT_GPU = "hot_gpu"
    STALLED_QUEUE = "stalled_queue"


@dataclass(frozen=True, slots=True)
class Limits:
    """When an alert of a rule begins and ends.

    Attributes:
        threshold: beyond it all is not well; above it, or below it where `is_floor`.
        good: on the other side of this, or at it, all is well again.
        seconds: for so long a value has to be there.
        message: a sentence with `{value}`, which stands for the value with its unit.
        remedy: what to do.
    """

    threshold: float
    good: float
    is_floor: bool
    seconds: float
    unit: str
    message: str
    remedy: str

    def is_bad(self, value: float) -> bool:
        """Whether it is beyond the threshold."""
        return value < self.threshold if self.is_floor else value > self.threshold

    def is_good(self, value: float) -> bool:
        """Whether it is well on the good side."""
        return value >= self.good if self.is_floor else value <= self.good


LIMITS: Mapping[Rule, Limits] = {
    Rule.SLOW_PROGRESS: Limits(
        *(100.0, 80.0, False, 5.0, "ms"),
        "Progress is shown {value} after it was made",
        "Close pages that draw much, or run fewer simulations at once.",
    ),
    Rule.FEW_SUCCESSES: Limits(
        *(95.0, 97.0, True, 0.0, "%"),
        "Only {value} of the simulations of the last day succeeded",
        "The history lists those that failed with their reasons.",
    ),
    Rule.SLOW_QUERY: Limits(
        *(1.0, 1.0, False, 0.0, "times"),
        "A query took {value} as long as its kind may take",
        "The page of queries says which one, and whether an index would help.",
    ),
    Rule.LOW_DISK: Limits(
        *(1_000.0, 1_500.0, True, 0.0, "MB"),
        "Only {value} are free on the disk of the history",
        "Delete trials that are no longer needed, or move the data folder.",
    ),
    Rule.LOST_GPU: Limits(
        *(0.0, 0.0, False, 3.0, "GPU"),
        "{value} that was there does not answer",
        "Simulations go on with the processor. Restart the driver, then mcdesk.",
    ),
    Rule.HOT_GPU: Limits(
        *(87.0, 80.0, False, 10.0, "\u00b0C"),
        "The GPU is at {value}",
        "It slows down by itself. See that air gets to it.",
    ),
    Rule.STALLED_QUEUE: Limits(
        *(30.0, 5.0, False, 0.0, "s"),
        "Simulations wait, and no chunk has ended for {value}",
        "Cancel the simulation that runs; if nothing moves then, close mcdesk and start it again.",
    ),
}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is wrong, since `began`; seconds of whatever clock the book is told."""

    rule: Rule
    began: float
    value: float

    @property
    def message(self) -> str:
        """What a person reads."""
        limits = LIMITS[self.rule]
        return limits.message.replace("{value}", with_unit(self.value, limits.unit))

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return LIMITS[self.rule].remedy


@dataclass(frozen=True, slots=True)
class Change:
    """An alert that has begun or, where `ended` is a moment, ended."""

    alert: Alert
    ended: float | None = None


class AlertBook:
    """The alerts that stand; used by one thread.

    Args:
        standing: those of before, as the history has them.
    """

    def __init__(self, standing: Sequence[Alert] = ()) -> None:
        self._standing = {alert.rule: alert for alert in standing}
        # since when a value has been where it would change something
        self._since: dict[Rule, float] = {}

    @property
    def standing(self) -> tuple[Alert, ...]:
        """The oldest first."""
        return tuple(sorted(self._standing.values(), key=lambda each: each.began))

    def read(self, values: Mapping[Rule, float | None], now: float) -> tuple[Change, ...]:
        """Take in new values; a clock that went back begins its waits anew."""
        changes = (self._read(rule, value, now) for rule, value in values.items())
        return tuple(change for change in changes if change is not None)

    def _read(self, rule: Rule, value: float | None, now: float) -> Change | None:
        if value is None:
            return None
        limits, alert = LIMITS[rule], self._standing.get(rule)
        is_turning = limits.is_bad(value) if alert is None else limits.is_good(value)
        if not is_turning:
            self._since.pop(rule, None)
            return None
        since = min(self._since.setdefault(rule, now), now)
        self._since[rule] = since
        if now - since < limits.seconds:
            return None
        del self._since[rule]
        if alert is not None:
            return Change(self._standing.pop(rule), now)
        self._standing[rule] = begun = Alert(rule, now, value)
        return Change(begun)


def with_unit(value: float, unit: str) -> str:
    """A value as it is told."""
    number = f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3g}"
    return f"{number} {unit}"
