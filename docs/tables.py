"""Write the guide's tables of choices and palette formats from the registries.

    python -m docs.tables

Each table stands between two comments, `<!-- table: NAME -->` and `<!-- end of table -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from palette_core.color.hardware_grids import GRIDS, Grid
from palette_core.color.spaces import SPACES, ColorSpace
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS
from palette_core.dither import DITHERS
from palette_core.epaper import PANELS
from palette_core.formats import FORMATS
from palette_core.ordering import ORDERS
from palette_core.palette_library import LIBRARY
from palette_core.registry import Choice

GUIDE = Path(__file__).parent / "guide"
PAGES = tuple(
    GUIDE / name for name in ("command-line.md", "palettes.md", "palette-files.md", "epaper.md")
)
TABLE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)
_KEPT = {"names": "names", "name": "palette's name", "columns": "columns"}


def make_tables() -> dict[str, list[str]]:
    """Return the lines of every table, by its name."""
    return {
        "methods": _make_choices("--method", METHODS),
        "efforts": _make_choices("--effort", EFFORTS),
        "initializations": _make_choices("--init", INITIALIZATIONS),
        "spaces": _make_choices("--space", SPACES),
        "dithers": _make_choices("--dither", DITHERS),
        "orders": _make_choices("--order", ORDERS),
        "grids": _make_choices("--grid", GRIDS),
        "formats": _make_formats(),
        "library": _make_library(),
        "panels": _make_panels(),
    }


def _make_choices(option: str, choices: Mapping[str, Choice | ColorSpace | Grid]) -> list[str]:
    rows = [(f"`{name}`", choice.summary) for name, choice in choices.items()]
    return _make_table((f"`{option}`", ""), rows)


def _make_formats() -> list[str]:
    rows = [
        (
            ", ".join(f"`{suffix}`" for suffix in form.suffixes),
            f"`{form.name}`",
            form.label,
            form.summary,
            ", ".join(_KEPT[kept] for kept in form.keeps),
        )
        for form in FORMATS.values()
    ]
    return _make_table(
        ("suffix", "`--format`", "format", "notes", "keeps beside the colours"), rows
    )


def _make_library() -> list[str]:
    rows = [
        (f"`@{name}`", str(len(entry.palette)), f"{entry.label}: {entry.summary}", entry.source)
        for name, entry in LIBRARY.items()
    ]
    return _make_table(("name", "entries", "palette", "source"), rows)


def _make_panels() -> list[str]:
    rows = [
        (f"`{name}`", panel.summary, " ".join(panel.measured_palette.hex), panel.source)
        for name, panel in PANELS.items()
    ]
    return _make_table(("`--panel`", "colours", "as the panel shows them", "measured by"), rows)


def _make_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [_make_row(head), "|---" * len(head) + "|", *(_make_row(row) for row in rows)]


def _make_row(cells: Iterable[str]) -> str:
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"


def main() -> None:
    """Write all tables."""
    tables = make_tables()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        text = TABLE.sub(lambda table: f"{table[1]}{_join(tables[table[2]])}{table[4]}", text)
        page.write_text(text, encoding="utf-8")


def _join(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in ("", *lines, ""))


if __name__ == "__main__":
    main()
