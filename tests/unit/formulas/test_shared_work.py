"""Look-ups and counts over many unlike cells: what all of them need is done once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk.engine.ir import Loop, program_instructions
from mcdesk.engine.verifier import check
from mcdesk.formulas.compiler import compile_model
from tests.builders_xlsx import CellContent
from tests.large_models import LargeModel, counted_texts, distinct_texts, look_ups, named_texts
from tests.unit.formulas.agreement import all_both_ways, compiled_model

_ROWS = range(1, 41)
# A: ascending with runs of equal keys, B: with errors, C: out of order, D: certain numbers in between
_CELLS: dict[str, CellContent] = {
    "F1": 1.0,
    **{f"A{row}": f"=ROUND({row}*$F$1/3,0)" for row in _ROWS},
    **{f"B{row}": f"=IF({row % 5}<1,1/INT($F$1),{row}*$F$1)" for row in _ROWS},
    **{f"C{row}": f"=MOD({row * 7919 % 41}*$F$1,{row % 7 + 2})" for row in _ROWS},
    **{f"D{row}": f"={row}*$F$1" if row % 2 else float(row) for row in _ROWS},
    **{f"E{row}": f'=IF($F$1*{row}>20,"high {row % 4}","low")' for row in _ROWS},
    **{f"G{row}": f"=$F$1>{row / 80}" for row in _ROWS},
}
_FORMULAS = (
    *(f"MATCH({wanted}*$F$1,${column}$1:${column}$40,{mode})" for column in "ABCD" for mode in (1, 0, -1)
      for wanted in (7, 25.3)),
    *(f"VLOOKUP({wanted},$A$1:$C$40,3,TRUE)" for wanted in (3, 6.5, 90)),
    *(f"LOOKUP({wanted},$B$1:$B$40,$A$1:$A$40)" for wanted in (3, 6.5, 90)),
    "COUNTIF($E$1:$E$40,E25)",
    'COUNTIF($E$1:$E$40,"<>"&E30)',
    "COUNTIF($E$1:$E$40,\"h*\")",
    "COUNTIF($G$1:$G$40,TRUE)",
    "SUMIF($E$1:$E$40,E40,$A$1:$A$40)",
    "SUMIF($D$1:$D$40,\">\"&F1*10)",
    "SUMPRODUCT(($C$1:$C$40>1)*$A$1:$A$40)",
    "XLOOKUP(6,$A$1:$A$40,$D$1:$D$40,-1,-1)",
    "INDEX($B$1:$B$40,ROUND($F$1*30,0)+1)",
)  # fmt: skip


def test_that_formulas_over_copies_give_what_evaluation_gives(tmp_path: Path) -> None:
    cells = {**_CELLS, **{f"J{row}": f"={formula}" for row, formula in enumerate(_FORMULAS, 1)}}
    outputs = [f"J{row}" for row in range(1, len(_FORMULAS) + 1)]
    workbook, compiled = compiled_model(tmp_path, cells, {"F1": "uniform(0, 1)"}, *outputs)

    pairs = all_both_ways(workbook, compiled)

    check(compiled.simulated.program)
    assert compiled.slow_cells == 0
    for output, formula in zip(outputs, _FORMULAS, strict=True):
        assert all(found == expected for found, expected in pairs[output]), (formula, pairs[output])


def test_that_a_look_up_of_cells_that_feed_each_other_needs_no_copy_of_them(tmp_path: Path) -> None:
    cells: dict[str, CellContent] = {"F1": 1.0, "A1": 1.0}
    cells |= {
        f"A{row}": f"=$F$1*{row}+IFERROR(MATCH({row},$D$1:$D$40,1),0)*0.1+A{row - 1}" for row in range(2, 60)
    }
    cells |= {f"D{row}": f"={row}*$F$1" for row in _ROWS}
    workbook, compiled = compiled_model(tmp_path, cells, {"F1": "uniform(0, 1)"}, "A59")

    pairs = all_both_ways(workbook, compiled)["A59"]

    assert all(found == expected for found, expected in pairs)


def test_that_look_ups_in_keys_of_different_formulas_share_what_they_need(tmp_path: Path) -> None:
    counts = []
    for size in (50, 100):
        compiled = compile_model(look_ups(size).model(tmp_path))
        assert compiled.slow_cells == 0
        counts.append(sum(1 for _ in program_instructions(compiled.simulated.program)))

    assert counts[1] < 2.2 * counts[0] < 3_000
    loops = [each for each in compiled.simulated.program.stages[0].body if isinstance(each, Loop)]
    assert not any(isinstance(inner, Loop) for loop in loops for inner in loop.body)


@pytest.mark.parametrize("make", [counted_texts, distinct_texts, named_texts])
def test_that_the_program_that_counts_texts_grows_with_their_number(
    make: Callable[[int], LargeModel], tmp_path: Path
) -> None:
    counts = []
    for size in (60, 120):
        compiled = compile_model(make(size).model(tmp_path))
        assert compiled.slow_cells == 0
        counts.append(sum(1 for _ in program_instructions(compiled.simulated.program)))

    assert counts[1] < 2.2 * counts[0] < 6_000
