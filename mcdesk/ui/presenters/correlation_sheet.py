"""The correlations of some inputs as a matrix, whether they can hold together, and the nearest that can."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcdesk.engine.correlation import (
    Matrix,
    as_matrix,
    cholesky_factor,
    largest_change,
    nearest_correlation,
    score_correlation,
)
from mcdesk.formulas.setup_texts import CorrelationText
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.presenters.model_presenter import SOURCE, OpenModel

Pair = tuple[int, int]
# Ranks are written with three decimals; what is nearest is drawn towards 0 until it holds so written.
DECIMALS = 3
_SHRINKING = (0.0, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064)


@dataclass(frozen=True, slots=True)
class CorrelatedInput:
    """A row and column of the matrix; `text` is what the set-up calls its cell."""

    cell: CellAddress
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class CorrelationSheet:
    """Ranks by pair, the lower number first; a pair that is not there has 0."""

    inputs: tuple[CorrelatedInput, ...]
    ranks: tuple[tuple[Pair, float], ...] = ()

    def rank(self, row: int, column: int) -> float:
        """Of two inputs; 1 on the diagonal."""
        if row == column:
            return 1.0
        return dict(self.ranks).get((min(row, column), max(row, column)), 0.0)

    def with_rank(self, row: int, column: int, rank: float) -> "CorrelationSheet":
        """The same with another rank for one pair; 0 takes it away."""
        pair = (min(row, column), max(row, column))
        kept = {each: value for each, value in self.ranks if each != pair}
        if rank:
            kept[pair] = rank
        return replace(self, ranks=tuple(sorted(kept.items())))


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the ranks can hold together; if not, `nearest` can, and `pair` is where it differs most."""

    is_possible: bool
    text: str
    pair: Pair | None = None
    nearest: CorrelationSheet | None = None


def sheet_of(
    model: OpenModel, inputs: Sequence[CorrelatedInput], correlations: Sequence[CorrelationText]
) -> CorrelationSheet:
    """The ranks of a set-up between these inputs; of a pair that is there twice, the last."""
    place = {each.cell: number for number, each in enumerate(inputs)}
    made = CorrelationSheet(tuple(inputs))
    for each in correlations:
        first, second = model.cell_of(each.first), model.cell_of(each.second)
        if first in place and second in place and first != second:
            made = made.with_rank(place[first], place[second], each.rank)
    return made


def correlations_of(
    model: OpenModel, sheet: CorrelationSheet, before: Sequence[CorrelationText]
) -> tuple[CorrelationText, ...]:
    """The correlations of a set-up with those of the sheet in the place of those it shows."""
    cells = {each.cell for each in sheet.inputs}
    kept = [
        each
        for each in before
        if model.cell_of(each.first) not in cells or model.cell_of(each.second) not in cells
    ]
    made = [
        CorrelationText(SOURCE, sheet.inputs[first].text, sheet.inputs[second].text, rank)
        for (first, second), rank in sheet.ranks
    ]
    return (*kept, *made)


def judge(sheet: CorrelationSheet) -> Judgement:
    """Whether a normal copula can have these ranks, as the engine finds out; may take a second."""
    matrix = _scores(sheet)
    if cholesky_factor(matrix) is not None:
        return Judgement(True, _possible(len(sheet.ranks)))
    nearest = _nearest(sheet, matrix)
    before, after = _rank_matrix(sheet), _rank_matrix(nearest)
    row, column = largest_change(before, after)
    text = (
        f"These contradict each other, most of all {sheet.inputs[row].title} with"
        f" {sheet.inputs[column].title}: {before[row, column]:g} cannot be, beside the others;"
        f" {after[row, column]:g} can."
    )
    return Judgement(False, text, (row, column), nearest)


def typed_rank(text: str) -> float | None:
    """The rank that a person types, also as a percentage or with a comma; None if it is none."""
    typed = text.strip().replace("\u2212", "-").replace(",", ".")
    is_percent = typed.endswith("%")
    try:
        value = float(typed.removesuffix("%")) / (100.0 if is_percent else 1.0) if typed else 0.0
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= 1.0 else None


def _nearest(sheet: CorrelationSheet, matrix: Matrix) -> CorrelationSheet:
    scores = np.clip(nearest_correlation(matrix), -1.0, 1.0)
    # the inverse of 2 sin(pi rho / 6)
    ranks = 6.0 / math.pi * np.arcsin(scores / 2.0)
    for part in _SHRINKING:
        found = _rounded(sheet, ranks * (1.0 - part))
        if cholesky_factor(_scores(found)) is not None:
            return found
    return replace(sheet, ranks=())


def _rounded(sheet: CorrelationSheet, ranks: Matrix) -> CorrelationSheet:
    count = len(sheet.inputs)
    pairs = [(row, column) for row in range(count) for column in range(row + 1, count)]
    found = [(pair, round(float(ranks[pair]), DECIMALS)) for pair in pairs]
    return replace(sheet, ranks=tuple((pair, rank) for pair, rank in found if rank))


def _scores(sheet: CorrelationSheet) -> Matrix:
    entries = [(row, column, score_correlation(rank)) for (row, column), rank in sheet.ranks]
    return as_matrix(len(sheet.inputs), entries)


def _rank_matrix(sheet: CorrelationSheet) -> Matrix:
    return as_matrix(len(sheet.inputs), [(row, column, rank) for (row, column), rank in sheet.ranks])


def _possible(count: int) -> str:
    if not count:
        return "No correlations"
    single = "1 correlation, which nothing contradicts"
    return single if count == 1 else f"{count:,} correlations can hold together"
