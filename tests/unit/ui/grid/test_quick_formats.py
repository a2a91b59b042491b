"""Quick texts of numbers are those of the exact formatter."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcdesk.formulas.number_format import format_number
from mcdesk.model.number_formats import BUILT_IN_FORMATS
from mcdesk.ui.grid import quick_formats
from mcdesk.ui.grid.quick_formats import is_red, narrow_general, number_text_of

CODES = [
    *BUILT_IN_FORMATS.values(), "#,##0;-#,##0", "[$€-407] #,##0.00", '0.0"x"', '#,##0 "kg;"', "0;;", "0;;;@",
    ";;;", "$#,##0", "0.0_);(0.0)", "#,##0,", '0\\ "a;b"', "[Blue]0.00;[Red]-0.00;[Green]0", "[>100]0.0;0.00",
    "",
]  # fmt: skip
NUMBERS = st.one_of(
    st.floats(-1e13, 1e13),
    st.decimals(-10_000, 10_000, places=3).map(float),
    st.integers(-100, 100).map(float),
)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(CODES), NUMBERS)
@example("0.00", 1.005)
@example("0", 2.5)
@example("0.00", -0.004)
@example("#,##0.00", 2.675)
@example("General", 99_999_999_999.99)
@example("0.00", 0.125)
@example("0.0%", 0.12345)
def test_that_a_quick_text_is_the_exact_one(code: str, value: float) -> None:
    exact = format_number(value, code)

    assert number_text_of(code, False)(value) == ("########" if exact is None else exact)


@pytest.mark.parametrize("value", [0.0, 1.5, -1e-300, 1e308])
@pytest.mark.parametrize("code", ["0." + "0" * 253, "0" + "%" * 254, "0.0;0" + "%" * 200, "0." + "0" * 31])
def test_that_many_places_and_percents_are_left_to_the_exact_formatter(code: str, value: float) -> None:
    assert number_text_of(code, False)(value) == format_number(value, code)


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0.00", "0%", '"$"#,##0_);[Red]("$"#,##0)'])
def test_that_usual_formats_do_without_the_exact_formatter(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_formats, "format_number", None)

    assert "1234" in number_text_of(code, False)(1234.0).replace(",", "") or code == "0%"


@pytest.mark.parametrize(
    ("code", "expected"), [("0;[Red]0", True), ("[Red]0", False), ("0;0;[Red]0", False), ("0", False)]
)
def test_that_red_is_seen_in_the_section_of_negative_numbers(code: str, expected: bool) -> None:
    assert is_red(code) is expected


@pytest.mark.parametrize(
    ("value", "characters", "expected"),
    [
        (1 / 3, 6, "0.3333"),
        (1234.5678, 6, "1234.6"),
        (123456789.0, 6, "1E+08"),
        (-2 / 3, 5, "-0.67"),
        (123456789.0, 3, None),
        (1.0, 0, None),
    ],
)
def test_that_a_general_number_shrinks_to_its_room(
    value: float, characters: int, expected: str | None
) -> None:
    assert narrow_general(value, characters) == expected
