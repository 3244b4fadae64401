"""The procedures' arguments and return values: names, labels, help, defaults and ranges.

GIMP reads this whenever it queries the plug-in, so it imports nothing but GIMP's bindings. New
arguments go to the end, because scripts may rely on their order.
"""

from __future__ import annotations

from typing import Any

from gi.repository import Gimp, GObject

from i18n import _
from procedure.choices import CHOICES

READ_WRITE = GObject.ParamFlags.READWRITE

# The label, the default, of numbers the range, and the help. A default of None is a palette's.
# fmt: off
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "colors": (_("_Number of colors"), 16, 1, 256,
        _("The palette has at most this many colors.")),
    "method": (_("_Method"), "kmeans",
        _("Selects the algorithm that generates the palette.")),
    "effort": (_("E_ffort"), "balanced",
        _("Sets how long to search for the best palette; higher is slower.")),
    "space": (_("Color spac_e"), "oklab",
        _("Selects the color space in which colors are compared.")),
    "dither": (_("_Dithering"), "auto",
        _("Imitates missing colors with patterns of dots; not used for “Palette only”.")),
    "dither-strength": (_("Dithering s_trength"), 0.8, 0.0, 1.0,
        _("Sets how much dithering is applied, from 0 (off) to 1 (full).")),
    "output": (_("O_utput"), "new-image",
        _("Selects what to create from the image.")),
    "save-palette": (_("Sa_ve palette"), True,
        _("Adds the palette to the Palettes dialog.")),
    "palette-name": (_("Palette n_ame"), "",
        _("Names the saved palette; if empty, it is named after the image.")),
    "seed": (_("Random seed"), 0, 0, 2**31 - 1,
        _("Starts the random number generator; the same seed gives the same palette.")),
    "init": (_("Initiali_zation"), "auto",
        _("Selects the colors that k-means starts from.")),
    "lightness-weight": (_("Lightness _weight"), 1.0, 0.1, 10.0,
        _("Sets how much lightness counts: high keeps shades apart, low keeps hues apart.")),
    "dither-adaptive": (_("Adaptive ditherin_g"), False,
        _("Does not dither areas that the palette already matches.")),
    "alpha-threshold": (_("Alpha threshold"), -1, -1, 255,
        _("Makes pixels with at least this alpha opaque and all others transparent; automatic is "
          "128, or 1 with a matte color.")
        + "\n" + _("-1 means automatic")),
    "alpha-dither": (_("Dithering of transparenc_y"), False,
        _("Imitates semi-transparent pixels by mixing opaque and transparent ones.")),
    # GIMP 3.0 and 3.2 lose the default of a colour argument, which could not say "none" either.
    "matte": (_("Matte color"), "",
        _("Blends semi-transparent pixels with this color; choose the color of the background.")
        + "\n" + _("#rrggbb, or empty for no matte")),
    "number": (_("Target"), "number",
        _("Uses a fixed number of colors, or the fewest that reach a quality target.")),
    "target-psnr": (_("Target PSNR (dB)"), 30.0, 0.0, 100.0,
        _("Uses the fewest colors that reach this PSNR before dithering; higher is closer to the "
          "original, and 30 suits most photos.")),
    "target-delta-e": (_("Target ΔE"), 3.0, 0.0, 100.0,
        _("Uses the fewest colors that keep the mean difference (CIEDE2000) before dithering at or "
          "below this; lower is closer to the original.")),
    "palette-use": (_("Palette"), "none",
        _("Generates the palette from the image, uses an existing one, or combines both.")),
    # Without a palette in a script it is None, not the palette that is active in GIMP by chance.
    "palette": (_("Existing palette"), None,
        _("Selects the palette to use, to start from or to extend.")),
    "locked": (_("Locked colors"), "",
        _("Keeps these colors in the palette exactly as they are.")
        + "\n" + _("#rrggbb each, or #rrggbb@INDEX for a fixed position, separated by spaces")),
    "order": (_("Palette order"), "kept",
        _("Sets the order of the colors in the palette.")),
    "grid": (_("Color depth"), "none",
        _("Restricts the palette to colors that a display of this depth can show.")),
    "rare": (_("Preserve rare colors"), 0.0, 0.0, 1.0,
        _("Gives rare colors more weight: at 0 every pixel counts equally, at 1 every color.")),
    "selection": (_("Selection"), "only",
        _("Sets what the selection in the image is used for.")),
    "selection-weight": (_("Selection priority"), 10.0, 1.0, 1000.0,
        _("Counts a selected pixel this many times, from 1 (no priority) to 1000.")),
    "sample": (_("Sample colors from"), "automatic",
        _("Selects the pixels that the palette is generated from; “Automatic” depends on the "
          "output.")),
    "apply-to": (_("New image contains"), "layer",
        _("Selects what the new image is made from.")),
    "crop": (_("Crop to layer"), False,
        _("Makes the new image as large as the layer instead of the whole image.")),
    "forced": (_("Forced colors"), "none",
        _("Adds these colors to the locked colors.")),
    "library": (_("Classic palette"), "best",
        _("Selects a palette of a computer, console or display; “Best fit” compares all of them.")),
    "tiles": (_("Machine"), "game-boy-color",
        _("Selects a console or computer; each tile of the image uses one of its small palettes.")),
}
# fmt: on


def add_run_mode(procedure: Gimp.Procedure) -> None:
    """Declare the run mode, which GIMP itself declares for an image procedure only.

    There is no image argument: GIMP could not keep it with the last values, and would complain.
    """
    name, blurb, default = _("Run mode"), _("The run mode"), Gimp.RunMode.NONINTERACTIVE
    procedure.add_enum_argument("run-mode", name, blurb, Gimp.RunMode, default, READ_WRITE)


def add_arguments(procedure: Gimp.Procedure, **defaults: str) -> None:
    """Declare the arguments in their order, some of them with other defaults."""
    for name, (label, default, *limits, blurb) in ARGUMENTS.items():
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
        "more", _("More options"), _("Whether “More options” is expanded"), False, READ_WRITE
    )


def add_return_values(procedure: Gimp.Procedure) -> None:
    """Declare the return values."""
    procedure.add_image_return_value(
        "result", _("Result"), _("The image that was created or changed"), True, READ_WRITE
    )
    blurb = _("The number of colors in the palette")
    procedure.add_int_return_value("n-colors", _("Number of colors"), blurb, 1, 256, 1, READ_WRITE)
    blurb = _("The palette's name in GIMP, empty if it was not saved")
    procedure.add_string_return_value("palette", _("Palette"), blurb, "", READ_WRITE)
