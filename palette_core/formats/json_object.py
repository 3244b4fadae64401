"""Palettes as JSON (.json).

::

    {
      "name": "Bee",
      "columns": 2,
      "colors": ["#000000", "#ffcc00"],
      "names": ["Black", "Honey"]
    }

All but the colours may be missing. A palette with alpha has a further list, "alpha", with a number
from 0 to 255 for each colour. What ``--json`` prints is read too, where "colors" is a number
and "palette" has the colours; so is what other programs write: a bare list, codes without "#" as
lospec.com has them, ``{"Honey": "#ffcc00"}``, ``[255, 204, 0]`` or ``{"name": "Honey", "hex":
"#ffcc00"}`` in place of a code, and red, green and blue from 0 to 1 as Sketch has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import PaletteError, PaletteFileError
from ..palette import Palette
from ..palette_values import Rgba, parse_hex_color
from . import base, text
from .base import PaletteFormat

# A bracket that begins JSON, and not a list or tuple as Python prints it.
_BEGINNING = re.compile(r"\s*(?:\{|\[\s*[^\s'(])")
_CODES = ("hex", "color", "colour", "value", "code")
_COMPONENTS = (("red", "green", "blue", "alpha"), ("r", "g", "b", "a"))


def read(data: bytes, path: Path) -> Palette:
    """Return the palette in JSON; the alpha of single colours is left out."""
    value = parsed(data, path)
    items, names = _items(value)
    if items is None:
        raise PaletteFileError(
            path, 1, 'not a palette: write a list of colours or {"colors": [...]}'
        )
    colors = _colors(items, path)
    others = value if isinstance(value, dict) and "colors" in value else {}
    names = others.get("names", names)
    if names is not None and not isinstance(names, list):
        raise PaletteFileError(path, 1, "names must be a list with one name per colour")
    columns = others.get("columns", 0)
    if isinstance(columns, bool):
        raise PaletteFileError(path, 1, f"columns must be a whole number, not {columns}")
    try:
        name, alpha = others.get("name", ""), others.get("alpha")
        return Palette(colors, names, name, columns, alpha)
    except PaletteError as error:
        raise PaletteFileError(path, 1, str(error)) from error


def write(palette: Palette, _: Path) -> bytes:
    """Return a palette as JSON, with all of its content."""
    value = {
        "name": palette.name,
        "columns": palette.columns,
        "colors": palette.hex,
        "names": palette.names,
    }
    if palette.alpha is not None:
        value["alpha"] = palette.alpha.tolist()
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()


def parsed(data: bytes, path: Path) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the value of JSON of any kind."""
    try:
        return json.loads(text.text_of(data))
    except json.JSONDecodeError as error:
        raise PaletteFileError(path, error.lineno, f"not valid JSON: {error.msg}") from error
    except ValueError as error:  # a number of too many digits
        raise PaletteFileError(path, 1, f"not a palette: {error}") from error
    except RecursionError as error:
        raise PaletteFileError(path, 1, "not a palette: lists are nested too deeply") from error


def _items(value: object) -> tuple[list[object] | None, list[str] | None]:
    """Return the colours as they are written, and their names if there are any."""
    if isinstance(value, dict):
        found = [value[key] for key in ("colors", "palette") if key in value]
        lists = [one for one in found if isinstance(one, (list, dict))]
        # Without such a key it may be an object of names and codes.
        value = lists[0] if lists else None if found else value
    if isinstance(value, dict):
        is_palette = bool(value) and all(isinstance(code, str) for code in value.values())
        return (list(value.values()), list(value)) if is_palette else (None, None)
    if not isinstance(value, list):
        return None, None
    named = [item.get("name") if isinstance(item, dict) else None for item in value]
    if not any(isinstance(name, str) for name in named):
        return value, None
    return value, [name if isinstance(name, str) else "" for name in named]


def _colors(items: Sequence[object], path: Path) -> list[tuple[int, int, int]]:
    found = [_notation(item) for item in items]
    numbers = [number for one in found if isinstance(one, list) for number in one[:3]]
    # Levels up to 255 that are all 0 or 1 would be a palette of nothing but black.
    scale = 255 if numbers and max(numbers) <= 1 else 1
    colors, alphas = [], []
    for index, (item, one) in enumerate(zip(items, found, strict=True)):
        levels = _scaled(one, scale) if isinstance(one, list) else one
        if levels is None:
            raise PaletteFileError(
                path, 1, f"the colour at index {index} is {item!r:.40}; write '#rrggbb'"
            )
        colors.append(levels[:3])
        alphas.append(levels[3])
    base.warn_of_alpha(path, [1] * len(alphas), alphas)
    return colors


def _notation(item: object) -> Rgba | list[float] | None:
    """Return the levels of a hexadecimal colour, or the numbers of a list; None otherwise."""
    if isinstance(item, dict):
        codes = [item[key] for key in _CODES if isinstance(item.get(key), str)]
        parts = [[item[key] for key in keys if key in item] for keys in _COMPONENTS]
        item = codes[0] if codes else max(parts, key=len)
    if isinstance(item, str):
        return parse_hex_color(item)
    if isinstance(item, list) and len(item) in (3, 4) and are_numbers(item, 255):
        return item
    return None


def are_numbers(values: Sequence[Any], highest: int) -> bool:
    """Return whether all values are numbers from 0 to the highest."""
    return all(type(value) in (int, float) and 0 <= value <= highest for value in values)


def _scaled(numbers: Sequence[float], scale: int) -> Rgba | None:
    levels = [number * scale for number in numbers]
    if scale == 1 and any(level != round(level) for level in levels[:3]):
        return None
    if len(levels) == 4 and levels[3] <= 1:  # as CSS has alpha, whatever the colours are in
        levels[3] *= 255
    red, green, blue, alpha = [*map(round, levels), 255][:4]
    return (red, green, blue, alpha) if max(levels) <= 255 else None


FORMAT = PaletteFormat(
    name="json",
    label="JSON",
    summary="the format of palette-core; reads [other layouts](#json) too",
    position=10,
    suffixes=(".json",),
    keeps=("names", "name", "columns"),
    resembles=lambda data: text.is_text(data) and _BEGINNING.match(text.text_of(data)) is not None,
    read=read,
    write=write,
)
