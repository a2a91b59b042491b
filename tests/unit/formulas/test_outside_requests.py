"""Formulas that ask for something outside of their file: nothing is opened, started or connected to."""

import sys
from pathlib import Path

import pytest

from mcdesk.formulas.cell_store import Obstacle
from mcdesk.formulas.evaluator import Calculation
from mcdesk.formulas.parity import compare_workbook
from mcdesk.formulas.values import Scalar
from mcdesk.model.addresses import CellAddress
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import SheetContent, write_xlsx

KEPT = 7.0
WEB = "http://127.0.0.1:9/x"
# the value in the file, as Excel left it
STORED = (
    f'WEBSERVICE("{WEB}")',
    f'IMAGE("{WEB}")',
    'RTD("prices",,"x")',
    'CALL("kernel32","WinExec","JCJ","calc",0)',
    'REGISTER.ID("kernel32","Beep")',
)
REFUSED = ("cmd|'/c calc'!A1", "[1]!'cmd|/c calc'", 'EXEC("calc")', f'FILTERXML(WEBSERVICE("{WEB}"),"//a")')
CALCULATED = (
    "INDIRECT(\"'[other.xlsx]S'!A1\")",
    "INDIRECT(\"'{folder}/[other.xlsx]S'!A1\")",
    f'HYPERLINK("{WEB}","text")',
    'INFO("directory")',
    'CELL("filename",A1)',
)
# what Python tells of a file, a process, a library or a network
TOLD = ("open", "os.", "subprocess.", "socket.", "ctypes.", "urllib.", "webbrowser.", "shutil.", "pty.")


def events_of(path: Path) -> set[str]:
    """What Python tells of while a workbook is read and calculated, but for files of the program itself."""
    found: set[str] = set()
    is_watched = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if is_watched and event.startswith(TOLD):
            found.add(f"{event} {arguments[0] if arguments else ''}")

    compare_workbook(read_workbook(path))
    # what is loaded late was loaded by now
    sys.addaudithook(watch)
    compare_workbook(read_workbook(path))
    is_watched.clear()
    return found


def book(folder: Path, *formulas: str) -> Path:
    texts = [each.replace("{folder}", str(folder)) for each in formulas]
    cells: SheetContent = {f"A{row}": (f"={text}", KEPT) for row, text in enumerate(texts, 1)}
    write_xlsx(folder / "other.xlsx", {"S": {"A1": 99.0}})
    external = [("other.xlsx", {"S": {"A1": 5.0}})]
    return write_xlsx(folder / "b.xlsx", {"T": cells}, external=external, parts={"xl/vbaProject.bin": b"x"})


def value(folder: Path, formula: str) -> Scalar | Obstacle:
    workbook = read_workbook(book(folder, formula))
    return Calculation(workbook, now_serial=45_000.0).value(CellAddress(0, 0, 0))


def test_that_nothing_is_opened_started_or_connected_to(tmp_path: Path) -> None:
    path = book(tmp_path, "[1]S!A1", *STORED, *REFUSED, *CALCULATED)

    assert events_of(path) == {f"open {path}"}


@pytest.mark.parametrize("formula", STORED)
def test_that_the_value_of_the_file_stands_for_what_is_outside(tmp_path: Path, formula: str) -> None:
    assert value(tmp_path, formula) == KEPT


def test_that_a_cell_of_another_file_is_the_one_that_this_file_keeps(tmp_path: Path) -> None:
    assert value(tmp_path, "[1]S!A1") == 5.0


@pytest.mark.parametrize("formula", REFUSED)
def test_that_what_is_no_formula_of_a_cell_is_refused(tmp_path: Path, formula: str) -> None:
    assert isinstance(value(tmp_path, formula), Obstacle)
