"""Copies that a workbook keeps of cells of other workbooks; those workbooks themselves are never opened."""

from mcdesk.model.cell_values import parse_address, parse_index, parse_value
from mcdesk.model.package import Package
from mcdesk.model.workbook import ConstantValue, ExternalBook
from mcdesk.model.xml_parts import Attributes, read_elements, read_relationships, relationship_id


def read_external_book(package: Package, part: str, index: int, date_1904: bool) -> ExternalBook:
    """Read one external link with the values that the file keeps of it.

    Raises:
        WorkbookUnreadable: if the part is damaged.
    """
    reader = _ExternalReader(date_1904)
    read_elements(package, part, reader.read)
    link = read_relationships(package, part).get(reader.target_id or "")
    return ExternalBook(
        index=index,
        target="" if link is None else link.target,
        sheet_names=tuple(reader.sheet_names),
        cells=reader.cells,
        names=reader.names,
    )


class _ExternalReader:
    """Elements arrive at their end, so the cells of a sheet come before its number."""

    def __init__(self, date_1904: bool) -> None:
        self.sheet_names: list[str] = []
        self.cells: dict[tuple[str, int, int], ConstantValue] = {}
        self.names: dict[str, str] = {}
        self.target_id: str | None = None
        self._date_1904 = date_1904
        self._waiting: list[tuple[int, int, ConstantValue]] = []
        self._value_text = ""

    def read(self, parent: str, name: str, attributes: Attributes, text: str) -> None:
        match name:
            case "v":
                self._value_text = text
            case "cell":
                self._read_cell(attributes)
            case "sheetData":
                self._place_cells(parse_index(attributes.get("sheetId", "0")))
            case "sheetName":
                self.sheet_names.append(attributes.get("val", ""))
            case "definedName":
                self.names[attributes["name"].lower()] = attributes.get("refersTo", "").removeprefix("=")
            case "externalBook":
                self.target_id = relationship_id(attributes)
            case _:
                pass

    def _read_cell(self, attributes: Attributes) -> None:
        kind = attributes.get("t", "n")
        value = parse_value(kind, self._value_text, self._date_1904) if kind != "s" else None
        self._value_text = ""
        if value is not None:
            self._waiting.append((*parse_address(attributes["r"]), value))

    def _place_cells(self, sheet: int) -> None:
        if 0 <= sheet < len(self.sheet_names):
            name = self.sheet_names[sheet].lower()
            self.cells.update({(name, row, column): value for row, column, value in self._waiting})
        self._waiting.clear()
