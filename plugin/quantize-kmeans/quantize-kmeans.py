#!/usr/bin/env python3
"""Filters > Quantize with k-means…: a layer in K colours, found by palette_core.

GIMP starts this file at its own start to ask what it offers, so that it loads nothing then but
the bindings. What reads, computes and writes is loaded when the filter runs.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import traceback
from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GLib, GObject

from i18n import _
from procedure import arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from procedure import run as job

PROCEDURE = "plug-in-quantize-kmeans"
PALETTE_PROCEDURE = "plug-in-quantize-kmeans-palette"


class QuantizeKmeans(Gimp.PlugIn):
    """The plug-in, as GIMP sees it."""

    def do_set_i18n(self, _name: str) -> bool:
        """Say that GIMP has nothing to translate: it gets words in its user's language."""
        return False

    def do_query_procedures(self) -> list[str]:
        """List the procedures."""
        return [PROCEDURE, PALETTE_PROCEDURE]

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        """Describe a procedure."""
        procedure = self._for_palettes() if name == PALETTE_PROCEDURE else self._for_images()
        procedure.set_attribution("The palette-core team", "The palette-core team", "2026")
        arguments.add_dialog_arguments(procedure)
        arguments.add_return_values(procedure)
        return procedure

    def _for_images(self) -> Gimp.Procedure:
        """Describe the filter."""
        kind = Gimp.PDBProcType.PLUGIN
        procedure = Gimp.ImageProcedure.new(self, PROCEDURE, kind, run, None)
        procedure.set_image_types("*")
        # Not every output needs one layer: the image is converted whatever is selected.
        procedure.set_sensitivity_mask(
            Gimp.ProcedureSensitivityMask.DRAWABLE | Gimp.ProcedureSensitivityMask.DRAWABLES
        )
        procedure.set_menu_label(_("Quantize with _k-means…"))
        procedure.add_menu_path("<Image>/Filters/")
        procedure.set_documentation(
            _("Put a layer into the K colours that suit it best"),
            _(
                "Finds a palette for the layer by k-means, gives every pixel its nearest colour, "
                "and keeps the palette among GIMP's own. Where there is a selection, it says which "
                "pixels."
            ),
            None,  # GIMP's manual does not know it: the dialog has a Help button of its own
        )
        arguments.add_arguments(procedure)
        return procedure

    def _for_palettes(self) -> Gimp.Procedure:
        """Describe the entry in the Palettes dialog's menu."""
        kind = Gimp.PDBProcType.PLUGIN
        procedure = Gimp.Procedure.new(self, PALETTE_PROCEDURE, kind, run_for_palettes, None)
        procedure.set_menu_label(_("_Palette by k-means…"))
        procedure.add_menu_path("<Palettes>/Palettes Menu")
        procedure.set_documentation(
            _("Make a palette of the K colours that suit an image best"),
            _(
                "The same as the filter, for the image that is open, or is chosen of those that "
                "are."
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
    return work(procedure, run_mode, config, lambda: (image, drawables))


def run_for_palettes(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, _data: object
) -> Gimp.ValueArray:
    """Run what the Palettes dialog's menu has: GIMP does not say for which image."""

    def find() -> tuple[Gimp.Image, list[Gimp.Drawable]]:
        from ui import image_chooser

        image = image_chooser.choose(run_mode == Gimp.RunMode.INTERACTIVE)
        return image, image.get_selected_layers() or image.get_layers()

    run_mode = config.get_property("run-mode")
    return work(procedure, run_mode, config, find)


def work(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    config: Gimp.ProcedureConfig,
    find: Callable[[], tuple[Gimp.Image, list[Gimp.Drawable]]],
) -> Gimp.ValueArray:
    """Check, ask, work."""
    die_at_once()
    from errors import NO_MEMORY, Cancelled, UserError
    from gimp_io.layer_reader import Reader
    from procedure import last_values
    from procedure import run as job

    try:
        image, drawables = find()
        reader = Reader(image, job.check(drawables))
        if run_mode != Gimp.RunMode.NONINTERACTIVE:
            last_values.adapt(config, image)
        if run_mode == Gimp.RunMode.INTERACTIVE:
            from ui import dialog

            dialog.ask(procedure, config, reader)
        outcome = job.perform(reader, config)
    except Cancelled:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
    except UserError as refusal:
        return failure(procedure, str(refusal))
    except MemoryError:
        return failure(procedure, NO_MEMORY)
    except Exception as error:
        traceback.print_exc()
        reason = _("Something went wrong that should not: {error}").format(error=repr(error))
        return failure(procedure, reason)
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        if outcome.image != image:
            with contextlib.suppress(TypeError):  # a GIMP without windows opens none
                Gimp.Display.new(outcome.image)
        Gimp.displays_flush()
    return success(procedure, outcome)


def die_at_once() -> None:
    """Let signals that ask for an end have it.

    libgimp's handlers print first, which takes memory: a process that was just taking some itself
    would hang, and GIMP with it.
    """
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"):
        if hasattr(signal, name):  # Windows has two of them
            signal.signal(getattr(signal, name), signal.SIG_DFL)


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
