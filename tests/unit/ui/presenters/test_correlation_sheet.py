"""Correlations as a matrix: what a set-up says, what can hold together, and what is nearest to it."""

import numpy as np
import pytest

from mcdesk.engine.correlation import as_matrix, cholesky_factor, score_correlation
from mcdesk.formulas.declared_cells import DeclaredCells
from mcdesk.formulas.setup_texts import CorrelationText
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.presenters.correlation_sheet import (
    CorrelatedInput,
    CorrelationSheet,
    correlations_of,
    judge,
    sheet_of,
    typed_rank,
)
from mcdesk.ui.presenters.model_presenter import OpenModel
from tests.unit.formulas.small_workbooks import workbook_of

NAMES = ("Price", "Units", "Rent", "Wages")
INPUTS = tuple(
    CorrelatedInput(CellAddress(0, row, 1), f"Plan!B{row + 1}", name) for row, name in enumerate(NAMES)
)


@pytest.fixture(scope="module")
def model() -> OpenModel:
    return OpenModel(workbook_of({"Plan": {"B1": 1.0, "B2": 2.0, "B3": 3.0}}), DeclaredCells((), {}))


def sheet(*ranks: tuple[int, int, float], count: int = 3) -> CorrelationSheet:
    made = CorrelationSheet(INPUTS[:count])
    for row, column, rank in ranks:
        made = made.with_rank(row, column, rank)
    return made


def is_possible(found: CorrelationSheet) -> bool:
    entries = [(*pair, score_correlation(rank)) for pair, rank in found.ranks]
    return cholesky_factor(as_matrix(len(found.inputs), entries)) is not None


def test_that_both_halves_of_the_matrix_are_one_number() -> None:
    found = sheet((2, 0, 0.4))

    assert (found.rank(0, 2), found.rank(2, 0), found.rank(0, 1), found.rank(1, 1)) == (0.4, 0.4, 0.0, 1.0)


def test_that_nought_takes_a_correlation_away() -> None:
    assert sheet((0, 1, 0.4), (1, 0, 0.0)).ranks == ()


def test_that_a_set_up_is_read_and_written_without_touching_the_pairs_of_other_cells(
    model: OpenModel,
) -> None:
    other = CorrelationText("file", "Plan!B9", "Plan!B1", 0.2)
    before = (CorrelationText("file", "Plan!B2", "B1", 0.7), other)

    found = sheet_of(model, INPUTS[:3], before)
    after = correlations_of(model, found.with_rank(1, 2, -0.5), before)

    assert found.ranks == (((0, 1), 0.7),)
    assert [(each.first, each.second, each.rank) for each in after] == [
        ("Plan!B9", "Plan!B1", 0.2),
        ("Plan!B1", "Plan!B2", 0.7),
        ("Plan!B2", "Plan!B3", -0.5),
    ]


def test_that_what_can_hold_together_is_said_to() -> None:
    found = judge(sheet((0, 1, 0.7), (1, 2, 0.5)))

    assert (found.is_possible, found.text) == (True, "2 correlations can hold together")
    assert judge(sheet()).text == "No correlations"


def test_that_a_contradiction_names_the_pair_that_differs_most_from_the_nearest() -> None:
    found = judge(sheet((0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)))

    assert not found.is_possible
    assert found.pair is not None and found.nearest is not None
    changes = {pair: abs(found.nearest.rank(*pair) - rank) for pair, rank in found_ranks()}
    assert changes[found.pair] == max(changes.values())
    assert INPUTS[found.pair[0]].title in found.text
    assert INPUTS[found.pair[1]].title in found.text
    # of three alike, by symmetry: -1/2 between the normal scores
    assert [rank for _, rank in found.nearest.ranks] == pytest.approx([0.482, -0.482, 0.482], abs=0.004)


def found_ranks() -> list[tuple[tuple[int, int], float]]:
    return [((0, 1), 0.9), ((1, 2), 0.9), ((0, 2), -0.9)]


@pytest.mark.parametrize("seed", range(12))
def test_that_the_nearest_holds_as_it_is_written_and_is_near(seed: int) -> None:
    drawn = np.random.default_rng(seed).uniform(-1.0, 1.0, 6)
    pairs = [(row, column) for row in range(4) for column in range(row + 1, 4)]
    asked = sheet(
        *((*pair, round(float(value), 2)) for pair, value in zip(pairs, drawn, strict=True)), count=4
    )

    found = judge(asked)

    nearest = asked if found.is_possible else found.nearest
    assert nearest is not None
    assert is_possible(nearest)
    assert all(round(rank, 3) == rank for _, rank in nearest.ranks)


def test_that_inputs_that_are_the_same_draw_are_possible() -> None:
    assert judge(sheet((0, 1, 1.0), (0, 2, 0.5), (1, 2, 0.5))).is_possible


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        *(("0.7", 0.7), ("-0,4", -0.4), ("\u22120.4", -0.4), ("70 %", 0.7), ("", 0.0), ("1", 1.0)),
        *(("1.01", None), ("x", None), ("nan", None), ("150%", None)),
    ],
)
def test_that_a_rank_is_typed_as_people_type(text: str, rank: float | None) -> None:
    assert typed_rank(text) == rank
