"""The choices of a dialog: the values of each option that takes one of a few, with their labels.

    python -m palette_core.choices [FILE]

prints them as JSON, or writes that to a file. `install.sh` makes `choices.json` beside the plug-in
so, as the plug-in's Python may be unable to import this package.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from .color.hardware_grids import GRIDS, Grid
from .color.spaces import SPACES, ColorSpace
from .design import METHODS
from .design.base import EFFORT_LEVELS, INITIALIZATIONS
from .dither import DITHERS
from .ordering import ORDERS
from .registry import Entry

_BITS = {
    "1": "1 bit a channel",
    "2": "2 bits a channel",
    "3": "3 bits a channel",
    "6": "6 bits a channel",
}


def collect_labels() -> dict[str, dict[str, str]]:
    """Return the English labels of an option's values, by the option and the value."""
    return {
        "method": _labels(METHODS),
        "effort": _labels(EFFORT_LEVELS),
        "space": _labels(SPACES),
        "dither": _labels(DITHERS),
        "init": _labels(INITIALIZATIONS),
        "order": _labels(ORDERS),
        "grid": {"none": "All colours", **_labels(GRIDS), **_BITS},
    }


def _labels(entries: Mapping[str, Entry | ColorSpace | Grid]) -> dict[str, str]:
    return {name: entry.label for name, entry in entries.items()}


if __name__ == "__main__":
    text = f"{json.dumps(collect_labels(), indent=1)}\n"
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
