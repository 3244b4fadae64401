"""Palettes as JSON (.json).

::

    {
      "name": "Bee",
      "columns": 2,
      "colors": ["#000000", "#ffcc00"],
      "names": ["Black", "Honey"]
    }

All but the colours may be missing. lospec.com's files are read too, which have no "#", and a bare
list of colours.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import PaletteError, PaletteFileError
from ..palette import Palette
from . import text


def read(data: bytes, path: Path) -> Palette:
    """Read a palette's JSON.

    Raises
    ------
    PaletteFileError
        If it is no JSON, or none of a palette.
    """
    value = _parsed(data, path)
    if isinstance(value, list):
        value = {"colors": value}
    if not isinstance(value, dict) or not isinstance(value.get("colors"), list):
        raise PaletteFileError(
            path, 1, 'no palette: expected a list of colours or {"colors": [...]}'
        )
    colors = [_color(code, index, path) for index, code in enumerate(value["colors"])]
    names = value.get("names")
    if names is not None and not isinstance(names, list):
        raise PaletteFileError(path, 1, "names are no list, expected one name a colour")
    columns = value.get("columns", 0)
    if isinstance(columns, bool):
        raise PaletteFileError(path, 1, f"columns is {columns}, expected a whole number")
    try:
        return Palette(colors, names, value.get("name", ""), columns)
    except PaletteError as error:
        raise PaletteFileError(path, 1, str(error)) from error


def write(palette: Palette, path: Path) -> bytes:
    """Give a palette as JSON, with all that it holds."""
    del path  # a palette without a name stays one
    value = {
        "name": palette.name,
        "columns": palette.columns,
        "colors": palette.hex,
        "names": palette.names,
    }
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()


def _parsed(data: bytes, path: Path) -> Any:  # noqa: ANN401 - JSON may be anything
    try:
        return json.loads(text.text_of(data))
    except json.JSONDecodeError as error:
        raise PaletteFileError(path, error.lineno, f"no JSON: {error.msg}") from error
    except ValueError as error:  # a number of too many digits
        raise PaletteFileError(path, 1, f"no palette: {error}") from error
    except RecursionError as error:
        raise PaletteFileError(path, 1, "no palette: lists in too many lists") from error


def _color(code: object, index: int, path: Path) -> tuple[int, int, int]:
    color = text.color_of(code) if isinstance(code, str) else None
    if color is None:
        raise PaletteFileError(
            path, 1, f"the colour at index {index} is {code!r:.40}, expected '#rrggbb'"
        )
    return color
