"""What a run found, as it is told and kept; frozen."""

from dataclasses import dataclass

from mcdesk.engine.simulation_types import InputStatistics, OutputStatistics


@dataclass(frozen=True, slots=True)
class ReachedCorrelation:
    """A rank correlation of two inputs as it was asked for, and as the trials have it."""

    cells: tuple[str, str]
    rank: float
    reached: float | None


@dataclass(frozen=True, slots=True)
class RunStatistics:
    """The statistics of a run, and the warnings that belong to them.

    `is_whole` unless the run was asked to stop meanwhile, so that something was left out.
    """

    inputs: tuple[InputStatistics, ...] = ()
    outputs: tuple[OutputStatistics, ...] = ()
    warnings: tuple[str, ...] = ()
    correlations: tuple[ReachedCorrelation, ...] = ()
    is_whole: bool = True
