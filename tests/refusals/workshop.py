"""Makes the folder in which the rows of the table are run: workbooks, set-up files, histories."""

import sqlite3
import struct
import zipfile
from pathlib import Path

from mcdesk.history.audit_store import AuditAction
from mcdesk.history.passwords import HashCost, Passwords
from mcdesk.history.people import people_of
from mcdesk.history.query_timing import QueryType
from mcdesk.history.run_record import RunRecord, RunStatus
from mcdesk.services import folders_under, open_services
from tests.builders_xlsx import MAIN, OFFICE, PACKAGE, RawCell, write_parts, write_xlsx

PLAN = {
    "Plan": {
        "A1": 10.0,
        "A2": 2.0,
        "A3": ("=A1*A2", 20.0),
        "A4": "north",
        "A5": ("=RAND()+RAND()", 0.9),
        "A6": 5.0,
        "A7": 3.0,
        **{f"B{number}": 0.0 for number in range(1, 202)},
    },
    "Cash flow": {"A1": 1.0, "B2": ("=Plan!A3+A1", 21.0)},
}
FORMULAS = {
    "Plan": {
        "A1": 1.0,
        "B1": ("=FOO(A1)", 1.0),
        "B2": ("=_xll.RiskNormal(A1)", 1.0),
        "B3": ("=_xll.RiskNormal(0,1,RiskLibrary(5))", 1.0),
        "B4": ("=_xll.RiskWeirdo(0,1)", 1.0),
        "B5": ("=A1+", 1.0),
        "B6": "=GETPIVOTDATA(1,A9)",
        "B7": ("=GETPIVOTDATA(A1,A9)", 12.0),
    }
}
SETUP = """\
[[inputs]]
cell = "Plan!A1"
distribution = "normal(10, 1)"
[[outputs]]
cell = "Plan!A3"
"""
PASSWORD = "correct horse"
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def make_workshop(folder: Path) -> None:
    """Fill an empty folder."""
    _workbooks(folder)
    _no_workbooks(folder)
    _setup_files(folder)
    _histories(folder)


def _workbooks(folder: Path) -> None:
    write_xlsx(folder / "plan.xlsx", PLAN)
    write_xlsx(folder / "formulas.xlsx", FORMULAS)
    write_xlsx(folder / "empty-sheet.xlsx", {"Plan": {}})


def _no_workbooks(folder: Path) -> None:
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "folder.xlsx").mkdir()
    (folder / "folder.csv").mkdir()
    (folder / "old.xls").write_bytes(OLE_HEAD + bytes(600))
    (folder / "protected.xlsx").write_bytes(OLE_HEAD + bytes(600))
    (folder / "renamed.xlsx").write_text("year,sales\n2026,10\n", encoding="utf-8")
    (folder / "notes.txt").write_text("buy milk\n", encoding="utf-8")
    sound = (folder / "plan.xlsx").read_bytes()
    (folder / "cut-off.xlsx").write_bytes(sound[: len(sound) // 2])
    write_parts(folder / "any.xlsx", {"readme.txt": "no workbook"})
    write_parts(folder / "binary.xlsb", {"xl/workbook.bin": "x"})
    write_xlsx(folder / "no-sheets.xlsx", {"Plan": {}}, parts={"xl/workbook.xml": "<workbook/>"})
    write_xlsx(folder / "broken.xlsx", PLAN, parts={"xl/worksheets/sheet2.xml": "<worksheet><sheetData>"})
    write_xlsx(folder / "no-part.xlsx", PLAN, parts={"xl/worksheets/sheet2.xml": None})
    write_xlsx(folder / "hostile.xlsx", PLAN, parts={"xl/styles.xml": "<!DOCTYPE x><styleSheet/>"})
    write_xlsx(folder / "bad-cell.xlsx", {"Plan": {"A1": RawCell('<c r="A1"><v>ten</v></c>')}})
    write_xlsx(folder / "deep.xlsx", PLAN, parts={"xl/styles.xml": "<a>" * 2_000})
    write_xlsx(folder / "outside.xlsx", {"Plan": {"A1048577": 1.0}})
    write_xlsx(folder / "far-right.xlsx", {"Plan": {"XFE1": 1.0}})
    write_xlsx(folder / "no-link.xlsx", PLAN, parts={"xl/_rels/workbook.xml.rels": _links("theme", "a.xml")})
    write_parts(folder / "linked.xlsx", {"_rels/.rels": _links("officeDocument", "xl/workbook.bin")})
    write_xlsx(folder / "many-parts.xlsx", PLAN, parts={f"xl/{number}.xml": "" for number in range(2000)})
    entries = '<sheet name="a" r:id="r"/>' * 10_000
    workbook = f'<workbook xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>'
    write_xlsx(folder / "many-sheets.xlsx", PLAN, parts={"xl/workbook.xml": workbook})
    with (folder / "large.xlsx").open("wb") as file:
        file.truncate(200_000_001)
    with zipfile.ZipFile(folder / "repacked.xlsx", "w", zipfile.ZIP_BZIP2) as package:
        package.writestr("xl/media/image1.png", "a picture")
    _write_chart_only(folder / "chart.xlsx")
    _write_bomb(folder / "bomb.xlsx")
    _write_encrypted_zip(folder / "encrypted.xlsx")


def _write_chart_only(path: Path) -> None:
    links = _links("chartsheet", "chartsheets/sheet1.xml")
    chart = {
        "xl/_rels/workbook.xml.rels": links,
        "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{MAIN}"/>',
    }
    write_xlsx(path, {"Chart": {}}, parts={**chart, "xl/worksheets/sheet1.xml": None})


def _links(kind: str, target: str) -> str:
    link = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}">{link}</Relationships>'


def _write_bomb(path: Path) -> None:
    write_xlsx(path, {"Plan": {}}, parts={"xl/media/image1.png": bytes(2_000_000)})


def _write_encrypted_zip(path: Path) -> None:
    write_xlsx(path, PLAN)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        place = package.start_dir
    flags = struct.unpack_from("<H", data, place + 8)[0]
    struct.pack_into("<H", data, place + 8, flags | 1)
    path.write_bytes(data)


def _setup_files(folder: Path) -> None:
    (folder / "good.toml").write_text(SETUP, encoding="utf-8")
    (folder / "latin1.toml").write_bytes("trials = 10 # Zürich\n".encode("latin-1"))
    (folder / "folder.toml").mkdir()
    with (folder / "large.toml").open("wb") as file:
        file.truncate(10_000_001)


def _histories(folder: Path) -> None:
    with open_services(folders_under(folder / "home")) as services:
        services.history.accounts.local_account()
        services.history.accounts.add("eve@example.org", "Eve", "standard")
    _guarded(folder / "guarded")
    _tampered(folder / "tampered")
    with open_services(folders_under(folder / "spare")) as services:
        user_id = services.history.accounts.local_account().id
        for simulation_id in ("ab1", "ab2"):
            services.history.runs.start(_run(simulation_id, user_id))
    for name in ("damaged", "newer", "foreign", "keyless"):
        (folder / name).mkdir()
    (folder / "keyless" / "encryption.json").write_text("{}", encoding="utf-8")
    (folder / "damaged" / "mcdesk.db").write_bytes(b"no database at all" * 100)
    with sqlite3.connect(folder / "newer" / "mcdesk.db") as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    with sqlite3.connect(folder / "foreign" / "mcdesk.db") as database:
        database.execute("CREATE TABLE songs (title TEXT)")
    database.close()
    (folder / "blocked" / "mcdesk.db").mkdir(parents=True)
    (folder / "file-home").write_text("a file where a folder should be\n", encoding="utf-8")


def _guarded(home: Path) -> None:
    """A history of people with passwords, none of whom has signed in."""
    with open_services(folders_under(home)) as services:
        passwords = Passwords(HashCost(passes=1, memory_kib=8, lanes=1))
        people = people_of(services.open_history, services.folders, passwords=passwords)
        people.administration.add("ada@example.org", "enterprise", PASSWORD)
        people.identity.sign_in("ada@example.org", PASSWORD)
        for email in ("bob@example.org", "eve@example.org"):
            people.administration.add(email, "trial", PASSWORD)
        people.identity.sign_out()
    (home / "sessions").rmdir()


def _tampered(home: Path) -> None:
    """A history in whose audit log the second of three rows was changed."""
    with open_services(folders_under(home)) as services:
        for _ in range(3):
            services.people.audit.record(None, AuditAction.SIGN_IN_REFUSED)
        for sql in (
            "DROP TRIGGER audit_log_no_update",
            "UPDATE audit_log SET detail = '{}' || ' ' WHERE id = 2",
        ):
            services.open_history.execute(QueryType.AUTHENTICATION, sql)


def _run(simulation_id: str, user_id: int) -> RunRecord:
    return RunRecord(
        simulation_id=simulation_id,
        user_id=user_id,
        status=RunStatus.COMPLETED,
        trials=100,
        seed=1,
        sampling="mc",
        backend="reference",
        cache_key=f"key of {simulation_id}",
        model_name="plan.xlsx",
        model_sha256="0" * 64,
        setup_json="{}",
        created_at="2026-01-01T00:00:00.000000Z",
    )
