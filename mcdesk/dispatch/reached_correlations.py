"""What rank correlations the trials have, beside those that were asked for."""

from collections.abc import Iterable
from dataclasses import dataclass

from mcdesk.dispatch.run_statistics import ReachedCorrelation
from mcdesk.engine.simulation_types import TrialValues
from mcdesk.engine.statistics.sensitivity import rank_correlation


@dataclass(frozen=True, slots=True)
class AskedCorrelation:
    """Two inputs, as in `Sheet1!B5`, and the rank correlation that they are to have."""

    cells: tuple[str, str]
    rank: float


def reached_correlations(
    asked: Iterable[AskedCorrelation], inputs: tuple[TrialValues, ...]
) -> tuple[ReachedCorrelation, ...]:
    """Each correlation that was asked for, with what came of it; discrete inputs reach less.

    `reached` is None for an input that draws in its formula and that no output needs.
    """
    by_cell = {trials.cell: trials for trials in inputs}
    found: list[ReachedCorrelation] = []
    for each in asked:
        known = [by_cell[cell] for cell in each.cells if cell in by_cell]
        reached = rank_correlation(known[0], known[1]) if len(known) == 2 else None
        found.append(ReachedCorrelation(each.cells, each.rank, reached))
    return tuple(found)
