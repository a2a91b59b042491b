"""Each defence that docs/security.md names has the test that it names."""

import re

from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(test_that_\w+)`")


def test_that_every_test_on_the_page_is_there() -> None:
    named = set(NAMED.findall(PAGE))

    files = (ROOT / "tests").rglob("test_*.py")
    texts = [path.read_text(encoding="utf-8") for path in files]
    written = {name for text in texts for name in re.findall(r"^def (test_that_\w+)", text, re.MULTILINE)}

    assert len(named) > 15
    assert named - written == set()


def test_that_every_threat_has_a_defence_and_a_test() -> None:
    tables = re.findall(
        r"^\| threat \| defence \| test \|\n\|---\|---\|---\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE
    )
    rows = [row.strip("|").split("|") for table in tables for row in table.splitlines()]

    assert len(tables) == PAGE.count("threat |")
    assert len(rows) > 20
    assert [row for row in rows if len(row) != 3 or not row[1].strip() or not NAMED.search(row[2])] == []
