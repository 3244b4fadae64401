"""Names of colours: the nearest of a list by CIEDE2000."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .arrays import Indices, Singles
from .color.ciede2000 import measure_srgb_differences
from .errors import PaletteFileError
from .palette import Palette
from .palette_values import parse_hex_color

CSS = "css"
_BARE_CODE = re.compile("[0-9A-Fa-f]{6}")
# Of two names for a colour in CSS the first is left out.
_CSS_DOUBLES = {"aqua": "cyan", "fuchsia": "magenta"}


class NearestNames(NamedTuple):
    """The nearest named colours of a palette."""

    entries: Indices  # (K,), their positions in the list of named colours
    differences: Singles  # (K,), the CIEDE2000 differences, 0 for an equal colour


class _Row(NamedTuple):
    """A row of a table, with the number of its last line."""

    line: int
    cells: list[str]


def css_colors() -> Palette:
    """Return the named colours of CSS Color 4, each once."""
    from PIL import ImageColor

    named = {
        name: ImageColor.getrgb(name)[:3]
        for name in sorted(ImageColor.colormap)
        if name not in _CSS_DOUBLES and "gray" not in name
    }
    return Palette(list(named.values()), list(named), "CSS")


def read_chart(data: bytes, path: str) -> Palette:
    """Read colours with names from a table as CSV.

    Parameters
    ----------
    data : bytes
        In UTF-8, with commas, semicolons or tabs. Every row has one colour such as "#rrggbb". The
        other cells are its name, such as a number and a word. Rows without a colour before the
        first are headers. If no colour of the table has a "#", they are the only column with six
        hexadecimal digits in every row.
    path : str
        The file's name, for errors.

    Raises
    ------
    PaletteFileError
        If a row has no colour or no name.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PaletteFileError(path, None, "the file is not UTF-8; save it as UTF-8") from error
    separator = max(",;\t", key=text[:4096].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = [_Row(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    colors: list[tuple[int, int, int]] = []
    names: list[str] = []
    for line, cells in _mark_codes([row for row in rows if any(row.cells)]):
        codes = [cell for cell in cells if cell.startswith("#") and parse_hex_color(cell)]
        words = [cell for cell in cells if cell and cell not in codes]
        if not codes and not colors:  # a header
            continue
        if len(codes) != 1 or not words:
            raise PaletteFileError(path, line, "expected a name and one colour such as #ffcc00")
        levels = parse_hex_color(codes[0])
        colors.append(levels[:3] if levels else (0, 0, 0))
        names.append(" ".join(words))
    if not colors:
        raise PaletteFileError(path, None, "no colours; write rows such as: Black,#000000")
    return Palette(colors, names, Path(path).stem)


def check_names(palette: Palette, path: str) -> Palette:
    """Return a palette whose entries all have names.

    Raises
    ------
    PaletteFileError
        If one has none. `path` is the file's name.
    """
    if not len(palette) or not all(palette.names):
        raise PaletteFileError(
            path, None, "not every colour has a name; use a palette with names, or a .csv file"
        )
    return palette


def find_nearest_names(palette: Palette, named: Palette) -> NearestNames:
    """Return the nearest named colour of every entry; of equally near ones the first."""
    entries = np.zeros(len(palette), np.intp)
    differences = np.zeros(len(palette), np.float32)
    for index, color in enumerate(palette.colors):
        others = np.broadcast_to(color, named.colors.shape)
        found = measure_srgb_differences(others, named.colors)
        entries[index] = found.argmin()
        differences[index] = found.min()
    return NearestNames(entries, differences)


def _mark_codes(rows: list[_Row]) -> list[_Row]:
    """Return rows with a "#" before the colours of a table that has none."""
    if any(cell.startswith("#") for row in rows for cell in row.cells):
        return rows
    body = [row.cells for row in rows[1:] or rows]  # the first row may be a header
    width = min(map(len, body), default=0)
    columns = [n for n in range(width) if all(_BARE_CODE.fullmatch(cells[n]) for cells in body)]
    if len(columns) != 1:
        return rows
    (column,) = columns
    for row in rows:
        if _BARE_CODE.fullmatch(row.cells[column]):
            row.cells[column] = f"#{row.cells[column]}"
    return rows
