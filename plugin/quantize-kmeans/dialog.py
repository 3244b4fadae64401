"""The dialog: GIMP's own, made from the procedure's arguments."""

from __future__ import annotations

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import Gimp, GimpUi

# In the order of use.
SHOWN = (
    "colors", "dither", "dither-strength", "output", "save-palette", "palette-name",
    "method", "effort", "init", "space", "seed",
)  # fmt: skip


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> bool:
    """Let the user change the arguments; False if the dialog was cancelled."""
    GimpUi.init(procedure.get_name())
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Quantize with k-means")
    dialog.get_scale_entry("colors", 1.0)
    dialog.get_scale_entry("dither-strength", 1.0)
    dialog.fill(list(SHOWN))
    try:
        return bool(dialog.run())
    finally:
        dialog.destroy()
