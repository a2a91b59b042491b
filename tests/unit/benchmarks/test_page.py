"""The page of benchmarks: one section is measured again, the others stay."""

from tests.benchmarks.page import SECTIONS, merged


def _section(name: str, text: str) -> str:
    return f"## {SECTIONS[name].title}\n\n{text}\n"


def test_that_other_sections_stay_when_one_is_measured_again() -> None:
    page = merged("", {name: _section(name, f"first {name}") for name in SECTIONS})

    again = merged(page, {"stage_costs": _section("stage_costs", "second")})

    assert again == page.replace("first stage_costs", "second")


def test_that_sections_stand_in_their_order_whichever_is_measured_first() -> None:
    names = list(SECTIONS)
    page = merged("", {names[2]: _section(names[2], "later")})

    both = merged(page, {names[0]: _section(names[0], "earlier")})

    assert both.index("earlier") < both.index("later")
