"""The trials of one output: all of them while they are few, beyond that the first ones and counts."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from mcdesk.engine.sampling.replicates import Replicates
from mcdesk.engine.sampling.sampler import Sampling
from mcdesk.engine.simulation_types import TrialValues
from mcdesk.engine.statistics.cell_counts import Cells, CellSketch, cells_for, merged_cells
from mcdesk.engine.statistics.interval_estimates import Sample
from mcdesk.engine.statistics.moments import Flags, MomentAccumulator, Moments
from mcdesk.engine.statistics.quantile_sketch import OrderedValues, QuantileSketch, merged
from mcdesk.engine.statistics.sensitivity import SENSITIVITY_TRIALS
from mcdesk.engine.statistics.trial_column import Errors, Floats, TrialColumn
from mcdesk.engine.trial_memory import unwritten

_INDEPENDENT = Replicates(Sampling.PLAIN, 1)
_SKETCH_VALUES = 1 << 16
_REPLICATE_SKETCH_VALUES = 1 << 14
_TOGETHER = 1 << 20
# so many values are read and written within the second cache
_IN_CACHE = 1 << 15
_SPARE_VALUES = 8


class OutputTrials:
    """Takes the trials of one output in order, in pieces of any size.

    Args:
        most_exact: up to so many trials percentiles are exact; beyond that they come from sketches, and
            only the trials that sensitivity looks at are kept, unless `keeps_all`.
        most_smooth: the same for an output that can be counted in cells, which costs less than to keep it.
            Where more are planned they are counted while they are still kept.
    """

    _replicates: Replicates
    _most_smooth: int
    _is_long: bool
    _most_exact: int
    _keeps_all: bool
    _column: TrialColumn
    _moments: MomentAccumulator
    _part_moments: list[MomentAccumulator]
    _sketches: list[QuantileSketch] | list[CellSketch]
    _is_exact: bool
    _count: int
    _judged: int

    def __init__(
        self,
        cell: str,
        replicates: Replicates = _INDEPENDENT,
        most_exact: int = sys.maxsize,
        keeps_all: bool = False,
        most_smooth: int = sys.maxsize,
    ) -> None:
        self._replicates = replicates
        self._most_smooth = max(most_smooth, SENSITIVITY_TRIALS)
        self._is_long = replicates.trials > self._most_smooth
        # as many are kept in any case, and say how the others are counted
        self._most_exact = max(most_exact, SENSITIVITY_TRIALS)
        self._keeps_all = keeps_all
        # set aside, not yet used: no page of it is real before it is written
        self._column = TrialColumn(
            cell, room=unwritten(min(replicates.trials, self._most_exact), np.dtype(np.float64))
        )
        self._moments = MomentAccumulator()
        parts = replicates.count if replicates.count > 1 else 0
        self._part_moments = [MomentAccumulator(has_shape=False) for _ in range(parts)]
        self._sketches = []
        self._is_exact = True
        self._count = 0
        self._judged = 0  # trials that are in the moments of their replicate

    @property
    def count(self) -> int:
        """How many trials there were so far, failed ones included."""
        return self._count

    @property
    def column(self) -> TrialColumn:
        """The kept trials."""
        return self._column

    @property
    def is_whole(self) -> bool:
        """Whether all trials are kept."""
        return self._keeps_all or self._is_exact

    def add(self, values: Floats, errors: Errors | None) -> None:
        """Take the next trials: values (n,) float64, errors (n,) uint8 codes or None."""
        self._moments.add(values, None if errors is None else errors != 0)
        start = 0
        while start < len(values):
            # it is decided at the same trials, however they are cut
            self._decide()
            following = [each for each in (SENSITIVITY_TRIALS, self._most_exact) if each > self._count]
            end = min(start + min(following, default=sys.maxsize) - self._count, len(values))
            self._take(values[start:end], None if errors is None else errors[start:end])
            start = end

    def moments(self) -> Moments:
        """Moments of all trials so far."""
        return self._moments.result()

    def trials(self) -> TrialValues:
        """The kept trials so far."""
        return self._column.trials()

    def whole(self) -> Sample:
        """All trials so far that did not fail."""
        if not self._is_exact:
            return Sample(self.moments(), partial(_merged, self._sketches))
        return Sample(self.moments(), partial(_ordered, self.trials(), slice(None)))

    def some(self, most: int) -> Sample:
        """The moments of all trials so far, and at most about so many of their values, from all of them."""
        if not self._is_exact:
            return self.whole()
        # odd, because every other point of a Sobol sequence lies in the same half of an axis
        step = max(self._count // max(most, 1), 1) | 1
        return Sample(self.moments(), partial(_ordered, self.trials(), slice(None, None, step)))

    def replicates(self) -> list[Sample]:
        """The replicates that can be judged by themselves; none where trials are independent."""
        finished = self._replicates.finished(self._count) if self._part_moments else 0
        if not self._is_exact:
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

    def _decide(self) -> None:
        """How the next trials are taken."""
        if self._count == SENSITIVITY_TRIALS and self._is_long and not self._sketches:
            cells = self._cells()
            if cells is not None:
                self._start_sketches(cells)
                self._most_exact = min(self._most_exact, self._most_smooth)
        if self._count == self._most_exact and self._is_exact:
            if not self._sketches:
                self._start_sketches(self._cells())
            self._is_exact = False
            if not self._keeps_all:
                kept = self._column.trials()
                self._column = TrialColumn(kept.cell, SENSITIVITY_TRIALS)
                self._column.add(kept.values, kept.errors)

    def _take(self, values: Floats, errors: Errors | None) -> None:
        if self._sketches:
            self._sketch(values, errors)
        self._column.add(values, errors)
        self._count += len(values)

    def _cells(self) -> Cells | None:
        return cells_for(_good(self._column.trials(), slice(SENSITIVITY_TRIALS)))

    def _start_sketches(self, cells: Cells | None) -> None:
        size = _REPLICATE_SKETCH_VALUES if self._part_moments else _SKETCH_VALUES
        kept = self._column.trials()
        parts = range(self._replicates.count)
        if cells is None:
            self._sketches = [QuantileSketch(size) for _ in parts]
        else:
            self._sketches = [CellSketch(cells, size) for _ in parts]
        self._judge_kept()
        for part, mine, failed in self._by_part(0, kept.values, kept.errors):
            self._sketches[part].add(mine if failed is None else mine[~failed])

    def _judge_kept(self) -> None:
        """Take the moments of replicates when they are asked for: no run but these shows them."""
        if self._part_moments:
            kept, first = self._column.trials(), self._judged
            errors = None if kept.errors is None else kept.errors[first:]
            for part, mine, failed in self._by_part(first, kept.values[first:], errors):
                self._part_moments[part].add(mine, failed)
        self._judged = self._count

    def _sketch(self, values: Floats, errors: Errors | None) -> None:
        for part, mine, failed in self._by_part(self._count, values, errors):
            if self._part_moments:
                self._part_moments[part].add(mine, failed)
            self._sketches[part].add(mine if failed is None else mine[~failed])
        self._judged = self._count + len(values)

    def _by_part(
        self, first: int, values: Floats, errors: Errors | None
    ) -> Iterator[tuple[int, Floats, Flags | None]]:
        """The trials from `first` on by replicate, those of one next to each other in memory."""
        for start in range(0, len(values), _TOGETHER):
            some = values[start : start + _TOGETHER]
            failed = None if errors is None else errors[start : start + _TOGETHER] != 0
            pieces = self._replicates.pieces(first + start, len(some))
            for (part, piece), mine in zip(pieces, _split(some, pieces), strict=True):
                yield part, mine, None if failed is None else failed[piece]


def _split(values: Floats, pieces: Sequence[tuple[int, slice]]) -> list[Floats]:
    step = pieces[0][1].step
    if step is None or len(values) % step:
        return [np.ascontiguousarray(values[piece]) for _, piece in pieces]
    by_trial = values.reshape(-1, step)
    count = len(by_trial)
    # rows a power of two apart would share the same few places of the cache
    rows = np.empty((step, count + _SPARE_VALUES))[:, :count]
    for start in range(0, count, _IN_CACHE // step):
        part = slice(start, start + _IN_CACHE // step)
        np.copyto(rows[:, part], by_trial[part].T)
    return list(rows)


def _merged(sketches: Sequence[QuantileSketch] | Sequence[CellSketch]) -> OrderedValues:
    counted = [each for each in sketches if isinstance(each, CellSketch)]
    if counted:
        return merged_cells(counted)
    return merged([each for each in sketches if isinstance(each, QuantileSketch)])


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
