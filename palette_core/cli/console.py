"""The console: reading images, checking outputs, and printing."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import palette_core as pc

from ..animation import decode_first
from ..arrays import Bytes
from ..image import image_files
from ..palette_values import one_line, spell_count
from ..progress import Progress, no_progress
from . import streams
from .parser import UsageError

# The progress bar appears after this many seconds.
BAR_DELAY = 1.0
# Options in messages of errors, and those that are spelled differently on the command line.
_OPTION = re.compile("`([a-z_0-9]+)(?:=([^`]*))?`")
_SPELLINGS = {
    "locked": "lock",
    "overwrite": "force",
    "target_delta_e": "target-de",
    "tile_size": "tile",
}


def check_outputs(
    args: argparse.Namespace,
    image: str | None,
    palette: str | None,
    suffixes: Sequence[str] = image_files.SUFFIXES,
    kind: str = "an image",
    data: str | None = None,
) -> None:
    """Check before the work that its outputs can be written: an image, a palette, and other data.

    Where arguments have a `format`, it is that of the image, or else of the palette.
    """
    form = getattr(args, "format", None)
    json_output = "/dev/stdout" if getattr(args, "json", False) else None
    streams.check_distinct(image, palette, data, json_output)
    if image is not None:
        streams.check_image(image, suffixes, kind=kind, form=form, overwrite=args.force)
    if palette is not None:
        form = form if image is None else None
        streams.check_palette(palette, form, overwrite=args.force)
    if data is not None:
        streams.check_data(data, overwrite=args.force)


def require_output(args: argparse.Namespace, *options: str) -> None:
    """Refuse arguments that neither name one of these outputs nor ask for figures."""
    if args.json or any(getattr(args, option) for option in options):
        return
    names = ["-o" if option == "output" else spell_options(f"`{option}`") for option in options]
    raise UsageError(f"nothing to write; name an output with {' or '.join(names)}, or add --json")


def read_pixels(name: str, max_pixels: int | None) -> Bytes:
    """Read the pixels of an image, and print the notes about it."""
    image = decode_first(streams.read_image(name, max_pixels))
    print_notes(name, image.notes)
    return image.pixels


def print_notes(name: str, notes: Sequence[str]) -> None:
    """Print the notes about how an image was read."""
    shown = "standard input" if name == "-" else name
    for note in notes:
        print_message(f"note: {shown}: {spell_options(note)}")


def name_palette(palette: pc.Palette, source: str) -> pc.Palette:
    """Name a palette without a name after the image."""
    name = palette.name or ("Palette" if streams.is_stream(source) else Path(source).stem)
    return pc.Palette(palette.colors, palette.names, name, palette.columns, palette.alpha)


def save_palette(args: argparse.Namespace, palette: pc.Palette, name: str) -> None:
    """Write a palette file and print its size, unless it goes to standard output itself."""
    streams.write_palette(palette, name, args.format, overwrite=args.force)
    if not streams.is_standard_output(name):
        print_line(f"{name}: {spell_count(len(palette))}")


def print_line(text: str) -> None:
    """Print a line without control characters, which names of files may have."""
    print(one_line(text), flush=True)


def has_colors() -> bool:
    """Return whether to print colours: to a terminal, unless NO_COLOR is set (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout is not None and sys.stdout.isatty()


def swatch(color: tuple[int, int, int], width: int) -> str:
    """Return spaces on a background in 24-bit escape sequences (ISO 8613-6)."""
    red, green, blue = color
    return f"\x1b[48;2;{red};{green};{blue}m{' ' * width}\x1b[0m"


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(json.dumps(value, indent=2, allow_nan=False))


@contextlib.contextmanager
def progress_bar() -> Iterator[tuple[Progress, Callable[[], object]]]:
    """Show on a terminal how far work is that takes longer than `BAR_DELAY`.

    A bar for shorter work would only flicker. The second function makes room for a line.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield no_progress, lambda: None
        return
    from tqdm import tqdm

    with tqdm(
        total=1.0,
        bar_format="{percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
        delay=BAR_DELAY,
        leave=False,
        file=sys.stderr,
    ) as bar:
        yield lambda fraction: bar.update(fraction - bar.n), bar.clear


def print_message(message: object) -> None:
    """Print a line on standard error, as `print_line` does."""
    print(f"palette-core: {one_line(str(message))}", file=sys.stderr)


def spell_options(error: object) -> str:
    """Return the message of an error with options as they are typed: --method wu."""

    def spell(option: re.Match[str]) -> str:
        name, value = option.groups()
        typed = f"--{_SPELLINGS.get(name, name).replace('_', '-')}"
        return typed if value in (None, "True") else f"{typed} {value.strip(chr(39))}"

    return _OPTION.sub(spell, str(error))


def close_output() -> None:
    """Close standard output, so that Python does not flush it again at exit and fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning, which names its place, as a line; replaces `warnings.showwarning`."""
    print_message(f"warning: {message}")
