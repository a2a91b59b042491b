"""Excel's wildcards against what the words say, tried in every way."""

import random

import pytest

from mcdesk.formulas.criteria import find_wildcard, wildcard_pattern


def fits(pattern: str, text: str) -> bool:
    """By definition, letter by letter."""
    if not pattern:
        return not text
    mark, escaped = pattern[0], pattern[1:2]
    if mark == "~" and escaped in ("*", "?", "~") and escaped:
        return text[:1].lower() == escaped.lower() and fits(pattern[2:], text[1:])
    if mark == "*":
        return any(fits(pattern[1:], text[place:]) for place in range(len(text) + 1))
    return bool(text) and (mark == "?" or mark.lower() == text[0].lower()) and fits(pattern[1:], text[1:])


@pytest.mark.parametrize("seed", range(40))
def test_that_wildcards_fit_what_they_say(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(200):
        pattern = "".join(draw.choice("abA*?~.") for _ in range(draw.randint(0, 6)))
        text = "".join(draw.choice("abB*?~.\n") for _ in range(draw.randint(0, 7)))
        start = draw.randint(0, len(text))

        is_fitting = wildcard_pattern(pattern).fullmatch(text) is not None
        found = find_wildcard(pattern, text, start)

        assert is_fitting == fits(pattern, text), (pattern, text)
        places = range(start, len(text) + 1)
        first = (k for k in places if any(fits(pattern, text[k:end]) for end in range(k, len(text) + 1)))
        assert found == next(first, None), (pattern, text, start)


def test_that_many_stars_cost_no_power_of_the_length() -> None:
    text = "a" * 30_000

    assert wildcard_pattern("*a*a*a*a*b").fullmatch(text) is None
    assert find_wildcard("a*a*a*a*b", text, 0) is None
