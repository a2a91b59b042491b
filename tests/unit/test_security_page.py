"""Each defence that docs/security.md names has the test that it names."""

import re

from tests.architecture.source_tree import ROOT


def test_that_every_test_on_the_page_is_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_that_\w+)`", page))

    files = (ROOT / "tests").rglob("test_*.py")
    texts = [path.read_text(encoding="utf-8") for path in files]
    written = {name for text in texts for name in re.findall(r"^def (test_that_\w+)", text, re.MULTILINE)}

    assert len(named) > 15
    assert named - written == set()
