"""The documentation hangs together: contents, links, headings, pictures."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

import pytest

from mcdesk.engine.distributions import distribution_names
from mcdesk.foundation.paths import documentation_folder
from mcdesk.ui.markdown_anchors import anchors_of
from mcdesk.ui.presenters.help_pages import CONTENTS, HelpPages, read_help_pages
from tests.architecture.source_tree import ROOT

LINK = re.compile(r"\[[^]]*]\((?P<target>[^)\s]+)\)")
DECISIONS = "decisions.md"
TOP_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")


@pytest.fixture(scope="module")
def pages() -> HelpPages:
    return read_help_pages(documentation_folder())


def links(markdown: str) -> Iterator[str]:
    """The targets of links and pictures outside of code."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^    .*$", "", prose, flags=re.MULTILINE)
    yield from (found["target"] for found in LINK.finditer(re.sub(r"`[^`]*`", "", prose)))


def broken(pages: HelpPages, page: str, text: str) -> Iterator[str]:
    """Links of a page that lead nowhere."""
    for target in links(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        name = normpath(join(dirname(page), path)) if path else page
        if name.endswith(".png") and name in pages.picture_sizes:
            continue
        if name not in pages.text_by_page or (anchor and anchor not in anchors_of(pages.text_by_page[name])):
            yield f"{page}: {target}"


def test_that_every_link_of_the_documentation_leads_somewhere(pages: HelpPages) -> None:
    assert [each for page, text in pages.text_by_page.items() for each in broken(pages, page, text)] == []


@pytest.mark.parametrize("name", TOP_PAGES)
def test_that_every_link_of_a_page_at_the_top_leads_to_a_file(pages: HelpPages, name: str) -> None:
    for target in links((ROOT / name).read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        assert (ROOT / path).exists(), target
        assert not anchor or anchor in anchors_of((ROOT / path).read_text(encoding="utf-8")), target


def test_that_every_page_is_in_the_contents_and_each_of_them_is_there(pages: HelpPages) -> None:
    named = [entry.page for entry in pages.entries]
    reached = {target for page in (CONTENTS, DECISIONS) for target in links(pages.text_by_page[page])}

    assert len(named) == len(set(named)) > 10
    # a page that is not named there is found by nobody: it wants a line in docs/index.md
    assert set(pages.text_by_page) - reached - {CONTENTS} == set()


@pytest.mark.parametrize("kind", distribution_names())
def test_that_every_distribution_is_described(pages: HelpPages, kind: str) -> None:
    assert f"`{kind}`" in pages.text_by_page["distributions.md"]


def test_that_every_picture_has_its_like_in_the_other_theme(pages: HelpPages) -> None:
    light = {name for name in pages.picture_sizes if name.endswith("-light.png")}

    assert {name.replace("-light.png", "-dark.png") for name in light} <= set(pages.picture_sizes)


@pytest.mark.parametrize(
    "text", ["[a](none.md)", "[a](queue.md#none)", "![a](none.png)", "[a](#none)", "[a](../README.md)"]
)
def test_that_a_planted_dead_link_is_found(pages: HelpPages, text: str) -> None:
    assert list(broken(pages, "index.md", text)) != []


def test_that_what_stands_in_code_is_no_link() -> None:
    assert list(links("`[a](b.md)`\n\n    [a](b.md)\n\n```text\n[a](b.md)\n```\n")) == []
