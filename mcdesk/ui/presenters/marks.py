"""The inputs and outputs of a set-up and of the workbook itself, as the panel and the grid show them."""

from collections.abc import Callable
from dataclasses import dataclass

from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.model.addresses import CellAddress
from mcdesk.ui.presenters.model_presenter import OpenModel

LabelOf = Callable[[CellAddress], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """An input or output as the panel shows it; `is_declared` if the workbook itself says so."""

    cell: CellAddress
    title: str
    text: str
    is_declared: bool


def input_marks(model: OpenModel, setup: SetupFile, label_of: LabelOf) -> list[Mark]:
    """The inputs: those that were chosen, then those that draw by themselves."""
    found: list[Mark] = []
    chosen: set[CellAddress] = set()
    for text in setup.inputs:
        cell = model.cell_of(text.cell)
        if cell is not None:
            chosen.add(cell)
            found.append(_mark(cell, text.name or label_of(cell), text.cell, text.distribution))
    for each in model.declared.inputs:
        if each.cell not in chosen:
            text_of_cell = model.cell_text(each.cell)
            formula = _formula_at(model, each.cell)
            name = each.name or label_of(each.cell)
            found.append(_mark(each.cell, name, text_of_cell, formula, is_declared=True))
    return found


def output_marks(model: OpenModel, setup: SetupFile, label_of: LabelOf) -> list[Mark]:
    """The outputs: those that were chosen, then those that the workbook marks."""
    found: list[Mark] = []
    chosen: set[CellAddress] = set()
    for text in setup.outputs:
        cell = model.cell_of(text.cell)
        if cell is not None:
            chosen.add(cell)
            found.append(_mark(cell, text.name or label_of(cell), text.cell, ""))
    for cell, name in model.declared.outputs.items():
        if cell not in chosen:
            found.append(_mark(cell, name or label_of(cell), model.cell_text(cell), "", is_declared=True))
    return found


def _mark(cell: CellAddress, name: str, address: str, text: str, is_declared: bool = False) -> Mark:
    # the address last: that of a sheet with a long name leaves no room for what follows it
    return Mark(cell, name or address, f"{text}  {address}".strip(), is_declared)


def _formula_at(model: OpenModel, cell: CellAddress) -> str:
    sheet = model.workbook.sheets[cell.sheet]
    place = sheet.position(cell.row, cell.column)
    number = -1 if place < 0 else int(sheet.formulas[place])
    return "" if number < 0 else f"={model.workbook.formulas[number].text}"
