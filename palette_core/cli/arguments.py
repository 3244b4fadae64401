"""Arguments: those that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ..color.spaces import SPACES
from ..design import EFFORTS, INITS, METHODS
from ..dither import DITHERS
from ..formats import FORMATS
from ..options import AUTO, LIGHTNESS_WEIGHTS, MAX_SEED, TARGETS
from ..ordering import ORDERS
from ..palette import MAX_COLORS

METHOD_OPTIONS = ("method", "init", "effort", "order", "seed")
DESIGN_OPTIONS = ("colors", *TARGETS, *METHOD_OPTIONS)
SHARED_OPTIONS = ("space", "lightness_weight", "alpha_threshold", "alpha_dither", "matte")
DITHER_OPTIONS = ("dither", "dither_strength")
MAPPING_OPTIONS = (*SHARED_OPTIONS, *DITHER_OPTIONS, "dither_adaptive")
RUN_OPTIONS = ("shared_palette", "jobs", "scheduler")
_MOST_JOBS = 1024
_MOST_PIXELS = 2**40
# What looks best (docs/appearance.md tells why), with our own method. The others are there to be
# compared with, and do what was published.
_OWN_METHOD = "kmeans"
_FOR_THE_EYE = {"space": "oklab", "dither": "floyd-steinberg"}


class UsageError(Exception):
    """Arguments that do not go together."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise a message instead of printing it with the usage."""
        raise UsageError(f"{message} (see {self.prog} --help)")


def add_input(parser: argparse.ArgumentParser) -> None:
    """Add the image that a command reads."""
    parser.add_argument("input", metavar="INPUT", help="an image file, or - for standard input")


def add_palette_input(parser: argparse.ArgumentParser, name: str, metavar: str) -> None:
    """Add the palette that a command reads."""
    parser.add_argument(
        name,
        metavar=metavar,
        help="a palette file, - for standard input, or colours such as '#000,#ffcc00'",
    )


def add_palette_format(parser: argparse.ArgumentParser, output: str) -> None:
    """Add the option of the format that a palette is written in."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help=f"write {output} in this format, whatever its suffix (in pipes one '#rrggbb' a line)",
    )


def add_max_pixels(parser: argparse.ArgumentParser) -> None:
    """Add the option of how large an image may be."""
    parser.add_argument(
        "--max-pixels",
        type=whole_number(1, _MOST_PIXELS),
        metavar="N",
        help="refuse pictures and frames of more pixels, as they may be decompression bombs "
        "(178956970)",
    )


def add_colors(parser: argparse.ArgumentParser) -> None:
    """Add the options of how many colours there are to be."""
    parser.add_argument(
        "-k",
        "--colors",
        "--colours",
        type=_number_of_colors,
        metavar="N",
        help=f"how many colours at most, 1 to {MAX_COLORS}, or {AUTO}, as few as do (16)",
    )
    parser.add_argument(
        "--target-psnr",
        type=number(*TARGETS["target_psnr"]),
        metavar="X",
        help=f"with -k {AUTO}: the least PSNR in dB, as it is without dithering",
    )
    parser.add_argument(
        "--target-de",
        "--target-delta-e",
        dest="target_delta_e",
        type=number(*TARGETS["target_delta_e"]),
        metavar="X",
        help=f"with -k {AUTO}: the greatest mean CIEDE2000, as it is without dithering",
    )


def add_design_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of how colours are found and compared."""
    parser.add_argument("--method", choices=METHODS, help="how to find them (kmeans)")
    parser.add_argument(
        "--init", choices=INITS, help="where k-means takes its first guess from (auto)"
    )
    parser.add_argument("--effort", choices=EFFORTS, help="how hard to try (balanced)")
    parser.add_argument(
        "--space",
        choices=SPACES,
        help="where colours are compared (oklab; srgb with other methods than kmeans)",
    )
    lightest, heaviest = LIGHTNESS_WEIGHTS
    parser.add_argument(
        "--lightness-weight",
        type=number(*LIGHTNESS_WEIGHTS),
        metavar="X",
        help=f"how much lightness counts there, {lightest:g} to {heaviest:g} (1)",
    )
    parser.add_argument(
        "--alpha-threshold",
        type=whole_number(0, 255),
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
        "--order",
        choices=ORDERS,
        help="which colour comes first (kept: from dark to light, but with sklearn-kmeans)",
    )
    parser.add_argument(
        "--seed", type=whole_number(0, MAX_SEED), metavar="N", help="seed of random draws (0)"
    )


def add_dither_options(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the options of dithering; `default` is for the help."""
    parser.add_argument("--dither", choices=DITHERS, help=f"the dithering ({default})")
    parser.add_argument(
        "--dither-strength", type=number(0, 1), metavar="X", help="its strength, 0 to 1 (0.75)"
    )


def add_dither_adaptive(parser: argparse.ArgumentParser) -> None:
    """Add the option of dithering that only commands with a result in pixels have."""
    parser.add_argument(
        "--dither-adaptive",
        action="store_true",
        default=None,
        help="leave areas undithered that the palette matches closely",
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run over many images."""
    parser.add_argument(
        "--shared-palette",
        action="store_true",
        default=None,
        help="find one palette for all pictures",
    )
    parser.add_argument(
        "--jobs",
        type=number_of_jobs,
        metavar="N",
        help="work on N pictures side by side, -1 for as many as there are cores (1)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="work on the Dask cluster of this scheduler"
    )


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of what is printed and overwritten."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--force", action="store_true", help="overwrite outputs that exist")


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `lowest` to `highest`."""

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


def whole_numbers(lowest: int, highest: int) -> Callable[[str], list[int]]:
    """Return a reader of whole numbers from `lowest` to `highest`, with commas between them."""
    parse_one = whole_number(lowest, highest)

    def parse(text: str) -> list[int]:
        try:
            return [parse_one(part) for part in text.split(",")]
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentTypeError(f"{error}, or several with commas between") from None

    return parse


def _number_of_colors(text: str) -> int | str:
    try:
        return text if text == AUTO else whole_number(1, MAX_COLORS)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or {AUTO} with a target") from None


def number_of_jobs(text: str) -> int:
    """Read a number of processes, or -1."""
    if text == "-1":
        return -1
    try:
        return whole_number(1, _MOST_JOBS)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or -1") from error


def number(lowest: float, highest: float) -> Callable[[str], float]:
    """Return a reader of numbers from `lowest` to `highest`."""

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


def given(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """Return the options that are on the command line; the others keep the functions' defaults."""
    values = {name: getattr(args, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def for_the_eye(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """Return the defaults of some options, where the command line has others than the functions."""
    if args.method not in (None, _OWN_METHOD):
        return {}
    return {name: value for name, value in _FOR_THE_EYE.items() if name in names}
