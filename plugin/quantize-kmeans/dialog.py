"""The dialog: GIMP's own, made from the procedure's arguments."""

from __future__ import annotations

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
from gi.repository import Gimp, GimpUi

# The arguments by pages, in the order of use.
PAGES = {
    "Colours": (
        "colors", "space", "dither", "dither-strength", "dither-adaptive", "output",
        "save-palette", "palette-name",
    ),
    "Transparenc_y": ("alpha-threshold", "alpha-dither", "matte"),
    "Ad_vanced": ("method", "effort", "init", "lightness-weight", "seed"),
}  # fmt: skip
MARGIN = 6


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> bool:
    """Let the user change the arguments; False if the dialog was cancelled."""
    GimpUi.init(procedure.get_name())
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Quantize with k-means")
    dialog.get_scale_entry("colors", 1.0)
    dialog.get_scale_entry("dither-strength", 1.0)
    titles = [f"title-{number}" for number in range(len(PAGES))]
    pages = [f"page-{number}" for number in range(len(PAGES))]
    for title, page, (text, arguments) in zip(titles, pages, PAGES.items(), strict=True):
        dialog.get_label(title, text, False, True)
        box = dialog.fill_box(page, list(arguments))
        box.set_border_width(MARGIN)
        box.set_spacing(MARGIN)
    dialog.fill_notebook("pages", titles, pages)
    dialog.fill(["pages"])
    try:
        return bool(dialog.run())
    finally:
        dialog.destroy()
