"""The console: what the commands read, write and print."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import palette_core as pc

from ..animation import decode_first
from ..arrays import Bytes
from ..image import image_files
from ..palette import one_line
from ..progress import Progress, no_progress
from . import streams


def check_outputs(
    args: argparse.Namespace,
    image: str | None,
    palette: str | None,
    suffixes: Sequence[str] = image_files.SUFFIXES,
) -> None:
    """Refuse before the work what could not be written after it.

    The arguments of some commands have a `format`, of the image if there is one.
    """
    form = getattr(args, "format", None)
    json_output = "/dev/stdout" if getattr(args, "json", False) else None
    streams.check_outputs(image, palette, json_output)
    if image is not None:
        streams.check_image(image, suffixes, named=bool(form), overwrite=args.force)
    if palette is not None:
        form = form if image is None else None
        streams.check_palette(palette, form, overwrite=args.force)


def read_pixels(name: str, max_pixels: int | None) -> Bytes:
    """Read an image's pixels, from standard input for "-"; tell what was changed."""
    picture = decode_first(streams.read_image(name, max_pixels))
    print_notes(name, picture.notes)
    return picture.pixels


def print_notes(name: str, notes: Sequence[str]) -> None:
    """Print what was changed in reading an image."""
    shown = "standard input" if name == "-" else name
    for note in notes:
        print_message(f"note: {shown}: {note}")


def name_palette(palette: pc.Palette, source: str) -> pc.Palette:
    """Name a palette without a name after the image."""
    name = palette.name or ("Palette" if streams.is_stream(source) else Path(source).stem)
    return pc.Palette(palette.colors, palette.names, name, palette.columns)


def save_palette(args: argparse.Namespace, palette: pc.Palette, name: str) -> None:
    """Write a palette file and print its size, unless it goes to standard output itself."""
    streams.write_palette(palette, name, args.format, overwrite=args.force)
    if not streams.is_standard_output(name):
        print_line(f"{name}: {len(palette)} colours")


def print_line(text: str) -> None:
    """Print a line in which a file's name may be, and nothing that a terminal would obey."""
    print(one_line(text), flush=True)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(json.dumps(value, indent=2, allow_nan=False))


@contextlib.contextmanager
def progress_bar(delay: float = 1.0) -> Iterator[tuple[Progress, Callable[[], object]]]:
    """Show on a terminal how far work is that takes longer than the delay, in seconds.

    A bar for shorter work would only flicker. The second function makes room for a line.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield no_progress, lambda: None
        return
    from tqdm import tqdm

    with tqdm(
        total=1.0,
        bar_format="{percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
        delay=delay,
        leave=False,
        file=sys.stderr,
    ) as bar:
        yield lambda fraction: bar.update(fraction - bar.n), bar.clear


def print_message(message: object) -> None:
    """Print a line on standard error, as `print_line` does."""
    print(f"palette-core: {one_line(str(message))}", file=sys.stderr)


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
    print_message(f"warning: {message}")
