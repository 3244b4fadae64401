"""The console: what the commands read, write and print."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
from pathlib import Path
from typing import Any, TextIO

import palette_core as pc

from .. import files, pictures
from ..formats import format_of
from ..pixels import Bytes
from .arguments import UsageError


def check_outputs(chosen: argparse.Namespace, picture: str | None, palette: str | None) -> None:
    """Refuse before the work what could not be written after it."""
    if picture is not None and picture == palette:
        raise UsageError("the picture and the palette have the same name; choose two")
    if picture == "-" and chosen.json:
        raise UsageError("the picture and the JSON object cannot both go to standard output")
    if picture is not None and picture != "-":
        pictures.check_picture_output(picture, overwrite=chosen.force)
    if palette is not None:
        format_of(palette)
        files.check_output(palette, overwrite=chosen.force)


def read(name: str) -> Bytes:
    """Read a picture's pixels, from standard input for "-"; tell what was changed."""
    if name == "-" and sys.stdin is None:
        raise pc.FileError("cannot read standard input: it is closed")
    picture = pictures.read_picture(sys.stdin.buffer if name == "-" else name)
    for note in picture.notes:
        say(f"note: {name}: {note}")
    return picture.pixels


def write(name: str, data: bytes, *, overwrite: bool) -> None:
    """Write a file, or to standard output for "-"."""
    if name == "-":
        if sys.stdout is None:
            raise pc.FileError("cannot write to standard output: it is closed")
        sys.stdout.buffer.write(data)
    else:
        files.write_file(name, data, overwrite=overwrite)


def named(palette: pc.Palette, source: str) -> pc.Palette:
    """Name a palette without a name after the picture."""
    name = palette.name or ("Palette" if source == "-" else Path(source).stem)
    return pc.Palette(palette.colors, palette.names, name, palette.columns)


def report_palette(
    chosen: argparse.Namespace, palette: pc.Palette, seconds: float, metrics: pc.Metrics | None
) -> None:
    """Print what came of a palette."""
    if chosen.json:
        print_json(described(palette, metrics) | {"seconds": seconds})
    elif chosen.output is None:
        print("\n".join(palette.hex))
    elif chosen.output != "-":
        error = f", PSNR {metrics.psnr:.2f} dB" if metrics else ""
        print(f"{chosen.output}: {len(palette)} colours{error}, {seconds:.2f} s")


def described(palette: pc.Palette, metrics: pc.Metrics | None) -> dict[str, Any]:
    """Give a palette, and the errors with it, as JSON has them."""
    found = {"colors": len(palette), "palette": list(palette.hex)}
    return found | (plain(metrics) if metrics else {})


def plain(metrics: pc.Metrics) -> dict[str, float | None]:
    """Give metrics as JSON has them: it knows no infinity, so the PSNR of no error is null."""
    values = dataclasses.asdict(metrics)
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(json.dumps(value, indent=2, allow_nan=False))


def say(message: object) -> None:
    """Print a line on standard error."""
    # One line, and nothing in it that a terminal would obey.
    line = "".join(c if c.isprintable() else " " for c in str(message))
    print(f"palette-core: {line}", file=sys.stderr)


def close_output() -> None:
    """Keep Python from flushing standard output at its exit, which would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning as a line."""
    del category, filename, lineno, file, line  # the message says it all
    say(f"warning: {message}")
