"""docs/functions.md: written from the definitions, and whole."""

from mcdesk.formulas.functions.catalogue import FUNCTION_BY_NAME
from mcdesk.formulas.functions.excel_names import excel_functions
from tests.write_functions_page import NOTE_BY_NAME, PAGE, page_text


def test_that_the_page_of_functions_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(), "python3 dev.py functions writes it anew"


def test_that_each_function_stands_on_the_page_once() -> None:
    rows = [line.split("`")[1] for line in page_text().splitlines() if line.startswith("| `")]

    assert sorted(rows) == sorted({*excel_functions(), *FUNCTION_BY_NAME})


def test_that_each_note_belongs_to_a_function() -> None:
    assert set(NOTE_BY_NAME) - excel_functions() == set()
