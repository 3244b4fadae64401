"""The command line: arguments in, the package's functions called, results printed."""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import math
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO

import palette_core as pc

from . import files, pictures
from .colorspaces import SPACES
from .design import EFFORTS, INITS, METHODS
from .dither import DITHERS
from .formats import format_of
from .options import LIGHTNESS_WEIGHTS, MAX_COLORS, MAX_SEED, TRANSPARENT_INDICES, Options
from .pixels import Bytes

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_DESIGN_OPTIONS = ("colors", "method", "init", "effort", "seed")
_SHARED_OPTIONS = ("space", "lightness_weight", "alpha_threshold", "alpha_dither", "matte")
_MAPPING_OPTIONS = (*_SHARED_OPTIONS, "dither", "dither_strength", "dither_adaptive")


class UsageError(Exception):
    """Arguments that do not go together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process unless given.

    Returns
    -------
    int
        The exit code: 0 done, 1 the work failed, 2 wrong usage.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold anything
    try:
        chosen = _parser().parse_args(arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("always", pc.PaletteFileWarning)
            warnings.showwarning = _show_warning
            chosen.run(chosen)
        if sys.stdout is not None:
            sys.stdout.flush()  # while there is still somebody to tell of a full disk
    except (UsageError, pc.OptionError) as error:
        return _complain(error, WRONG_USAGE)
    except MemoryError:
        return _complain("out of memory; try a smaller picture", FAILED)
    except pc.PaletteCoreError as error:
        return _complain(error, FAILED)
    except BrokenPipeError:
        _close_output()  # the reader has gone, and there is nothing more to say
        return FAILED
    except OSError as error:
        _close_output()
        return _complain(f"cannot write to standard output: {error.strerror or error}", FAILED)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    return DONE


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="palette-core",
        description="Find the best K colours for a picture, and put it into them.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"palette-core {pc.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    quantize = commands.add_parser(
        "quantize",
        help="put a picture into K colours",
        description="Put a picture into K colours: an indexed PNG and its palette.",
        allow_abbrev=False,
    )
    quantize.set_defaults(run=_quantize)
    _add_input(quantize)
    quantize.add_argument("-o", "--output", metavar="OUT.png", help="write the indexed picture")
    quantize.add_argument("--palette-out", metavar="OUT.gpl", help="write the palette")
    quantize.add_argument(
        "--palette", metavar="FILE", help="use the colours of this palette instead of finding some"
    )
    _add_design_options(quantize)
    quantize.add_argument("--dither", choices=DITHERS, help="the dithering (none)")
    quantize.add_argument(
        "--dither-strength", type=_number(0, 1), metavar="X", help="its strength, 0 to 1 (0.75)"
    )
    quantize.add_argument(
        "--dither-adaptive",
        action="store_true",
        default=None,
        help="leave areas undithered that the palette matches closely",
    )
    quantize.add_argument(
        "--transparent-index",
        choices=TRANSPARENT_INDICES,
        help="the place of the transparent entry in OUT.png (last)",
    )
    _add_report_options(quantize)

    palette = commands.add_parser(
        "palette",
        help="find a palette only",
        description="Find a palette for a picture, and save or print it.",
        allow_abbrev=False,
    )
    palette.set_defaults(run=_palette)
    _add_input(palette)
    palette.add_argument("-o", "--output", metavar="OUT.gpl", help="write the palette")
    _add_design_options(palette)
    _add_report_options(palette)

    compare = commands.add_parser(
        "compare",
        help="measure how far one picture is from another",
        description="Measure how far one picture is from another of the same size.",
        allow_abbrev=False,
    )
    compare.set_defaults(run=_compare)
    compare.add_argument("a", metavar="A", help="a picture file")
    compare.add_argument("b", metavar="B", help="another one")
    compare.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _add_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="INPUT", help="a picture file, or - for standard input")


def _add_design_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-k",
        "--colors",
        "--colours",
        type=_whole_number(1, MAX_COLORS),
        metavar="N",
        help=f"how many colours at most, 1 to {MAX_COLORS} (16)",
    )
    parser.add_argument("--method", choices=METHODS, help="how to find them (kmeans)")
    parser.add_argument(
        "--init", choices=INITS, help="where k-means takes its first guess from (auto)"
    )
    parser.add_argument("--effort", choices=EFFORTS, help="how hard to try (balanced)")
    parser.add_argument("--space", choices=SPACES, help="where colours are compared (srgb)")
    lightest, heaviest = LIGHTNESS_WEIGHTS
    parser.add_argument(
        "--lightness-weight",
        type=_number(*LIGHTNESS_WEIGHTS),
        metavar="X",
        help=f"how much lightness counts there, {lightest:g} to {heaviest:g} (1)",
    )
    parser.add_argument(
        "--alpha-threshold",
        type=_whole_number(0, 255),
        metavar="N",
        help="a pixel is opaque where its alpha is at least N, 0 to 255 (128; 1 with --matte)",
    )
    parser.add_argument(
        "--alpha-dither",
        action="store_true",
        default=None,
        help="mix opaque and transparent pixels at soft edges, half of each at the threshold",
    )
    parser.add_argument(
        "--matte",
        metavar="COLOR",
        help="lay half-transparent pixels over this colour, '#rrggbb' in quotes (none)",
    )
    parser.add_argument(
        "--seed", type=_whole_number(0, MAX_SEED), metavar="N", help="seed of random draws (0)"
    )


def _add_report_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--force", action="store_true", help="overwrite outputs that exist")


def _whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(
                f"{text!r}, expected a whole number, {lowest} to {highest}"
            )
        return number

    return parse


def _number(lowest: float, highest: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(
                f"{text!r}, expected a number, {lowest:g} to {highest:g}"
            )
        return number

    return parse


def _quantize(chosen: argparse.Namespace) -> None:
    design = _given(chosen, _DESIGN_OPTIONS)
    mapping = _given(chosen, _MAPPING_OPTIONS)
    if chosen.palette is not None and design:
        option = next(iter(design)).replace("_", "-")
        raise UsageError(f"--palette gives the colours, so --{option} has no say; drop one of them")
    options = Options(**design, **mapping)  # for its checks of values that do not go together
    _check_outputs(chosen, chosen.output, chosen.palette_out)
    given = None if chosen.palette is None else pc.Palette.load(chosen.palette)

    pixels = _read(chosen.input)
    start = time.perf_counter()
    if given is None:
        quantized = pc.quantize(pixels, **design, **mapping)
    else:
        quantized = pc.map_pixels(pixels, given, **mapping)
    seconds = time.perf_counter() - start

    # All that can fail comes before the first file is written.
    metrics = pc.compare(options.settle(pixels).to_array(), quantized.to_array())
    palette = _named(quantized.palette, chosen.input)
    if chosen.output is not None:
        image = quantized.to_image(**_given(chosen, ("transparent_index",)))
        _write(chosen.output, pictures.to_png(image), overwrite=chosen.force)
    if chosen.palette_out is not None:
        palette.save(chosen.palette_out, overwrite=chosen.force)
    _report_palette(chosen, palette, seconds, metrics)


def _palette(chosen: argparse.Namespace) -> None:
    design = _given(chosen, _DESIGN_OPTIONS + _SHARED_OPTIONS)
    Options(**design)  # likewise
    _check_outputs(chosen, None, chosen.output)
    pixels = _read(chosen.input)
    start = time.perf_counter()
    found = pc.find_palette(pixels, **design)
    seconds = time.perf_counter() - start
    palette = _named(found, chosen.input)
    if chosen.output is not None:
        palette.save(chosen.output, overwrite=chosen.force)
    _report_palette(chosen, palette, seconds, None)


def _compare(chosen: argparse.Namespace) -> None:
    metrics = pc.compare(_read(chosen.a), _read(chosen.b))
    if chosen.json:
        _print_json(_plain(metrics))
    else:
        print(f"MSE {metrics.mse:.4f}, PSNR {metrics.psnr:.2f} dB")
        count, largest = metrics.different, metrics.max_difference
        print(f"{count} of {metrics.compared} pixels differ, by {largest} at most")
        if metrics.opacity_differs:
            print(f"{metrics.opacity_differs} pixels are opaque in one of them only")


def _given(chosen: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """Give the options that are on the command line; the others keep the functions' defaults."""
    values = {name: getattr(chosen, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _check_outputs(chosen: argparse.Namespace, picture: str | None, palette: str | None) -> None:
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


def _read(name: str) -> Bytes:
    if name == "-" and sys.stdin is None:
        raise pc.FileError("cannot read standard input: it is closed")
    picture = pictures.read_picture(sys.stdin.buffer if name == "-" else name)
    for note in picture.notes:
        _say(f"note: {name}: {note}")
    return picture.pixels


def _write(name: str, data: bytes, *, overwrite: bool) -> None:
    if name == "-":
        if sys.stdout is None:
            raise pc.FileError("cannot write to standard output: it is closed")
        sys.stdout.buffer.write(data)
    else:
        files.write_file(name, data, overwrite=overwrite)


def _named(palette: pc.Palette, source: str) -> pc.Palette:
    """Name a palette without a name after the picture."""
    name = palette.name or ("Palette" if source == "-" else Path(source).stem)
    return pc.Palette(palette.colors, palette.names, name, palette.columns)


def _report_palette(
    chosen: argparse.Namespace, palette: pc.Palette, seconds: float, metrics: pc.Metrics | None
) -> None:
    if chosen.json:
        found = {"colors": len(palette), "palette": list(palette.hex), "seconds": seconds}
        _print_json(found | (_plain(metrics) if metrics else {}))
    elif chosen.output is None:
        print("\n".join(palette.hex))
    elif chosen.output != "-":
        error = f", PSNR {metrics.psnr:.2f} dB" if metrics else ""
        print(f"{chosen.output}: {len(palette)} colours{error}, {seconds:.2f} s")


def _plain(metrics: pc.Metrics) -> dict[str, float | None]:
    """Give metrics as JSON has them: it knows no infinity, so the PSNR of no error is null."""
    values = dataclasses.asdict(metrics)
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, indent=2, allow_nan=False))


def _say(message: object) -> None:
    # One line, and nothing in it that a terminal would obey.
    line = "".join(c if c.isprintable() else " " for c in str(message))
    print(f"palette-core: {line}", file=sys.stderr)


def _close_output() -> None:
    """Keep Python from flushing standard output at its exit, which would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del category, filename, lineno, file, line  # the message says it all
    _say(f"warning: {message}")


def _complain(error: object, code: int) -> int:
    _say(f"error: {error}")
    return code
