"""Types that flow into and out of a simulation; frozen, made in one place each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mcdesk.engine.sampling.sampler import Sampling

if TYPE_CHECKING:
    # who only shows what a simulation found does not load what computes it
    from mcdesk.engine.backends.backend import SlotEvaluator
    from mcdesk.engine.ir import Program

Floats = NDArray[np.float64]
Interval = tuple[float, float]

MOST_EXACT_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Quantity:
    """An input or output: what it is called and where the program leaves its value.

    Attributes:
        cell: address as in `Sheet1!B5`.
        array, place: NUMBER slot array and the element in it.
        error_array: ERROR slot array with the same places; None where no trial can fail.
        distribution: text of an input's distribution; empty for an output.
        base_value: value of the cell in the workbook as it stands; None if it is no number.
        limits: of an output: the values below which it is asked how probable it is.
        moves_outputs: whether any output depends on an input; else no sensitivity is taken of it.
    """

    cell: str
    name: str
    array: int
    place: int
    error_array: int | None
    distribution: str = ""
    base_value: float | None = None
    limits: tuple[float, ...] = ()
    moves_outputs: bool = True


@dataclass(frozen=True, slots=True)
class SimulationProgram:
    """A program with the functions of its evaluated stages and the places of what is asked."""

    program: "Program"
    evaluators: "tuple[SlotEvaluator, ...]"
    inputs: tuple[Quantity, ...]
    outputs: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """How many trials at most, from which seed, spread how; `stop` is the text of a stop rule or empty."""

    trials: int
    seed: int
    sampling: Sampling = Sampling.PLAIN
    stop: str = ""


@dataclass(frozen=True, slots=True)
class KeptTrials:
    """Which trials stay in memory: all of them, or those of the outputs while they fit.

    Attributes:
        is_all: every trial of the inputs and the outputs.
        exact_bytes: else, values of all outputs together; beyond it percentiles come from sketches, and
            the inputs keep what sensitivity looks at.
    """

    is_all: bool = False
    exact_bytes: int = MOST_EXACT_BYTES


class Phase(Enum):
    """What a run is at once it is ready."""

    WAITING = "waiting"
    SIMULATING = "simulating"
    STATISTICS = "statistics"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class SimulationProgress:
    """After a chunk: trials done, rate, and the running estimate of the first output.

    `trouble` says in a sentence what keeps it from being written down; it goes on once that is over.
    """

    trials_done: int
    trials: int
    trials_per_second: float
    mean: float | None
    half_width_95: float | None
    phase: Phase = Phase.SIMULATING
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """Trials of an output that ended in one kind of error; `first_trial` counts from 0."""

    kind: str
    trials: int
    first_trial: int
    first_cell: str


@dataclass(frozen=True, slots=True)
class Influence:
    """How much one input moves one output; None where either does not vary or trials are too few.

    Attributes:
        bin_means: mean of the output over ten bins of equal probability of the input, lowest first.
    """

    cell: str
    rank_correlation: float | None
    regression: float | None
    variance_share: float | None
    rank_correlation_ci95: Interval | None = None
    regression_ci95: Interval | None = None
    variance_share_ci95: Interval | None = None
    bin_means: tuple[float | None, ...] = ()
    bin_means_ci95: tuple[Interval | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Probability:
    """The probability that an output is below a limit, among the trials without error."""

    limit: float
    below: float
    ci95: Interval | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of values in [edge k, edge k + 1), the last bin closed, and of those outside of all bins."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    below: int
    above: int


@dataclass(frozen=True, slots=True)
class OutputStatistics:
    """Statistics of one output over the trials without error; None where there are too few.

    Attributes:
        rank_error: by how many ranks percentiles and histogram may be wrong at most; 0 if exact.
    """

    cell: str
    name: str
    base_value: float | None
    trials: int
    errors: int
    error_kinds: tuple[ErrorCount, ...]
    mean: float | None
    mean_ci95: Interval | None
    sd: float | None
    variance: float | None
    skewness: float | None
    kurtosis: float | None
    minimum: float | None
    maximum: float | None
    percentiles: Mapping[int, float]
    percentiles_ci95: Mapping[int, Interval]
    sensitivity: tuple[Influence, ...] = ()
    sd_ci95: Interval | None = None
    probabilities: tuple[Probability, ...] = ()
    histogram: Histogram | None = None
    rank_error: int = 0


@dataclass(frozen=True, slots=True)
class InputStatistics:
    """Mean and standard deviation of an input over its first 262,144 trials."""

    cell: str
    name: str
    distribution: str
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class TrialValues:
    """All trials of one quantity: float64 (trials,), and error codes uint8 where any failed."""

    cell: str
    values: Floats
    errors: NDArray[np.uint8] | None


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a simulation found; `trials` is how many were really run."""

    trials: int
    simulate_seconds: float
    cpu_seconds: float
    inputs: tuple[InputStatistics, ...]
    outputs: tuple[OutputStatistics, ...]
    input_trials: tuple[TrialValues, ...]
    output_trials: tuple[TrialValues, ...]
    warnings: tuple[str, ...] = ()
