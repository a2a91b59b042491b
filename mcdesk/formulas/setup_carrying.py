"""Carries a set-up to another version of its workbook: cells are found by name, then by label."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from mcdesk.formulas.cell_labels import CellLabels
from mcdesk.formulas.setup_texts import SetupFile
from mcdesk.foundation.errors import InputRefused
from mcdesk.model.addresses import CellAddress, format_cell, parse_cell_text
from mcdesk.model.workbook import CellKind, Workbook


@dataclass(frozen=True, slots=True)
class Landmark:
    """By what a cell is found again.

    Attributes:
        name: its defined name, or empty.
        label: the text beside or above it, or empty.
        down, right: how far it is from the cell of that text.
    """

    name: str = ""
    label: str = ""
    down: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Of the cells of a set-up, by their texts, as they were in the file with this hash."""

    sha256: str
    by_text: Mapping[str, Landmark]


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that was found in another place; `after` is empty for one that was not found."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CarriedSetup:
    """A set-up as it is in the other version, and what became of its cells."""

    setup: SetupFile
    moved: tuple[Moved, ...]
    lost: tuple[Moved, ...]


def landmarks_of(workbook: Workbook, labels: CellLabels, setup: SetupFile) -> Landmarks:
    """By what each cell of a set-up is found again in another version of the file."""
    found: dict[str, Landmark] = {}
    for text in _texts(setup):
        cell = _cell(workbook, text)
        if cell is None:
            continue
        place = labels.text_cell(cell)
        name = labels.name(cell) or ""
        if place is None:
            found[text] = Landmark(name)
        else:
            label = labels.text(cell) or ""
            found[text] = Landmark(name, label, cell.row - place.row, cell.column - place.column)
    return Landmarks(workbook.sha256, found)


def carry_setup(
    setup: SetupFile, landmarks: Landmarks, workbook: Workbook, labels: CellLabels
) -> CarriedSetup:
    """The set-up with its cells where they are now; without those that are not there any more.

    A cell of which nothing is known but its address stays where it is, if there is something.
    """
    new_by_text: dict[str, str] = {}
    taken: set[CellAddress] = set()
    moved: list[Moved] = []
    lost: list[Moved] = []
    for text in _texts(setup):
        landmark = landmarks.by_text.get(text, Landmark())
        cell = _find(workbook, labels, text, landmark)
        title = _name_in(setup, text) or landmark.name or landmark.label
        if cell is None or cell in taken:
            lost.append(Moved(title, text, ""))
            continue
        taken.add(cell)
        new_by_text[text] = text
        if cell != _cell(workbook, text):
            new_by_text[text] = format_cell(workbook.sheets[cell.sheet].name, cell.row, cell.column)
            moved.append(Moved(title, text, new_by_text[text]))
    return CarriedSetup(mapped_setup(setup, new_by_text.get), tuple(moved), tuple(lost))


def mapped_setup(setup: SetupFile, new_text: Callable[[str], str | None]) -> SetupFile:
    """The set-up with other texts for its cells; what has none is left out."""
    return replace(
        setup,
        inputs=tuple(
            replace(each, cell=cell) for each in setup.inputs if (cell := new_text(each.cell)) is not None
        ),
        outputs=tuple(
            replace(each, cell=cell) for each in setup.outputs if (cell := new_text(each.cell)) is not None
        ),
        values=tuple(
            replace(each, cell=cell) for each in setup.values if (cell := new_text(each.cell)) is not None
        ),
        limits=tuple(
            replace(each, cell=cell) for each in setup.limits if (cell := new_text(each.cell)) is not None
        ),
        correlations=tuple(
            replace(each, first=first, second=second)
            for each in setup.correlations
            if (first := new_text(each.first)) is not None and (second := new_text(each.second)) is not None
        ),
    )


def setup_cells(setup: SetupFile) -> tuple[str, ...]:
    """The texts of all cells of a set-up, each once."""
    return tuple(_texts(setup))


def _texts(setup: SetupFile) -> Iterable[str]:
    found: dict[str, None] = {}
    for part in (setup.inputs, setup.outputs, setup.values, setup.limits):
        found.update(dict.fromkeys(each.cell for each in part))
    for pair in setup.correlations:
        found.update(dict.fromkeys((pair.first, pair.second)))
    return found


def _name_in(setup: SetupFile, text: str) -> str:
    names = {each.cell: each.name for each in setup.outputs} | {each.cell: each.name for each in setup.inputs}
    return names.get(text, "")


def _find(workbook: Workbook, labels: CellLabels, text: str, landmark: Landmark) -> CellAddress | None:
    before = _cell(workbook, text)
    is_there = before is not None and _is_filled(workbook, before)
    if landmark.name:
        named = labels.cell_named(landmark.name)
        if named is not None and _is_filled(workbook, named):
            return named
    if not landmark.label:
        return before if is_there and not landmark.name else None
    if before is not None and is_there and labels.text(before) == landmark.label:
        return before
    sheets = list(range(len(workbook.sheets)))
    if before is not None:
        sheets.sort(key=lambda each: each != before.sheet)
    for sheet in sheets:
        found = _by_label(workbook, labels, landmark, sheet)
        if found:
            # one of several would be a guess
            return found[0] if len(found) == 1 else None
    return None


def _by_label(workbook: Workbook, labels: CellLabels, landmark: Landmark, sheet: int) -> list[CellAddress]:
    found: list[CellAddress] = []
    for place in labels.cells_of_text(landmark.label, sheet):
        cell = CellAddress(sheet, place.row + landmark.down, place.column + landmark.right)
        is_inside = cell.row >= 0 and cell.column >= 0
        if is_inside and _is_filled(workbook, cell) and labels.text_cell(cell) == place:
            found.append(cell)
    return found


def _is_filled(workbook: Workbook, cell: CellAddress) -> bool:
    sheet = workbook.sheets[cell.sheet]
    place = sheet.position(cell.row, cell.column)
    return place >= 0 and bool(sheet.kinds[place] != CellKind.BLANK or sheet.formulas[place] >= 0)


def _cell(workbook: Workbook, text: str) -> CellAddress | None:
    try:
        sheet_name, row, column = parse_cell_text(text)
    except InputRefused:
        return None
    sheet = 0 if sheet_name is None else workbook.sheet_index(sheet_name)
    return None if sheet is None else CellAddress(sheet, row, column)
