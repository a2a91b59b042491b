"""One worksheet part to columns of cells: formulas and cached values in a single pass."""

from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import MAX_COLUMNS, MAX_ROWS, Rectangle, column_index, format_a1
from mcdesk.model.cell_values import parse_address, parse_extent, parse_index, parse_number, parse_value
from mcdesk.model.package import PartRefused
from mcdesk.model.sheet_formulas import SheetFormulas
from mcdesk.model.string_pool import StringPool
from mcdesk.model.workbook import CellKind, ColumnWidth, ConstantValue
from mcdesk.model.xml_parts import MOST_DEPTH, TOO_DEEP, Attributes, is_true

_NO_INDEX: Final = -1
# Excel makes no column wider.
_MOST_WIDTH: Final = 255.0


class SheetCells:
    """Growing columns of the stored cells of one sheet, in the order of the file."""

    def __init__(self) -> None:
        self.rows = array("i")
        self.columns = array("i")
        self.kinds = array("B")
        self.numbers = array("d")
        self.texts = array("i")
        self.formulas = array("i")
        self.styles = array("i")
        self.has_cache = array("B")
        self.hidden_rows: list[int] = []
        self.filters: list[Rectangle] = []
        self.merged: list[Rectangle] = []
        # More than one for each column say the same column twice, and the last one counts.
        self.column_widths: deque[ColumnWidth] = deque(maxlen=MAX_COLUMNS)

    def add_blank(self, row: int, column: int) -> None:
        """Add a cell of which the file stores nothing."""
        self.rows.append(row)
        self.columns.append(column)
        self.kinds.append(CellKind.BLANK)
        self.numbers.append(0.0)
        self.texts.append(_NO_INDEX)
        self.formulas.append(_NO_INDEX)
        self.styles.append(0)
        self.has_cache.append(False)


class SheetParser:
    """Takes the XML events of one worksheet; afterwards `cells` and the formulas hold its content.

    Args:
        cell_limit: cells that may still be read, over all sheets.
    """

    def __init__(
        self, formulas: SheetFormulas, strings: StringPool, date_1904: bool, cell_limit: int
    ) -> None:
        self.cells = SheetCells()
        self.cell_count = 0
        self._formulas = formulas
        self._strings = strings
        self._date_1904 = date_1904
        self._cell_limit = cell_limit
        self._starts: dict[str, Callable[[Attributes], None]] = {}
        self._ends: dict[str, Callable[[], None]] = {}
        self._pieces: list[str] = []
        self.text = self._pieces.append
        self._depth = 0
        self._row = self._column = -1
        self._row_digits = ""
        self._column_by_letters: dict[str, int] = {}
        self._style_by_text: dict[str, int] = {}
        self._phonetic_depth = 0
        self._filter_text = ""
        self._begin_cell({})

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element; the first says which namespace counts."""
        if not self._starts:
            self._learn_names(name)
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise PartRefused(TOO_DEEP)
        reader = self._starts.get(name)
        if reader is not None:
            reader(attributes)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self._depth -= 1
        reader = self._ends.get(name)
        if reader is not None:
            reader()

    def _learn_names(self, root: str) -> None:
        address, space, _ = root.rpartition(" ")
        starts = {
            "row": self._start_row, "c": self._start_cell, "f": self._start_formula, "v": self._start_text,
            "t": self._start_text, "rPh": self._start_phonetic, "col": self._read_column_width,
            "mergeCell": self._read_merged, "autoFilter": self._read_filter,
            "filterColumn": self._activate_filter,
        }  # fmt: skip
        ends = {
            "c": self._end_cell, "f": self._end_formula, "v": self._end_value, "t": self._end_rich_text,
            "rPh": self._end_phonetic,
        }  # fmt: skip
        self._starts = {address + space + local: reader for local, reader in starts.items()}
        self._ends = {address + space + local: reader for local, reader in ends.items()}

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else parse_index(number) - 1
        if not 0 <= self._row < MAX_ROWS:
            raise PartRefused(f"row {number or self._row + 1} lies outside of a sheet")
        self._row_digits = str(self._row + 1)
        self._column = -1
        if "hidden" in attributes and is_true(attributes["hidden"]):
            self.cells.hidden_rows.append(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        self.cell_count += 1
        if self.cell_count > self._cell_limit:
            raise PartRefused("it has too many cells")
        address = attributes.get("r")
        if address is None:
            self._column += 1
        else:
            self._go_to(address)
        if not 0 <= self._column < MAX_COLUMNS or self._row < 0:
            raise PartRefused("a cell lies outside of its sheet")
        self._begin_cell(attributes)

    def _go_to(self, address: str) -> None:
        digits = self._row_digits
        letters = address[: -len(digits)] if digits and address.endswith(digits) else ""
        column = self._column_by_letters.get(letters)
        if column is None:
            # The slow way also judges the address; the letters of a good one are remembered.
            self._row, column = parse_address(address)
            if letters.isalpha() and column_index(letters) == column:
                self._column_by_letters[letters] = column
            self._row_digits = str(self._row + 1)
        self._column = column

    def _begin_cell(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._value_text: str | None = None
        self._formula_attributes: Attributes | None = None
        self._formula_text = ""
        self._rich_text: list[str] | None = None

    def _start_text(self, _attributes: Attributes) -> None:
        self._pieces.clear()

    def _start_formula(self, attributes: Attributes) -> None:
        self._pieces.clear()
        self._formula_attributes = attributes

    def _end_formula(self) -> None:
        self._formula_text = "".join(self._pieces)

    def _end_value(self) -> None:
        self._value_text = "".join(self._pieces)

    def _end_rich_text(self) -> None:
        if not self._phonetic_depth:
            self._rich_text = self._rich_text or []
            self._rich_text.append("".join(self._pieces))

    def _start_phonetic(self, _attributes: Attributes) -> None:
        self._phonetic_depth += 1

    def _end_phonetic(self) -> None:
        self._phonetic_depth -= 1

    def _end_cell(self) -> None:
        try:
            self._store_cell()
        except ValueError as error:
            raise PartRefused(f"{format_a1(self._row, self._column)}: {error}") from error

    def _store_cell(self) -> None:
        formula = _NO_INDEX
        if self._formula_attributes is not None:
            formula = self._formulas.add(
                self._formula_text,
                self._formula_attributes,
                (self._row, self._column),
                is_dynamic=self._attributes.get("cm", "0") != "0",
            )
        kind, number, text = self._value()
        has_value = kind is not CellKind.BLANK
        if not has_value and formula == _NO_INDEX:
            return
        cells = self.cells
        cells.rows.append(self._row)
        cells.columns.append(self._column)
        cells.kinds.append(kind)
        cells.numbers.append(number)
        cells.texts.append(text)
        cells.formulas.append(formula)
        cells.styles.append(self._style())
        cells.has_cache.append(has_value)

    def _style(self) -> int:
        text = self._attributes.get("s", "0")
        style = self._style_by_text.get(text)
        if style is None:
            style = self._style_by_text[text] = parse_index(text)
        return style

    def _value(self) -> tuple[CellKind, float, int]:
        kind, text = self._attributes.get("t", "n"), self._value_text
        if text is not None and kind == "n" and text:
            # By far the most cells; the slow way judges what Python's float is too lenient about.
            number = _plain_number(text)
            if number is not None:
                return CellKind.NUMBER, number, _NO_INDEX
        if kind == "s" and text:
            return CellKind.TEXT, 0.0, self._strings.shared(parse_index(text))
        if kind == "inlineStr" and self._rich_text is not None:
            text = "".join(self._rich_text)
        if text is None:
            return CellKind.BLANK, 0.0, _NO_INDEX
        return self._classified(parse_value(kind, text, self._date_1904) if kind != "s" else None)

    def _classified(self, value: ConstantValue | None) -> tuple[CellKind, float, int]:
        match value:
            case None:
                return CellKind.BLANK, 0.0, _NO_INDEX
            case str():
                return CellKind.TEXT, 0.0, self._strings.add(value)
            case bool():
                return CellKind.LOGICAL, float(value), _NO_INDEX
            case ErrorCode():
                return CellKind.ERROR, float(value), _NO_INDEX
            case _:
                return CellKind.NUMBER, value, _NO_INDEX

    def _read_column_width(self, attributes: Attributes) -> None:
        first, last = parse_index(attributes["min"]) - 1, parse_index(attributes["max"]) - 1
        width = min(max(parse_number(attributes.get("width", "8.43")), 0.0), _MOST_WIDTH)
        is_hidden = is_true(attributes.get("hidden"))
        if 0 <= first <= last < MAX_COLUMNS:
            self.cells.column_widths.append(ColumnWidth(first, last, width, is_hidden))

    def _read_filter(self, attributes: Attributes) -> None:
        self._filter_text = attributes.get("ref", "")

    def _activate_filter(self, _attributes: Attributes) -> None:
        # a filter without a criterion hides nothing
        if self._filter_text:
            area = parse_extent(self._filter_text, self._formulas.sheet)
            self._filter_text = ""
            self.cells.filters.append(replace(area, top=min(area.top + 1, area.bottom)))

    def _read_merged(self, attributes: Attributes) -> None:
        self.cells.merged.append(parse_extent(attributes["ref"], self._formulas.sheet))


def _plain_number(text: str) -> float | None:
    """Return the number, or None where the text needs a closer look."""
    try:
        number = float(text)
    except ValueError:
        return None
    # Python also reads `1_0`, digits of other scripts, infinities and NaN; the last two are not zero here.
    is_plain = number - number == 0.0 and "_" not in text and text.isascii()
    return number if is_plain else None
