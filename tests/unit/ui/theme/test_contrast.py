"""Texts of both themes against what lies behind them, by the measure of the WCAG."""

from itertools import product

import pytest

from mcdesk.ui.theme.tokens import DARK, LIGHT, Tokens

GROUNDS = ("page", "sidebar", "card", "raised")
LEAST = 4.5
# Text by text: what it may stand on, as the style sheet and those who paint use it.
PAIRS = (
    *product(("text", "muted"), (*GROUNDS, "neutral_ground", "track")),
    *product(("accent_text", "good", "warning", "bad"), GROUNDS),
    *product(("text", "accent_text", "muted"), ("accent_ground",)),
    ("good", "good_ground"),
    ("warning", "warning_ground"),
    ("bad", "bad_ground"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("input_text", "input_ground"),
    ("output_text", "output_ground"),
    *product(("text",), ("input_ground", "output_ground", "precedent_ground", "dependent_ground")),
    *product(("text",), ("good_ground", "warning_ground", "bad_ground")),
)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_that_a_text_can_be_read(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= LEAST


def test_that_black_on_white_is_the_most_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def contrast(one: str, other: str) -> float:
    lights = sorted(luminance(colour) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
