"""Files and streams: where the commands read from and write to, by the names they are given.

"-" is standard input or output, as are ``/dev/stdin`` and ``/dev/stdout``. Any other pipe or device
is read and written as it is, whatever its name. Wrong names raise a `UsageError`, and files that
cannot be read or written a `FileError`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import palette_core as pc

from .. import files
from ..animation import decode_first
from ..arrays import Bytes
from ..image import image_files
from ..palette import to_mappable_palette
from ..palette_values import parse_hex_color, spell_count
from . import console
from .parser import UsageError

_INPUTS = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_OUTPUTS = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
_BARE_COLORS = re.compile("[0-9A-Fa-f]{3,8}(,[0-9A-Fa-f]{3,8})+,?")
_SEPARATOR = re.compile(r"[,\s]+")


def is_standard_output(*names: str | None) -> bool:
    """Return whether data for any of these outputs go to standard output."""
    return any(name in _OUTPUTS for name in names)


def is_stream(name: str) -> bool:
    """Return whether a name is that of a stream, which needs no suffix."""
    return name == "-" or files.is_stream(name)


def check_inputs(*names: str | None) -> None:
    """Refuse that several inputs come from standard input."""
    if sum(name in _INPUTS for name in names) > 1:
        raise UsageError("only one input can come from standard input; name a file for the others")


def check_distinct(*names: str | None) -> None:
    """Refuse that several outputs go to one place."""
    if sum(map(is_standard_output, names)) > 1:
        raise UsageError("only one output can go to standard output; name a file for the others")
    to_files = [name for name in names if name is not None and not is_stream(name)]
    if len(set(map(os.path.realpath, to_files))) < len(to_files):
        raise UsageError("two outputs have the same name; choose different names")


def require_output(args: argparse.Namespace, *options: str) -> None:
    """Refuse arguments that neither name one of these outputs nor ask for figures."""
    if args.json or any(getattr(args, option) for option in options):
        return
    names = [
        "-o" if option == "output" else console.spell_options(f"`{option}`") for option in options
    ]
    raise UsageError(f"nothing to write; name an output with {' or '.join(names)}, or add --json")


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
    check_distinct(image, palette, data, json_output)
    if image is not None:
        check_image(image, suffixes, kind=kind, form=form, overwrite=args.force)
    if palette is not None:
        form = form if image is None else None
        check_palette(palette, form, overwrite=args.force)
    if data is not None:
        check_data(data, overwrite=args.force)


def check_image(
    name: str,
    suffixes: Sequence[str] = image_files.SUFFIXES,
    *,
    kind: str = "an image",
    form: str | None = None,
    overwrite: bool = False,
) -> None:
    """Refuse a name before the work if no image, or other `kind`, could be written there.

    Its suffix has to be one of these. With a format, `form`, it can be any except that of another
    format, and a stream needs none.
    """
    if is_stream(name):
        _refuse_terminal(name, kind)
        return
    suffix = Path(name).suffix.lower()
    if form is not None and suffix in suffixes and suffix != f".{form}":
        raise UsageError(
            f"--format {form} contradicts the suffix of {name}; remove --format, or write a "
            f".{form} file"
        )
    if form is None and suffix not in suffixes and not Path(name).is_dir():
        advice = "the suffix" if len(suffixes) == 1 else "one of the suffixes"
        raise UsageError(f"cannot write {kind} to {name}; use {advice} {', '.join(suffixes)}")
    files.check_output(name, overwrite=overwrite)


def check_palette(name: str, form: str | None = None, *, overwrite: bool = False) -> None:
    """Refuse a palette's name before the work if nothing could be written there.

    It needs the suffix of a palette file, unless its format is given or it is a stream.
    """
    if is_stream(name):
        return
    from ..formats import find_format

    try:
        if not Path(name).is_dir():
            find_format(name, form)
    except pc.PaletteFileError as error:
        raise UsageError(f"cannot write a palette to {error}") from error
    files.check_output(name, overwrite=overwrite)


def check_data(name: str, *, overwrite: bool = False, binary: bool = False) -> None:
    """Refuse the name of any other file, or a terminal for `binary` data, before the work."""
    if not is_stream(name):
        files.check_output(name, overwrite=overwrite)
    elif binary:
        _refuse_terminal(name, "binary data")


def read_image(name: str, max_pixels: int | None) -> image_files.EncodedImage:
    """Read the bytes of an image."""
    shown = "standard input" if name == "-" else name
    return image_files.EncodedImage(shown, read_data(name), max_pixels)


def read_pixels(name: str, max_pixels: int | None) -> Bytes:
    """Read the pixels of an image, and print the notes about it."""
    image = decode_first(read_image(name, max_pixels))
    console.print_notes(name, image.notes)
    return image.pixels


def read_data(name: str) -> bytes:
    """Read the bytes of any other file."""
    return _standard_input() if name == "-" else files.read_file(name)


def read_palette(name: str) -> pc.Palette:
    """Read a palette from a file or stream, from colours such as "#000,#ffcc00", or by "@name"."""
    if name.startswith("@"):
        return pc.Palette.named(name[1:])
    colors = _colors(name)
    if colors:
        return pc.Palette(colors)
    if name != "-":
        _suggest_library(name)
        return pc.Palette.load(name)
    from ..formats import find_reader

    data, path = _standard_input(), Path("standard input")
    return find_reader(path, data).read_checked(data, path)


def read_mappable_palette(name: str) -> pc.Palette:
    """Read a palette of 1 to 256 colours, as `read_palette` does."""
    palette = read_palette(name)
    try:
        return to_mappable_palette(palette)
    except pc.PaletteError as error:
        raise pc.PaletteError(f"{'standard input' if name == '-' else name}: {error}") from None


def write(name: str | None, data: bytes, *, overwrite: bool) -> None:
    """Write a file, or to standard output for "-", or nothing without a name."""
    if name is None:
        return
    if name != "-":
        files.write_file(name, data, overwrite=overwrite)
    elif sys.stdout is None:
        raise pc.FileError("cannot write to standard output: it is closed")
    else:
        sys.stdout.buffer.write(data)


def write_palette(
    palette: pc.Palette, name: str, form: str | None = None, *, overwrite: bool
) -> None:
    """Write a palette file; a stream gets one "#rrggbb" a line unless a format is given."""
    from ..formats import SUFFIXES, find_format

    if form is None and is_stream(name) and Path(name).suffix.lower() not in SUFFIXES:
        data = "".join(f"{code}\n" for code in palette.hex).encode()
    else:
        data = find_format(name, form).write_checked(
            palette, Path("Palette" if name == "-" else name)
        )
    if b"\0" in data:
        _refuse_terminal(name, "binary data")
    write(name, data, overwrite=overwrite)


def name_palette(palette: pc.Palette, source: str) -> pc.Palette:
    """Name a palette without a name after the image."""
    name = palette.name or ("Palette" if is_stream(source) else Path(source).stem)
    return pc.Palette(palette.colors, palette.names, name, palette.columns, palette.alpha)


def save_palette(args: argparse.Namespace, palette: pc.Palette, name: str) -> None:
    """Write a palette file and print its size, unless it goes to standard output itself."""
    write_palette(palette, name, args.format, overwrite=args.force)
    if not is_standard_output(name):
        console.print_line(f"{name}: {spell_count(len(palette))}")


def _refuse_terminal(name: str, what: str) -> None:
    if is_standard_output(name) and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(f"cannot write {what} to a terminal; redirect the output, or name a file")


def _suggest_library(name: str) -> None:
    """Refuse the name of a palette of the library without its "@"."""
    from ..palette_library import LIBRARY

    if name.lower() in LIBRARY and not Path(name).exists():
        raise UsageError(f"there is no file {name}; did you mean @{name.lower()}?")


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise pc.FileError("cannot read standard input: it is closed")
    return sys.stdin.buffer.read()


def _colors(words: str) -> list[tuple[int, int, int]]:
    """Read colours that stand in place of a file's name; none if it is the name of a file."""
    is_list = words.startswith("#") or (_BARE_COLORS.fullmatch(words) and not Path(words).exists())
    if not is_list:
        return []
    colors = []
    for word in _SEPARATOR.split(words.strip(", ")):
        levels = parse_hex_color(word)
        if levels is None or levels[3] < 255:
            raise UsageError(
                f"{word[:40]!r} in {words[:40]!r} is not an opaque colour; use '#rgb' or "
                "'#rrggbb', separate several by commas, and put ./ before the name of a file"
            )
        colors.append(levels[:3])
    return colors
