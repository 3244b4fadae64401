"""The groups of options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from ..color.hardware_grids import GRIDS
from ..color.spaces import SPACES
from ..common_options import ALPHAS, LIGHTNESS_WEIGHTS
from ..design import EFFORTS, INITIALIZATIONS, METHODS
from ..dither import AUTOMATIC, DITHERS
from ..options import AUTO, MAX_SEED, TARGETS
from ..ordering import ORDERS
from ..palette import MAX_COLORS
from ..registry import Choice
from . import arguments
from .arguments import number, whole_number
from .parser import Group, summaries

# The option for the number of colours, in both spellings.
COLORS = ("-k", "--colors", "--colours")
_MAX_PIXELS = 2**40
_WIDTHS = (16, 4096)
_OTHER_METHODS = "if --method is not kmeans"
PALETTE = (
    "a palette file, - for standard input, colours such as '#000,#ffcc00', or @NAME for one that "
    "palette-core palettes lists"
)


def add_input(parser: argparse.ArgumentParser) -> None:
    """Add the image that a command reads."""
    group = parser.add_argument_group("Input")
    group.add_argument("input", metavar="INPUT", help="image file, or - for standard input")
    add_max_pixels(group)


def add_max_pixels(group: Group) -> None:
    """Add the option that limits the size of images."""
    group.add_argument(
        "--max-pixels",
        type=whole_number(1, _MAX_PIXELS),
        metavar="N",
        help="refuse images with more pixels, which may be decompression bombs "
        "(default: 178956970)",
    )


def add_palette_format(group: Group, output: str) -> None:
    """Add the option for the format of a palette file."""
    from ..formats import FORMATS

    formats = {name: " ".join((form.label, *form.suffixes)) for name, form in FORMATS.items()}
    group.add_argument(
        "--format",
        choices=formats,
        metavar="FORMAT",
        help=f"format of {output} (default: by its suffix; in pipes one '#rrggbb' per line)",
    )


def add_output(group: Group, metavar: str, what: str) -> None:
    """Add the option for the file to write."""
    group.add_argument(
        "-o", "--output", metavar=metavar, help=f"{what} to write, or - for standard output"
    )


def add_json(group: Group) -> None:
    """Add the option for output that programs can read."""
    group.add_argument("--json", action="store_true", help="print the result as a JSON object")


def add_force(group: Group) -> None:
    """Add the option to overwrite files."""
    group.add_argument("--force", action="store_true", help="overwrite existing files")


def add_color_count(group: Group) -> None:
    """Add the options for the number of colours."""
    group.add_argument(
        *COLORS,
        type=arguments.number_of_colors,
        metavar="N",
        help=f"maximum number of colours, 1 to {MAX_COLORS}, or {AUTO}: the suggested number, or "
        "as few as reach a target (default: 16)",
    )
    group.add_argument(
        "--target-psnr",
        type=number(*TARGETS["target_psnr"]),
        metavar="DB",
        help=f"with -k {AUTO}: minimum PSNR in dB, before dithering",
    )
    group.add_argument(
        "--target-de",
        "--target-delta-e",
        dest="target_delta_e",
        type=number(*TARGETS["target_delta_e"]),
        metavar="X",
        help=f"with -k {AUTO}: maximum mean CIEDE2000 difference, before dithering",
    )
    group.add_argument(
        "--target-as-seen",
        action="store_true",
        default=None,
        help="measure --target-psnr as seen from some distance: after dithering and a blur",
    )


def add_constraints(group: Group) -> None:
    """Add the options for what a palette must contain or start from."""
    group.add_argument(
        "--lock",
        type=arguments.locked_color,
        action="append",
        metavar="COLOR",
        help="keep this colour exactly: '#rrggbb', or '#rrggbb@INDEX' to choose its index; can be "
        "repeated",
    )
    group.add_argument(
        "--lock-palette", metavar="FILE", help="keep all colours of this palette exactly"
    )
    group.add_argument(
        "--start",
        metavar="FILE",
        help="start from this palette, and keep its entries and their indices where possible",
    )
    group.add_argument(
        "--rare",
        type=number(0, 1),
        metavar="X",
        help="weight of rare colours: with 0 every pixel counts equally, with 1 every colour does "
        "(default: 0)",
    )
    group.add_argument(
        "--visual-masking",
        type=number(0, 1),
        metavar="X",
        help="give colours of textured areas, where errors are less visible, less weight: from 0, "
        "no difference, to 1 (default: up to 0.5 in Oklab, else 0)",
    )
    group.add_argument(
        "--keep-exact",
        type=number(0, 1),
        metavar="X",
        help="use a colour exactly if it has at least this share of the pixels of an entry; with 0 "
        "every entry is a mean (default: 0.5)",
    )
    add_grid(group, "no restriction")


def add_grid(group: Group, default: str) -> None:
    """Add the option for the colours that a display can show; `default` is for the help."""
    group.add_argument(
        "--grid",
        type=arguments.grid,
        metavar="GRID",
        help=f"use only colours that a display can show: {', '.join(GRIDS)}, or 1 to 8 bits per "
        f"channel (default: {default})",
    )


def add_palette_files(parser: argparse.ArgumentParser) -> None:
    """Add the groups for a palette file to read and one to write."""
    parser.add_argument_group("Input").add_argument("input", metavar="IN", help=PALETTE)
    output = parser.add_argument_group("Output")
    output.add_argument(
        "output", metavar="OUT", help="palette file to write, or - for standard output"
    )
    add_palette_format(output, "OUT")
    add_force(output)


def add_order(group: Group) -> None:
    """Add the option for the order of the entries."""
    group.add_argument(
        "--order",
        choices=summaries(ORDERS),
        metavar="ORDER",
        help="order of the palette entries (default: kept)",
    )


def add_dithering(parser: argparse.ArgumentParser) -> None:
    """Add the group for the dithering of an image."""
    group = parser.add_argument_group("Dithering")
    add_dither_choice(group, DITHERS, f"{AUTOMATIC}; none {_OTHER_METHODS}")
    add_threshold_matrix(group)
    group.add_argument(
        "--dither-adaptive",
        action="store_true",
        default=None,
        help="do not dither areas that the palette already matches",
    )


def add_dither_choice(group: Group, dithers: Mapping[str, Choice], default: str = "none") -> None:
    """Add the options for the dithering algorithm and its strength."""
    group.add_argument(
        "--dither",
        choices=summaries(dithers),
        metavar="DITHER",
        help=f"dithering algorithm (default: {default})",
    )
    group.add_argument(
        "--dither-strength",
        type=number(0, 1),
        metavar="X",
        help="amount of dithering, 0 to 1 (default: 0.8)",
    )


def add_threshold_matrix(group: Group) -> None:
    """Add the option for ordered dithering with a matrix of the user's."""
    group.add_argument(
        "--threshold-matrix",
        metavar="FILE",
        help="use ordered dithering with this grey image, at most 256 x 256, instead of --dither",
    )


def add_transparency(group: Group) -> None:
    """Add the options for pixels with alpha."""
    group.add_argument(
        "--alpha",
        choices=ALPHAS,
        help="semi-transparent pixels: palette entries with alpha (palette), opaque from a "
        "threshold on (threshold), or dots (dither) (default: palette in PNG files if the other "
        "options allow it, else threshold)",
    )
    add_alpha_threshold(group)
    add_matte(group)


def add_alpha_threshold(group: Group) -> None:
    """Add the option for the smallest alpha of opaque pixels."""
    group.add_argument(
        "--alpha-threshold",
        type=whole_number(0, 255),
        metavar="N",
        help="smallest alpha of an opaque pixel, 0 to 255 (default: 128; 1 with --matte)",
    )


def add_matte(group: Group) -> None:
    """Add the option for the background of semi-transparent pixels."""
    group.add_argument(
        "--matte",
        type=arguments.color,
        metavar="COLOR",
        help="blend semi-transparent pixels with this background, '#rrggbb' (default: none)",
    )


def add_width(group: Group, what: str, *, default: int) -> None:
    """Add the option for the maximum width of images that are drawn."""
    low, high = _WIDTHS
    group.add_argument(
        "--width",
        type=whole_number(low, high),
        default=default,
        metavar="N",
        help=f"maximum width {what}, {low} to {high} (default: {default})",
    )


def add_algorithm(group: Group) -> None:
    """Add the options for how colours are found and compared."""
    group.add_argument(
        "--method",
        choices=summaries(METHODS),
        metavar="METHOD",
        help="algorithm that finds the palette (default: kmeans)",
    )
    group.add_argument(
        "--init",
        choices=summaries(INITIALIZATIONS),
        metavar="INIT",
        help="initialization of k-means (default: auto)",
    )
    add_effort(group)
    add_space(group, f"oklab; srgb {_OTHER_METHODS} and nothing is dithered")
    lightest, heaviest = LIGHTNESS_WEIGHTS
    group.add_argument(
        "--lightness-weight",
        type=number(*LIGHTNESS_WEIGHTS),
        metavar="X",
        help=f"weight of lightness differences, {lightest:g} to {heaviest:g} (default: 1)",
    )
    group.add_argument(
        "--seed",
        type=whole_number(0, MAX_SEED),
        metavar="N",
        help="seed of the random numbers (default: 0)",
    )


def add_effort(group: Group) -> None:
    """Add the option for the effort of the search."""
    group.add_argument(
        "--effort",
        choices=summaries(EFFORTS),
        metavar="EFFORT",
        help="search effort: more is slower, and the error smaller (default: balanced)",
    )


def add_space(group: Group, default: str) -> None:
    """Add the option for the colour space; `default` is for the help."""
    group.add_argument(
        "--space",
        choices={name: space.summary for name, space in SPACES.items()},
        metavar="SPACE",
        help=f"colour space for comparing colours (default: {default})",
    )


def add_batch(group: Group) -> None:
    """Add the options for several images."""
    group.add_argument(
        "--shared-palette",
        action="store_true",
        default=None,
        help="find one palette for all images",
    )
    group.add_argument(
        "--jobs",
        type=arguments.number_of_jobs,
        metavar="N",
        help="number of images to process at a time, or -1 for one per CPU core (default: 1)",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="run on the Dask cluster with this address, for instance tcp://host:8786",
    )
