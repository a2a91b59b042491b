"""Correlations of a model's inputs: groups of draws that depend on each other, repaired where need be."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcdesk.engine.correlation import (
    Matrix,
    as_matrix,
    cholesky_factor,
    largest_change,
    nearest_correlation,
    score_correlation,
)
from mcdesk.engine.random_stream import StreamKey
from mcdesk.engine.sampling.correlated import CorrelatedDraws
from mcdesk.formulas.choice import CorrelationChoice
from mcdesk.formulas.draw_counts import DrawCounts
from mcdesk.formulas.setup_texts import MOST_CORRELATED
from mcdesk.formulas.simulation_model import ModelInput, SimulationModel, cell_text
from mcdesk.foundation.errors import ModelInvalid
from mcdesk.model.addresses import CellAddress


@dataclass(frozen=True, slots=True)
class CorrelationGroups:
    """Groups without a common draw, and what was repaired."""

    groups: tuple[CorrelatedDraws, ...]
    warnings: tuple[str, ...]


def correlation_groups(model: SimulationModel) -> CorrelationGroups:
    """The groups that the model's correlations make.

    Raises:
        ModelInvalid: if a correlated cell is no input or draws several numbers, or a group is too large.
    """
    counts = DrawCounts(model)
    input_by_cell = {each.cell: each for each in model.inputs}
    for cell in dict.fromkeys(cell for each in model.correlations for cell in (each.first, each.second)):
        _refuse_unless_one_draw(model, counts, cell, input_by_cell.get(cell))
    groups: list[CorrelatedDraws] = []
    warnings: list[str] = []
    for cells, choices in _components(model.correlations):
        if len(cells) > MOST_CORRELATED:
            raise ModelInvalid(
                f"{len(cells)} inputs form one correlated group, {cell_text(model.workbook, cells[0])} first",
                f"The most is {MOST_CORRELATED}.",
            )
        matrix = _score_matrix(cells, choices)
        factor = cholesky_factor(matrix)
        if factor is None:
            repaired = nearest_correlation(matrix)
            warnings.append(_repair_warning(model, cells, matrix, repaired))
            factor = cholesky_factor(repaired)
            assert factor is not None
        groups.append(CorrelatedDraws(tuple(_key(model, cell) for cell in cells), factor))
    return CorrelationGroups(tuple(groups), tuple(warnings))


def _components(
    correlations: Sequence[CorrelationChoice],
) -> list[tuple[list[CellAddress], list[CorrelationChoice]]]:
    """Cells that hang together, in order of address so that the order of writing changes nothing."""
    root: dict[CellAddress, CellAddress] = {}

    def find(cell: CellAddress) -> CellAddress:
        while root.setdefault(cell, cell) != cell:
            # Chains are shortened on the way: a matrix of 200 inputs has 19,900 pairs.
            root[cell] = root[root[cell]]
            cell = root[cell]
        return cell

    for each in correlations:
        root[find(each.first)] = find(each.second)
    members: dict[CellAddress, list[CellAddress]] = {}
    for cell in sorted(root):
        members.setdefault(find(cell), []).append(cell)
    pairs: dict[CellAddress, list[CorrelationChoice]] = {}
    for each in correlations:
        pairs.setdefault(find(each.first), []).append(each)
    return [(cells, pairs[group]) for group, cells in members.items()]


def _score_matrix(cells: Sequence[CellAddress], choices: Sequence[CorrelationChoice]) -> Matrix:
    place = {cell: number for number, cell in enumerate(cells)}
    entries = [(place[each.first], place[each.second], score_correlation(each.rank)) for each in choices]
    return as_matrix(len(cells), entries)


def _repair_warning(
    model: SimulationModel, cells: Sequence[CellAddress], before: Matrix, after: Matrix
) -> str:
    row, column = largest_change(before, after)
    pair = " and ".join(cell_text(model.workbook, cells[place]) for place in (row, column))
    return (
        "The correlations contradict each other and were replaced by the nearest that do not:"
        f" the largest change is from {before[row, column]:.3f} to {after[row, column]:.3f},"
        f" between the normal scores of {pair}."
    )


def _refuse_unless_one_draw(
    model: SimulationModel, counts: DrawCounts, cell: CellAddress, found: ModelInput | None
) -> None:
    shown = cell_text(model.workbook, cell)
    if found is None:
        raise ModelInvalid(f"{shown} is correlated and no input", "Give it a distribution with --input.")
    if found.distribution is not None:
        return
    count = counts.of(cell)
    if count != 1:
        raise ModelInvalid(
            f"{shown} is correlated and draws {count} numbers", "Only a cell with one draw can be."
        )


def _key(model: SimulationModel, cell: CellAddress) -> StreamKey:
    return StreamKey(model.workbook.sheets[cell.sheet].name, cell.row, cell.column)
