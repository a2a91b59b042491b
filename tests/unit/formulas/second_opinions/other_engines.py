"""What other spreadsheet engines make of formulas; each is None where it is not installed."""

import datetime
import importlib
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from mcdesk.formulas.cell_store import cached_value
from mcdesk.foundation.error_codes import ErrorCode
from mcdesk.model.addresses import parse_cell_text
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import CellContent, write_xlsx

Opinion = float | str | bool | None
COLUMN = "K"
_CONTENT_TYPES = "".join(
    (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
        '<Default Extension="xml" ContentType="application/xml"/>',
        *(
            f'<Override PartName="/xl/{part}.xml" ContentType="application/vnd.openxmlformats-officedocument'
            f'.spreadsheetml.{kind}+xml"/>'
            for part, kind in (
                ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles"),
            )
        ),
        "</Types>",
    )
)  # fmt: skip


def module(name: str) -> ModuleType | None:
    """The package, if it is installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def libreoffice() -> str | None:
    """The program, if it is installed."""
    return shutil.which("soffice")


def asked_ironcalc(cells: Mapping[str, CellContent], formulas: Sequence[str]) -> list[Opinion]:
    """What IronCalc calculates; errors as text."""
    ironcalc = module("ironcalc")
    assert ironcalc is not None
    model = ironcalc.create("model", "en", "UTC", "en")
    for cell, value in cells.items():
        _, row, column = parse_cell_text(cell)
        if isinstance(value, bool):
            model.update_cell_with_bool(0, row + 1, column + 1, value)
        elif isinstance(value, float):
            model.update_cell_with_number(0, row + 1, column + 1, value)
        else:
            model.update_cell_with_text(0, row + 1, column + 1, value)
    for row, formula in enumerate(formulas, 1):
        model.set_user_input(0, row, 11, f"={formula}")
    model.evaluate()
    return [model.get_cell_value(0, row, 11) for row in range(1, len(formulas) + 1)]


def asked_formualizer(cells: Mapping[str, CellContent], formulas: Sequence[str]) -> list[Opinion]:
    """What formualizer calculates; errors as text, None where it refuses the formula."""
    formualizer = module("formualizer")
    assert formualizer is not None
    workbook = formualizer.Workbook()
    workbook.add_sheet("Sheet1")
    sheet = workbook.sheet("Sheet1")
    for cell, value in cells.items():
        _, row, column = parse_cell_text(cell)
        sheet.set_value(row + 1, column + 1, value)
    found: list[Opinion] = []
    for row, formula in enumerate(formulas, 1):
        sheet.set_formula(row, 11, f"={formula}")
        value = workbook.evaluate_cell("Sheet1", row, 11)
        if isinstance(value, dict):
            value = f"#{value['kind']}"
        elif value is not None and not isinstance(value, float | int | str | bool):
            value = _serial(value)
        found.append(value)
    return found


def asked_libreoffice(
    cells: Mapping[str, CellContent], formulas: Sequence[str], folder: Path
) -> list[Opinion]:
    """What LibreOffice calculates; errors as text."""
    program = libreoffice()
    assert program is not None
    sheet = {**cells, **{f"{COLUMN}{row}": f"={formula}" for row, formula in enumerate(formulas, 1)}}
    path = write_xlsx(folder / "asked.xlsx", {"Sheet1": sheet}, parts={"[Content_Types].xml": _CONTENT_TYPES})
    profile = f"-env:UserInstallation=file://{folder}/profile"
    target = ("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "answered"))
    subprocess.run(
        [program, "--headless", profile, *target, str(path)], check=True, capture_output=True, timeout=120
    )
    workbook = read_workbook(folder / "answered" / "asked.xlsx")
    answered = workbook.sheets[0]
    places = [answered.position(row, 10) for row in range(len(formulas))]
    values = [cached_value(workbook, answered, place) if place >= 0 else None for place in places]
    return [each.text if isinstance(each, ErrorCode) else each for each in values]  # type: ignore[misc]


def _serial(moment: object) -> float:
    if isinstance(moment, datetime.timedelta):
        return moment.total_seconds() / 86400
    if isinstance(moment, datetime.time):
        return (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86400
    if not isinstance(moment, datetime.datetime):
        assert isinstance(moment, datetime.date)
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    return (moment - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
