"""Render the guide as HTML pages, which the plug-in's Help opens.

    python installer/guide.py TARGET

Needs the package markdown-it-py. TARGET gets the pages in the folders that they have in `docs`, and
the images that they show.
"""

from __future__ import annotations

import itertools
import re
import shutil
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [*sorted((DOCS / "guide").glob("*.md")), DOCS / "appearance.md"]
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif; }}
img {{ max-width: 100%; }}
pre {{ overflow-x: auto; padding: 0.5rem; background: #8882; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: 0.2rem 0.6rem; border: 1px solid #8888; vertical-align: top; }}
</style>
<p><a href="{index}">Guide</a></p>
{body}</html>
"""


def main(target: Path) -> None:
    """Write the pages and the images."""
    shutil.copytree(DOCS / "images", target / "images")
    for page in PAGES:
        file = target / page.relative_to(DOCS).with_suffix(".html")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(render(page), encoding="utf-8")


def render(page: Path) -> str:
    """Return a page as HTML."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(page.read_text(encoding="utf-8"))
    for heading, text in itertools.pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", anchor(text.content))
        if text.children is not None:
            text.children = list(_local_links(text.children, page))
    title = next(token.content for token in tokens if token.type == "inline")
    body = markdown.renderer.render(tokens, markdown.options, {})
    index = "index.html" if page.parent.name == "guide" else "guide/index.html"
    return _PAGE.format(title=escape(title), index=index, body=body)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _local_links(tokens: list[Token], page: Path) -> Iterator[Token]:
    """Yield the tokens of a line: links lead to the pages as they are installed.

    Of a link to a page that is not, the text remains.
    """
    is_open = True
    for token in tokens:
        if token.type == "link_open":
            address, _, place = str(token.attrs["href"]).partition("#")
            is_page = (page.parent / address).resolve() in PAGES
            is_open = is_page or not address or "://" in address
            if is_page:
                token.attrs["href"] = f"{address.removesuffix('.md')}.html#{place}".rstrip("#")
        if is_open or not token.type.startswith("link_"):
            yield token


if __name__ == "__main__":
    main(Path(sys.argv[1]))
