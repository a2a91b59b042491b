"""Which cells of a workbook are likely inputs and outputs of a simulation, for a person to choose from."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.overlay import Overlay
from mcdesk.formulas.tracing import Tracer
from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import CellKind

SWING_FRACTION = 0.1
# Of a column of the same formula nothing is likely to be an output, and each is followed back on its own.
_MOST_FOLLOWED = 500
# No and yes, as formulas write them that are summed up later.
_ANSWERS = (0.0, 1.0)

Ids = NDArray[np.int64]
# How many of how many are done.
ProgressTold = Callable[[int, int], None]


def _untold(_done: int, _total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class SuggestedOutput:
    """A formula cell that nothing else needs; `precedent_count` cells stand behind it, directly or not."""

    cell: CellAddress
    label: str | None
    value: float
    precedent_count: int


@dataclass(frozen=True, slots=True)
class SuggestedInput:
    """A constant that the outputs depend on.

    `low` and `high` are the first output with this cell at -10 % and +10 %; None where that was not
    calculated, or gave no number.
    """

    cell: CellAddress
    label: str | None
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def swing(self) -> float | None:
        """How far the first output moves, in its unit."""
        return None if self.low is None or self.high is None else abs(self.high - self.low)


@dataclass(frozen=True, slots=True)
class SwingBudget:
    """How much may be calculated for the swings of all candidates together, by this clock."""

    candidates: int = 200
    seconds: float = 2.0
    now: Callable[[], float] = time.perf_counter


def suggest_outputs(
    tracer: Tracer,
    labels: CellLabels,
    most: int = 50,
    cancel: CancelToken | None = None,
    on_progress: ProgressTold = _untold,
) -> tuple[SuggestedOutput, ...]:
    """Formula cells with a number that no formula reads: those with a name, then with a label, first.

    What only an answer of yes or no reads is a result that somebody judges, and one of them too. Among all
    of them that with the most cells behind it is first; a 0 or 1, which tells yes or no, comes after the
    amounts.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    cancel = cancel or CancelToken()
    found: list[tuple[tuple[bool, bool, bool, int], SuggestedOutput]] = []
    unread = _least_copied(tracer)
    unread = np.unique(np.concatenate([unread, _judged(tracer, unread)]))
    for place, (cell, value) in enumerate(_cells(tracer, unread)):
        cancel.raise_if_cancelled()
        on_progress(place, len(unread))
        mask = tracer.graph.precedents([tracer.graph.cell_id(cell)])[: tracer.graph.cell_count]
        count = int(np.count_nonzero(mask)) - 1
        label = labels.label(cell)
        key = (labels.name(cell) is None, label is None, value in _ANSWERS, -count)
        found.append((key, SuggestedOutput(cell, label, value, count)))
    found.sort(key=lambda each: (each[0], each[1].cell))
    return tuple(output for _, output in found[:most])


def suggest_inputs(
    tracer: Tracer,
    labels: CellLabels,
    outputs: Sequence[CellAddress],
    budget: SwingBudget | None = None,
    cancel: CancelToken | None = None,
    on_progress: ProgressTold = _untold,
) -> tuple[SuggestedInput, ...]:
    """Numeric constants that the outputs depend on, by the swing of the first output for ±10 %.

    Constants with a name are tried first, then those with a label; when the budget is spent the rest
    follows without a swing.

    Raises:
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    if not outputs:
        return ()
    cancel = cancel or CancelToken()
    graph = tracer.graph
    is_needed = graph.precedents([number for number in map(graph.cell_id, outputs) if number >= 0])
    chosen = is_needed[: graph.cell_count] & _is_constant_number(tracer)
    ids = np.flatnonzero(chosen)
    candidates = [SuggestedInput(cell, labels.label(cell), value) for cell, value in _cells(tracer, ids)]
    candidates.sort(key=lambda each: (labels.name(each.cell) is None, each.label is None))
    watched = _watched(candidates, cancel, on_progress)
    measured = _with_swings(tracer, watched, outputs[0], budget or SwingBudget())
    measured += candidates[len(measured) :]
    return tuple(sorted(measured, key=lambda each: -(-1.0 if each.swing is None else each.swing)))


def _watched(
    candidates: Sequence[SuggestedInput], cancel: CancelToken, on_progress: ProgressTold
) -> Iterator[SuggestedInput]:
    for place, candidate in enumerate(candidates):
        cancel.raise_if_cancelled()
        on_progress(place, len(candidates))
        yield candidate


def _with_swings(
    tracer: Tracer, candidates: Iterable[SuggestedInput], output: CellAddress, budget: SwingBudget
) -> list[SuggestedInput]:
    """The first candidates, measured as long as the next one, judged by those before, ends in time."""
    measured: list[SuggestedInput] = []
    started = budget.now()
    is_behind = tracer.graph.precedents([tracer.graph.cell_id(output)])
    # The cells that no candidate moves are calculated once, here.
    tracer.calculation.value(output)
    began, longest = budget.now(), 0.0
    for candidate in candidates:
        if len(measured) >= budget.candidates or budget.now() + longest - started > budget.seconds:
            break
        measured.append(_with_swing(tracer, candidate, output, is_behind))
        longest, began = max(longest, budget.now() - began), budget.now()
    return measured


def _with_swing(
    tracer: Tracer, candidate: SuggestedInput, output: CellAddress, is_behind: NDArray[np.bool_]
) -> SuggestedInput:
    graph = tracer.graph
    own = graph.cell_id(candidate.cell)
    if not is_behind[own]:
        return candidate
    moved = np.flatnonzero((graph.dependents([own]) & is_behind)[: graph.cell_count])
    recalculated = [graph.address(number) for number in moved.tolist() if number != own]
    overlay = Overlay(tracer.calculation, recalculated, frozenset((candidate.cell,)))
    ends: list[float | None] = []
    for factor in (1.0 - SWING_FRACTION, 1.0 + SWING_FRACTION):
        overlay.begin({candidate.cell: candidate.value * factor})
        value = overlay.value(output)
        ends.append(value if type(value) is float else None)
    return SuggestedInput(candidate.cell, candidate.label, candidate.value, *ends)


def _is_constant_number(tracer: Tracer) -> NDArray[np.bool_]:
    """Mask over stored cells, by id."""
    masks = [np.empty(0, dtype=np.bool_)]
    for sheet in tracer.workbook.sheets:
        is_formula = (sheet.formulas >= 0) | (sheet.owners >= 0)
        masks.append((sheet.kinds == CellKind.NUMBER) & sheet.has_cache & ~is_formula)
    return np.concatenate(masks)


def _may_give_number(tracer: Tracer) -> NDArray[np.bool_]:
    """Mask over stored cells, by id: formulas whose cached value is a number, or that have none."""
    masks = [np.empty(0, dtype=np.bool_)]
    for sheet in tracer.workbook.sheets:
        is_formula = (sheet.formulas >= 0) | (sheet.owners >= 0)
        masks.append(is_formula & ((sheet.kinds == CellKind.NUMBER) | ~sheet.has_cache))
    return np.concatenate(masks)


def _least_copied(tracer: Tracer) -> Ids:
    """The formula cells with a number that nothing reads, by id; if many, those least copied."""
    ids = np.flatnonzero(~tracer.is_read() & _may_give_number(tracer))
    if len(ids) > _MOST_FOLLOWED:
        counts = tracer.copy_counts()[ids]
        ids = ids[np.argsort(counts, kind="stable")[:_MOST_FOLLOWED]]
    return _ids(tracer, (cell for cell, _ in _cells(tracer, ids)))


def _judged(tracer: Tracer, unread: Ids) -> Ids:
    """The formula cells with a number that only one of these reads, which answers yes or no."""
    answers = [cell for cell, value in _cells(tracer, unread) if value in _ANSWERS]
    ids = _ids(tracer, (each for cell in answers for each in _read_only_by(tracer, cell)))
    ids = ids[_may_give_number(tracer)[ids]]
    return _ids(tracer, (cell for cell, _ in _cells(tracer, ids)))


def _read_only_by(tracer: Tracer, cell: CellAddress) -> Iterator[CellAddress]:
    for read in tracer.direct_precedents(cell):
        if tracer.direct_dependents(read) == (cell,):
            yield read


def _ids(tracer: Tracer, cells: Iterable[CellAddress]) -> Ids:
    return np.array([tracer.graph.cell_id(each) for each in cells], dtype=np.int64)


def _cells(tracer: Tracer, ids: Ids) -> Iterator[tuple[CellAddress, float]]:
    """Cells by id, with their numbers; what the file keeps no value of is calculated, for a number or not."""
    sheets = tracer.workbook.sheets
    numbers = np.concatenate([np.empty(0), *(sheet.numbers for sheet in sheets)])
    has_cache = np.concatenate([np.empty(0, dtype=np.bool_), *(sheet.has_cache for sheet in sheets)])
    for number in ids.tolist():
        cell = tracer.graph.address(number)
        value = float(numbers[number]) if has_cache[number] else tracer.calculation.value(cell)
        if type(value) is float:
            yield cell, value
