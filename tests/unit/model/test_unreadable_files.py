import socket
import zipfile
from pathlib import Path

import pytest

from mcdesk.foundation.errors import WorkbookUnreadable
from mcdesk.model.package import ReadLimits
from mcdesk.model.xlsx_reader import read_workbook
from tests.builders_xlsx import MAIN, OFFICE, RawCell, write_parts, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def refusal(path: Path, limits: ReadLimits | None = None) -> str:
    """The one line that says why the file is not read; it names the file."""
    with pytest.raises(WorkbookUnreadable) as caught:
        read_workbook(path, limits=limits)
    assert path.name in caught.value.title
    assert "\n" not in caught.value.title
    return caught.value.title


def sheet_xml(cells: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def with_sheet(path: Path, xml: str | bytes | None) -> Path:
    return write_xlsx(path, {"My sheet": {}}, parts={SHEET: xml})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"a,b,c\n1,2,3\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password, or in the old .xls format"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"P", "not an Excel workbook"),
    ],
)
def test_that_files_of_other_formats_are_named(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)

    assert reason in refusal(path)


def test_that_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "none.xlsx")
    assert "is not a file" in refusal(tmp_path)


def test_that_a_disk_that_fails_while_reading_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(5, "Input/output error")

    write_xlsx(path, {"My sheet": {}})
    monkeypatch.setattr("hashlib.file_digest", fail)

    assert "cannot be read: Input/output error" in refusal(path)


def test_that_a_path_that_no_system_accepts_is_refused() -> None:
    with pytest.raises(WorkbookUnreadable, match="cannot be opened"):
        read_workbook(Path("a\0b.xlsx"))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"a.txt": "x"}, "not an Excel workbook"),
        ({"xl/workbook.bin": "x"}, r".xlsb"),
        (
            {
                "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{OFFICE}/officeDocument" '
                'Target="xl/workbook.bin"/></Relationships>'
            },
            ".xlsb",
        ),
        ({"xl/workbook.xml": "<workbook/>"}, "no sheets"),
        ({"xl/workbook.xml": "not xml"}, "damaged"),
        ({"xl/workbook.xml": b"\xff\xfe\x00"}, "damaged"),
    ],
    ids=["any zip", "xlsb", "linked xlsb", "no sheets", "no xml", "no text"],
)
def test_that_packages_without_a_workbook_are_refused(
    path: Path, parts: dict[str, str | bytes | None], reason: str
) -> None:
    assert reason in refusal(write_parts(path, parts))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('<c r="B7" t="s"><v>5</v></c>', "B7: there is no shared string 5"),
        ('<c r="B7"><v>1_000</v></c>', "B7: '1_000' is not a number"),
        ('<c r="B7"><v>1e999</v></c>', "B7: '1e999' is not a number"),
        ('<c r="B7"><v>nan</v></c>', "B7: 'nan' is not a number"),
        ('<c r="B7"><v>1-2</v></c>', "B7: '1-2' is not a number"),
        ('<c r="B7" t="q"><v>1</v></c>', "B7: 'q' is not a kind of cell"),
        ('<c r="B7" t="d"><v>soon</v></c>', "B7"),
        ('<c r="B7" s="x"><v>1</v></c>', "B7"),
        ('<c r="AAAAAAA7"><v>1</v></c>', "'AAAAAAA7' is not the address of a cell"),
        ('<c r="XFE7"><v>1</v></c>', "'XFE7' lies outside of a sheet"),
        ('<c r="B1048577"><v>1</v></c>', "'B1048577' lies outside of a sheet"),
        ('<c r="B7"><f t="array" ref="B7:XFE9">1</f></c>', "'XFE9' lies outside of a sheet"),
        ('<c r="XFD7"/><c/>', "a cell lies outside"),
    ],
)
def test_that_a_bad_cell_is_named_with_its_sheet(path: Path, cell: str, reason: str) -> None:
    title = refusal(with_sheet(path, sheet_xml(f'<row r="7">{cell}</row>')))

    assert reason in title
    assert "(sheet My sheet)" in title


@pytest.mark.parametrize("row", ["1048577", "0"])
def test_that_a_row_beyond_the_sheet_is_refused(path: Path, row: str) -> None:
    assert "lies outside of a sheet" in refusal(with_sheet(path, sheet_xml(f'<row r="{row}"/>')))


@pytest.mark.parametrize("row", ["-5", "99999999999999999999", "1_0", "x", ""])
def test_that_a_row_without_a_number_is_refused(path: Path, row: str) -> None:
    assert "is not a whole number" in refusal(with_sheet(path, sheet_xml(f'<row r="{row}"/>')))


@pytest.mark.parametrize(
    "xml",
    [
        "<worksheet><sheetData>",
        "<worksheet><row r='x'/></worksheet>",
        "<worksheet><c/></worksheet>",
        "<worksheet><mergeCell/></worksheet>",
        "<worksheet><mergeCell ref='A1:'/></worksheet>",
        "<worksheet><col min='1' max='y'/></worksheet>",
        b"<worksheet>\xff</worksheet>",
        "<worksheet>&undefined;</worksheet>",
        '<?xml version="1.0" encoding="no-such"?><worksheet/>',
        None,
    ],
)
def test_that_a_damaged_sheet_is_refused_by_name(path: Path, xml: str | bytes | None) -> None:
    assert "(sheet My sheet)" in refusal(with_sheet(path, xml))


def test_that_a_sheet_without_its_relationship_is_refused(path: Path) -> None:
    parts = {"xl/_rels/workbook.xml.rels": "<Relationships/>"}

    assert "(sheet S)" in refusal(write_xlsx(path, {"S": {}}, parts=parts))


@pytest.mark.parametrize(
    ("part", "xml"),
    [
        ("xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId='x'/></cellXfs></styleSheet>"),
        ("xl/workbook.xml", "<workbook><sheets><sheet/></sheets></workbook>"),
        ("xl/workbook.xml", "<workbook><calcPr iterateCount='often'/></workbook>"),
        ("xl/_rels/workbook.xml.rels", "<Relationships><Relationship"),
    ],
)
def test_that_a_damaged_part_is_named(path: Path, part: str, xml: str) -> None:
    assert f"({part})" in refusal(write_xlsx(path, {"S": {}}, parts={part: xml}))


def test_that_a_table_part_without_a_table_is_refused(path: Path) -> None:
    links = f'<Relationships><Relationship Id="a" Type="{OFFICE}/table" Target="t.xml"/></Relationships>'
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": links, "xl/worksheets/t.xml": "<nothing/>"}

    assert "(xl/worksheets/t.xml)" in refusal(write_xlsx(path, {"S": {}}, parts=parts))


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/theme/theme1.xml", "_rels/.rels", "a.vml"])
@pytest.mark.parametrize("declaration", [ENTITY, EXTERNAL, "<!DOCTYPE x>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_that_a_document_type_in_any_part_is_refused(
    path: Path, part: str, declaration: str, encoding: str
) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<x/>'.encode(encoding)

    title = refusal(write_xlsx(path, {"S": {}}, parts={part: xml}))

    assert f"{part} has a document type" in title


def test_that_a_late_document_type_is_refused(path: Path) -> None:
    xml = "<!--" + "x" * 5_000 + "-->" + ENTITY + "<worksheet>&b;</worksheet>"

    assert "document type" in refusal(with_sheet(path, xml))


def test_that_a_bomb_is_refused_before_it_is_unpacked(path: Path) -> None:
    with_sheet(path, sheet_xml("<row/>" * 400_000))

    assert "packed more than 100:1" in refusal(path)


def test_that_many_large_parts_are_refused_by_their_sum(path: Path) -> None:
    parts = {f"xl/media/{i}.bin": "x" * 900_000 for i in range(4)}
    write_xlsx(path, {"S": {}}, parts=parts)

    assert "inflates to more than 3 MB" in refusal(path, ReadLimits(inflated_bytes=3_000_000))


def test_that_too_many_parts_are_refused(path: Path) -> None:
    write_xlsx(path, {"S": {}}, parts={f"xl/{i}.txt": "" for i in range(2_000)})

    assert "more than 2000 parts" in refusal(path)


def sheet_list(count: int) -> dict[str, str | bytes | None]:
    """Parts that name one chart sheet so often."""
    link = f'<Relationship Id="r" Type="{OFFICE}/chartsheet" Target="chartsheets/sheet1.xml"/>'
    entries = '<sheet name="a" r:id="r"/>' * count
    return {
        "xl/_rels/workbook.xml.rels": f"<Relationships>{link}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>',
    }


def test_that_more_sheets_than_parts_are_refused(path: Path) -> None:
    write_xlsx(path, {"S": {}}, parts=sheet_list(30_000))

    assert "it lists more sheets than it has parts (xl/workbook.xml)" in refusal(path)


def test_that_sheets_without_a_part_are_read_within_the_deadline(path: Path) -> None:
    parts = {f"xl/{number}.txt": "" for number in range(100)}
    write_xlsx(path, {"S": {}}, parts={**parts, **sheet_list(100)})
    ticks = iter(range(10_000))

    with pytest.raises(WorkbookUnreadable, match=r"takes more than 60 seconds \(sheet a\)"):
        read_workbook(path, limits=ReadLimits(seconds=60), now=lambda: float(next(ticks)))


def test_that_links_to_workbooks_are_gone_through_within_the_deadline(path: Path) -> None:
    references = "<externalReferences>" + "<externalReference/>" * 100 + "</externalReferences>"
    sheets = '<sheets><sheet name="S" r:id="rId1"/></sheets>'
    workbook = f'<workbook xmlns:r="{OFFICE}">{sheets}{references}</workbook>'
    write_xlsx(path, {"S": {}}, parts={"xl/workbook.xml": workbook})
    ticks = iter(range(10_000))

    with pytest.raises(WorkbookUnreadable, match="takes more than 60 seconds"):
        read_workbook(path, limits=ReadLimits(seconds=60), now=lambda: float(next(ticks)))


def test_that_bytes_are_counted_while_they_are_read(path: Path) -> None:
    # The central directory is within the limit, but the sheet is read once for each of its three names.
    entries = "".join(f'<sheet name="S{i}" r:id="rId1"/>' for i in range(4))
    parts = {
        SHEET: sheet_xml("".join(f'<row r="{i}" x="{i * i}"/>' for i in range(1, 9_000))),
        "xl/workbook.xml": f'<workbook xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>',
    }
    write_xlsx(path, {"S": {}}, parts=parts)

    assert "inflates to more than" in refusal(path, ReadLimits(inflated_bytes=500_000))


def test_that_cells_are_counted_over_all_sheets(path: Path) -> None:
    cells = {f"A{i}": 1 for i in range(1, 5)}
    write_xlsx(path, {"S": cells, "T": cells})

    assert "too many cells" in refusal(path, ReadLimits(cell_count=7))
    assert len(read_workbook(path, limits=ReadLimits(cell_count=8)).sheets) == 2


def test_that_endless_reading_is_given_up(path: Path) -> None:
    write_xlsx(path, {"S": {"A1": 1}})
    ticks = iter(range(0, 1_000, 20))

    with pytest.raises(WorkbookUnreadable, match="takes more than 30 seconds"):
        read_workbook(path, now=lambda: float(next(ticks)))


def test_that_a_password_on_the_zip_is_named(path: Path) -> None:
    data = bytearray(with_sheet(path, sheet_xml("")).read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(data)

    assert "protected by a password" in refusal(path)


def test_that_unusual_packing_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")

    assert "packed in an unknown way" in refusal(path)


def test_that_a_broken_checksum_is_refused(path: Path) -> None:
    data = bytearray(write_parts(path, {"xl/workbook.xml": "<workbook/>"}).read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 16] ^= 0xFF
    path.write_bytes(data)

    assert "damaged" in refusal(path)


def test_that_nothing_outside_of_the_file_is_touched(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    links = (
        f'<Relationships><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="http://example.com/a.xml" '
        'TargetMode="External"/></Relationships>'
    )

    remote = refusal(write_xlsx(path, {"S": {}}, parts={"xl/_rels/workbook.xml.rels": links}))
    linked = read_workbook(write_xlsx(path, {"S": {}}, external=[("http://example.com/b.xlsx", {})]))

    assert "missing" in remote
    assert linked.external_books[0].target == "http://example.com/b.xlsx"


@pytest.mark.parametrize("target", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd"])
def test_that_a_part_name_cannot_leave_the_package(path: Path, target: str) -> None:
    link = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="{target}"/>'
    parts = {"xl/_rels/workbook.xml.rels": f"<Relationships>{link}</Relationships>"}

    assert "missing" in refusal(write_xlsx(path, {"S": {}}, parts=parts))


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_that_elements_nested_deeper_than_in_any_workbook_are_refused(path: Path, part: str) -> None:
    links = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}.xml"/>'
        for kind, target in (("styles", "styles"), ("sharedStrings", "sharedStrings"))
    )
    links += f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    parts: dict[str, str | bytes | None] = {
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        part: "<a>" * 300_000,
    }

    assert "nested more than 1000 deep" in refusal(write_xlsx(path, {"S": {}}, parts=parts))


@pytest.mark.parametrize("name", ["a", "row", "v"])
def test_that_deep_elements_are_harmless(path: Path, name: str) -> None:
    deepest = f"<{name}>" * 998 + f"</{name}>" * 998
    siblings = f"<{name}/>" * 2_000

    workbook = read_workbook(
        with_sheet(path, sheet_xml(deepest + siblings + '<row><c r="A1"><v>1</v></c></row>'))
    )

    assert workbook.sheets[0].cell_count == 1
    assert "nested" in refusal(with_sheet(path, sheet_xml(f"<{name}>{deepest}</{name}>")))


def test_that_many_overlapping_arrays_stop_at_the_deadline(path: Path) -> None:
    formula = '<f t="array" ref="A1:Z999">1</f>'
    cells = {f"A{i}": RawCell(f'<c r="A{i}">{formula}</c>') for i in range(1, 50)}
    write_xlsx(path, {"S": cells})
    ticks = iter(range(1_000))

    with pytest.raises(WorkbookUnreadable, match=r"seconds \(sheet S\)"):
        read_workbook(path, now=lambda: float(next(ticks)))


def test_that_names_from_the_file_cannot_break_the_line(path: Path) -> None:
    name = "a\n\x1b[31m" + "x" * 5_000
    write_xlsx(path, {"S": {}}, parts={f"{name}.xml": "<!DOCTYPE x>"})

    title = refusal(path)

    assert title.isprintable()
    assert len(title) < 300


def test_that_an_endless_table_of_contents_is_refused_unread(path: Path) -> None:
    write_parts(path, {f"{i}-{'x' * 60_000}": "" for i in range(20)})

    assert "table of contents is too long" in refusal(path)


def test_that_a_file_larger_than_the_limit_is_refused_unread(path: Path) -> None:
    path.write_bytes(bytes(1_001))

    assert "larger than" in refusal(path, ReadLimits(inflated_bytes=1_000))
