"""The procedure's arguments and return values: their names, words, ranges and defaults.

GIMP reads this at its own start, so that it loads nothing but the bindings. Arguments are never
put between those that were there before: scripts rely on their order.
"""

from __future__ import annotations

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GObject

READ_WRITE = GObject.ParamFlags.READWRITE

# Spelt as palette_core and its command line spell them, with what the dialog shows.
METHODS = {
    "kmeans": "k-means",
    "variance-cut": "Variance cut",
    "wu": "Wu's boxes",
    "median-cut": "Median cut",
    "sklearn-kmeans": "k-means (scikit-learn)",
    "sklearn-minibatch": "Mini-batch k-means (scikit-learn)",
}
INITS = {
    "auto": "The method's own",
    "k-means++": "k-means++",
    "k-means++-single": "k-means++, one candidate a step",
    "random": "Random, the best of ten",
    "variance-cut": "Variance cut",
}
EFFORTS = {"fast": "Fast", "balanced": "Balanced", "high": "High", "best": "Best"}
SPACES = {"srgb": "sRGB", "linear": "Linear light", "oklab": "Oklab", "cielab": "CIELAB"}
DITHERS = {
    "none": "None",
    "floyd-steinberg": "Floyd-Steinberg",
    "jarvis-judice-ninke": "Jarvis, Judice and Ninke",
    "stucki": "Stucki",
    "burkes": "Burkes",
    "sierra": "Sierra",
    "sierra-lite": "Sierra Lite",
    "atkinson": "Atkinson",
    "bayer-2": "Bayer, 2 × 2",
    "bayer-4": "Bayer, 4 × 4",
    "bayer-8": "Bayer, 8 × 8",
    "bayer-16": "Bayer, 16 × 16",
    "blue-noise": "Blue noise",
}
ORDERS = {
    "kept": "From dark to light, or as given",
    "luminance": "From dark to light",
    "hue": "Greys, then by hue",
    "tour": "Neighbours look alike",
    "popularity": "Most pixels first",
    "appearance": "As they appear in the picture",
}
GRIDS = {
    "none": "All colours",
    "rgb332": "RGB 3-3-2",
    "rgb444": "RGB 4-4-4",
    "rgb555": "RGB 5-5-5",
    "rgb565": "RGB 5-6-5",
    "1": "1 bit a channel",
    "2": "2 bits a channel",
    "3": "3 bits a channel",
    "6": "6 bits a channel",
}
# Those below are the plug-in's own.
OUTPUTS = {
    "new-image": "New indexed image",
    "convert": "Convert this image to indexed",
    "layer": "This layer, in RGB",
    "palette": "Palette only",
}
NUMBERS = {
    "number": "As many as said",
    "target-psnr": "As few as reach a PSNR",
    "target-delta-e": "As few as reach a ΔE",
}
PALETTE_USES = {
    "none": "Found in the picture",
    "map": "A palette's, as they are",
    "strict": "A palette's; refuse others",
    "start": "Found, beginning from a palette",
    "lock": "A palette's, and others found",
}
SELECTIONS = {
    "only": "Only these pixels",
    "more": "These pixels count more",
    "ignore": "Nothing",
}
SAMPLES = {
    "layer": "This layer",
    "visible": "What is visible of all layers",
    "all-layers": "All layers, each as it is",
}
TARGETS = {"layer": "This layer", "all-layers": "All layers, as frames"}


def add_image_arguments(procedure: Gimp.Procedure) -> None:
    """Declare those that GIMP itself gives to a filter, for a procedure that is none."""
    procedure.add_enum_argument(
        "run-mode",
        "Run mode",
        "How it is run",
        Gimp.RunMode,
        Gimp.RunMode.NONINTERACTIVE,
        READ_WRITE,
    )
    procedure.add_image_argument(
        "image", "Image", "That the palette is made from; none: the only open one", True, READ_WRITE
    )


def add_arguments(
    procedure: Gimp.Procedure, *, output: str = "new-image", sample: str = "layer"
) -> None:
    """Declare the arguments in their order, two of them with these defaults."""
    _add_first_arguments(procedure, output)
    _add_refinements(procedure)
    _add_rules(procedure)
    _add_pixels(procedure, sample)


def _add_first_arguments(procedure: Gimp.Procedure, output: str) -> None:
    procedure.add_int_argument(
        "colors", "_Number of colours", "How many colours at most", 1, 256, 16, READ_WRITE
    )
    _add_choice(procedure, "method", "_Method", "How the colours are found", METHODS, "kmeans")
    _add_choice(procedure, "effort", "_Effort", "How hard to try", EFFORTS, "balanced")
    _add_choice(
        procedure, "space", "Colour s_pace", "Where distances are measured", SPACES, "oklab"
    )
    _add_choice(
        procedure,
        "dither",
        "_Dithering",
        "How gradients are mixed; a palette alone is made for none",
        DITHERS,
        "floyd-steinberg",
    )
    procedure.add_double_argument(
        "dither-strength", "Dithering s_trength", "0 for none, 1 for all", 0, 1, 0.75, READ_WRITE
    )
    _add_choice(procedure, "output", "Res_ult", "What becomes of it", OUTPUTS, output)
    procedure.add_boolean_argument(
        "save-palette", "_Keep the palette", "Put it among GIMP's palettes", True, READ_WRITE
    )
    procedure.add_string_argument(
        "palette-name", "Palette n_ame", "Empty: named after the image", "", READ_WRITE
    )
    procedure.add_int_argument(
        "seed",
        "Random seed num_ber",
        "The same gives the same colours",
        0,
        2**31 - 1,
        0,
        READ_WRITE,
    )


def _add_refinements(procedure: Gimp.Procedure) -> None:
    _add_choice(procedure, "init", "First _guess", "Where k-means starts from", INITS, "auto")
    procedure.add_double_argument(
        "lightness-weight", "We_ight of lightness", "How much it counts", 0.1, 10, 1, READ_WRITE
    )
    procedure.add_boolean_argument(
        "dither-adaptive", "Dither only _where needed", "Leave close areas alone", False, READ_WRITE
    )
    procedure.add_int_argument(
        "alpha-threshold",
        "Opa_que from alpha (-1: automatic)",
        "Pixels are opaque where their alpha is at least this. Automatic: 128, or 1 with a matte",
        -1,
        255,
        -1,
        READ_WRITE,
    )
    procedure.add_boolean_argument(
        "alpha-dither",
        "Dither alpha at so_ft edges",
        "Mix opaque and transparent",
        False,
        READ_WRITE,
    )
    # Not a colour argument: GIMP 3.0 and 3.2 lose its default, and it could not say "none".
    procedure.add_string_argument(
        "matte",
        "Matte, he_x (#rrggbb)",
        "Half-transparent pixels are laid over this colour; empty: none",
        "",
        READ_WRITE,
    )


def _add_rules(procedure: Gimp.Procedure) -> None:
    _add_choice(
        procedure, "number", "How many", "What says how many colours there are", NUMBERS, "number"
    )
    procedure.add_double_argument(
        "target-psnr",
        "PSNR in dB",
        "The least that is to be reached, without dithering; photos reach about 30",
        0,
        100,
        30,
        READ_WRITE,
    )
    procedure.add_double_argument(
        "target-delta-e",
        "Colour difference, ΔE",
        "The greatest mean of CIEDE2000 that may be left, without dithering",
        0,
        100,
        3,
        READ_WRITE,
    )
    _add_choice(
        procedure, "palette-use", "Colours", "Where the colours are from", PALETTE_USES, "none"
    )
    procedure.add_palette_argument(
        "palette", "Palette", "The palette that is given", True, None, True, READ_WRITE
    )
    procedure.add_string_argument(
        "locked",
        "Locked colours",
        "Colours that stay exactly: #rrggbb, or #rrggbb@INDEX with a place, with blanks between",
        "",
        READ_WRITE,
    )
    _add_choice(procedure, "order", "Order", "Which colour comes first", ORDERS, "kept")
    _add_choice(procedure, "grid", "Display", "Which colours a display can show", GRIDS, "none")
    procedure.add_double_argument(
        "rare",
        "Rare colours",
        "How much colours of few pixels count: 0 as these, 1 as all others",
        0,
        1,
        0,
        READ_WRITE,
    )


def _add_pixels(procedure: Gimp.Procedure, sample: str) -> None:
    _add_choice(
        procedure,
        "selection",
        "The selection means",
        "What the selection means",
        SELECTIONS,
        "only",
    )
    procedure.add_double_argument(
        "selection-weight",
        "Selected pixels count",
        "How many times as much as others, if they count more",
        1,
        1000,
        10,
        READ_WRITE,
    )
    _add_choice(
        procedure, "sample", "Palette from", "Which pixels make the palette", SAMPLES, sample
    )
    _add_choice(procedure, "apply-to", "Apply to", "What a new image is made of", TARGETS, "layer")


def add_dialog_arguments(procedure: Gimp.Procedure) -> None:
    """Declare what the dialog alone remembers, and no script can say."""
    procedure.add_boolean_aux_argument(
        "more", "More", "Whether the advanced options are shown", False, READ_WRITE
    )


def add_return_values(procedure: Gimp.Procedure) -> None:
    """Declare the return values."""
    procedure.add_image_return_value(
        "result", "Result", "The image with the result", True, READ_WRITE
    )
    procedure.add_int_return_value(
        "n-colors", "Number of colours", "How many were used", 1, 256, 1, READ_WRITE
    )
    procedure.add_string_return_value(
        "palette", "Palette", "Its name in GIMP, empty if it was not kept", "", READ_WRITE
    )


def _add_choice(
    procedure: Gimp.Procedure,
    name: str,
    label: str,
    help_: str,
    labels: dict[str, str],
    default: str,
) -> None:
    """Declare an argument that takes one of a few words."""
    choice = Gimp.Choice.new()
    for number, (word, shown) in enumerate(labels.items()):
        choice.add(word, number, shown, "")
    procedure.add_choice_argument(name, label, help_, choice, default, READ_WRITE)
