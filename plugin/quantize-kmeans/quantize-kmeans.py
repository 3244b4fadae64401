#!/usr/bin/env python3
"""Filters > Quantize with k-means…: a layer in K colours, found by palette_core.

GIMP starts this file at its own start to ask what it offers, so that it loads nothing then but
the bindings. What reads, computes and writes is loaded when the filter runs.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GLib, GObject

if TYPE_CHECKING:
    import job

PROCEDURE = "plug-in-quantize-kmeans"
READ_WRITE = GObject.ParamFlags.READWRITE

# Spelt as palette_core and its command line spell them, with what the dialog shows.
METHODS = {
    "kmeans": "k-means",
    "variance-cut": "Variance cut",
    "wu": "Wu's boxes",
    "median-cut": "Median cut",
    "sklearn-kmeans": "k-means of the book (scikit-learn)",
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
OUTPUTS = {
    "new-image": "New indexed image",
    "convert": "Convert this image to indexed",
    "layer": "This layer, in RGB",
    "palette": "Palette only",
}


class QuantizeKmeans(Gimp.PlugIn):
    """The plug-in, as GIMP sees it."""

    def do_set_i18n(self, _name: str) -> bool:
        """Say that there are no translations."""
        return False

    def do_query_procedures(self) -> list[str]:
        """List the procedures."""
        return [PROCEDURE]

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Describe the procedure."""
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
        procedure.set_menu_label("Quantize with _k-means…")
        procedure.add_menu_path("<Image>/Filters/")
        procedure.set_documentation(
            "Put a layer into the K colours that suit it best",
            "Finds a palette for the layer by k-means, gives every pixel its nearest colour, and "
            "keeps the palette among GIMP's own. Where there is a selection, it says which pixels.",
            name,
        )
        procedure.set_attribution("The palette-core team", "The palette-core team", "2026")
        add_arguments(procedure)
        add_later_arguments(procedure)
        add_return_values(procedure)
        return procedure


def add_arguments(procedure: Gimp.Procedure) -> None:
    """Declare the arguments."""
    procedure.add_int_argument(
        "colors", "_Number of colours", "How many colours at most", 1, 256, 16, READ_WRITE
    )
    add_choice(procedure, "method", "_Method", "How the colours are found", METHODS, "kmeans")
    add_choice(procedure, "effort", "_Effort", "How hard to try", EFFORTS, "balanced")
    add_choice(procedure, "space", "Colour s_pace", "Where distances are measured", SPACES, "oklab")
    add_choice(
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
    add_choice(procedure, "output", "Res_ult", "What becomes of it", OUTPUTS, "new-image")
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


def add_later_arguments(procedure: Gimp.Procedure) -> None:
    """Declare the others, always behind those that were there before: scripts rely on the order."""
    add_choice(procedure, "init", "First _guess", "Where k-means starts from", INITS, "auto")
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


def add_choice(
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


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: list[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    _data: object,
) -> Gimp.ValueArray:
    """Run the filter: check, ask, work."""
    import job
    from refusal import Refusal

    try:
        layer = job.check(drawables)
        if run_mode == Gimp.RunMode.INTERACTIVE:
            import dialog

            if not dialog.ask(procedure, config):
                return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
        outcome = job.perform(image, layer, config)
    except Refusal as refusal:
        return failure(procedure, str(refusal))
    except Exception as error:
        traceback.print_exc()
        return failure(procedure, f"Something went wrong that should not: {error!r}")
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        if outcome.image != image:
            Gimp.Display.new(outcome.image)
        Gimp.displays_flush()
    return success(procedure, outcome)


def success(procedure: Gimp.Procedure, outcome: job.Outcome) -> Gimp.ValueArray:
    """Give the return values of work that was done."""
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())
    results = (
        (Gimp.Image, outcome.image),
        (GObject.TYPE_INT, outcome.colors),
        (GObject.TYPE_STRING, outcome.palette),
    )
    for position, (kind, value) in enumerate(results, start=1):
        values.remove(position)
        values.insert(position, GObject.Value(kind, value))
    return values


def failure(procedure: Gimp.Procedure, reason: str) -> Gimp.ValueArray:
    """Give the return values of work that was not done; GIMP shows the reason."""
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, GLib.Error(reason))


Gimp.main(QuantizeKmeans.__gtype__, sys.argv)
