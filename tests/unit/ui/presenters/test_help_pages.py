"""The pages of the documentation: contents, links, pictures, search."""

from pathlib import Path

import pytest

from mcdesk.ui.presenters.help_pages import HelpPages, HelpPlace, read_help_pages

CONTENTS = """# Help

## First

- [One](one.md): a page.

## Second

- [Two](deep/two.md): another.
"""
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x07\x00\x00\x00\x05\x08\x02"


@pytest.fixture
def pages(tmp_path: Path) -> HelpPages:
    (tmp_path / "deep").mkdir()
    (tmp_path / "index.md").write_text(CONTENTS)
    (tmp_path / "one.md").write_text("# The first\n\nRisk and risk. ![p](a.png) ![p](a.png)\n")
    (tmp_path / "deep" / "two.md").write_text("# The second\n\n![p](../a.png)\n")
    (tmp_path / "a.png").write_bytes(PNG)
    return read_help_pages(tmp_path)


def test_that_the_contents_are_those_of_the_index(pages: HelpPages) -> None:
    assert [(each.group, each.title, each.page) for each in pages.entries] == [
        ("First", "One", "one.md"),
        ("Second", "Two", "deep/two.md"),
    ]
    assert pages.title_of("deep/two.md") == "The second"


@pytest.mark.parametrize(
    ("page", "link", "place"),
    [
        ("one.md", "deep/two.md", HelpPlace("deep/two.md")),
        ("one.md", "#the-first", HelpPlace("one.md", "the-first")),
        ("deep/two.md", "../one.md#the-first", HelpPlace("one.md", "the-first")),
        ("one.md", "../README.md", None),
        ("one.md", "mailto:somebody", None),
    ],
)
def test_that_a_link_is_followed_from_its_page(
    pages: HelpPages, page: str, link: str, place: HelpPlace | None
) -> None:
    assert pages.follow(page, link) == place


def test_that_pictures_are_named_once_below_the_folder_with_their_sizes(pages: HelpPages) -> None:
    assert pages.pictures_of("one.md") == pages.pictures_of("deep/two.md") == ("a.png",)
    assert pages.picture_sizes == {"a.png": (7, 5)}


def test_that_a_text_is_counted_in_capitals_or_not(pages: HelpPages) -> None:
    assert pages.count("one.md", "RISK") == 2
    assert pages.count("one.md", "") == 0


def test_that_a_folder_without_contents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"index\.md"):
        read_help_pages(tmp_path)
