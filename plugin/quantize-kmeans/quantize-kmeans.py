#!/usr/bin/env python3
"""Filters > Quantize with k-means…: the procedures, as GIMP registers them.

GIMP runs this file at its own start to ask for the procedures, so nothing but the bindings is
imported then. All else is imported when a procedure is run. This is the one place that names the
versions of the bindings; Gimp's bring along GEGL's and babl's.
"""

from __future__ import annotations

import sys

import gi

gi.require_versions({"Gimp": "3.0", "GimpUi": "3.0", "Gdk": "3.0", "Gtk": "3.0"})
from gi.repository import Gimp

from i18n import _
from procedure import arguments

PROCEDURE = "plug-in-quantize-kmeans"
PALETTE_PROCEDURE = "plug-in-quantize-kmeans-palette"


class QuantizeKmeans(Gimp.PlugIn):
    """The plug-in, as GIMP sees it."""

    def do_set_i18n(self, _name: str) -> bool:
        """Return False: GIMP gets texts that are translated already."""
        return False

    def do_query_procedures(self) -> list[str]:
        """Return the names of the procedures."""
        return [PROCEDURE, PALETTE_PROCEDURE]

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Return a procedure with its arguments."""
        procedure = self._new_menu_entry() if name == PALETTE_PROCEDURE else self._new_filter()
        procedure.set_attribution("The palette-core team", "The palette-core team", "2026")
        arguments.add_dialog_arguments(procedure)
        arguments.add_return_values(procedure)
        return procedure

    def _new_filter(self) -> Gimp.Procedure:
        kind = Gimp.PDBProcType.PLUGIN
        procedure = Gimp.ImageProcedure.new(self, PROCEDURE, kind, run, None)
        procedure.set_image_types("*")
        # Not every output needs one layer: the image is converted whatever is selected.
        procedure.set_sensitivity_mask(
            Gimp.ProcedureSensitivityMask.DRAWABLE | Gimp.ProcedureSensitivityMask.DRAWABLES
        )
        procedure.set_menu_label(_("Quantize with _k-means…"))
        for menu in ("<Image>/Filters/", "<Image>/Image/Mode/"):
            procedure.add_menu_path(menu)
        procedure.set_documentation(
            # GIMP's action search finds words of the label and of this text, each by its beginning.
            _(
                "Reduce a layer or an image to an optimum palette of a few colors. Also called: "
                "convert to indexed, posterize, quantise, reduce colours."
            ),
            _(
                "Finds an optimum palette by k-means clustering, maps every pixel to its nearest "
                "color, with or without dithering, and adds the palette to the Palettes dialog. "
                "The result is a new indexed image, this image converted to indexed colors, a "
                "recolored layer, or a palette only."
            ),
            None,  # it is not in GIMP's manual, and its dialog has a Help button of its own
        )
        arguments.add_arguments(procedure)
        return procedure

    def _new_menu_entry(self) -> Gimp.Procedure:
        """Return the entry of the Palettes dialog's menu."""
        kind = Gimp.PDBProcType.PLUGIN
        procedure = Gimp.Procedure.new(self, PALETTE_PROCEDURE, kind, run_for_palettes, None)
        procedure.set_menu_label(_("New Palette from I_mage…"))
        procedure.add_menu_path("<Palettes>/Palettes Menu")
        procedure.set_documentation(
            _("Create an optimum palette from the colors of an open image"),
            _(
                "Opens the dialog of Filters > Quantize with k-means for the open image, or for "
                "one of several open images, and saves a palette only."
            ),
            None,
        )
        arguments.add_run_mode(procedure)
        arguments.add_arguments(procedure, output="palette", sample="visible")
        return procedure


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: list[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    _data: object,
) -> Gimp.ValueArray:
    """Run the filter."""
    return _run(procedure, run_mode, config, image, drawables)


def run_for_palettes(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, _data: object
) -> Gimp.ValueArray:
    """Run the entry of the Palettes dialog's menu, for which GIMP names no image."""
    return _run(procedure, config.get_property("run-mode"), config)


def _run(*arguments: object) -> Gimp.ValueArray:
    import engine

    engine.start_loading()  # on a thread, while GIMP's side is imported
    from procedure.run import run_procedure

    return run_procedure(*arguments)


Gimp.main(QuantizeKmeans.__gtype__, sys.argv)
