"""Numbers and percents as a person types them."""

import math

import pytest

from mcdesk.foundation.number_texts import number_or_percent

NUMBERS = {
    "0": 0.0,
    " -1.5e3 ": -1500.0,
    ".5": 0.5,
    "5.": 5.0,
    "7.3%": 0.073,
    "-5 %": -0.05,
    "8\u00a0%": 0.08,
    "1e0": 1.0,
    "1e1234567890": math.inf,
    "1.5e1%": 0.15,
    "1e-0000000005": 1e-5,
    "1e" + "0" * 100_000 + "1%": 0.1,
    "1e-400": 0.0,
    "1e400": math.inf,
    "-1e99999999999999999999": -math.inf,
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=[text[:20] for text in NUMBERS])
def test_that_a_number_or_percent_has_the_value_that_is_nearest(text: str, value: float) -> None:
    assert number_or_percent(text) == value


def test_that_every_percent_with_two_decimals_is_what_its_hundredth_is() -> None:
    texts = [(f"{k // 100}.{k % 100:02d}%", f"0.{k:04d}") for k in range(10_000)]

    assert [text for text, same in texts if number_or_percent(text) != float(same)] == []


LONG = ["1" * 100_000 + "x", "1e" + "0" * 100_000 + "x", "1e" + "1" * 50_000 + "0" * 50_000 + "x"]


@pytest.mark.parametrize(
    "text",
    ["", "%", "5%%", "5e%", "1e 5%", "- 5", "1_000", "0x10", "nan", "inf", "\u0663", "1,5", "5 5", *LONG],
    ids=lambda text: text[:20],
)
def test_that_anything_else_is_none(text: str) -> None:
    assert number_or_percent(text) is None
