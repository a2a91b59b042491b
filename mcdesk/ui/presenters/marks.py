"""Inputs, outputs and other values of a set-up and of the workbook itself, as panel and grid show them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import CellAddress, format_a1
from mcdesk.ui.presenters.model_presenter import OpenModel
from mcdesk.ui.presenters.run_differences import value_text

LabelOf = Callable[[CellAddress], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """An input, an output or another value as the panel shows it; `is_declared` if the workbook says so.

    `text` says how it is uncertain, or what it is now; `place` is its address.
    """

    cell: CellAddress
    title: str
    text: str
    is_declared: bool
    place: str = ""


def distinct_titles(model: OpenModel, titled: Sequence[tuple[CellAddress, str]]) -> list[str]:
    """The titles of cells, with the address after each that several of them have."""
    counts = Counter(title for _, title in titled)
    alike = Counter((title, cell.row, cell.column) for cell, title in titled)
    found: list[str] = []
    for cell, title in titled:
        is_short = alike[title, cell.row, cell.column] == 1
        place = format_a1(cell.row, cell.column) if is_short else model.cell_text(cell)
        found.append(title if counts[title] == 1 else f"{title} ({place})")
    return found


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
    return _told_apart(model, found)


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
    return _told_apart(model, found)


def value_marks(model: OpenModel, setup: SetupFile, label_of: LabelOf) -> list[Mark]:
    """The constants that have another value than in the workbook."""
    found: list[Mark] = []
    for text in setup.values:
        cell = model.cell_of(text.cell)
        if cell is not None:
            stored = model.number_at(cell)
            before = "" if stored is None else f" instead of {model.value_text(cell, stored)}"
            found.append(
                _mark(cell, label_of(cell), text.cell, f"{_value_text(model, cell, text.value)}{before}")
            )
    return _told_apart(model, found)


def _value_text(model: OpenModel, cell: CellAddress, value: Scalar) -> str:
    return model.value_text(cell, value) if isinstance(value, float) else value_text(value)


def _told_apart(model: OpenModel, marks: list[Mark]) -> list[Mark]:
    titles = distinct_titles(model, [(each.cell, each.title) for each in marks])
    return [replace(each, title=title) for each, title in zip(marks, titles, strict=True)]


def _mark(cell: CellAddress, name: str, address: str, text: str, is_declared: bool = False) -> Mark:
    return Mark(cell, name or address, text, is_declared, address)


def _formula_at(model: OpenModel, cell: CellAddress) -> str:
    sheet = model.workbook.sheets[cell.sheet]
    place = sheet.position(cell.row, cell.column)
    number = -1 if place < 0 else int(sheet.formulas[place])
    return "" if number < 0 else f"={model.workbook.formulas[number].text}"
