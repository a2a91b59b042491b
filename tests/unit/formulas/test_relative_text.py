import time

import pytest

from mcdesk.formulas.parser import parse, relative_key, shift_formula


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("A1+$A1+A$1+$A$1", "B3+$A3+B$1+$A$1"),
        ("SUM(A1:B2)", "SUM(B3:C4)"),
        ("A:A+$B:C", "B:B+$B:D"),
        ("1:1+$2:3", "3:3+$2:5"),
        ("'A1'!A1&\"A1\"", "'A1'!B3&\"A1\""),
        ("Sheet1!A1+A1!B2", "Sheet1!B3+A1!C4"),
        ("T[A1]+T[[#This Row],[A1]]", "T[A1]+T[[#This Row],[A1]]"),
        ("LOG10(A1)+A1x+x.A1+A1_", "LOG10(B3)+A1x+x.A1+A1_"),
        ("1E5+A1", "1E5+B3"),
        ("A1:INDEX(A1,1)", "B3:INDEX(B3,1)"),
        ("Jan:Mar!A1", "Jan:Mar!B3"),
    ],
)
def test_that_a_shared_formula_moves_only_its_relative_references(text: str, moved: str) -> None:
    assert shift_formula(text, 2, 1) == moved


def test_that_moved_references_wrap_around_the_sheet() -> None:
    assert shift_formula("A1", -1, -1) == "XFD1048576"
    assert shift_formula("XFD1048576", 1, 1) == "A1"
    assert shift_formula("XFD:XFD", 0, 1) == "A:A"
    assert shift_formula("1:1", -1, 0) == "1048576:1048576"


@pytest.mark.parametrize(
    "text",
    ["A1+$B$2", "SUM(A:A,$3:4)", "Sheet1!A1:B2", "LOG10(C3)", "T[A1]", "Q1:Q4!A1", "A1(2)", "#REF!A1"],
)
def test_that_moved_formulas_have_the_same_key_and_tree(text: str) -> None:
    moved = shift_formula(text, 3, 2)

    assert relative_key(moved, 13, 12) == relative_key(text, 10, 10)
    assert parse(moved, 13, 12) == parse(text, 10, 10)


def test_that_absolute_and_relative_references_differ_in_their_key() -> None:
    assert relative_key("A1", 0, 0) != relative_key("$A$1", 0, 0)
    assert relative_key("A:A", 0, 0) != relative_key("$A:A", 0, 0)


def test_that_text_and_names_stay_in_the_key() -> None:
    assert relative_key("'A1'!x&\"A1\"", 5, 5) == "'A1'!x&\"A1\""


@pytest.mark.parametrize("text", ["'a''" * 15_000, "'" * 60_000, "[x'" * 20_000, "[its']S!A1"])
def test_that_what_follows_an_open_quote_is_left_alone(text: str) -> None:
    started = time.monotonic()

    assert shift_formula(text, 1, 1) == text
    assert relative_key(text, 0, 0) != relative_key(text, 1, 0)
    assert time.monotonic() - started < 1
