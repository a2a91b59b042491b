"""Blocks of cells that read cells of the same block: loops in loops, whatever their size."""

from pathlib import Path

import pytest

from mcdesk.engine.ir import Loop, program_instructions
from mcdesk.engine.verifier import check
from mcdesk.formulas import compiler
from mcdesk.formulas.certain_part import certain_value
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.schedule import PartGraph
from mcdesk.model.addresses import CellAddress, column_letters
from tests.builders_xlsx import CellContent
from tests.large_models import alike, alternating, chain, draws, grid, mixed_draws
from tests.unit.formulas.agreement import both_ways, compiled_model

_FORMULAS = {
    "above and left": "0.5*{above}+0.4*{left}+$A$1",
    "below and right": "0.5*{below}+0.4*{right}+$A$1",
    "above and right": "0.5*{above}+0.4*{right}+$A$1",
    "above only": "0.9*{above}+$A$1",
    "left only": "0.9*{left}+$A$1",
    "above to the right, and left": "0.5*{above_right}+0.4*{left}+$A$1",
    "above to the left, and below to the left": "0.5*{above_left}+0.4*{below_left}+$A$1",
    "a window above": "SUM({above_left}:{above_right})/3+$A$1",
    "two windows": "MAX({above_left}:{above_right})-MIN({left}:{left_of_left})*0.1+$A$1",
}


def _cells(formula: str, size: int) -> dict[str, CellContent]:
    cells: dict[str, CellContent] = {
        f"{column_letters(column)}{row}": float(row + column)
        for row in range(1, size + 6)
        for column in range(size + 6)
    }
    for row in range(4, size + 4):
        for column in range(3, size + 3):

            def at(down: int, right: int, row: int = row, column: int = column) -> str:
                return f"{column_letters(column + right)}{row + down}"

            cells[at(0, 0)] = "=" + formula.format(
                above=at(-1, 0), below=at(1, 0), left=at(0, -1), right=at(0, 1), left_of_left=at(0, -2),
                above_left=at(-1, -1), above_right=at(-1, 1), below_left=at(1, -1),
            )  # fmt: skip
    last = f"{column_letters(size + 2)}{size + 3}"
    return {**cells, "B1": f"=SUM(D4:{last})", "B2": f"={last}", "B3": "=D4"}


@pytest.mark.parametrize("name", _FORMULAS)
def test_that_a_recurrence_gives_what_evaluation_gives(name: str, tmp_path: Path) -> None:
    outputs = ("B1", "B2", "B3")

    workbook, compiled = compiled_model(
        tmp_path, _cells(_FORMULAS[name], 5), {"A1": "uniform(0, 1)"}, *outputs
    )

    check(compiled.simulated.program)
    assert compiled.slow_cells == 0
    for output in outputs:
        assert all(found == expected for found, expected in both_ways(workbook, compiled, output))


@pytest.mark.parametrize("name", _FORMULAS)
def test_that_the_program_of_a_recurrence_grows_with_its_edges_at_most(name: str, tmp_path: Path) -> None:
    counts = []
    for size in (8, 16):
        _, compiled = compiled_model(tmp_path, _cells(_FORMULAS[name], size), {"A1": "uniform(0, 1)"}, "B1")
        counts.append(sum(1 for _ in program_instructions(compiled.simulated.program)))

    # a window across an edge is a part of its own; single cells reach the same few instructions
    assert counts[1] < (2.2 * counts[0] if "window" in name else counts[0] + 5)


def test_that_a_grid_of_thousands_of_cells_is_a_few_hundred_instructions(tmp_path: Path) -> None:
    compiled = compile_model(grid(80).model(tmp_path))

    assert compiled.compiled_cells == 6_400
    assert sum(1 for _ in program_instructions(compiled.simulated.program)) < 600


def test_that_a_chain_of_thousands_of_cells_is_a_few_hundred_instructions(tmp_path: Path) -> None:
    compiled = compile_model(chain(3_000).model(tmp_path))

    assert sum(1 for _ in program_instructions(compiled.simulated.program)) < 500


def test_that_formulas_in_turn_are_compiled_once_for_each_cell(tmp_path: Path) -> None:
    compiled = compile_model(alternating(100).model(tmp_path))

    assert compiled.compiled_cells == 198
    assert sum(1 for _ in program_instructions(compiled.simulated.program)) < 200 * 30


def test_that_one_formula_over_a_sheet_is_one_part_that_reads_each_certain_cell_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[CellAddress] = []
    monkeypatch.setattr(
        compiler, "certain_value", lambda model, cell: evaluated.append(cell) or certain_value(model, cell)
    )
    parts: list[int] = []
    monkeypatch.setattr(
        compiler, "PartGraph", lambda cells, found: parts.append(len(found)) or PartGraph(cells, found)
    )

    compiled = compile_model(alike(3_000).model(tmp_path))

    assert compiled.compiled_cells == 3_001
    assert parts == [2]  # the cells and their sum
    assert len(evaluated) == len(set(evaluated)) < 200


def test_that_cells_that_draw_are_one_loop(tmp_path: Path) -> None:
    for model in (draws(2_000), mixed_draws(2_000)):
        compiled = compile_model(model.model(tmp_path))

        loops = [each for each in compiled.simulated.program.stages[0].body if isinstance(each, Loop)]
        # the cells, their sum, and the first error among them
        assert [each.count for each in loops] in ([2_000] * 2, [2_000] * 3)
