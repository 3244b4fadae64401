"""Tables in Markdown, and the places in a page that they are written to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

MISSING = "–"
_GENERATED = re.compile(r"(<!-- begin ([\w-]+) -->\n).*?(\n<!-- end \2 -->)", re.DOTALL)


def format_table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: Sequence[int] = ()
) -> str:
    """Return a table, or nothing if it has no rows.

    The first column and those of `words` are aligned to the left, numbers to the right.
    """
    lines = list(rows)
    if not lines:
        return ""
    sides = ["---" if not column or column in words else "--:" for column in range(len(heads))]
    return "\n".join(f"| {' | '.join(line)} |" for line in [heads, sides, *lines])


def print_head(*heads: str) -> None:
    """Print the head of a table whose rows follow one by one."""
    print_row(*heads)
    print("|" + "---|" * len(heads))


def print_row(*cells: object) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def format_number(value: float, digits: int = 3) -> str:
    """Return a number with some significant digits, without an exponent."""
    if not value:
        return "0"
    before = math.floor(math.log10(abs(value))) + 1
    return f"{value:.{max(digits - before, 0)}f}"


def format_ratio(value: float) -> str:
    """Return a ratio, with three decimals near 1."""
    return format_number(value, 4 if value >= 1 else 3)


def publish(parts: Mapping[str, str], page: Path | None) -> None:
    """Print the parts of a page, and write them to it if it is given."""
    if page is not None:
        fill_page(page, parts)
    print(*parts.values(), sep="\n\n")


def fill_page(path: Path, parts: Mapping[str, str]) -> None:
    """Replace the parts between the comments ``begin NAME`` and ``end NAME`` of a page.

    A part that is empty, because nothing of it was measured, stays as it is.

    Raises
    ------
    LookupError
        If the page has no place for a part.
    """
    text = path.read_text(encoding="utf-8")
    places = {name for _, name, _ in _GENERATED.findall(text)}
    if missing := parts.keys() - places:
        raise LookupError(f"{path} has no place for {', '.join(sorted(missing))}")

    def replace(match: re.Match[str]) -> str:
        part = parts.get(match[2])
        return f"{match[1]}\n{part.strip()}\n{match[3]}" if part else match[0]

    path.write_text(_GENERATED.sub(replace, text), encoding="utf-8")
