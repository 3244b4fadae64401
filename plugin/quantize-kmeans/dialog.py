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
    "Transparency": ("alpha-threshold", "alpha-dither", "matte"),
    "Method": ("method", "effort", "init", "lightness-weight", "seed"),
}  # fmt: skip


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> bool:
    """Let the user change the arguments; False if the dialog was cancelled."""
    GimpUi.init(procedure.get_name())
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Quantize with k-means")
    dialog.get_scale_entry("colors", 1.0)
    dialog.get_scale_entry("dither-strength", 1.0)
    dialog.get_scale_entry("alpha-threshold", 1.0)
    for number, (title, arguments) in enumerate(PAGES.items()):
        dialog.get_label(f"title-{number}", title, False, False)
        dialog.fill_box(f"page-{number}", list(arguments))
    numbers = range(len(PAGES))
    dialog.fill_notebook(
        "pages", [f"title-{number}" for number in numbers], [f"page-{number}" for number in numbers]
    )
    dialog.fill(["pages"])
    try:
        return bool(dialog.run())
    finally:
        dialog.destroy()
