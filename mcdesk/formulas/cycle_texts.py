"""Circular references in words."""

from mcdesk.formulas.evaluator import Calculation
from mcdesk.model.addresses import format_cell

_MOST_WARNINGS = 5
_MOST_NAMED = 12


def cycle_texts(calculation: Calculation) -> tuple[tuple[str, ...], ...]:
    """The cycles that a calculation met, by the addresses of their cells in the order of reading."""
    sheets = calculation.workbook.sheets
    return tuple(
        tuple(format_cell(sheets[cell.sheet].name, cell.row, cell.column) for cell in cycle)
        for cycle in calculation.cycles
    )


def cycle_warnings(calculation: Calculation) -> tuple[str, ...]:
    """One sentence per cycle, the first few of them."""
    cycles = cycle_texts(calculation)
    warnings = [f"Cells read each other in a circle: {_chain(cycle)}." for cycle in cycles[:_MOST_WARNINGS]]
    if len(cycles) > _MOST_WARNINGS:
        warnings.append(f"{len(cycles) - _MOST_WARNINGS} more circles of cells are not listed.")
    return tuple(warnings)


def _chain(cycle: tuple[str, ...]) -> str:
    named = list(cycle[:_MOST_NAMED])
    if len(cycle) > _MOST_NAMED:
        named.append(f"{len(cycle) - _MOST_NAMED} more")
    return " \u2192 ".join([*named, cycle[0]])
