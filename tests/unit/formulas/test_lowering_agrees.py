"""Every function that has both: its compiled form gives what its evaluation gives, bit for bit."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mcdesk.engine.backends import open_backend
from mcdesk.engine.backends.backend import ChunkRequest
from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.choice import InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.compiler import compile_model
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.simulation_model import build_simulation_model
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import CellAddress, parse_cell_text
from mcdesk.model.workbook import Workbook
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import write_xlsx

_TRIALS = 12
_RANGES = ("uniform(-3, 5)", "uniform(0.05, 0.95)", "uniform(1, 40)")
_SPECIAL = (
    "IF(A1>A2,A1,A3)",
    "IFERROR(1/(A1-A1),A2)",
    "IFERROR(SQRT(A1),A2)",
    "IFNA(A1,A2)",
    "AND(A1>0,A2>0.5)",
    "OR(A1>3,A2>0.5)",
    "CHOOSE(1+(A1>0),A2,A3)",
    "INDEX($A$1:$A$3,2)",
    "INDEX($D$1:$D$4,MATCH(A2,$C$1:$C$4))",
    "VLOOKUP(A2,$C$1:$D$4,2)",
    "VLOOKUP(A1,$C$1:$D$4,2,FALSE)",
    "SUMPRODUCT(A1:A3,D1:D3)",
    "SUMPRODUCT(A1:A2,A2:A3)",
    "A1^3-2*A2+A3%",
    "(0-A1)^A2/A3",
    "A1=A1+1E-15",
    "A1-A1*(1+1E-16)",
    "ISERROR(SQRT(A1))",
    "SUM(A1:A3,1,C1:C4)-MAX(A1:A3)*COUNT(A1:B4)",
)
_BODIED = sorted(
    name
    for name, each in FUNCTION_BY_NAME.items()
    if each.elementwise is not None or each.aggregate is not None
)


def _formula_of(name: str) -> str:
    definition = FUNCTION_BY_NAME[name]
    if definition.aggregate is not None:
        scalars = ["0.1"] * (len(definition.parameters) - 1)
        return f"{name}({','.join([*scalars, 'A1:A3', '2', 'D1:D4'])})"
    count = sum(not each.is_optional for each in definition.parameters)
    return f"{name}({','.join(['A1', 'A2', 'A3', 'A1', 'A2', 'A3', 'A1'][:count])})"


_LOOKUPS = {
    "MATCH": ("A2", "$C$1:$C$4"), "VLOOKUP": ("A2", "$C$1:$D$4", "2"), "XMATCH": ("A2", "$C$1:$C$4"),
    "XLOOKUP": ("A2", "$C$1:$C$4", "$D$1:$D$4"), "INDEX": ("$C$1:$D$4", "ROUND(A2*3,0)+1"),
}  # fmt: skip


def _with_empty_arguments() -> list[str]:
    """Calls with each number of optional arguments, the last of them 1 or empty, those before it empty."""
    found: list[str] = []
    for name, definition in FUNCTION_BY_NAME.items():
        required = sum(not each.is_optional for each in definition.parameters)
        given = [*_LOOKUPS.get(name, ("A1", "A2", "A3", "A1", "A2", "A3", "A1"))]
        if name not in (*_BODIED, *_LOOKUPS) or definition.repeating:
            continue
        for count in range(1, len(definition.parameters) - required + 1):
            for last in ("", "1"):
                optional = [*[""] * (count - 1), last]
                found.append(f"{name}({','.join([*given[:required], *optional])})")
    return found


@pytest.mark.parametrize("inputs", range(2))
@pytest.mark.parametrize("formula", [*_SPECIAL, *map(_formula_of, _BODIED), *_with_empty_arguments()])
def test_that_compiled_and_evaluated_values_are_the_same(tmp_path: Path, formula: str, inputs: int) -> None:
    path = tmp_path / "model.xlsx"
    cells: dict[str, object] = {f"A{i}": 1.0 for i in (1, 2, 3)}
    cells |= {f"C{i}": (i - 1) / 4 for i in range(1, 5)} | {f"D{i}": i * 1.7 for i in range(1, 5)}
    write_xlsx(path, {"S": {**cells, "F1": ("=" + formula, 0.0)}})
    workbook = read_workbook(path)
    ranges = _RANGES if inputs == 0 else _RANGES[1:] + _RANGES[:1]
    choice = SimulationChoice(
        tuple(InputChoice(CellAddress(0, i, 0), parse_distribution(text)) for i, text in enumerate(ranges)),
        (OutputChoice(CellAddress(0, 0, 5)),),
    )
    compiled = compile_model(build_simulation_model(workbook, choice, 45_000.0))
    if compiled.slow_cells or not compiled.compiled_cells:
        pytest.skip("has no compiled form")

    simulated = compiled.simulated
    output = simulated.outputs[0]
    arrays = {quantity.array for quantity in (*simulated.inputs, output)}
    arrays |= {output.error_array} if output.error_array is not None else set()
    backend = open_backend("auto", simulated.program, ())
    slots = backend.run(ChunkRequest(5, 0, _TRIALS, tuple(sorted(arrays))))

    for trial in range(_TRIALS):
        fixed = {
            CellAddress(0, parse_cell_text(each.cell)[1], 0): float(slots[each.array][each.place, trial])
            for each in simulated.inputs
        }
        error = 0 if output.error_array is None else int(slots[output.error_array][output.place, trial])
        value = float(slots[output.array][output.place, trial])
        expected = _evaluated(workbook, fixed)
        assert expected == (ErrorCode(error) if error else value), (formula, fixed)


def _evaluated(workbook: Workbook, fixed: Mapping[CellAddress, Scalar]) -> float | ErrorCode:
    value = Calculation(workbook, fixed, 45_000.0).value(CellAddress(0, 0, 5))
    assert isinstance(value, float | bool | ErrorCode)
    return value if isinstance(value, ErrorCode) else float(value)


def test_that_many_functions_have_a_compiled_form() -> None:
    assert len(_BODIED) > 40
    assert np.all([FUNCTION_BY_NAME[name].evaluate is None for name in _BODIED])
