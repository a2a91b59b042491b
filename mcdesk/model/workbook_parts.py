"""The parts of a workbook beside its sheets: list of sheets, names, settings, shared strings, tables."""

from dataclasses import dataclass, field

from mcdesk.model.cell_values import parse_extent, parse_index, parse_number, unescape
from mcdesk.model.package import Package, PartRefused
from mcdesk.model.string_pool import StringPool
from mcdesk.model.workbook import DefinedName, Table
from mcdesk.model.xml_parts import Attributes, is_true, read_elements, relationship_id

_MAX_ITERATIONS = 32_767


@dataclass(slots=True)
class SheetEntry:
    """A sheet in the list of the workbook; its part is found through the relationship."""

    name: str
    relationship_id: str | None
    is_hidden: bool


@dataclass(slots=True)
class WorkbookPart:
    """What the workbook part itself says."""

    sheets: list[SheetEntry] = field(default_factory=list)
    names: list[DefinedName] = field(default_factory=list)
    external_ids: list[str | None] = field(default_factory=list)
    date_1904: bool = False
    is_iterative: bool = False
    iterate_count: int = 100
    iterate_delta: float = 0.001

    def read(self, parent: str, name: str, attributes: Attributes, text: str) -> None:
        """Take one element."""
        match parent, name:
            case "sheets", "sheet":
                is_hidden = attributes.get("state", "visible") != "visible"
                entry = SheetEntry(unescape(attributes["name"]), relationship_id(attributes), is_hidden)
                self.sheets.append(entry)
            case "definedNames", "definedName":
                self.names.append(_defined_name(attributes, text))
            case "externalReferences", "externalReference":
                self.external_ids.append(relationship_id(attributes))
            case "workbook", "workbookPr":
                self.date_1904 = is_true(attributes.get("date1904"))
            case "workbook", "calcPr":
                self.is_iterative = is_true(attributes.get("iterate"))
                self.iterate_count = min(parse_index(attributes.get("iterateCount", "100")), _MAX_ITERATIONS)
                self.iterate_delta = parse_number(attributes.get("iterateDelta", "0.001"))
            case _:
                pass


def read_workbook_part(package: Package, part: str) -> WorkbookPart:
    """Read the list of sheets, the names and the settings.

    Raises:
        WorkbookUnreadable: if the part is damaged, or lists more sheets than there are parts.
    """
    workbook = WorkbookPart()

    def read(parent: str, name: str, attributes: Attributes, text: str) -> None:
        workbook.read(parent, name, attributes, text)
        # each sheet has a part of its own, but an entry costs far less than one
        if len(workbook.sheets) > package.part_count:
            raise PartRefused("it lists more sheets than it has parts")

    read_elements(package, part, read)
    return workbook


def read_shared_strings(package: Package, part: str, strings: StringPool) -> None:
    """Add the shared strings of the file; of rich text only the text, without phonetic readings.

    Raises:
        WorkbookUnreadable: if the part is damaged.
    """
    pieces: list[str] = []

    def read(parent: str, name: str, attributes: Attributes, text: str) -> None:
        if name == "t" and parent in ("si", "r"):
            pieces.append(text)
        elif name == "si":
            strings.add_shared(unescape("".join(pieces)))
            pieces.clear()

    read_elements(package, part, read)


def read_table(package: Package, part: str, sheet: int) -> Table:
    """Read one worksheet table.

    Raises:
        WorkbookUnreadable: if the part is damaged.
    """
    columns: list[str] = []
    tables: list[Table] = []
    criteria: list[Attributes] = []

    def read(parent: str, name: str, attributes: Attributes, text: str) -> None:
        if name == "tableColumn":
            columns.append(unescape(attributes["name"]))
        elif name == "filterColumn":
            criteria.append(attributes)
        elif name == "table":
            tables.append(_table(attributes, sheet, tuple(columns), bool(criteria)))

    read_elements(package, part, read)
    with package.refusing(part):
        return tables[0]


def _table(attributes: Attributes, sheet: int, columns: tuple[str, ...], is_filtered: bool) -> Table:
    return Table(
        name=unescape(attributes.get("displayName") or attributes["name"]),
        extent=parse_extent(attributes["ref"], sheet),
        header_row_count=parse_index(attributes.get("headerRowCount", "1")),
        totals_row_count=parse_index(attributes.get("totalsRowCount", "0")),
        columns=columns,
        is_filtered=is_filtered,
    )


def _defined_name(attributes: Attributes, text: str) -> DefinedName:
    sheet = attributes.get("localSheetId")
    return DefinedName(
        name=unescape(attributes["name"]),
        sheet=None if sheet is None else parse_index(sheet),
        text=text.strip().removeprefix("="),
        is_hidden=is_true(attributes.get("hidden")),
    )
