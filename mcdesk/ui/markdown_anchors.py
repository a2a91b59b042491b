"""The names by which links reach the headings of a Markdown page: those that GitHub gives them."""

import re
from collections.abc import Sequence


def anchors_of(markdown: str) -> tuple[str, ...]:
    """The anchors of the headings of a page, in their order; what stands in code is no heading."""
    found: list[str] = []
    is_code = False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code and re.match(r"#{1,6} ", line):
            found.append(line.lstrip("# "))
    return unique_anchors(found)


def unique_anchors(headings: Sequence[str]) -> tuple[str, ...]:
    """An anchor for each heading, as on GitHub: the second of one name has a number behind it."""
    counts: dict[str, int] = {}
    made = []
    for heading in headings:
        plain = re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        number = counts.get(slug, 0)
        counts[slug] = number + 1
        made.append(f"{slug}-{number}" if number else slug)
    return tuple(made)
