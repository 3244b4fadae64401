"""The values of arguments: how they are read from text, and which functions take which of them."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..common_options import ALPHA_OPTIONS
from ..dither import AUTOMATIC
from ..options import AUTO, TARGETS
from ..palette import MAX_COLORS

METHOD_OPTIONS = ("method", "init", "effort", "order", "seed")
DESIGN_OPTIONS = ("colors", *TARGETS, "target_as_seen", *METHOD_OPTIONS)
SHARED_OPTIONS = ("space", "lightness_weight", *ALPHA_OPTIONS)
DITHER_OPTIONS = ("dither", "dither_strength")
MAPPING_OPTIONS = (*SHARED_OPTIONS, *DITHER_OPTIONS, "dither_adaptive")
RUN_OPTIONS = ("shared_palette", "jobs", "scheduler")
_MAX_JOBS = 1024
_COLOR = re.compile("#(?:[0-9A-Fa-f]{3}){1,2}")
# The defaults for `kmeans` look best (docs/appearance.md). The other methods are there for
# comparison, and keep the defaults with which they were published.
OWN_METHOD = "kmeans"
_PERCEPTUAL_DEFAULTS = {"space": "oklab", "dither": AUTOMATIC}


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `lowest` to `highest`."""

    def parse(text: str) -> int:
        try:
            number = int(text.replace("_", "?"))  # Python would read 1_6 as 16
        except ValueError:
            number = lowest - 1
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number from {lowest} to {highest}"
            )
        return number

    return parse


def whole_numbers(lowest: int, highest: int) -> Callable[[str], list[int]]:
    """Return a reader of whole numbers from `lowest` to `highest`, separated by commas."""
    parse_one = whole_number(lowest, highest)

    def parse(text: str) -> list[int]:
        try:
            return [parse_one(part) for part in text.split(",")]
        except argparse.ArgumentTypeError as error:
            raise argparse.ArgumentTypeError(f"{error}; separate several by commas") from None

    return parse


def number_of_colors(text: str) -> int | str:
    """Read a number of colours, or "auto"."""
    try:
        return text if text == AUTO else whole_number(1, MAX_COLORS)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or {AUTO}") from None


def number_of_jobs(text: str) -> int:
    """Read a number of processes, or -1."""
    try:
        return -1 if text == "-1" else whole_number(1, _MAX_JOBS)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or -1 for all CPU cores") from None


def number(lowest: float, highest: float) -> Callable[[str], float]:
    """Return a reader of numbers from `lowest` to `highest`."""

    def parse(text: str) -> float:
        try:
            number = float(text.replace("_", "?"))
        except ValueError:
            number = math.nan
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number from {lowest:g} to {highest:g}"
            )
        return number

    return parse


def size(highest: int, example: str, *, square: bool) -> Callable[[str], tuple[int, int]]:
    """Return a reader of a width and a height of at most `highest`, or of one number for both."""
    parse_side = whole_number(1, highest)

    def parse(text: str) -> tuple[int, int]:
        width, x, height = text.partition("x")
        try:
            return parse_side(width), parse_side(height if x or not square else width)
        except argparse.ArgumentTypeError:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a size such as {example}, with sides from 1 to {highest}"
            ) from None

    return parse


def color(text: str) -> str:
    """Read a colour, "#rgb" as "#rrggbb"."""
    if not _COLOR.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a colour such as '#ffcc00'")
    return text if len(text) == len("#rrggbb") else "#" + "".join(2 * digit for digit in text[1:])


def locked_color(text: str) -> str:
    """Read a colour with or without an index; the options check whether the palette has it."""
    code, at, index = text.partition("@")
    if at and not (index.isascii() and index.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} has no index such as '#ffcc00@3'")
    return color(code) + at + index


def grid(text: str) -> str | int:
    """Read a grid's name, or a number of bits; the options check whether it exists."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else text


def given(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """Return the options that are on the command line."""
    values = {name: getattr(args, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def perceptual_defaults(args: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    """Return the defaults that differ from those of the Python functions."""
    if args.method not in (None, OWN_METHOD):
        return {}
    return {name: value for name, value in _PERCEPTUAL_DEFAULTS.items() if name in names}
