"""Builds these pages as HTML: `python3 dev.py docs`. Asks nothing of the network."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
GROUP = re.compile(r"## (?P<title>.+)")
PAGE = re.compile(r"- \[(?P<title>[^]]+)]\((?P<page>[^)#]+)\.md\)|\| \[\d+]\((?P<numbered>[^)#]+)\.md\)")
# names of tests are wider than a column of a table
STYLE = "<style>td code span { overflow-wrap: anywhere; } td { min-width: 7em; }</style>"
LISTS = ("index", "decisions")

project = "mcdesk"
author = "mcdesk authors"
copyright = "mcdesk authors, Apache 2.0"
release = re.search(r'__version__ = "([^"]+)"', (ROOT / "mcdesk" / "__init__.py").read_text("utf-8"))[1]  # type: ignore[index]

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["conf.py"]
# the page of what is refused shows set-up files that are wrong
suppress_warnings = ["misc.highlighting_failure"]
# links to headings are those that GitHub gives them
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"mcdesk {release}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#3556ee", "color-brand-content": "#2f4fe0"},
    "dark_css_variables": {"color-brand-primary": "#7390ff", "color-brand-content": "#8ea5ff"},
}


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_contents)
    app.connect("doctree-read", add_dark_pictures)
    app.connect("html-page-context", add_style)


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """The list of pages that a reader sees is the order of the pages, too."""
    if page not in LISTS:
        return
    pages_by_group: dict[str, list[str]] = {"": []}
    group = ""
    for line in source[0].splitlines():
        if heading := GROUP.match(line):
            group = heading["title"]
            pages_by_group[group] = []
        elif entry := PAGE.match(line):
            named = f"{entry['title']} <{entry['page']}>"
            pages_by_group[group].append(entry["numbered"] or named)
    for title, pages in pages_by_group.items():
        if pages:
            caption = f":caption: {title}\n" if title else ""
            source[0] += f"\n```{{toctree}}\n:hidden:\n{caption}\n" + "\n".join(pages) + "\n```\n"


def add_dark_pictures(app: Sphinx, tree: Any) -> None:
    """Beside each picture of the light theme the one of the dark; the theme of the page shows one of them."""
    for picture in list(tree.findall(nodes.image)):
        dark = picture["uri"].replace("-light.png", "-dark.png")
        if dark != picture["uri"]:
            picture["classes"].append("only-light")
            other = picture.deepcopy()
            other["uri"], other["candidates"] = dark, {"*": dark}
            other["classes"] = ["only-dark"]
            app.env.images.add_file(app.env.docname, dark)
            picture.parent.insert(picture.parent.index(picture) + 1, other)


def add_style(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """What the theme leaves open."""
    context["metatags"] = context.get("metatags", "") + STYLE
