"""The images of README.md and docs/; `python -m docs.images` draws them anew.

One module a page, each with `PICTURES`: the name of an image, and the function that draws it.
"""

from __future__ import annotations

from . import many, overview, palettes, transparency

PICTURES = overview.PICTURES | palettes.PICTURES | many.PICTURES | transparency.PICTURES
