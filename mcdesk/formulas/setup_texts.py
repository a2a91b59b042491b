"""What a person asks to be simulated, as texts; `choice_resolution` makes a SimulationChoice of them."""

import math
from dataclasses import dataclass

from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.errors import OptionInvalid

MOST_TRIALS = 10**12
MOST_SEED = 2**64 - 1
# inputs that move together, in one group
MOST_CORRELATED = 200


@dataclass(frozen=True, slots=True)
class InputText:
    """An uncertain cell and its distribution; `source` is the file or option that names it, if any."""

    source: str
    cell: str
    distribution: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OutputText:
    """A cell whose distribution is wanted."""

    source: str
    cell: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ValueText:
    """A constant cell and the value that it has in this run; `is_quoted` where it is a text on purpose."""

    source: str
    cell: str
    value: Scalar
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class LimitText:
    """An output and a value below which it is asked how probable it is."""

    source: str
    cell: str
    limit: float


@dataclass(frozen=True, slots=True)
class CorrelationText:
    """Two inputs and their rank correlation."""

    source: str
    first: str
    second: str
    rank: float


@dataclass(frozen=True, slots=True)
class SetupFile:
    """A set-up with its cells as text; what it leaves open is None."""

    inputs: tuple[InputText, ...] = ()
    outputs: tuple[OutputText, ...] = ()
    values: tuple[ValueText, ...] = ()
    limits: tuple[LimitText, ...] = ()
    correlations: tuple[CorrelationText, ...] = ()
    trials: int | None = None
    seed: int | None = None
    sampling: Sampling | None = None
    stop: str | None = None

    def extended(self, other: "SetupFile") -> "SetupFile":
        """Both together; a number, sampling or stop rule of `other` goes before one of this."""
        return SetupFile(
            inputs=self.inputs + other.inputs,
            outputs=self.outputs + other.outputs,
            values=self.values + other.values,
            limits=self.limits + other.limits,
            correlations=self.correlations + other.correlations,
            trials=self.trials if other.trials is None else other.trials,
            seed=self.seed if other.seed is None else other.seed,
            sampling=other.sampling or self.sampling,
            stop=self.stop if other.stop is None else other.stop,
        )


def quoted_text(text: str) -> str | None:
    """What stands between double quotes; None where there are none."""
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' else None


def trial_count(text: str, source: str) -> int:
    """A number of trials from 1 to 1e12, written `10000`, `10_000` or `1e4`.

    Raises:
        OptionInvalid: for anything else.
    """
    number = _whole(text)
    if number is None:
        raise OptionInvalid(f"{source}: {text!r} is not a whole number of trials", "Write 10000 or 1e4.")
    if not 1 <= number <= MOST_TRIALS:
        raise OptionInvalid(f"{source}: {text} trials are not possible", "Choose from 1 to 1e12 trials.")
    return number


def trial_number(text: str, source: str) -> int:
    """The number of one trial, counted from 1.

    Raises:
        OptionInvalid: for anything else.
    """
    number = _whole(text)
    if number is None or not 1 <= number <= MOST_TRIALS:
        raise OptionInvalid(f"{source}: there is no trial {text!r}", "Trials count from 1 to 1e12.")
    return number


def seed_number(value: int, source: str) -> int:
    """A seed, 0 to 2^64 - 1.

    Raises:
        OptionInvalid: if it is outside.
    """
    if not 0 <= value <= MOST_SEED:
        raise OptionInvalid(f"{source}: {value} is no seed", "Choose a whole number from 0 to 2^64 - 1.")
    return value


def sampling_of(text: str, source: str) -> Sampling:
    """The sampling of this name.

    Raises:
        OptionInvalid: if there is none.
    """
    names = [sampling.value for sampling in Sampling]
    if text not in names:
        raise OptionInvalid(f"{source}: there is no sampling {text!r}", f"It is one of {', '.join(names)}.")
    return Sampling(text)


def _whole(text: str) -> int | None:
    try:
        # Python's int reads 10_000, and exactly; its float reads 1e6.
        number = int(text) if text.strip("+").replace("_", "").isdecimal() else float(text)
    except ValueError:
        return None
    return int(number) if math.isfinite(number) and number == math.floor(number) else None
