"""Random workbooks: regions at once and compiled programs give what evaluation gives cell by cell."""

import struct

import pytest

from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas import certain_regions, region_sweeps
from mcdesk.formulas.certain_regions import CertainRegions
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.regions import find_regions
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.formulas.trial_evaluation import TrialEvaluation
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, parse_cell_text
from tests.unit.formulas.random_workbooks import FORMULA_COLUMNS, RandomWorkbook
from tests.unit.formulas.small_workbooks import workbook_of

_SEEDS = range(12)
_WORKBOOKS_PER_SEED = 12
_TRIALS = 3
_DISTRIBUTIONS = ("uniform(-3, 5)", "triangular(0, 2, 4)", "uniform(0, 1)")


def _exact(value: object) -> object:
    return struct.pack("<d", value + 0.0) if isinstance(value, float) else (type(value), value)


def _address(cell: str) -> CellAddress:
    _, row, column = parse_cell_text(cell)
    return CellAddress(0, row, column)


@pytest.mark.parametrize("seed", _SEEDS)
def test_that_regions_at_once_are_what_each_cell_is_alone(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certain_regions, "_LEAST_LANES", 4)
    monkeypatch.setattr(certain_regions, "_LEAST_LINE", 8)
    monkeypatch.setattr(certain_regions, "LEAST_CELLS_OF_A_SWEEP", 4)
    for module in (certain_regions, region_sweeps):
        monkeypatch.setattr(module, "LEAST_CELLS_OF_A_PART", 1)
    for number in range(_WORKBOOKS_PER_SEED):
        cells = RandomWorkbook(1_000 * seed + number).cells
        workbook = workbook_of({"S": cells})
        alone, together = Calculation(workbook), Calculation(workbook)
        together.regions = CertainRegions(together, find_regions(workbook, together.compilation.trees))

        for cell in sorted(cells):
            found = alone.value(_address(cell)), together.value(_address(cell))
            if ErrorCode.CYCLE not in found:
                assert _exact(found[0]) == _exact(found[1]), (cell, cells[cell], cells)


@pytest.mark.parametrize("seed", _SEEDS)
def test_that_programs_are_what_evaluation_is_in_each_trial(seed: int) -> None:
    compiled_count = 0
    for number in range(_WORKBOOKS_PER_SEED):
        book = RandomWorkbook(1_000 * seed + number)
        inputs = zip(book.data_cells(), _DISTRIBUTIONS, strict=True)
        outputs = [cell for cell in book.cells if cell[0] in FORMULA_COLUMNS and _is_formula(book, cell)]
        choice = SimulationChoice(
            tuple(InputChoice(_address(cell), parse_distribution(text)) for cell, text in inputs),
            tuple(OutputChoice(_address(cell)) for cell in outputs),
        )
        model = build_simulation_model(workbook_of({"S": book.cells}), choice, 45_000.0)
        compiled = compile_model(model)
        compiled_count += compiled.compiled_cells
        evaluation = TrialEvaluation(model, compiled, seed)
        for trial in range(_TRIALS):
            evaluation.begin(trial)
            for cell, kept in evaluation.kept(trial).items():
                assert _exact(kept) == _exact(evaluation.evaluated(cell)), (cell, book.cells)
    assert compiled_count > 0


def _is_formula(book: RandomWorkbook, cell: str) -> bool:
    content = book.cells[cell]
    return isinstance(content, str) and content.startswith("=")
