"""The pages of the documentation: what there is, where links lead, and where a text is found."""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

CONTENTS = "index.md"
_GROUP = re.compile(r"## (?P<title>.+)")
_ENTRY = re.compile(r"- \[(?P<title>[^]]+)]\((?P<page>[^)#]+\.md)\)")
_PICTURE = re.compile(r"!\[[^]]*]\((?P<path>[^)]+\.png)\)")
# of a PNG file, after its signature and the head of its first chunk: width and height
_PNG_SIZE = struct.Struct(">16xII")


@dataclass(frozen=True, slots=True)
class HelpPlace:
    """A page by its path below the folder, and a heading in it or nothing."""

    page: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """A page as the contents name it, and the heading that it stands under there."""

    title: str
    page: str
    group: str


@dataclass(frozen=True, slots=True)
class HelpPages:
    """All pages in the order of the contents.

    Attributes:
        text_by_page: Markdown by the path of a page, those that the contents do not name included.
        picture_sizes: width and height in pixels by the path of a picture below the folder.
    """

    folder: Path
    entries: tuple[HelpEntry, ...]
    text_by_page: Mapping[str, str]
    picture_sizes: Mapping[str, tuple[int, int]]

    def title_of(self, page: str) -> str:
        """The first heading of a page."""
        first = self.text_by_page[page].lstrip().partition("\n")[0]
        return first.lstrip("# ").strip()

    def follow(self, page: str, link: str) -> HelpPlace | None:
        """The place that a link of a page leads to; None where it leads out of the documentation."""
        path, _, anchor = link.partition("#")
        target = normpath(join(dirname(page), path)) if path else page
        return HelpPlace(target, anchor) if target in self.text_by_page else None

    def pictures_of(self, page: str) -> tuple[str, ...]:
        """The pictures of a page, by their paths below the folder."""
        found = _PICTURE.finditer(self.text_by_page[page])
        return tuple(dict.fromkeys(normpath(join(dirname(page), each["path"])) for each in found))

    def count(self, page: str, wanted: str) -> int:
        """How often a page has a text, in capitals or not."""
        return self.text_by_page[page].lower().count(wanted.lower()) if wanted else 0


def read_help_pages(folder: Path) -> HelpPages:
    """Read all pages of a folder.

    Raises:
        FileNotFoundError: if it has no contents.
    """
    pages = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.md"))}
    texts = {name: path.read_text(encoding="utf-8") for name, path in pages.items()}
    if CONTENTS not in texts:
        raise FileNotFoundError(f"no {CONTENTS} in {folder}")
    sizes = {path.relative_to(folder).as_posix(): _png_size(path) for path in folder.rglob("*.png")}
    return HelpPages(folder, _entries(texts[CONTENTS]), texts, sizes)


def _entries(contents: str) -> tuple[HelpEntry, ...]:
    group, found = "", []
    for line in contents.splitlines():
        if heading := _GROUP.match(line):
            group = heading["title"]
        elif entry := _ENTRY.match(line):
            found.append(HelpEntry(entry["title"], entry["page"], group))
    return tuple(found)


def _png_size(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        width, height = _PNG_SIZE.unpack(file.read(_PNG_SIZE.size))
    return width, height
