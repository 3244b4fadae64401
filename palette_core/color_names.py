"""Names of colours: the nearest of a list by CIEDE2000."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import files
from .color.ciede2000 import measure_srgb_differences
from .errors import PaletteFileError
from .palette import Palette, parse_hex_color

CSS = "css"
_CSV = ".csv"
# Of two names for a colour in CSS the first is left out.
_CSS_DOUBLES = {"aqua": "cyan", "fuchsia": "magenta"}


class NearestNames(NamedTuple):
    """The nearest named colours of a palette.

    Attributes
    ----------
    entries : (K,) ndarray of int
        Their positions in the list of named colours.
    differences : (K,) ndarray of float32
        The CIEDE2000 differences, 0 for an equal colour.
    """

    entries: NDArray[np.intp]
    differences: NDArray[np.float32]


def css_colors() -> Palette:
    """Return the named colours of CSS Color 4, each once."""
    from PIL import ImageColor

    named = {
        name: ImageColor.getrgb(name)[:3]
        for name in sorted(ImageColor.colormap)
        if name not in _CSS_DOUBLES and "gray" not in name
    }
    return Palette(list(named.values()), list(named), "CSS")


def read_named_colors(path: str) -> Palette:
    """Read colours with names: a CSV file, or a palette file with names.

    Parameters
    ----------
    path : str
        In a CSV file (.csv) every row has one colour such as "#rrggbb". The other cells are its
        name, such as a number and a word. Rows without a colour before the first are headers.

    Raises
    ------
    PaletteFileError
        If a row has no colour or no name, or the palette has entries without a name.
    FileError
        If the file cannot be read.
    """
    if Path(path).suffix.lower() == _CSV:
        return _read_csv(path)
    palette = Palette.load(path)
    if not len(palette) or not all(palette.names):
        raise PaletteFileError(
            path, None, "not every colour has a name; use a palette with names, or a .csv file"
        )
    return palette


def find_nearest_names(palette: Palette, named: Palette) -> NearestNames:
    """Return the nearest named colour of every entry; of equally near ones the first.

    Parameters
    ----------
    palette, named : Palette
        At least one colour each.
    """
    entries = np.zeros(len(palette), np.intp)
    differences = np.zeros(len(palette), np.float32)
    for index, color in enumerate(palette.colors):
        others = np.broadcast_to(color, named.colors.shape)
        found = measure_srgb_differences(others, named.colors)
        entries[index] = found.argmin()
        differences[index] = found.min()
    return NearestNames(entries, differences)


def _read_csv(path: str) -> Palette:
    try:
        text = files.read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PaletteFileError(path, None, "the file is not UTF-8; save it as UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), _dialect(text))
    colors: list[tuple[int, int, int]] = []
    names: list[str] = []
    for row in reader:
        cells = [cell.strip() for cell in row]
        codes = [cell for cell in cells if cell.startswith("#") and parse_hex_color(cell)]
        words = [cell for cell in cells if cell and cell not in codes]
        if not any(cells) or not (codes or colors):  # an empty row, or a header
            continue
        if len(codes) != 1 or not words:
            raise PaletteFileError(
                path, reader.line_num, "expected a name and one colour such as #ffcc00"
            )
        levels = parse_hex_color(codes[0])
        colors.append(levels[:3] if levels else (0, 0, 0))
        names.append(" ".join(words))
    if not colors:
        raise PaletteFileError(path, None, "no colours; write rows such as: Black,#000000")
    return Palette(colors, names, Path(path).stem)


def _dialect(text: str) -> type[csv.Dialect]:
    """Return the dialect of Excel with the separator of the file: comma, semicolon or tab."""
    start = text[:4096]
    separator = max(",;\t", key=start.count)

    class Separated(csv.excel):
        delimiter = separator

    return Separated
