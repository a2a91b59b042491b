from pathlib import Path

import pytest

from mcdesk.formulas.parser import FormulaCache, parse, shift_formula, unparse
from mcdesk.model.addresses import Rectangle
from mcdesk.model.workbook import CellKind, Formula, FormulaKind, Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.corpus import corpus_files, formula_cells_by_file, requires_corpus

pytestmark = requires_corpus
FILES = corpus_files()
BY_FILE = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def texts(workbook: Workbook) -> list[Formula]:
    """The formulas that have text to parse."""
    return [formula for formula in workbook.formulas if formula.text and formula.data_table is None]


@BY_FILE
def test_that_a_real_workbook_has_all_its_formula_cells(path: Path) -> None:
    assert read_workbook(path).formula_cell_count == formula_cells_by_file()[path.name]


@BY_FILE
def test_that_every_formula_of_a_real_workbook_parses_and_reads_back(path: Path) -> None:
    workbook = read_workbook(path)
    cache = FormulaCache()

    for formula in texts(workbook):
        node = cache.parse(formula.text, formula.row, formula.column)
        text = unparse(node, formula.row, formula.column)
        assert parse(text, formula.row, formula.column) == node
    for name in workbook.names:
        parse(name.text)


@BY_FILE
def test_that_shared_formulas_move_as_their_tree_says(path: Path) -> None:
    workbook = read_workbook(path)

    for sheet in workbook.sheets:
        for place in range(0, sheet.cell_count, 7):
            if sheet.formulas[place] < 0:
                continue
            formula = workbook.formulas[int(sheet.formulas[place])]
            row, column = int(sheet.rows[place]), int(sheet.columns[place])
            if formula.kind is FormulaKind.NORMAL:
                moved = shift_formula(formula.text, row - formula.row, column - formula.column)
                assert parse(moved, row, column) == parse(formula.text, formula.row, formula.column)


@BY_FILE
def test_that_the_columns_of_a_real_workbook_agree(path: Path) -> None:
    workbook = read_workbook(path)

    for sheet in workbook.sheets:
        is_text = sheet.kinds == CellKind.TEXT
        assert ((sheet.texts >= 0) == is_text).all()
        assert sheet.texts.max(initial=-1) < len(workbook.strings)
        assert sheet.formulas.max(initial=-1) < len(workbook.formulas)
        assert ((sheet.kinds != CellKind.BLANK) == sheet.has_cache).all()
        assert (sheet.has_cache | (sheet.formulas >= 0)).all()
        whole = Rectangle(sheet.index, 0, 0, 1_048_575, 16_383)
        assert len(sheet.positions_in(whole)) == sheet.cell_count
        for place in range(0, sheet.cell_count, 50):
            assert sheet.position(int(sheet.rows[place]), int(sheet.columns[place])) == place
