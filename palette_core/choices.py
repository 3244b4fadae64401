"""The choices that the dialog offers: the values of options with their labels.

    python -m palette_core.choices [FILE]

prints them as JSON or writes them to a file. `install.sh` writes `choices.json` into the plug-in's
folder, because GIMP's Python may be unable to import this package.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from .color.hardware_grids import GRIDS, Grid
from .color.spaces import SPACES, ColorSpace
from .design import EFFORTS, INITIALIZATIONS, METHODS
from .dither import DITHERS
from .ordering import ORDERS
from .palette_library import LIBRARY
from .registry import Choice
from .tiles.presets import PRESETS

_BITS = {
    "1": "1 bit per channel",
    "2": "2 bits per channel",
    "3": "3 bits per channel",
    "6": "6 bits per channel",
}


def collect_labels() -> dict[str, dict[str, str]]:
    """Return the English labels of all values, by option and value."""
    return {
        "method": _labels(METHODS),
        "effort": _labels(EFFORTS),
        "space": _labels(SPACES),
        "dither": _labels(DITHERS),
        "init": _labels(INITIALIZATIONS),
        "order": _labels(ORDERS),
        "grid": {"none": "No restriction", **_labels(GRIDS), **_BITS},
        "library": {"best": "Best fit", **_labels(LIBRARY)},
        "tiles": _labels(PRESETS),
    }


def _labels(choices: Mapping[str, Choice | ColorSpace | Grid]) -> dict[str, str]:
    return {name: choice.label for name, choice in choices.items()}


if __name__ == "__main__":
    text = f"{json.dumps(collect_labels(), indent=1)}\n"
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
