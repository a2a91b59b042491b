"""The trials of one output: all of them while they fit, beyond that the first ones and a sketch."""

import sys
from functools import partial

import numpy as np

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import TrialValues
from mcdesk.engine.statistics.interval_estimates import Sample
from mcdesk.engine.statistics.moments import MomentAccumulator, Moments
from mcdesk.engine.statistics.quantile_sketch import OrderedValues, QuantileSketch, merged
from mcdesk.engine.statistics.sensitivity import SENSITIVITY_TRIALS
from mcdesk.engine.statistics.trial_column import Errors, Floats, TrialColumn

_INDEPENDENT = Replicates(Sampling.PLAIN, 1)
_SKETCH_VALUES = 1 << 16
_REPLICATE_SKETCH_VALUES = 1 << 14
# Memory that is set aside for trials to come: no page of it is real before it is written.
_MOST_ROOM = 1 << 23


class OutputTrials:
    """Takes the trials of one output in order, in pieces of any size.

    Args:
        most_exact: up to so many trials percentiles are exact; beyond that they come from sketches, and
            only the trials that sensitivity looks at are kept, unless `keeps_all`.
    """

    def __init__(
        self,
        cell: str,
        replicates: Replicates = _INDEPENDENT,
        most_exact: int = sys.maxsize,
        keeps_all: bool = False,
    ) -> None:
        self._replicates = replicates
        self._most_exact = most_exact
        self._keeps_all = keeps_all
        self._column = TrialColumn(cell, room=np.empty(min(replicates.trials, most_exact, _MOST_ROOM)))
        self._moments = MomentAccumulator()
        parts = replicates.count if replicates.count > 1 else 0
        self._part_moments = [MomentAccumulator() for _ in range(parts)]
        self._sketches: list[QuantileSketch] = []
        self._count = 0
        self._judged = 0  # trials that are in the moments of their replicate

    @property
    def count(self) -> int:
        """How many trials there were so far, failed ones included."""
        return self._count

    @property
    def is_whole(self) -> bool:
        """Whether all trials are kept."""
        return self._keeps_all or not self._sketches

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials: values (n,) float64, errors (n,) uint8 codes or None."""
        self._moments.add(values, None if errors is None else errors != 0)
        if not self._sketches and self._count + len(values) > self._most_exact:
            self._start_sketches()
        if self._sketches:
            self._judge(self._count, values, errors)
            self._sketch(self._count, values, errors)
        self._column.add(values, errors)
        self._count += len(values)

    def moments(self) -> Moments:
        """Moments of all trials so far."""
        return self._moments.result()

    def trials(self) -> TrialValues:
        """The kept trials so far."""
        return self._column.trials()

    def whole(self) -> Sample:
        """All trials so far that did not fail."""
        if self._sketches:
            return Sample(self.moments(), partial(merged, self._sketches))
        return Sample(self.moments(), partial(_ordered, self.trials(), slice(None)))

    def replicates(self) -> list[Sample]:
        """The replicates that can be judged by themselves; none where trials are independent."""
        finished = self._replicates.finished(self._count) if self._part_moments else 0
        if self._sketches:
            return [
                Sample(self._part_moments[part].result(), self._sketches[part].result)
                for part in range(finished)
            ]
        if not finished:
            return []
        self._judge_kept()
        trials = self.trials()
        slices = dict(self._replicates.pieces(0, self._count))
        return [
            Sample(
                self._part_moments[part].result(),
                partial(_ordered, trials, slices[part]),
                partial(_good, trials, slices[part]),
            )
            for part in range(finished)
        ]

    def _start_sketches(self) -> None:
        size = _REPLICATE_SKETCH_VALUES if self._part_moments else _SKETCH_VALUES
        self._sketches = [QuantileSketch(size) for _ in range(self._replicates.count)]
        kept = self._column.trials()
        self._judge_kept()
        self._sketch(0, kept.values, kept.errors)
        if not self._keeps_all:
            self._column = TrialColumn(kept.cell, SENSITIVITY_TRIALS)
            self._column.add(kept.values, kept.errors)

    def _judge_kept(self) -> None:
        """Take the moments of replicates when they are asked for: no run but these shows them."""
        kept = self._column.trials()
        errors = None if kept.errors is None else kept.errors[self._judged :]
        self._judge(self._judged, kept.values[self._judged :], errors)

    def _judge(self, first: int, values: Floats, errors: Errors | None) -> None:
        if self._part_moments:
            for part, piece in self._replicates.pieces(first, len(values)):
                failed = None if errors is None else errors[piece] != 0
                self._part_moments[part].add(values[piece], failed)
        self._judged = first + len(values)

    def _sketch(self, first: int, values: Floats, errors: Errors | None) -> None:
        for part, piece in self._replicates.pieces(first, len(values)):
            good = values[piece]
            self._sketches[part].add(good if errors is None else good[errors[piece] == 0])


def _ordered(trials: TrialValues, piece: slice) -> OrderedValues:
    # + 0.0 makes one zero of the two, whose order a sort leaves open
    ascending = _good(trials, piece) + 0.0
    ascending.sort()
    return OrderedValues(ascending)


def _good(trials: TrialValues, piece: slice) -> Floats:
    """The values without error, next to each other in memory."""
    values = trials.values[piece]
    if trials.errors is not None:
        values = values[trials.errors[piece] == 0]
    return np.ascontiguousarray(values)
