"""Palettes of Krita (.kpl).

A ZIP archive. The colours are in ``colorset.xml``::

    <ColorSet name="Bee" columns="2" version="1.0" …>
      <ColorSetEntry name="Honey" id="1" bitdepth="U8" spot="false">
        <RGB space="sRGB-elle-V2-srgbtrc.icc" r="1" g="0.8" b="0"/>
        <Position row="0" column="1"/>
      </ColorSetEntry>
      <Group name="Hot" rows="1"> … </Group>
    </ColorSet>

A space names an ICC profile; ``profiles.xml`` says in which member of the archive it is
(docs.krita.org, Krita Palette format).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import PaletteFileError
from ..image.icc_profiles import BrokenProfileError, read_profile
from ..palette import MAX_COLUMNS, Palette
from ..palette_values import one_line
from . import archive, base, spaces
from .base import PaletteFormat
from .spaces import Color
from .xml_elements import Element, elements_of, quoted

MEMBER = "colorset.xml"
_PROFILES = "profiles.xml"
_MIMETYPE = "application/x-krita-palette"
_SRGB = "sRGB-elle-V2-srgbtrc.icc"  # part of Krita
_COLUMNS = 16
_FLOATS = ("F16", "F32")
# The attributes of each colour space, and how to convert them.
_SPACES: dict[str, tuple[str, Callable[..., Color]]] = {
    "RGB": ("rgb", spaces.from_shares),
    "sRGB": ("rgb", spaces.from_shares),
    "Gray": ("g", spaces.from_gray),
    "CMYK": ("cmyk", spaces.from_cmyk),
    "Lab": ("Lab", spaces.from_lab),
}
_Place = tuple[int, int, int]


class _Entry(NamedTuple):
    color: Color
    name: str
    place: _Place  # group, row and column


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a Krita file: its groups one after the other, row by row.

    Colours of a missing profile are read as sRGB.
    """
    elements = elements_of(archive.read_member(data, path, MEMBER), path)
    root = elements[0]
    if root.name.lower() != "colorset":
        raise PaletteFileError(
            path, root.line, f"not a palette: the root element is {root.name[:40]!r}"
        )
    entries = _entries(elements, path, _profiles(data, path))
    entries.sort(key=lambda entry: entry.place)
    colors = [entry.color for entry in entries]
    names = base.names_without_hex([entry.name for entry in entries], colors)
    columns = root.attributes.get("columns", "0")
    known = columns.isdecimal() and len(columns) <= 3 and int(columns) <= MAX_COLUMNS
    return Palette(colors, names, root.attributes.get("name", ""), int(columns) if known else 0)


def write(palette: Palette, path: Path) -> bytes:
    """Return the bytes of a Krita palette, in sRGB.

    A palette without columns gets 16; an entry without a name is named by its colour.
    """
    columns = palette.columns or _COLUMNS
    entries = []
    for index, (color, name) in enumerate(zip(palette, base.names_or_hex(palette), strict=True)):
        row, column = divmod(index, columns)
        red, green, blue = (f'"{level / 255!r}"' for level in color)
        entries.append(
            f' <ColorSetEntry name={quoted(name)} id="{index + 1}" bitdepth="U8" spot="false">\n'
            f'  <RGB space="{_SRGB}" r={red} g={green} b={blue}/>\n'
            f'  <Position row="{row}" column="{column}"/>\n'
            " </ColorSetEntry>\n"
        )
    name = quoted(palette.name or one_line(path.stem))
    rows = -(-len(palette) // columns)
    head = (
        f'<ColorSet name={name} comment="" columns="{columns}" rows="{rows}" '
        'readonly="false" version="1.0">\n'
    )
    return archive.write(
        {
            "mimetype": _MIMETYPE,
            MEMBER: f"{head}{''.join(entries)}</ColorSet>\n",
            _PROFILES: "<Profiles/>\n",
        }
    )


def _entries(
    elements: Sequence[Element], path: Path, profiles: Mapping[str, bytes]
) -> list[_Entry]:
    found: list[_Entry] = []
    group = 0
    name, bit_depth = "", ""
    color: Color | None = None
    place: _Place = (0, 0, 0)
    for element in elements:
        if element.name == "Group" and not element.ends:
            group += 1
        elif element.name == "ColorSetEntry" and not element.ends:
            name = element.attributes.get("name", "")
            bit_depth = element.attributes.get("bitdepth", "")
            color, place = None, (group, 0, 0)
        elif element.name == "ColorSetEntry":
            if color is None:
                raise PaletteFileError(
                    path, element.line, f"an entry has no colour in {', '.join(_SPACES)}"
                )
            found.append(_Entry(color, name, place))
        elif element.name == "Position" and not element.ends:
            row, column = (_whole(element.attributes.get(key)) for key in ("row", "column"))
            place = (group, row, column)
        elif element.name in _SPACES and not element.ends:
            color = _color(element, bit_depth, path, profiles)
    return found


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _color(element: Element, bit_depth: str, path: Path, profiles: Mapping[str, bytes]) -> Color:
    keys, convert = _SPACES[element.name]
    try:
        values = [float(element.attributes[key]) for key in keys]
    except (KeyError, ValueError):
        values = [math.nan]
    if not all(map(math.isfinite, values)):
        raise PaletteFileError(
            path,
            element.line,
            f"a colour in {element.name} lacks numbers; it needs {', '.join(keys)}",
        )
    if element.name == "Lab":
        return convert(*(min(max(value, -128.0), 128.0) for value in values))
    shares = [min(max(value, 0.0), 1.0) for value in values]
    if element.name == "RGB":
        return _from_rgb(shares, element, bit_depth, path, profiles)
    return convert(*shares)


def _from_rgb(
    shares: Sequence[float],
    element: Element,
    bit_depth: str,
    path: Path,
    profiles: Mapping[str, bytes],
) -> Color:
    """Convert from the space that an element names, or from Krita's default without a name."""
    space = element.attributes.get("space", "")
    plain = space.lower()
    is_linear = "g10" in plain if space else bit_depth in _FLOATS  # a gamma of 1.0
    if is_linear and space not in profiles:
        return spaces.from_linear(*shares)
    if space in profiles:
        return _through_profile(shares, profiles[space], path, element.line)
    if space and "srgb" not in plain:
        base.warn(path, element.line, f"the profile {space!r} is missing, read as sRGB")
    return spaces.from_shares(*shares)


def _through_profile(shares: Sequence[float], profile: bytes, path: Path, line: int) -> Color:
    pixel = np.array([[shares]], np.float32)
    try:
        embedded = read_profile(profile)
        if embedded.model != "RGB":
            raise BrokenProfileError(f"it is for {embedded.model} instead of RGB")
        if embedded.encoding is not None:
            converted = embedded.encoding.to_srgb(pixel, 1.0)
        else:
            converted = embedded.to_srgb(np.rint(255 * pixel).astype(np.uint8))
    except BrokenProfileError as error:
        raise PaletteFileError(path, line, f"a colour profile cannot be used: {error}") from error
    red, green, blue = converted[0, 0].tolist()
    return red, green, blue


def _profiles(data: bytes, path: Path) -> dict[str, bytes]:
    """Read the profiles of an archive by their names."""
    if _PROFILES not in archive.names_in(data):
        return {}
    profiles = {}
    for element in elements_of(archive.read_member(data, path, _PROFILES), path):
        name, member = (element.attributes.get(key, "") for key in ("name", "filename"))
        if element.name == "Profile" and name and member in archive.names_in(data):
            profiles[name] = archive.read_member(data, path, member)
    return profiles


FORMAT = PaletteFormat(
    name="kpl",
    label="Krita palette",
    summary="reads colours in the profiles that the file contains",
    position=11,
    suffixes=(".kpl",),
    keeps=("names", "name", "columns"),
    has_signature=lambda data: MEMBER in archive.names_in(data),
    read=read,
    write=write,
)
