"""The pages of the documentation, and the examples on them.

A block that is tagged ``console`` is run: each line that begins with ``$`` is a command, and what
follows is what it prints. One that is tagged ``python`` is run too, as a doctest if it begins with
``>>>``. The blocks of a page are run in one folder, one after the other. Blocks with other tags are
not run: ``sh`` is for what needs a shell, a network or a cluster, ``scheme`` for GIMP.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parent.parent.parent
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs" / "guide").glob("*.md"))]
ALL_PAGES = [*PROJECT.glob("*.md"), *sorted((PROJECT / "docs").rglob("*.md"))]

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SECONDS = re.compile(r"\b\d+\.\d\d s\b")


class Block(NamedTuple):
    """A fenced block."""

    tag: str
    text: str
    line: int


@dataclass
class Command:
    """A command on a page, and what the page says that it prints."""

    words: str
    printed: str = ""


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = _BLOCK.finditer(text)
    return [Block(one[1], one[2], text.count("\n", 0, one.start()) + 1) for one in found]


def examples(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.tag in ("console", "python")]


def commands(block: Block) -> list[Command]:
    """Read what is entered and printed; a line that ends with a backslash goes on in the next."""
    found: list[Command] = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        else:
            assert found, f"line {block.line}: a console block begins with a command"
            found[-1].printed += line + "\n"
    return found


def pattern(printed: str) -> re.Pattern[str]:
    """Say what may be printed.

    White space counts as one blank, so that a page may break long lines; "…" is anything, and a
    time such as "0.13 s" is any time.
    """
    words = re.escape(_SECONDS.sub("SECONDS", " ".join(printed.split())))
    return re.compile(words.replace("…", ".*").replace("SECONDS", _SECONDS.pattern))


def links(page: Path) -> list[str]:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(text) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Give the names that GitHub gives to a page's headings."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    names = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {name.replace(" ", "-") for name in names}
