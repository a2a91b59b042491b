"""`.xlsx` and `.xlsm` files to Workbooks; reads, never computes, and follows no link.

docs/decisions/0001-workbook-reader.md says why it is written over expat.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mcdesk.foundation.cancellation import CancelToken
from mcdesk.model.addresses import MAX_COLUMNS
from mcdesk.model.external_links import read_external_book
from mcdesk.model.number_formats import read_number_formats
from mcdesk.model.package import Package, PartRefused, ReadBudget, ReadLimits, open_package
from mcdesk.model.sheet_formulas import SheetFormulas
from mcdesk.model.sheet_layout import disjoint_areas, disjoint_widths
from mcdesk.model.sheet_parser import SheetCells, SheetParser
from mcdesk.model.string_pool import StringPool
from mcdesk.model.workbook import DefinedName, Diagnostic, ExternalBook, Formula, Sheet, Table, Workbook
from mcdesk.model.workbook_parts import (
    SheetEntry,
    WorkbookPart,
    read_shared_strings,
    read_table,
    read_workbook_part,
)
from mcdesk.model.xml_parts import Relationship, parse_part, read_relationships

# Cells that array formulas may fill without the file storing them.
_MOST_ABSENT = 1_200_000
_Element = TypeVar("_Element", bound=np.generic)


def read_workbook(
    path: Path,
    cancel: CancelToken | None = None,
    limits: ReadLimits | None = None,
    now: Callable[[], float] = time.monotonic,
) -> Workbook:
    """Read a workbook file as it stands: constants, formulas and the values that Excel left in them.

    Raises:
        WorkbookUnreadable: if the file is missing, damaged, hostile or in another format.
        Cancelled: if `cancel` was cancelled meanwhile.
    """
    budget = ReadBudget(limits or ReadLimits(), cancel, now)
    with open_package(Path(path), budget) as (package, sha256, byte_count):
        reader = _WorkbookReader(package)
        reader.read()
        return Workbook(
            path=package.path,
            sha256=sha256,
            byte_count=byte_count,
            sheets=tuple(reader.sheets),
            strings=reader.strings.texts(),
            formulas=tuple(reader.formulas),
            names=tuple(reader.names),
            tables=tuple(reader.tables),
            number_formats=reader.number_formats,
            date_1904=reader.part.date_1904,
            is_iterative=reader.part.is_iterative,
            iterate_count=reader.part.iterate_count,
            iterate_delta=reader.part.iterate_delta,
            external_books=tuple(reader.external_books),
            diagnostics=tuple(reader.diagnostics),
        )


class _WorkbookReader:
    """Reads the parts of one package in the order in which they need each other."""

    def __init__(self, package: Package) -> None:
        self.sheets: list[Sheet] = []
        self.formulas: list[Formula] = []
        self.tables: list[Table] = []
        self.names: list[DefinedName] = []
        self.external_books: list[ExternalBook] = []
        self.diagnostics: list[Diagnostic] = []
        self.number_formats: tuple[str, ...] = ("General",)
        self.strings = StringPool()
        self.part = WorkbookPart()
        self._package = package
        self._links: dict[str, Relationship] = {}
        self._cells_left = package.budget.limits.cell_count
        self._absent_left = _MOST_ABSENT

    def read(self) -> None:
        workbook_part = _find_workbook_part(self._package)
        self._links = read_relationships(self._package, workbook_part)
        self.part = read_workbook_part(self._package, workbook_part)
        for link in self._links.values():
            self._read_common_part(link)
        for index, entry in enumerate(self.part.sheets):
            self._read_sheet(index, entry)
        self._keep_names()
        self._read_external_books()
        if not self.sheets:
            with self._package.refusing(workbook_part):
                raise PartRefused("it has no sheets")

    def _read_common_part(self, link: Relationship) -> None:
        if link.is_external or not self._package.has_part(link.target):
            return
        if link.kind == "sharedStrings":
            read_shared_strings(self._package, link.target, self.strings)
        elif link.kind == "styles":
            self.number_formats = read_number_formats(self._package, link.target)

    def _read_sheet(self, index: int, entry: SheetEntry) -> None:
        with self._package.refusing(f"sheet {entry.name}"):
            self._look_up()
            link = self._links.get(entry.relationship_id or "")
            if link is None or link.is_external:
                raise PartRefused("the list of sheets names a part that is missing")
        formulas = SheetFormulas(index, self.formulas)
        parser = SheetParser(formulas, self.strings, self.part.date_1904, self._cells_left)
        if link.kind == "worksheet" or link.kind == "xlMacrosheet":
            parse_part(self._package, link.target, parser, f"sheet {entry.name}")
            self._read_tables(link.target, index)
        self._cells_left -= parser.cell_count
        with self._package.refusing(f"sheet {entry.name}"):
            self.sheets.append(self._sheet(index, entry, parser.cells, formulas))

    def _sheet(self, index: int, entry: SheetEntry, cells: SheetCells, formulas: SheetFormulas) -> Sheet:
        self._add_absent(cells, formulas)
        keys = _keys(cells)
        order = _row_major_order(keys)
        if order is not None:
            keys = keys[order]

        def ordered(values: object, element: type[_Element]) -> npt.NDArray[_Element]:
            column = _column(values, element)
            return column if order is None else column[order]

        styles = ordered(cells.styles, np.int32)
        styles[(styles < 0) | (styles >= len(self.number_formats))] = 0
        return Sheet(
            name=entry.name,
            index=index,
            is_hidden=entry.is_hidden,
            rows=ordered(cells.rows, np.int32),
            columns=ordered(cells.columns, np.int32),
            kinds=ordered(cells.kinds, np.uint8),
            numbers=ordered(cells.numbers, np.float64),
            texts=ordered(cells.texts, np.int32),
            formulas=ordered(cells.formulas, np.int32),
            styles=styles,
            has_cache=ordered(cells.has_cache, np.bool_),
            owners=formulas.finish(keys, self._look_up),
            hidden_rows=np.array(sorted(set(cells.hidden_rows)), dtype=np.int32),
            filters=tuple(cells.filters),
            merged=disjoint_areas(cells.merged, self._look_up),
            column_widths=disjoint_widths(cells.column_widths),
        )

    def _look_up(self) -> None:
        """See whether reading was cancelled or takes too long."""
        self._package.budget.spend(0)

    def _add_absent(self, cells: SheetCells, formulas: SheetFormulas) -> None:
        """Add the cells that array formulas fill and the file leaves out, as openpyxl's do."""
        absent = formulas.absent_cells(_keys(cells), self._package.budget.limits.cell_count)
        self._cells_left -= len(absent)
        self._absent_left -= len(absent)
        if min(self._cells_left, self._absent_left) < 0:
            raise PartRefused("it has too many cells")
        for key in absent.tolist():
            cells.add_blank(*divmod(key, MAX_COLUMNS))

    def _read_tables(self, sheet_part: str, sheet: int) -> None:
        for link in read_relationships(self._package, sheet_part).values():
            if link.kind == "table" and not link.is_external:
                self.tables.append(read_table(self._package, link.target, sheet))

    def _keep_names(self) -> None:
        for name in self.part.names:
            if name.sheet is None or 0 <= name.sheet < len(self.sheets):
                self.names.append(name)
            else:
                self.diagnostics.append(Diagnostic(f"The name {name.name} belongs to no sheet"))

    def _read_external_books(self) -> None:
        for index, relationship in enumerate(self.part.external_ids, 1):
            with self._package.refusing():
                self._look_up()
            link = self._links.get(relationship or "")
            if link is None or link.is_external or not self._package.has_part(link.target):
                self.diagnostics.append(Diagnostic(f"The values of linked workbook [{index}] are missing"))
                self.external_books.append(ExternalBook(index, "", (), {}))
            else:
                book = read_external_book(self._package, link.target, index, self.part.date_1904)
                self.external_books.append(book)


def _find_workbook_part(package: Package) -> str:
    targets = [
        link.target for link in read_relationships(package, "").values() if link.kind == "officeDocument"
    ]
    with package.refusing():
        for part in [*targets, "xl/workbook.xml"]:
            if part.lower().endswith(".bin"):
                raise PartRefused("it is a binary workbook (.xlsb), which is not supported")
            if package.has_part(part) and part.lower().endswith(".xml"):
                return part
        if package.has_part("xl/workbook.bin"):
            raise PartRefused("it is a binary workbook (.xlsb), which is not supported")
        raise PartRefused("it is not an Excel workbook (.xlsx or .xlsm)")


def _keys(cells: SheetCells) -> npt.NDArray[np.int64]:
    return _column(cells.rows, np.int64) * MAX_COLUMNS + _column(cells.columns, np.int64)


def _column(values: object, element: type[_Element]) -> npt.NDArray[_Element]:
    return np.array(values, dtype=element)


def _row_major_order(keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    """Return the order that sorts the cells, the last of several at one address; None if they are sorted."""
    if bool((keys[1:] > keys[:-1]).all()):
        return None
    order = np.argsort(keys, kind="stable")
    is_last = np.append(keys[order][1:] != keys[order][:-1], True)
    sorted_places: npt.NDArray[np.int64] = order[is_last]
    return sorted_places
