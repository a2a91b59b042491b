"""The page of faults names tests that are there, and all of the faults."""

import re

from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")


def test_that_each_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))

    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_that_no_fault_is_left_out() -> None:
    assert re.findall(r"^\| F(\d+) \|", PAGE, re.M) == [str(number) for number in range(1, 19)]
