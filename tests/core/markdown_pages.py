"""The pages of the documentation, and the examples on them.

A block that is tagged ``console`` is run: each line that begins with ``$`` is a command, and what
follows is what it prints. One that is tagged ``python`` is run too, as a doctest if it begins with
``>>>``. The blocks of a page are run in one folder, one after the other. Blocks with other tags are
not run: ``sh`` is for what needs a shell, a network or a cluster, ``scheme`` for GIMP.
"""

from __future__ import annotations

import math
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
_LOOSE = re.compile(r"(…|\b\d+\.\d+ s\b|\b\d+(?:\.\d+)? [kM]?B\b|\b\d+\.\d+\b)")
# By the last character of what is loose.
_PATTERNS = {"…": ".*", "s": r"\d+\.\d+ s", "B": r"\d+(?:\.\d+)? [kM]?B"}


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


def agrees(shown: str, printed: str) -> bool:
    """Return whether a page may show the one where the other is printed.

    White space counts as one blank, so that a page may break long lines. "…" stands for anything, a
    time such as "0.13 s" for any time, a size such as "81.2 kB" for any size. The last digits of a
    number with a decimal point may differ, by a hundredth of it: another kind of processor rounds
    sums differently.
    """
    texts = _LOOSE.split(" ".join(shown.split()))
    exact, loose = texts[::2], texts[1::2]
    texts[::2] = map(re.escape, exact)
    texts[1::2] = [_PATTERNS.get(text[-1], r"(\d+\.\d+)") for text in loose]
    match = re.fullmatch("".join(texts), " ".join(printed.split()))
    numbers = [float(text) for text in loose if text[-1] not in _PATTERNS]
    return match is not None and all(
        math.isclose(number, float(found), rel_tol=0.01)
        for number, found in zip(numbers, match.groups(), strict=True)
    )


def links(page: Path) -> list[str]:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(text) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    names = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {name.replace(" ", "-") for name in names}
