import hashlib
import zipfile
from pathlib import Path

import pytest

from mcdesk.foundation.cancellation import Cancelled, CancelToken
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import (
    write_parts,
    write_xlsx,
)
from tests.stored_cells import formula_at, value_at


def test_that_the_strict_edition_and_prefixes_read_alike(path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    sheet = (
        f'<x:worksheet xmlns:x="{strict}" xmlns:y="urn:other"><x:sheetData><x:row r="1"><x:c r="A1">'
        "<y:f>no</y:f><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )

    workbook = read_workbook(write_xlsx(path, {"S": {}}, parts={"xl/worksheets/sheet1.xml": sheet}))

    assert formula_at(workbook, 0, 0).text == "1+1"
    assert value_at(workbook, 0, 0) == 2.0


def test_that_a_part_without_a_namespace_is_read(path: Path) -> None:
    sheet = '<worksheet><sheetData><row r="1"><c r="A1"><v>2</v></c></row></sheetData></worksheet>'

    workbook = read_workbook(write_xlsx(path, {"S": {}}, parts={"xl/worksheets/sheet1.xml": sheet}))

    assert value_at(workbook, 0, 0) == 2.0


def test_that_utf_16_parts_are_read(path: Path) -> None:
    sheet = '<?xml version="1.0" encoding="UTF-16"?><worksheet><row><c t="str"><v>é</v></c></row></worksheet>'

    workbook = read_workbook(
        write_xlsx(path, {"S": {}}, parts={"xl/worksheets/sheet1.xml": sheet.encode("utf-16")})
    )

    assert value_at(workbook, 0, 0) == "é"


def test_that_the_workbook_part_is_found_without_package_relationships(path: Path) -> None:
    workbook = read_workbook(write_xlsx(path, {"S": {"A1": 1}}, parts={"_rels/.rels": None}))

    assert value_at(workbook, 0, 0) == 1.0


def test_that_the_hash_and_length_are_those_of_the_file(path: Path) -> None:
    workbook = read_workbook(write_xlsx(path, {"S": {}}))

    assert workbook.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert workbook.byte_count == path.stat().st_size


def test_that_reading_stops_when_cancelled(path: Path) -> None:
    write_xlsx(path, {"S": {"A1": 1}})
    token = CancelToken()
    token.cancel()

    with pytest.raises(Cancelled):
        read_workbook(path, token)


def test_that_parts_may_have_backslashes_and_other_case(path: Path, tmp_path: Path) -> None:
    source = zipfile.ZipFile(write_xlsx(path, {"S": {"A1": 1}}))
    parts = {name.replace("/", "\\").upper(): source.read(name) for name in source.namelist()}

    workbook = read_workbook(write_parts(tmp_path / "other.xlsx", parts))

    assert value_at(workbook, 0, 0) == 1.0
