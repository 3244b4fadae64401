"""A palette's file for GIMP: whole or not at all, and never over another one.

`palette_core.files` writes alike; GIMP's side cannot import it where its Python has no NumPy.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

_MOST_COLUMNS = 16


def write(folder: Path, name: str, colors: Iterable[str]) -> Path:
    """Write the file of a palette, its colours "#rrggbb" each; give its path.

    Raises
    ------
    FileExistsError
        If there is a file of that name.
    OSError
        If the folder cannot be written to, or the disk is full. Nothing is left behind.
    """
    colors = list(colors)
    columns = columns_for(len(colors))
    text = "".join(f"{_levels(color)}\t{color}\n" for color in colors)
    stem = re.sub(r"[^\w-]+", "-", name).strip("-") or "palette"
    target = folder / f"{stem}.gpl"
    beside = folder / f".{secrets.token_hex(8)}.part"
    try:
        with beside.open("x", encoding="utf-8") as stream:
            stream.write(f"GIMP Palette\nName: {name}\nColumns: {columns}\n#\n{text}")
            stream.flush()
            os.fsync(stream.fileno())
        _move_to_free_place(beside, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
    return target


def columns_for(count: int) -> int:
    """Return in how many columns a palette fills its rows best: at most 16, in even rows.

    GIMP's Palettes dialog shows 256 colours as 16 rows of 16, and 20 as two rows of ten.
    """
    rows = -(-count // _MOST_COLUMNS)
    return -(-count // rows)


def _levels(color: str) -> str:
    return " ".join(f"{level:3}" for level in bytes.fromhex(color[1:]))


def _move_to_free_place(beside: Path, target: Path) -> None:
    # A hard link fails where the target has come into being meanwhile; a rename would replace it.
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        beside.replace(target)
