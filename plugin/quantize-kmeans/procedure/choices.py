"""The values that an argument can have where these are a few words, each with its label.

Those that are palette_core's are in the file `choices.json` beside the plug-in, which the installer
writes: palette_core itself needs NumPy, which GIMP's Python may lack.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from i18n import _

_FROM_PALETTE_CORE = (
    "method", "effort", "space", "dither", "init", "order", "grid", "library", "tiles",
)  # fmt: skip
_FILE = Path(__file__).parents[1] / "choices.json"


def _read_choices() -> dict[str, dict[str, str]]:
    """Return the translated labels of palette_core's choices, by the argument and the value.

    Without them no procedure can be declared, so that a missing or damaged file ends the plug-in.
    """
    try:
        choices = json.loads(_FILE.read_text(encoding="utf-8"))
        return {
            argument: {value: _(label) for value, label in choices[argument].items()}
            for argument in _FROM_PALETTE_CORE
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        sys.exit(f"quantize-kmeans: cannot read {_FILE} ({error!r}); run ./install.sh again")


# The choices of each argument that has any, with their labels.
CHOICES = {
    **_read_choices(),
    "output": {
        "new-image": _("New indexed image"),
        "convert": _("Convert this image to indexed"),
        "layer": _("Recolor this layer"),
        "palette": _("Palette only"),
    },
    "number": {
        "number": _("Fixed number of colors"),
        "target-psnr": _("Fewest colors for a PSNR"),
        "target-delta-e": _("Fewest colors for a ΔE"),
    },
    "palette-use": {
        "none": _("Generate from image"),
        "map": _("Use an existing palette"),
        "strict": _("Use a palette, reject other colors"),
        "start": _("Generate, starting from a palette"),
        "lock": _("Extend a palette"),
        "library": _("Use a classic palette"),
        "tiles": _("Generate palettes for tiles"),
    },
    "selection": {
        "only": _("Selected pixels only"),
        "more": _("Prioritize selected pixels"),
        "ignore": _("Ignore"),
    },
    "sample": {
        "automatic": _("Automatic"),
        "layer": _("Selected layer"),
        "visible": _("Visible image"),
        "all-layers": _("All layers, including hidden"),
    },
    "apply-to": {
        "layer": _("Selected layer"),
        "visible": _("Visible image"),
        "all-layers": _("All layers, as frames"),
    },
    "forced": {
        "none": _("None"),
        "black-white": _("Black and white"),
        "primaries": _("Primaries"),
        "e-paper": _("E-paper, 6 colors"),
    },
}
