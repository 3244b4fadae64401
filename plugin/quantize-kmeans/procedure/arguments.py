"""The procedure's arguments and return values: their names, words, ranges and defaults.

GIMP reads this at its own start, so that it loads nothing but the bindings. Arguments are never
put between those that were there before: scripts rely on their order.
"""

from __future__ import annotations

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GObject

from i18n import _

READ_WRITE = GObject.ParamFlags.READWRITE

# Spelt as palette_core and its command line spell them, with what the dialog shows. Names are the
# same in all languages.
METHODS = {
    "kmeans": "k-means",
    "variance-cut": _("Variance cut"),
    "wu": _("Wu's boxes"),
    "median-cut": _("Median cut"),
    "sklearn-kmeans": _("k-means (scikit-learn)"),
    "sklearn-minibatch": _("Mini-batch k-means (scikit-learn)"),
}
INITS = {
    "auto": _("The method's own"),
    "k-means++": "k-means++",
    "k-means++-single": _("k-means++, one candidate a step"),
    "random": _("Random, the best of ten"),
    "variance-cut": _("Variance cut"),
}
EFFORTS = {"fast": _("Fast"), "balanced": _("Balanced"), "high": _("High"), "best": _("Best")}
SPACES = {"srgb": "sRGB", "linear": _("Linear light"), "oklab": "Oklab", "cielab": "CIELAB"}
DITHERS = {
    "none": _("None"),
    "floyd-steinberg": "Floyd-Steinberg",
    "jarvis-judice-ninke": _("Jarvis, Judice and Ninke"),
    "stucki": "Stucki",
    "burkes": "Burkes",
    "sierra": "Sierra",
    "sierra-lite": "Sierra Lite",
    "atkinson": "Atkinson",
    "bayer-2": "Bayer, 2 × 2",
    "bayer-4": "Bayer, 4 × 4",
    "bayer-8": "Bayer, 8 × 8",
    "bayer-16": "Bayer, 16 × 16",
    "blue-noise": _("Blue noise"),
}
ORDERS = {
    "kept": _("From dark to light, or as given"),
    "luminance": _("From dark to light"),
    "hue": _("Greys, then by hue"),
    "tour": _("Neighbours look alike"),
    "popularity": _("Most pixels first"),
    "appearance": _("As they appear in the picture"),
}
GRIDS = {
    "none": _("All colours"),
    "rgb332": "RGB 3-3-2",
    "rgb444": "RGB 4-4-4",
    "rgb555": "RGB 5-5-5",
    "rgb565": "RGB 5-6-5",
    "1": _("1 bit a channel"),
    "2": _("2 bits a channel"),
    "3": _("3 bits a channel"),
    "6": _("6 bits a channel"),
}
# Those below are the plug-in's own.
OUTPUTS = {
    "new-image": _("New indexed image"),
    "convert": _("Convert this image to indexed"),
    "layer": _("This layer, in RGB"),
    "palette": _("Palette only"),
}
NUMBERS = {
    "number": _("As many as said"),
    "target-psnr": _("As few as reach a PSNR"),
    "target-delta-e": _("As few as reach a ΔE"),
}
PALETTE_USES = {
    "none": _("Found in the picture"),
    "map": _("A palette's, as they are"),
    "strict": _("A palette's; refuse others"),
    "start": _("Found, beginning from a palette"),
    "lock": _("A palette's, and others found"),
}
SELECTIONS = {
    "only": _("Quantize only selected pixels"),
    "more": _("Prioritise selected pixels"),
    "ignore": _("Ignore"),
}
SAMPLES = {
    "automatic": _("Automatic"),
    "layer": _("Selected layer"),
    "visible": _("Visible image"),
    "all-layers": _("All layers, including hidden"),
}
CONTENTS = {
    "layer": _("Selected layer"),
    "visible": _("Visible image"),
    "all-layers": _("All layers, as frames"),
}
# The arguments that take one of these words.
CHOICES = {
    "method": METHODS,
    "effort": EFFORTS,
    "space": SPACES,
    "dither": DITHERS,
    "output": OUTPUTS,
    "init": INITS,
    "number": NUMBERS,
    "palette-use": PALETTE_USES,
    "order": ORDERS,
    "grid": GRIDS,
    "selection": SELECTIONS,
    "sample": SAMPLES,
    "apply-to": CONTENTS,
}


def add_run_mode(procedure: Gimp.Procedure) -> None:
    """Declare what GIMP itself gives to a filter, for a procedure that is none.

    Not the image: GIMP could not keep it with the last values, and says so.
    """
    procedure.add_enum_argument(
        "run-mode",
        _("Run mode"),
        _("How it is run"),
        Gimp.RunMode,
        Gimp.RunMode.NONINTERACTIVE,
        READ_WRITE,
    )


def add_arguments(
    procedure: Gimp.Procedure, *, output: str = "new-image", sample: str = "automatic"
) -> None:
    """Declare the arguments in their order, two of them with these defaults."""
    _add_first_arguments(procedure, output)
    _add_refinements(procedure)
    _add_rules(procedure)
    _add_pixels(procedure, sample)


def _add_first_arguments(procedure: Gimp.Procedure, output: str) -> None:
    procedure.add_int_argument(
        "colors", _("_Number of colours"), _("How many colours at most"), 1, 256, 16, READ_WRITE
    )
    _add_choice(procedure, "method", _("_Method"), _("How the colours are found"), "kmeans")
    _add_choice(procedure, "effort", _("_Effort"), _("How hard to try"), "balanced")
    _add_choice(procedure, "space", _("Colour s_pace"), _("Where distances are measured"), "oklab")
    _add_choice(
        procedure,
        "dither",
        _("_Dithering"),
        _("How gradients are mixed; a palette alone is made for none"),
        "floyd-steinberg",
    )
    procedure.add_double_argument(
        "dither-strength",
        _("Dithering s_trength"),
        _("0 for none, 1 for all"),
        0,
        1,
        0.75,
        READ_WRITE,
    )
    _add_choice(procedure, "output", _("Res_ult"), _("What becomes of it"), output)
    procedure.add_boolean_argument(
        "save-palette", _("_Keep the palette"), _("Put it among GIMP's palettes"), True, READ_WRITE
    )
    procedure.add_string_argument(
        "palette-name", _("Palette n_ame"), _("Empty: named after the image"), "", READ_WRITE
    )
    procedure.add_int_argument(
        "seed",
        _("Random seed num_ber"),
        _("The same gives the same colours"),
        0,
        2**31 - 1,
        0,
        READ_WRITE,
    )


def _add_refinements(procedure: Gimp.Procedure) -> None:
    _add_choice(procedure, "init", _("First _guess"), _("Where k-means starts from"), "auto")
    procedure.add_double_argument(
        "lightness-weight",
        _("We_ight of lightness"),
        _("How much it counts"),
        0.1,
        10,
        1,
        READ_WRITE,
    )
    procedure.add_boolean_argument(
        "dither-adaptive",
        _("Dither only _where needed"),
        _("Leave close areas alone"),
        False,
        READ_WRITE,
    )
    procedure.add_int_argument(
        "alpha-threshold",
        _("Opa_que from alpha (-1: automatic)"),
        _(
            "Pixels are opaque where their alpha is at least this. Automatic: 128, or 1 with a "
            "matte"
        ),
        -1,
        255,
        -1,
        READ_WRITE,
    )
    procedure.add_boolean_argument(
        "alpha-dither",
        _("Dither alpha at so_ft edges"),
        _("Mix opaque and transparent"),
        False,
        READ_WRITE,
    )
    # Not a colour argument: GIMP 3.0 and 3.2 lose its default, and it could not say "none".
    procedure.add_string_argument(
        "matte",
        _("Matte, he_x (#rrggbb)"),
        _("Half-transparent pixels are laid over this colour; empty: none"),
        "",
        READ_WRITE,
    )


def _add_rules(procedure: Gimp.Procedure) -> None:
    _add_choice(
        procedure,
        "number",
        _("How many"),
        _("What says how many colours there are"),
        "number",
    )
    procedure.add_double_argument(
        "target-psnr",
        _("PSNR in dB"),
        _("The least that is to be reached, without dithering; photos reach about 30"),
        0,
        100,
        30,
        READ_WRITE,
    )
    procedure.add_double_argument(
        "target-delta-e",
        _("Colour difference, ΔE"),
        _("The greatest mean of CIEDE2000 that may be left, without dithering"),
        0,
        100,
        3,
        READ_WRITE,
    )
    _add_choice(
        procedure,
        "palette-use",
        _("Colours"),
        _("Where the colours are from"),
        "none",
    )
    # If a script leaves it out, it is None, not the palette that happens to be active in GIMP.
    procedure.add_palette_argument(
        "palette", _("Palette"), _("The palette that is given"), True, None, False, READ_WRITE
    )
    procedure.add_string_argument(
        "locked",
        _("Locked colours"),
        _("Colours that stay exactly: #rrggbb, or #rrggbb@INDEX with a place, with blanks between"),
        "",
        READ_WRITE,
    )
    _add_choice(procedure, "order", _("Order"), _("Which colour comes first"), "kept")
    _add_choice(procedure, "grid", _("Display"), _("Which colours a display can show"), "none")
    procedure.add_double_argument(
        "rare",
        _("Rare colours"),
        _("How much colours of few pixels count: 0 as these, 1 as all others"),
        0,
        1,
        0,
        READ_WRITE,
    )


def _add_pixels(procedure: Gimp.Procedure, sample: str) -> None:
    _add_choice(
        procedure,
        "selection",
        _("Selection"),
        _("What the selection is used for"),
        "only",
    )
    procedure.add_double_argument(
        "selection-weight",
        _("Priority"),
        _("How many times as much a selected pixel counts as one that is not selected"),
        1,
        1000,
        10,
        READ_WRITE,
    )
    _add_choice(
        procedure,
        "sample",
        _("Sample colours from"),
        _("Which pixels the palette is made from; automatic: those that get the new colours"),
        sample,
    )
    _add_choice(
        procedure,
        "apply-to",
        _("New image contains"),
        _("What the new image is made from"),
        "layer",
    )
    procedure.add_boolean_argument(
        "crop",
        _("Crop to layer"),
        _("Make the new image as large as its layer instead of as large as this image"),
        False,
        READ_WRITE,
    )


def add_dialog_arguments(procedure: Gimp.Procedure) -> None:
    """Declare what the dialog alone remembers, and no script can say."""
    procedure.add_boolean_aux_argument(
        "more", _("More"), _("Whether the advanced options are shown"), False, READ_WRITE
    )


def add_return_values(procedure: Gimp.Procedure) -> None:
    """Declare the return values."""
    procedure.add_image_return_value(
        "result", _("Result"), _("The image with the result"), True, READ_WRITE
    )
    procedure.add_int_return_value(
        "n-colors", _("Number of colours"), _("How many were used"), 1, 256, 1, READ_WRITE
    )
    procedure.add_string_return_value(
        "palette", _("Palette"), _("Its name in GIMP, empty if it was not kept"), "", READ_WRITE
    )


def _add_choice(procedure: Gimp.Procedure, name: str, label: str, help_: str, default: str) -> None:
    """Declare an argument that takes one of a few words.

    A string, not a choice argument: of the latter GIMP replaces unknown words by the default before
    the plug-in sees them. The Procedure Browser shows what is allowed, in a line of its own.
    """
    words = ", ".join(CHOICES[name])
    procedure.add_string_argument(name, label, f"{help_}\n{words}", default, READ_WRITE)
