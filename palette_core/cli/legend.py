"""``--names`` and ``--legend``: the names of colours, and a table of a palette as CSV."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from typing import NamedTuple

import palette_core as pc

from ..batch import ProcessedImage
from ..color_names import CSS, check_names, css_colors, find_nearest_names, read_chart
from . import streams
from .parser import Group, UsageError

SUFFIX = ".csv"
# Spreadsheets run cells that begin like this as formulas.
_FORMULA = ("=", "+", "-", "@", "\t")
_HEAD = ("index", "color", "name", "name_color", "difference", "pixels", "percent")


class NamedColor(NamedTuple):
    """The nearest named colour of an entry, as "#rrggbb", and its CIEDE2000 difference."""

    name: str
    code: str
    difference: float


def add_names(group: Group) -> None:
    """Add the option for the names of colours."""
    group.add_argument(
        "--names",
        metavar="NAMES",
        help=f"name every colour by the nearest of a list: {CSS} for the names of CSS, a .csv file "
        "with a name and '#rrggbb' in each row, - for such a table from standard input, or a "
        "palette file with names",
    )


def check_options(args: argparse.Namespace) -> None:
    """Refuse --names without a legend."""
    if args.names is not None and args.legend is None:
        raise UsageError("--names needs a legend; name it with --legend")


def read_names(args: argparse.Namespace) -> pc.Palette | None:
    """Return the named colours of --names, if it is given."""
    if args.names is None:
        return None
    if args.names == CSS:
        return css_colors()
    if streams.is_stream(args.names) or Path(args.names).suffix.lower() == SUFFIX:
        return read_chart(streams.read_data(args.names), args.names)
    return check_names(streams.read_palette(args.names), args.names)


def name_entries(palette: pc.Palette, named: pc.Palette | None) -> list[NamedColor]:
    """Return the nearest named colour of every entry; without a list the entry's own name."""
    if named is None or not len(palette):
        own = zip(palette.names, palette.hex, strict=True)
        return [NamedColor(name, code, 0.0) for name, code in own]
    nearest = find_nearest_names(palette, named)
    return [
        NamedColor(named.names[entry], named.hex[entry], float(difference))
        for entry, difference in zip(nearest.entries, nearest.differences, strict=True)
    ]


def encode(made: ProcessedImage, named: pc.Palette | None) -> bytes:
    """Return a table of a palette as CSV in UTF-8, which spreadsheets recognize by its mark."""
    palette, counts = made.palette, made.pixel_counts.tolist()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    total = max(sum(counts), 1)
    rows = zip(palette.hex, name_entries(palette, named), counts, strict=True)
    for index, (code, (name, name_code, difference), count) in enumerate(rows):
        cell = f"'{name}" if name.startswith(_FORMULA) else name
        percent = f"{100 * count / total:.2f}"
        writer.writerow((index, code, cell, name_code, f"{difference:.2f}", count, percent))
    return text.getvalue().encode("utf-8-sig")
