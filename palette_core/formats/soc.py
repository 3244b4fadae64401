"""Colour tables of StarOffice and its successors (.soc).

XML, of which LibreOffice reads what is shown here::

    <?xml version="1.0" encoding="UTF-8"?>
    <ooo:color-table xmlns:draw="…" xmlns:ooo="…">
      <draw:color draw:name="Black" draw:color="#000000"/>
      <draw:color draw:name="Honey" draw:color="#ffcc00"/>
    </ooo:color-table>
"""

from __future__ import annotations

from pathlib import Path

from ..errors import PaletteFileError
from ..palette import Palette
from ..palette_values import parse_hex_color
from . import base, text
from .base import PaletteFormat
from .xml_elements import elements_of, quoted

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ooo:color-table xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" \
xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="http://www.w3.org/2000/svg" \
xmlns:ooo="http://openoffice.org/2004/office">
"""
_END = "</ooo:color-table>\n"


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a colour table."""
    elements = elements_of(data, path)
    if elements[0].name != "color-table":
        raise PaletteFileError(
            path,
            elements[0].line,
            f"not a LibreOffice palette: the root element is {elements[0].name[:40]!r}",
        )
    colors, names = [], []
    for element in elements:
        if element.name == "color" and not element.ends:
            code = element.attributes.get("color", "")
            levels = parse_hex_color(code) if code.startswith("#") else None
            if levels is None:
                raise PaletteFileError(
                    path, element.line, f"{code[:40]!r} is not a colour; use '#rrggbb'"
                )
            colors.append(levels[:3])
            names.append(element.attributes.get("name", ""))
    return Palette(colors, base.names_without_hex(names, colors))


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a colour table; an entry without a name is named by its colour."""
    colors = "".join(
        f" <draw:color draw:name={quoted(name)} draw:color={quoted(code)}/>\n"
        for name, code in zip(base.names_or_hex(palette), palette.hex, strict=True)
    )
    return f"{_HEAD}{colors}{_END}".encode()


FORMAT = PaletteFormat(
    name="soc",
    label="LibreOffice palette",
    summary="for OpenOffice and StarOffice too",
    position=12,
    suffixes=(".soc",),
    keeps=("names",),
    resembles=lambda data: text.is_text(data) and text.text_of(data).lstrip().startswith("<"),
    read=read,
    write=write,
)
