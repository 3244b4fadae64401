"""Palettes of Procreate (.swatches).

A ZIP archive with one file, ``Swatches.json``, a list of palettes or one of them::

    [{"name": "Bee", "swatches": [
      {"hue": 0.133, "saturation": 1, "brightness": 1, "alpha": 1, "colorSpace": 0}, null]}]

Hue, saturation and brightness are from 0 to 1; newer files may have components besides. An empty
place is null. There are no names of entries, and Procreate shows 30.
"""

from __future__ import annotations

import colorsys
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import PaletteFileError
from ..palette import Palette
from ..palette_values import one_line
from . import archive, base, json_object, spaces
from .base import PaletteFormat
from .spaces import Color

MEMBER = "Swatches.json"
_PLACES = 30
_HSB = ("hue", "saturation", "brightness")


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a Procreate file, without alpha; several palettes become one."""
    value = json_object.parsed(archive.read_member(data, path, MEMBER), path)
    palettes = value if isinstance(value, list) else [value]
    colors, alphas = [], []
    for number, swatch in enumerate(_swatches(palettes, path)):
        color = _color(swatch)
        if color is None:
            raise PaletteFileError(
                path, 1, f"swatch {number} has no hue, saturation and brightness from 0 to 1"
            )
        colors.append(color)
        alphas.append(0 if swatch.get("alpha", 1) != 1 else 255)
    base.warn_of_alpha(path, None, alphas)
    name = palettes[0].get("name") if len(palettes) == 1 else ""
    return Palette(colors, name=name if isinstance(name, str) else "")


def write(palette: Palette, path: Path) -> bytes:
    """Return the bytes of a Procreate palette, without the names of entries.

    Procreate imports the first 30 entries, and shows empty places where there are fewer.
    """
    swatches: list[dict[str, float] | None] = []
    for levels in palette:
        hsb = colorsys.rgb_to_hsv(*(level / 255 for level in levels))
        swatches.append(dict(zip(_HSB, hsb, strict=True)) | {"alpha": 1, "colorSpace": 0})
    swatches += [None] * (_PLACES - len(swatches))
    name = palette.name or one_line(path.stem)
    value = [{"name": name, "swatches": swatches}]
    return archive.write({MEMBER: json.dumps(value, ensure_ascii=False)})


def _swatches(palettes: Iterable[Any], path: Path) -> Iterator[Mapping[str, Any]]:
    """Return the swatches of all palettes, without empty places."""
    for palette in palettes:
        swatches = palette.get("swatches") if isinstance(palette, dict) else None
        if not isinstance(swatches, list):
            raise PaletteFileError(path, 1, 'not a palette: there is no {"swatches": [...]}')
        for swatch in swatches:
            if not (swatch is None or isinstance(swatch, dict)):
                raise PaletteFileError(path, 1, f"a swatch is {swatch!r:.40} instead of an object")
            if swatch is not None:
                yield swatch


def _color(swatch: Mapping[str, Any]) -> Color | None:
    shares: list[Any] = [swatch.get(part) for part in _HSB]
    if json_object.are_numbers(shares, 1):
        return spaces.from_hsb(*shares)
    components = swatch.get("components")
    if not isinstance(components, list) or not json_object.are_numbers(components, 1):
        return None
    if len(components) == 3:
        return spaces.from_shares(*components)
    return spaces.from_cmyk(*components) if len(components) == 4 else None


FORMAT = PaletteFormat(
    name="swatches",
    label="Procreate palette",
    summary="Procreate imports the first 30 entries",
    position=13,
    suffixes=(".swatches",),
    keeps=("name",),
    has_signature=lambda data: MEMBER in archive.names_in(data),
    read=read,
    write=write,
)
