"""From the texts of a set-up to a SimulationChoice: every cell is looked up in the workbook."""

from collections.abc import Iterable
from difflib import get_close_matches

from mcdesk.engine.distribution_text import parse_distribution
from mcdesk.formulas.choice import CorrelationChoice, InputChoice, OutputChoice, SimulationChoice
from mcdesk.formulas.setup_texts import (
    CorrelationText,
    InputText,
    LimitText,
    OutputText,
    SetupFile,
    ValueText,
)
from mcdesk.formulas.values import Scalar
from mcdesk.foundation.errors import InputRefused, SetupInvalid
from mcdesk.model.addresses import CellAddress, format_cell, parse_cell_text
from mcdesk.model.workbook import CellKind, Workbook

_IN_FILE = """, or a text in quotes of its own: value = '"north"'."""
_IN_OPTION = """ or 8%, or a text in quotes: --set 'Sheet1!B7="north"'."""
_CellText = InputText | OutputText | ValueText


def resolve_setup(setup: SetupFile, workbook: Workbook) -> SimulationChoice:
    """The choice that a set-up means in this workbook.

    Raises:
        SetupInvalid: in one line that names the file or option, the cell and the reason.
    """
    resolution = _Resolution(workbook)
    inputs = tuple(resolution.input(text) for text in setup.inputs)
    fixed = dict(resolution.value(text) for text in setup.values)
    outputs = tuple(resolution.outputs(setup.outputs))
    correlations = tuple(resolution.correlations(setup.correlations))
    return SimulationChoice(inputs, outputs, fixed, correlations, resolution.limits(setup.limits))


class _Resolution:
    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._source_by_taken: dict[CellAddress, str] = {}

    def input(self, text: InputText) -> InputChoice:
        cell = self._stored_cell(text)
        self._take(cell, text)
        try:
            distribution = parse_distribution(text.distribution)
        except SetupInvalid as error:
            raise SetupInvalid(_told(text, f"{self._shown(cell)}: {error.title}"), error.detail) from error
        return InputChoice(cell, distribution, text.name)

    def value(self, text: ValueText) -> tuple[CellAddress, Scalar]:
        cell = self._stored_cell(text)
        if self._holds_formula(cell):
            raise _refused(text, f"{self._shown(cell)} holds a formula; only a constant can be set")
        if isinstance(text.value, str) and not text.is_quoted and self._holds_number(cell):
            # Excel's sums pass over a text in a cell without a word
            raise SetupInvalid(
                _told(text, f"{self._shown(cell)} holds a number, and {text.value!r} would be a text"),
                f"Write a number like 0.08{_IN_OPTION if text.source == '--set' else _IN_FILE}",
            )
        self._take(cell, text)
        return cell, text.value

    def outputs(self, texts: Iterable[OutputText]) -> Iterable[OutputChoice]:
        seen: set[CellAddress] = set()
        for text in texts:
            cell = self._stored_cell(text)
            if cell in seen:
                raise _refused(text, f"{self._shown(cell)} is an output twice")
            seen.add(cell)
            yield OutputChoice(cell, text.name)

    def limits(self, texts: Iterable[LimitText]) -> dict[CellAddress, tuple[float, ...]]:
        found: dict[CellAddress, list[float]] = {}
        for text in texts:
            cell = self._stored_cell(OutputText(text.source, text.cell))
            found.setdefault(cell, []).append(text.limit)
        return {cell: tuple(limits) for cell, limits in found.items()}

    def correlations(self, texts: Iterable[CorrelationText]) -> Iterable[CorrelationChoice]:
        seen: set[frozenset[CellAddress]] = set()
        for text in texts:
            first, second = (
                self._stored_cell(OutputText(text.source, cell)) for cell in (text.first, text.second)
            )
            shown = f"{self._shown(first)} and {self._shown(second)}"
            if first == second:
                raise _refused(text, f"{self._shown(first)} is correlated with itself")
            if not -1.0 <= text.rank <= 1.0:
                raise _refused(text, f"the rank correlation of {shown}, {text.rank}, is not from -1 to 1")
            pair = frozenset((first, second))
            if pair in seen:
                raise _refused(text, f"the correlation of {shown} is given twice")
            seen.add(pair)
            yield CorrelationChoice(first, second, text.rank)

    def _stored_cell(self, text: _CellText) -> CellAddress:
        cell = self._cell(text)
        if self._workbook.sheets[cell.sheet].position(cell.row, cell.column) < 0:
            raise _refused(text, f"{self._shown(cell)} is an empty cell of {self._workbook.path.name}")
        return cell

    def _cell(self, text: _CellText) -> CellAddress:
        try:
            sheet_name, row, column = parse_cell_text(text.cell)
        except InputRefused as error:
            raise SetupInvalid(_told(text, error.title), error.detail) from error
        book = self._workbook
        names = ", ".join(sheet.name for sheet in book.sheets[:10])
        if sheet_name is None:
            if len(book.sheets) != 1:
                raise _refused(text, f"{text.cell} names no sheet; {book.path.name} has {names}")
            return CellAddress(0, row, column)
        sheet = book.sheet_index(sheet_name)
        if sheet is None:
            near = get_close_matches(sheet_name, [sheet.name for sheet in book.sheets], n=1)
            reason = f"{text.cell}: {book.path.name} has no sheet {sheet_name!r}"
            raise _refused(
                text, f"{reason}, perhaps {near[0]} is meant" if near else f"{reason}, but {names}"
            )
        return CellAddress(sheet, row, column)

    def _take(self, cell: CellAddress, text: InputText | ValueText) -> None:
        source = self._source_by_taken.get(cell)
        if source is not None:
            by = f" by {source}" if source else ""
            raise _refused(text, f"{self._shown(cell)} was already given a value{by}")
        self._source_by_taken[cell] = text.source

    def _holds_formula(self, cell: CellAddress) -> bool:
        sheet = self._workbook.sheets[cell.sheet]
        place = sheet.position(cell.row, cell.column)
        return bool(sheet.formulas[place] >= 0 or sheet.owners[place] >= 0)

    def _holds_number(self, cell: CellAddress) -> bool:
        sheet = self._workbook.sheets[cell.sheet]
        return bool(sheet.kinds[sheet.position(cell.row, cell.column)] == CellKind.NUMBER)

    def _shown(self, cell: CellAddress) -> str:
        return format_cell(self._workbook.sheets[cell.sheet].name, cell.row, cell.column)


def _refused(text: _CellText | CorrelationText, reason: str) -> SetupInvalid:
    return SetupInvalid(_told(text, reason))


def _told(text: _CellText | CorrelationText, reason: str) -> str:
    """The reason, after the file or option that gives it; what was marked in the window has none."""
    return f"{text.source}: {reason}" if text.source else reason
