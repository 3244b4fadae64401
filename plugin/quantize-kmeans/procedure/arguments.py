"""The procedures' arguments and return values: names, labels, help, defaults and ranges.

GIMP reads this whenever it queries the plug-in, so it imports nothing but GIMP's bindings. New
arguments go to the end, because scripts may rely on their order.
"""

from __future__ import annotations

from typing import Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GObject

from i18n import _
from procedure.choices import CHOICES

READ_WRITE = GObject.ParamFlags.READWRITE

# The label, the help, the default and, of numbers, the range. A default of None is a palette's.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "colors": (_("_Number of colours"), _("How many colours at most"), 16, 1, 256),
    "method": (_("_Method"), _("How the colours are found"), "kmeans"),
    "effort": (_("_Effort"), _("How hard to try"), "balanced"),
    "space": (_("Colour s_pace"), _("Where distances are measured"), "oklab"),
    "dither": (
        _("_Dithering"),
        _("How gradients are mixed; a palette alone is made for none"),
        "floyd-steinberg",
    ),
    "dither-strength": (_("Dithering s_trength"), _("0 for none, 1 for all"), 0.75, 0.0, 1.0),
    "output": (_("Res_ult"), _("What becomes of it"), "new-image"),
    "save-palette": (_("_Keep the palette"), _("Put it among GIMP's palettes"), True),
    "palette-name": (_("Palette n_ame"), _("Empty: named after the image"), ""),
    "seed": (_("Random seed num_ber"), _("The same gives the same colours"), 0, 0, 2**31 - 1),
    "init": (_("First _guess"), _("Where k-means starts from"), "auto"),
    "lightness-weight": (_("We_ight of lightness"), _("How much it counts"), 1.0, 0.1, 10.0),
    "dither-adaptive": (_("Dither only _where needed"), _("Leave close areas alone"), False),
    "alpha-threshold": (
        _("Opa_que from alpha (-1: automatic)"),
        _(
            "Pixels are opaque where their alpha is at least this. Automatic: 128, or 1 with a "
            "matte"
        ),
        -1,
        -1,
        255,
    ),
    "alpha-dither": (_("Dither alpha at so_ft edges"), _("Mix opaque and transparent"), False),
    # GIMP 3.0 and 3.2 lose the default of a colour argument, which could not say "none" either.
    "matte": (
        _("Matte, he_x (#rrggbb)"),
        _("Half-transparent pixels are laid over this colour; empty: none"),
        "",
    ),
    "number": (_("How many"), _("What says how many colours there are"), "number"),
    "target-psnr": (
        _("PSNR in dB"),
        _("The least that is to be reached, without dithering; photos reach about 30"),
        30.0,
        0.0,
        100.0,
    ),
    "target-delta-e": (
        _("Colour difference, ΔE"),
        _("The greatest mean of CIEDE2000 that may be left, without dithering"),
        3.0,
        0.0,
        100.0,
    ),
    "palette-use": (_("Colours"), _("Where the colours are from"), "none"),
    # Without a palette in a script it is None, not the palette that is active in GIMP by chance.
    "palette": (_("Palette"), _("The palette that is given"), None),
    "locked": (
        _("Locked colours"),
        _("Colours that stay exactly: #rrggbb, or #rrggbb@INDEX with a place, with blanks between"),
        "",
    ),
    "order": (_("Order"), _("Which colour comes first"), "kept"),
    "grid": (_("Display"), _("Which colours a display can show"), "none"),
    "rare": (
        _("Rare colours"),
        _("How much colours of few pixels count: 0 as these, 1 as all others"),
        0.0,
        0.0,
        1.0,
    ),
    "selection": (_("Selection"), _("What the selection is used for"), "only"),
    "selection-weight": (
        _("Priority"),
        _("How many times as much a selected pixel counts as one that is not selected"),
        10.0,
        1.0,
        1000.0,
    ),
    "sample": (
        _("Sample colours from"),
        _("Which pixels the palette is made from; automatic: those that get the new colours"),
        "automatic",
    ),
    "apply-to": (_("New image contains"), _("What the new image is made from"), "layer"),
    "crop": (
        _("Crop to layer"),
        _("Make the new image as large as its layer instead of as large as this image"),
        False,
    ),
}


def add_run_mode(procedure: Gimp.Procedure) -> None:
    """Declare the run mode, which GIMP itself declares for an image procedure only.

    There is no image argument: GIMP could not keep it with the last values, and would complain.
    """
    name, blurb, default = _("Run mode"), _("How it is run"), Gimp.RunMode.NONINTERACTIVE
    procedure.add_enum_argument("run-mode", name, blurb, Gimp.RunMode, default, READ_WRITE)


def add_arguments(procedure: Gimp.Procedure, **defaults: str) -> None:
    """Declare the arguments in their order, some of them with other defaults."""
    for name, (label, blurb, default, *limits) in ARGUMENTS.items():
        default = defaults.get(name, default)
        if name in CHOICES:
            # GIMP replaces an unknown word of a choice argument by the default before the plug-in
            # sees it, so this is a string. The Procedure Browser shows the words in its help.
            blurb = f"{blurb}\n{', '.join(CHOICES[name])}"
        if default is None:
            procedure.add_palette_argument(name, label, blurb, True, None, False, READ_WRITE)
        elif isinstance(default, str):
            procedure.add_string_argument(name, label, blurb, default, READ_WRITE)
        elif isinstance(default, bool):
            procedure.add_boolean_argument(name, label, blurb, default, READ_WRITE)
        elif isinstance(default, int):
            procedure.add_int_argument(name, label, blurb, *limits, default, READ_WRITE)
        else:
            procedure.add_double_argument(name, label, blurb, *limits, default, READ_WRITE)


def add_dialog_arguments(procedure: Gimp.Procedure) -> None:
    """Declare what only the dialog remembers and no script can set."""
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
