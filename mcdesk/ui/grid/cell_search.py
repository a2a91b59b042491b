"""Finds a text in the cells of a workbook, piece by piece, so that a window stays alive meanwhile."""

from collections.abc import Iterator

import numpy as np

from mcdesk.model.addresses import CellAddress
from mcdesk.model.workbook import CellKind, Sheet, Workbook
from mcdesk.ui.grid.cell_texts import CellTexts

CELLS_PER_PIECE = 1_000
_OF_NUMBERS = frozenset("0123456789.,-%$()/:")
_SAMPLE = 45_000.75


def search_cells(workbook: Workbook, wanted: str, texts: CellTexts) -> Iterator[tuple[CellAddress, ...]]:
    """Yield the cells whose value, as shown, or formula holds a text in any case; all sheets in order.

    Numbers are found with and without their commas. Each piece is of 1,000 cells; most yield nothing.
    """
    search = _Search(workbook, wanted, texts)
    for sheet in workbook.sheets:
        for start in range(0, sheet.cell_count, CELLS_PER_PIECE):
            yield search.hits(sheet, slice(start, start + CELLS_PER_PIECE))


class _Search:
    """What is known of strings and formats from earlier pieces."""

    def __init__(self, workbook: Workbook, wanted: str, texts: CellTexts) -> None:
        self._wanted, self._texts = wanted.casefold(), texts
        self._strings = workbook.strings
        self._is_hit_by_string: dict[int, bool] = {}
        has_figures = bool(_OF_NUMBERS & set(wanted))
        self._may_show = np.array(
            [
                has_figures or any(map(str.isalpha, texts.number(_SAMPLE, style)))
                for style in range(len(workbook.number_formats))
            ]
        )

    def hits(self, sheet: Sheet, part: slice) -> tuple[CellAddress, ...]:
        """The cells of a piece that hold the text."""
        kinds, styles = sheet.kinds[part], sheet.styles[part]
        is_asked = (kinds != CellKind.NUMBER) & (kinds != CellKind.BLANK)
        is_asked |= (kinds == CellKind.NUMBER) & self._may_show[styles]
        is_asked |= (sheet.formulas[part] >= 0) | (sheet.owners[part] >= 0)
        places = np.flatnonzero(is_asked) + part.start
        columns = (sheet.kinds, sheet.numbers, sheet.texts, sheet.styles, sheet.formulas)
        cells = zip(places.tolist(), *(each[places].tolist() for each in columns), strict=True)
        found = [
            place
            for place, kind, number, text, style, formula in cells
            if self._shows(kind, number, text, style) or (formula >= 0 and self._computes(sheet, place))
        ]
        return tuple(
            CellAddress(sheet.index, int(sheet.rows[place]), int(sheet.columns[place])) for place in found
        )

    def _shows(self, kind: int, number: float, text: int, style: int) -> bool:
        if kind == CellKind.TEXT:
            known = self._is_hit_by_string.get(text)
            if known is None:
                known = self._is_hit_by_string[text] = self._wanted in self._strings[text].casefold()
            return known
        shown = self._texts.stored(kind, number, text, style).casefold()
        return self._wanted in shown or self._wanted in shown.replace(",", "")

    def _computes(self, sheet: Sheet, place: int) -> bool:
        return self._wanted in self._texts.formula(sheet, place).casefold()
