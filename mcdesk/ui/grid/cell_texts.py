"""What stands in the cells of a workbook: values as their formats show them, and formulas."""

from collections.abc import Callable

from mcdesk.formulas.number_format import format_text
from mcdesk.formulas.values import BLANK, Scalar
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import format_a1
from mcdesk.model.workbook import CellKind, DataTable, FormulaKind, Sheet, Workbook
from mcdesk.ui import workshop
from mcdesk.ui.grid.quick_formats import NumberText, is_red, number_text_of

# No more: to forget them all takes part of a frame.
_MOST_KEPT = 20_000
# More than a cell can show would only make painting slow.
_MOST_CHARACTERS = 1_000


class CellTexts:
    """The texts of one workbook; those of numbers are kept, because cells are painted again and again."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[int, NumberText] = {}
        self._kept: dict[tuple[int, float], str] = {}
        self._red: dict[int, bool] = {}

    def number(self, value: float, style: int) -> str:
        """A number in the format of a style."""
        text = self._kept.get((style, value))
        if text is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            text = self._kept[style, value] = self._format(style)(value)
        return text

    def stored(self, kind: int, number: float, text: int, style: int) -> str:
        """What a cell of these columns of its sheet shows."""
        if kind == CellKind.NUMBER:
            return self.number(number, style)
        if kind == CellKind.TEXT:
            return self._text(self._workbook.strings[text], style)
        if kind == CellKind.LOGICAL:
            return "TRUE" if number else "FALSE"
        return ErrorCode(int(number)).text if kind == CellKind.ERROR else ""

    def scalar(self, value: Scalar, style: int) -> str:
        """A value in the format of a style."""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, ErrorCode):
            return value.text
        if value is BLANK:
            return ""
        return self.number(value, style) if isinstance(value, float) else self._text(str(value), style)

    def at(self, sheet: Sheet, place: int) -> str:
        """What the cell at a place of a sheet shows; nothing at -1."""
        if place < 0:
            return ""
        columns = (sheet.kinds, sheet.numbers, sheet.texts, sheet.styles)
        kind, number, text, style = (column[place].item() for column in columns)
        return self.stored(kind, number, text, style)

    def formula(self, sheet: Sheet, place: int) -> str:
        """The formula of the cell at a place of a sheet, with `=` and in braces as Excel shows it, or ""."""
        number = -1 if place < 0 else int(sheet.formulas[place])
        owner = -1 if place < 0 else int(sheet.owners[place])
        if owner >= 0:
            number = owner
        if number < 0:
            return ""
        formula = self._workbook.formulas[number]
        if formula.kind is FormulaKind.DATA_TABLE and formula.data_table is not None:
            return _table_text(formula.data_table)
        if not formula.text:
            return ""
        if formula.kind is FormulaKind.ARRAY:
            return f"={formula.text}" if formula.is_dynamic else f"{{={formula.text}}}"
        row, column = int(sheet.rows[place]), int(sheet.columns[place])
        return f"={workshop.shift_formula(formula.text, row - formula.row, column - formula.column)}"

    def is_red(self, value: float, style: int) -> bool:
        """Whether the format of a style shows this number in red."""
        if value >= 0.0:
            return False
        found = self._red.get(style)
        if found is None:
            found = self._red[style] = is_red(self._workbook.number_formats[style])
        return found

    def is_general(self, style: int) -> bool:
        """Whether a style lets a number have as many digits as there is room for."""
        return self._workbook.number_formats[style].casefold() == "general"

    def _format(self, style: int) -> Callable[[float], str]:
        found = self._formats.get(style)
        if found is None:
            code = self._workbook.number_formats[style]
            found = self._formats[style] = number_text_of(code, self._workbook.date_1904)
        return found

    def _text(self, value: str, style: int) -> str:
        code = self._workbook.number_formats[style]
        shown = value if code in ("General", "@") else format_text(value, code)
        return shown[:_MOST_CHARACTERS]


def _table_text(table: DataTable) -> str:
    first = "" if table.r1 is None else format_a1(table.r1.row, table.r1.column)
    second = "" if table.r2 is None else format_a1(table.r2.row, table.r2.column)
    if table.is_two_dimensional:
        return f"{{=TABLE({first},{second})}}"
    return f"{{=TABLE({first},)}}" if table.is_row else f"{{=TABLE(,{first})}}"
